"""What the pages of laboratory and court ask."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.actions.laboratory import Submission
from centre.chain_of_custody.forms.parts import (
    CODE,
    EMPTY,
    PackageForm,
    choice,
    sentences,
)
from centre.chain_of_custody.forms.requests import LooksForm, SealsForm
from centre.chain_of_custody.rules.laboratory import REJECTIONS, RESULTS
from centre.core.forms import ActionForm
from centre.core.models import User


class SubmitForm(SealsForm):
    """The custodian reads each seal, and says what is asked of the laboratory."""

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.username: person for person in people}
        options = [(key, person.name) for key, person in self.people.items()]
        self.fields["lab"] = forms.ChoiceField(
            label="Who receives at the laboratory", choices=[EMPTY, *options]
        )
        self.fields["number"] = forms.CharField(
            label="Number of the submission", max_length=80
        )
        self.fields["tests"] = forms.CharField(label="Tests asked for", max_length=500)
        self.fields["questions"] = forms.CharField(
            label="Questions to the laboratory", max_length=1000, required=False
        )
        self.order_fields(["lab", "number", "tests", "questions", *self.fields])

    def submission(self) -> Submission:
        """What is asked."""
        told = self.cleaned_data
        return Submission(told["number"], told["tests"], told["questions"])


class TakeInForm(LooksForm):
    """The laboratory types each seal as seen, and accepts or rejects."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"] = forms.ChoiceField(
            label="The submission is",
            choices=[("accept", "Accepted"), ("reject", "Rejected")],
            widget=forms.RadioSelect,
        )
        self.fields["lab_case_no"] = forms.CharField(
            label="If accepted: your case number", max_length=80, required=False
        )
        self.fields["reason"] = forms.ChoiceField(
            label="If rejected: why",
            choices=[EMPTY, *REJECTIONS.items()],
            required=False,
        )
        self.fields["words"] = forms.CharField(
            label="What should be said of it", max_length=1000, required=False
        )
        code = self.fields.pop("code")
        self.fields["code"] = code


class WorkForm(ActionForm):
    """A stage of the work; words if there is anything to say, but no result."""

    words = sentences("Note, without any result")


class ResultForm(ActionForm):
    """A report that went out."""

    report_no = forms.CharField(label="Number of the report", max_length=80)
    status = choice("Status", RESULTS)


def _seal() -> forms.CharField:
    return forms.CharField(
        label="Seal number, as you read it from the package",
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )


class ProduceForm(PackageForm):
    """Producing a thing in court."""

    court = forms.CharField(label="Court", max_length=160)
    case_no = forms.CharField(label="Number of the court's case", max_length=80)
    exhibit = forms.CharField(label="Exhibit mark", max_length=60, required=False)
    order = forms.CharField(label="Number and date of the order", max_length=160)
    officer = forms.CharField(label="Officer who takes it", max_length=160)
    seal = _seal()


class CourtReturnForm(PackageForm):
    """Taking a thing back from court."""

    seal = _seal()
    order = forms.CharField(
        label="Number and date of the order, if there is one",
        max_length=160,
        required=False,
    )


class CourtKeepForm(PackageForm):
    """The court keeps a thing."""

    order = forms.CharField(label="Number and date of the order", max_length=160)
