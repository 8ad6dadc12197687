"""One form for each step towards the end of evidence, and for a changed report."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.actions.disposal import Owner
from centre.chain_of_custody.forms.parts import (
    CODE,
    LONG,
    PackageForm,
    SeenForm,
    choice,
    colleagues,
    sentences,
    yes_or_no,
)
from centre.chain_of_custody.rules.disposal import OBJECTORS, Method
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.retention import Notice
from centre.core.forms import ActionForm
from centre.core.models import User


def one_time_code(label: str = "Your one-time code") -> forms.CharField:
    """The code that signs."""
    return forms.CharField(
        label=label,
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


class QuietForm(PackageForm):
    """A step that has no note of its own."""

    note = None


class SetRetentionForm(PackageForm):
    """The date by the policies."""


class ExtendForm(QuietForm):
    """A later date."""

    until = forms.DateField(
        label="Keep it until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    asked_by = forms.CharField(
        label="Who asked for it",
        help_text="Such as: the survivor, a court, the centre. No name.",
        max_length=120,
    )
    reason = sentences("Why it is kept longer", required=True)


class ProposeForm(QuietForm):
    """Why it should end."""

    words = sentences("Why it should end", required=True)
    code = one_time_code()


class NoticeForm(QuietForm):
    """How the coming end was told."""

    mode = choice("How it is told", {n.value: n.words for n in Notice})
    words = sentences("What was done, and why if it is not as the policy asks")


class AnswerForm(QuietForm):
    """Who objects, or does not."""

    who = choice("Who answers", OBJECTORS)
    objects = yes_or_no("Does she, he or it object?")
    words = sentences("What was said, and how you know", required=True)


class AuthoriseForm(QuietForm):
    """The code that authorises."""

    code = one_time_code()


class DestroyForm(SeenForm):
    """Destroying before a witness."""

    scanned = forms.CharField(
        label="Scan each thing, one code in a line",
        help_text="The package itself and everything listed in it.",
        max_length=LONG,
        widget=forms.Textarea(attrs={**CODE, "rows": 4}),
    )
    method = choice("How it is destroyed", {m.value: m.words for m in Method})
    place = forms.CharField(label="Where", max_length=200)
    witness = forms.ChoiceField(label="The witness")
    code = one_time_code()
    witness_code = one_time_code("The witness's one-time code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["witness"]
        field.choices = [("", "Choose one"), *colleagues(self.centre, self.by)]

    def clean_scanned(self) -> list[str]:
        """The codes, however they are parted."""
        return str(self.cleaned_data["scanned"]).split()

    def clean_witness(self) -> User:
        """A colleague."""
        return User.objects.get(pk=self.cleaned_data["witness"])


class ReturnForm(PackageForm):
    """Giving it back."""

    name = forms.CharField(label="Who takes it back", max_length=120)
    standing = forms.CharField(label="The owner, or for whom she acts", max_length=120)
    identity_kind = forms.CharField(label="Identity paper shown", max_length=60)
    identity_last4 = forms.CharField(
        label="Last four signs of that paper", min_length=4, max_length=4
    )
    clearance = forms.CharField(
        label="Clearance by police, prosecutor or court, if it was reported",
        required=False,
        max_length=400,
    )
    advice_given = forms.BooleanField(
        label="I told her how to handle what may carry body fluids", required=False
    )
    code = one_time_code()

    def clean(self) -> dict[str, Any]:
        """The owner's answers travel together."""
        cleaned = super().clean()
        names = ("name", "standing", "identity_kind", "identity_last4", "clearance")
        parts = [cleaned.pop(name, None) for name in names]
        if all(part is not None for part in parts):
            cleaned["owner"] = Owner(*[str(part) for part in parts])
        return cleaned


class ReportingForm(ActionForm):
    """Whether she reports."""

    reporting = choice(
        "What she decided",
        {
            Reporting.REPORTED.value: "She reports it to the police",
            Reporting.UNREPORTED.value: "It is kept without a report",
        },
    )
    police_reference = forms.CharField(
        label="Number of the police's case",
        help_text="“None yet” if there is none. Leave empty if she takes it back.",
        required=False,
        max_length=60,
    )
    words = sentences("How she told you, and who was present", required=True)
    code = one_time_code()
