"""What the pages of evidence requests ask."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.actions.requests import Asked
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.requests import RequestLine
from centre.chain_of_custody.rules.requests import BASIS_WORDS, REASON_WORDS
from centre.core.consent_items import PURPOSES
from centre.core.forms import ActionForm, clean_text

ROWS = 5
_PURPOSES = [(p, PURPOSES[p]) for p in ("investigation", "court")]


class RequestForm(ActionForm):
    """Who asks for what in which matter."""

    unit_case_no = forms.CharField(
        label="Your own case number",
        help_text="As your unit writes it.",
        max_length=60,
    )
    quoted = forms.CharField(
        label="Kit number or consent reference you were given",
        help_text="Leave empty if you have none.",
        max_length=60,
        required=False,
    )
    purpose = forms.ChoiceField(
        label="What is it for?", choices=_PURPOSES, widget=forms.RadioSelect
    )
    needed_by = forms.DateField(
        label="Needed by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    collector = forms.CharField(
        label="Who will collect, with rank and badge number", max_length=200
    )
    urgency = forms.CharField(
        label="If it is urgent: why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LineForm(forms.Form):
    """One item, one basis."""

    what = forms.CharField(
        label="Item",
        help_text="Its code if you have it, or what it is.",
        max_length=200,
        required=False,
    )
    basis = forms.ChoiceField(
        label="Legal basis",
        choices=[("", "Choose one"), *((b.value, w) for b, w in BASIS_WORDS.items())],
        required=False,
    )
    basis_reference = forms.CharField(
        label="Number and date of the order, or section of the law",
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A line that was begun is finished."""
        cleaned = super().clean() or {}
        begun = any(cleaned.get(name) for name in ("what", "basis", "basis_reference"))
        if begun and not cleaned.get("what"):
            self.add_error("what", "Say which item you ask for.")
        if begun and not cleaned.get("basis"):
            self.add_error("basis", "Choose the legal basis of this line.")
        return cleaned


LineFormSet = forms.formset_factory(LineForm, extra=ROWS, max_num=20)


def asked_lines(formset: Any, purpose: str) -> list[Asked]:
    """The lines that were filled in."""
    return [
        Asked(
            what=clean_text(row["what"]),
            basis=row["basis"],
            basis_reference=clean_text(row["basis_reference"]),
            purpose=purpose,
        )
        for row in formset.cleaned_data
        if row and row.get("what")
    ]


class MatchForm(forms.Form):
    """For each line the code of our item, or nothing."""

    def __init__(self, *args: Any, lines: list[RequestLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[str(line.pk)] = forms.CharField(
                label=f"Line {line.number}: {line.asked['what']}",
                help_text="Scan or type our item's code. Leave empty if there is none.",
                max_length=40,
                required=False,
            )


class DecisionForm(forms.Form):
    """For each line yes, or no with its reason."""

    def __init__(self, *args: Any, lines: list[RequestLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"{line.pk}-answer"] = forms.ChoiceField(
                label=f"Line {line.number}",
                choices=[("yes", "Hand over"), ("no", "Do not hand over")],
                widget=forms.RadioSelect,
            )
            self.fields[f"{line.pk}-reason"] = forms.ChoiceField(
                label="If not: why",
                choices=[
                    ("", "Choose one"),
                    *((r.value, w) for r, w in REASON_WORDS.items()),
                ],
                required=False,
            )


class OfferForm(ActionForm):
    """The custodian hands out: who collects, how, and her own code."""

    receiver_name = forms.CharField(
        label="Who stands before you: name and rank", max_length=120
    )
    identity_shown = forms.CharField(
        label="Identity shown: kind and last four signs", max_length=60
    )
    conveyance = forms.CharField(label="How it is carried", max_length=120)
    code = forms.CharField(
        label="Your one-time code",
        help_text="Your signature under the release.",
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


class AcceptForm(forms.Form):
    """The receiver types every seal number as seen, and signs."""

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"{item.pk}-seal"] = forms.CharField(
                label=f"Seal number on {item}",
                help_text="Read it from the package. It is not shown here on purpose.",
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"{item.pk}-condition"] = forms.ChoiceField(
                label=f"Package of {item}",
                choices=[
                    ("intact", "Seal and package intact"),
                    ("damaged", "Damaged"),
                    ("missing", "Seal missing"),
                ],
                widget=forms.RadioSelect,
            )
        self.fields["code"] = forms.CharField(
            label="Your one-time code",
            help_text="Your signature under the receipt.",
            max_length=10,
            widget=forms.TextInput(
                attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
            ),
        )

    def seals(self) -> dict[Any, tuple[str, str]]:
        """Seal as seen and condition, by item."""
        data = self.cleaned_data
        return {
            item.pk: (data[f"{item.pk}-seal"].strip(), data[f"{item.pk}-condition"])
            for item in self.items
        }
