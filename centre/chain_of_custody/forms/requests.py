"""What the pages of evidence requests ask."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.actions.requests import Asked
from centre.chain_of_custody.models.requests import RequestLine
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.requests import REASON_WORDS
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
        choices=[("", "Choose one"), *((b.value, b.words) for b in Basis)],
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


class OfferForm(forms.Form):
    """The custodian reads each seal, says who stands before her, and signs."""

    def __init__(self, *args: Any, packages: list[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = packages
        for package in packages:
            self.fields[f"{package.code}-seal"] = forms.CharField(
                label=f"Seal number on {package}",
                help_text="Read it from the package.",
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        self.fields["conveyance"] = forms.CharField(
            label="How it is carried", max_length=120
        )
        self.fields["conditions"] = forms.CharField(
            label="Conditions, such as keeping cool", max_length=300, required=False
        )
        self.fields["code"] = code_field("Your signature under the release.")

    def seals(self) -> dict[str, str]:
        """Seal as read, by the package's code."""
        return {
            package.code: self.cleaned_data[f"{package.code}-seal"].strip()
            for package in self.packages
        }


class AcceptForm(forms.Form):
    """The receiver types every seal number as seen, and signs."""

    def __init__(self, *args: Any, packages: list[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = packages
        for package in packages:
            self._add(package)
        self.fields["code"] = code_field("Your signature under the receipt.")

    def _add(self, package: Package) -> None:
        self.fields[f"{package.code}-seal"] = forms.CharField(
            label=f"Seal number on {package}",
            help_text="Read it from the package. It is not shown here on purpose.",
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields[f"{package.code}-condition"] = forms.ChoiceField(
            label=f"Seal on {package}",
            choices=[(c.value, c.words) for c in Condition],
            widget=forms.RadioSelect,
        )

    def seen(self) -> dict[str, Seen]:
        """What the receiver saw, by the package's code."""
        data = self.cleaned_data
        return {
            p.code: Seen(
                data[f"{p.code}-seal"].strip(), Condition(data[f"{p.code}-condition"])
            )
            for p in self.packages
        }


def code_field(why: str) -> forms.CharField:
    """The one-time code that signs."""
    return forms.CharField(
        label="Your one-time code",
        help_text=why,
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
