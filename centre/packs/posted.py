"""What a page sent, made fit to be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.datastructures import MultiValueDict

from centre.packs.text import tidy


def tidied(data: Mapping[str, Any]) -> tuple[MultiValueDict[str, Any], frozenset[str]]:
    """The posted data as it can be kept, and the names where a sign was replaced."""
    whole: MultiValueDict[str, Any] = MultiValueDict()
    changed = set()
    for name in data:
        values = []
        for raw in _values(data, name):
            text, is_changed = tidy(raw) if isinstance(raw, str) else (raw, False)
            values.append(text)
            if is_changed:
                changed.add(name)
        whole.setlist(name, values)
    return whole, frozenset(changed)


def _values(data: Mapping[str, Any], name: str) -> list[Any]:
    if isinstance(data, MultiValueDict):
        return data.getlist(name)
    value = data[name]
    return list(value) if isinstance(value, list | tuple) else [value]


@dataclass(frozen=True)
class Posted:
    """The data of one submit."""

    data: MultiValueDict[str, Any]
    changed: frozenset[str]

    def holds(self, name: str) -> bool:
        """Whether this question was on the page that was sent."""
        return any(_belongs(key, name) for key in self.data)

    def was_changed(self, name: str) -> bool:
        """Whether a character of this question could not be kept."""
        own = (name, f"{name}__")
        return any(key == own[0] or key.startswith(own[1]) for key in self.changed)

    def rows(self, name: str) -> list[int]:
        """The positions of the rows of a repeat that were on the page."""
        pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})(?:\.|__)")
        found = (pattern.match(key) for key in self.data)
        return sorted({int(match[1]) for match in found if match})

    def row_number(self, row_name: str) -> int | None:
        """The lasting number of the row at this position."""
        raw = str(self.data.get(f"{row_name}__row") or "")
        is_number = raw.isascii() and raw.isdigit() and len(raw) <= len("99999")
        return int(raw) or None if is_number else None


def _belongs(key: str, name: str) -> bool:
    if key == name or key.startswith(f"{name}__"):
        return True
    rest = key.removeprefix(f"{name}.")
    return rest != key and rest[:1].isdigit()
