"""The questions behind a plan of collection. Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.catalogue import catalogue

MOST_HOURS = 24 * 366


class PlanForm(forms.Form):
    """What happened, in the catalogue's words, and how long ago."""

    acts = forms.MultipleChoiceField(
        label="What happened, as far as she told it",
        help_text="Leave all empty to see everything that is usual.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours = forms.FloatField(
        label="Hours since it happened",
        help_text="About is enough. Leave empty if it is not known.",
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    age = forms.ChoiceField(
        label="Before puberty",
        choices=[("", "No, or not known"), ("before puberty", "Yes")],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        told = [a for a in catalogue().acts if a not in {"always", "care"}]
        field: Any = self.fields["acts"]
        field.choices = [(act, act[0].upper() + act[1:]) for act in told]

    def asked(self) -> dict[str, Any]:
        """The answers as a plan takes them."""
        hours = self.cleaned_data["hours"]
        return {
            "acts": self.cleaned_data["acts"],
            "hours": None if hours is None else (hours, hours),
            "age": self.cleaned_data["age"],
        }
