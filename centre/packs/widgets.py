"""Controls made of several plain inputs. No script and no inline style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

Option = tuple[str, Any]
"""A value and its words, which may be translated only when drawn."""


@dataclass(frozen=True)
class Part:
    """One input of several: its suffix in the name, its label and what it offers."""

    suffix: str
    label: str
    size: int = 0
    options: tuple[Option, ...] = ()
    is_flag: bool = False
    is_long: bool = False
    default: str = ""


class PartsWidget(forms.Widget):
    """Several inputs named `<name>__<suffix>`, kept and shown again as they were typed.

    A part without a suffix bears the plain name.
    """

    template_name = "packs/parts.html"
    use_fieldset = True

    def __init__(self, parts: tuple[Part, ...], **kwargs: Any) -> None:
        self.parts = parts
        super().__init__(**kwargs)

    def decompress(self, value: Any) -> dict[str, Any]:
        """What goes into each input; kept values and typed text alike."""
        return dict(value) if isinstance(value, Mapping) else {}

    def format_value(self, value: Any) -> Any:
        """Left whole for the parts."""
        return value

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> dict[str, str]:
        """What was typed, by suffix."""
        del files
        typed = {p.suffix: data.get(part_name(name, p.suffix)) for p in self.parts}
        return {suffix: str(text) for suffix, text in typed.items() if text is not None}

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> bool:
        """Whether none of the inputs was on the page."""
        del files
        return not any(part_name(name, part.suffix) in data for part in self.parts)

    def id_for_label(self, id_: str) -> str:
        """The group has a legend; a link to the group goes to its first input."""
        return part_name(id_, self.parts[0].suffix) if id_ else ""

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The inputs as the template draws them."""
        context = super().get_context(name, value, attrs)
        typed = self.decompress(value)
        id_ = context["widget"]["attrs"].get("id", "")
        context["widget"]["invalid"] = "aria-invalid" in context["widget"]["attrs"]
        context["widget"]["parts"] = [
            {
                "suffix": part.suffix,
                "name": part_name(name, part.suffix),
                "id": part_name(id_, part.suffix) if id_ else "",
                "label": part.label,
                "size": part.size,
                "options": part.options,
                "is_flag": part.is_flag,
                "is_long": part.is_long,
                "value": str(typed.get(part.suffix) or part.default),
            }
            for part in self.parts
        ]
        return context


def part_name(name: str, suffix: str) -> str:
    """The name (or id) of one input of several."""
    return f"{name}__{suffix}" if suffix else name
