"""What the desk's pages ask: match, decide, key in, and each step of a request."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.agencies.queries import recipients_of
from centre.chain_of_custody.actions.requests import Decided, Letter
from centre.chain_of_custody.forms.parts import EMPTY, choice, moment, sentences
from centre.chain_of_custody.forms.requests import RequestForm
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries.requests import possible_collectors
from centre.chain_of_custody.rules.grounds import Requester, Scope
from centre.chain_of_custody.rules.request_acts import (
    ATTEMPTS,
    IDENTITY,
    URGENCY,
    VERDICTS,
    Answer,
)
from centre.chain_of_custody.rules.requests import REASON_WORDS
from centre.core.forms import ActionForm
from centre.core.models import Centre


def _hint(line: RequestLine) -> str:
    if line.asked.get("scope") in {Scope.ALL, Scope.TYPE}:
        return "Scan or type the code of each of our items, with a space between them."
    return "Scan or type our item's code. Leave empty if there is none."


class MatchForm(forms.Form):
    """For each line the code of our item, or nothing."""

    def __init__(self, *args: Any, lines: list[RequestLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[str(line.pk)] = forms.CharField(
                label=f"Line {line.number}: {line.asked['what']}",
                help_text=_hint(line),
                max_length=400,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "data-scan": ""}),
            )

    def codes(self, line: RequestLine) -> list[str]:
        """The codes given for a line, one or several."""
        typed: str = self.cleaned_data[str(line.pk)]
        if line.asked.get("scope") in {Scope.ALL, Scope.TYPE}:
            return typed.replace(",", " ").split()
        return [typed] if typed.strip() else []


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
            self._add_conditions(line)

    def _add_conditions(self, line: RequestLine) -> None:
        self.fields[f"{line.pk}-return_by"] = forms.DateField(
            label="If it has to come back: by when",
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields[f"{line.pk}-tests"] = forms.CharField(
            label="Tests it is released for", max_length=300, required=False
        )
        self.fields[f"{line.pk}-may_consume"] = forms.BooleanField(
            label="All of it may be used up", required=False
        )

    def fields_of(self, line: RequestLine) -> list[Any]:
        """The bound fields of one line, in their order."""
        names = ("answer", "reason", "return_by", "tests", "may_consume")
        return [self[f"{line.pk}-{name}"] for name in names]

    def decided(self, line: RequestLine) -> Decided:
        """One line as it was decided."""
        names = ("reason", "return_by", "tests", "may_consume")
        told = {name: self.cleaned_data[f"{line.pk}-{name}"] for name in names}
        is_approved = self.cleaned_data[f"{line.pk}-answer"] == "yes"
        return Decided(line, is_approved, **told)


class LetterForm(RequestForm):
    """A request that came by letter, keyed in at the desk."""

    kind = choice("Who asks", {k.value: k.words for k in Requester})
    agency = forms.ChoiceField(label="Court, agency or centre, as listed here")
    name = forms.CharField(label="Name of who signed the letter", max_length=160)
    rank = forms.CharField(label="Rank or office", max_length=120, required=False)
    contact = forms.CharField(label="How to reach her", max_length=200, required=False)
    letter_no = forms.CharField(label="Number of the letter", max_length=80)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(r.pk): r for r in recipients_of(centre)}
        options = [(key, agency.name) for key, agency in self.agencies.items()]
        self.fields["agency"].choices = [EMPTY, *options]  # type: ignore[attr-defined]
        self.fields["paper"].required = True
        self.fields["unit_case_no"].label = "Their case number"
        self.fields["unit_case_no"].help_text = "As the letter writes it."
        first = ("kind", "agency", "name", "rank", "contact", "letter_no")
        self.order_fields([*first, *self.fields])

    def letter(self) -> Letter:
        """Who asks, as keyed in."""
        told = self.cleaned_data
        names = ("kind", "name", "rank", "contact", "letter_no")
        return Letter(
            agency=self.agencies[told["agency"]], **{name: told[name] for name in names}
        )


class StepForm(ActionForm):
    """A step of a request; its page knows the request."""

    def __init__(self, *args: Any, found: EvidenceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found


class WordsForm(StepForm):
    """A step that is told in words."""

    words = sentences("What is to be written down", required=True)


class CloseForm(StepForm):
    """Closing; words if there is anything to say."""

    words = sentences("What is to be written down, if anything")


class TriageForm(StepForm):
    """How the requester's identity was checked, and how urgent it is."""

    identity = choice("How was the requester's identity checked?", IDENTITY)
    urgency = choice("How urgent is it?", URGENCY)
    words = sentences("If it is urgent: why")


class ReviewForm(StepForm):
    """What the order or the law covers."""

    verdict = choice("What does the text cover?", VERDICTS)
    words = sentences("Which lines, and by which words", required=True)


class PickupForm(StepForm):
    """When it is fetched, and by whom."""

    planned_at = moment("When", required=True)
    person = forms.ChoiceField(label="Who collects, by account", required=False)
    named = forms.CharField(
        label="Or, without an account: name, rank and badge number",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {p.username: p for p in possible_collectors(self.found)}
        options = [(key, person.name) for key, person in self.people.items()]
        self.fields["person"].choices = [EMPTY, *options]  # type: ignore[attr-defined]

    def clean_person(self) -> Any:
        """The account that was chosen, or nobody."""
        return self.people.get(self.cleaned_data["person"])


class AttemptForm(ActionForm):
    """One attempt to reach the survivor."""

    outcome = choice("How did it end?", ATTEMPTS)
    words = sentences("What is to be kept of it; nothing she told")


class AnswerForm(ActionForm):
    """How asking her ended."""

    answer = choice("Her answer", {a.value: a.words for a in Answer})
