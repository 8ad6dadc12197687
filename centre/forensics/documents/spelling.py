"""Signs the print typeface cannot draw are spelled out, so that nothing is hidden.

What was signed cannot be changed any more; a paper that could not be printed because
of one emoji would withhold all the rest.
"""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any, Final

from centre.core.paper import PrintError, check_drawable, fonts

_FIRST_PLANE: Final = 0xFFFF
NOTE: Final = (
    "Some signs that were written down cannot be drawn by the print typeface. Each is "
    "spelled out in square brackets with its Unicode number; nothing was left out."
)


def spelled(found: Any) -> Any:
    """The same plain value with every text made drawable; rows are left alone."""
    if isinstance(found, str):
        return _spelled_text(found)
    if isinstance(found, dict):
        return {key: spelled(value) for key, value in found.items()}
    if isinstance(found, (list, tuple)) and not hasattr(found, "_fields"):
        return type(found)(spelled(each) for each in found)
    if is_dataclass(found) and not isinstance(found, type) and _is_ours(found):
        changed = {f.name: spelled(getattr(found, f.name)) for f in fields(found)}
        return replace(found, **changed)
    return found


def _is_ours(found: Any) -> bool:
    return type(found).__module__ == "centre.forensics.frozen"


def _spelled_text(text: str) -> str:
    shown = fonts.clean(text)
    if all(_has_glyph(sign) for sign in set(shown)):
        return shown
    parts = []
    for drawable, group in groupby(shown, key=_has_glyph):
        signs = "".join(group)
        parts.append(signs if drawable else f"[{', '.join(map(_number, signs))}]")
    return "".join(parts)


@cache
def _has_glyph(sign: str) -> bool:
    """Whether it is drawn, and read back by a machine as what it is.

    The PDF library names signs beyond the first plane wrongly to whoever copies text.
    """
    if ord(sign) > _FIRST_PLANE:
        return False
    try:
        check_drawable(sign)
    except PrintError:
        return False
    return True


def _number(sign: str) -> str:
    number = f"U+{ord(sign):04X}"
    if unicodedata.category(sign) != "So":
        return number
    return f"{number} {unicodedata.name(sign, '').lower()}".strip()
