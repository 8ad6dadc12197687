"""Inventory: the place to begin with, and the scanner's lines."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from centre.chain_of_custody.forms.parts import scan
from centre.chain_of_custody.models import Location
from centre.chain_of_custody.rules.codes import read_scan
from centre.core.forms import ActionForm
from centre.core.models import Centre

MOST: Final = 200_000


class BeginInventoryForm(ActionForm):
    """Where the scanning begins."""

    place = scan(
        "Scan the place", "Everything inside it counts: a room, a shelf or a box."
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centre = centre

    def clean_place(self) -> Location:
        """The place the code belongs to."""
        code = read_scan(self.cleaned_data["place"])
        found = Location.objects.filter(centre=self.centre, code=code).first()
        if found is None:
            raise forms.ValidationError(
                "No place of this store has this code. Scan it once more."
            )
        return found


class ScanForm(ActionForm):
    """The scanner's lines."""

    lines = forms.CharField(
        label="Scan every label, one code on each line",
        help_text=(
            "A scanner goes to the next line by itself. Scan the label of a shelf or "
            "box first; what follows is seen there."
        ),
        max_length=MOST,
        widget=forms.Textarea(
            attrs={"rows": 12, "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean_lines(self) -> list[str]:
        """The codes, one a line."""
        typed: str = self.cleaned_data["lines"]
        return [line.strip() for line in typed.splitlines() if line.strip()]


class CloseInventoryForm(ActionForm):
    """Closing it; nothing more is asked."""
