"""Spot checks: how many to draw, and what was seen."""

from __future__ import annotations

from django import forms

from centre.chain_of_custody.forms.inventory import MOST, ScanForm
from centre.core.forms import ActionForm


class DrawForm(ActionForm):
    """How many."""

    count = forms.IntegerField(label="How many to draw", min_value=1, max_value=9999)


class SeenForm(ActionForm):
    """The scanner's lines, places and things."""

    lines = forms.CharField(
        label="Scan what you saw, one code on each line",
        help_text=(
            "Scan the label of the shelf or box first, then what lies there. What was "
            "drawn and is not told counts as not seen."
        ),
        max_length=MOST,
        widget=forms.Textarea(
            attrs={"rows": 12, "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
    clean_lines = ScanForm.clean_lines
