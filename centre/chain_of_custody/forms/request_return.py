"""What became of each line that was handed over."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.forms.parts import sentences
from centre.chain_of_custody.forms.request_desk import StepForm
from centre.chain_of_custody.queries.history import standings
from centre.chain_of_custody.queries.requests import approved_lines
from centre.chain_of_custody.rules.returns import Ending, Fate

_WHY = (
    "If it did not come back: who keeps it or used it up, and on which ground or by "
    "which report"
)


class ReturnForm(StepForm):
    """For each line handed over: back, kept by its holder, or used up."""

    words = sentences("What else is to be written down, if anything")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = approved_lines(self.found)
        pairs = [(x, item) for x in lines if (item := x.match.item) is not None]
        self.lines = [line for line, _ in pairs]
        stand = standings([item for _, item in pairs])
        for line, item in pairs:
            found = stand[item.pk]
            where = "with another organisation" if found.is_away else found.state.words
            self.fields[f"{line.number}-fate"] = forms.ChoiceField(
                label=f"Line {line.number}, {item}: what became of it?",
                help_text=f"On record now: {where}.",
                choices=[(fate.value, fate.words) for fate in Fate],
                widget=forms.RadioSelect,
            )
            self.fields[f"{line.number}-words"] = forms.CharField(
                label=f"Line {line.number}. {_WHY}",
                max_length=500,
                required=False,
            )
        self.order_fields([name for name in self.fields if name != "words"])

    def clean(self) -> dict[str, Any]:
        """The lines as the action takes them."""
        told = super().clean()
        endings = {
            line.number: Ending(
                told.get(f"{line.number}-fate", ""),
                told.get(f"{line.number}-words", ""),
            )
            for line in self.lines
        }
        return {
            "endings": endings,
            "words": told.get("words", ""),
            "token": told.get("token"),
        }
