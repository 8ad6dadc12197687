"""The plan, its goals and steps, with the version that was seen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from django import forms

from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core import clock
from centre.core.forms import ActionForm
from centre.core.models import User
from centre.support.actions.goals import Wanted
from centre.support.actions.versions import StaleError
from centre.support.models import Goal, Plan, Step
from centre.support.rules.plans import (
    CLOSURE_WORDS,
    FIRST_REVIEW,
    GOAL_WORDS,
    NEED_WORDS,
)

LONG: Final = 10_000


def day_field(label: str, **options: Any) -> forms.DateField:
    """A day, chosen or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def words_field(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
    """Text as long as somebody needs."""
    widget = forms.Textarea(attrs={"rows": rows})
    options.setdefault("max_length", LONG)
    return forms.CharField(label=label, widget=widget, **options)


class VersionedForm(ActionForm):
    """A form about something that somebody else may have changed meanwhile.

    Then nothing is written: `theirs` holds the row as it is now, what was typed stays
    in the form, and a second submit says that both versions were seen.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    theirs: Plan | Goal | Step | None = None

    def about(self) -> set[str]:
        """The fields that are gathered into one argument of the action."""
        return set()

    def argument(self, told: dict[str, Any]) -> dict[str, Any]:
        """That argument, by name."""
        return told

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Run the action; a version that was not seen opens the comparison."""
        if not self.is_valid():
            return False
        told = {n: self.cleaned_data.pop(n) for n in self.about()}
        return super().perform(
            self._watched(action), **given, **(self.argument(told) if told else {})
        )

    def _watched(self, action: Callable[..., Any]) -> Callable[..., Any]:
        def watched(**arguments: Any) -> Any:
            try:
                return action(**arguments)
            except StaleError as error:
                self._compare(error.theirs)
                raise

        return watched

    def _compare(self, theirs: Plan | Goal | Step) -> None:
        self.theirs = theirs
        typed: Any = self.data
        data = typed.copy()
        data["seen"] = str(theirs.version)
        data["token"] = str(uuid.uuid4())
        self.data = data


class PlanForm(VersionedForm):
    """What she needs, family by family, and when to look again."""

    summary = words_field("What matters to her now, in her words", required=False)
    has_children = forms.ChoiceField(
        label="Does she have children?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_asked", "Not asked")],
        widget=forms.RadioSelect,
        initial="not_asked",
    )
    review_on = day_field("Look at the plan again on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for family in Family:
            self.fields[f"{family}_need"] = forms.ChoiceField(
                label=f"{FAMILY_WORDS[family]} support", choices=NEED_WORDS
            )
            self.fields[f"{family}_words"] = words_field(
                f"{FAMILY_WORDS[family]}: what she needs, in her words",
                rows=2,
                required=False,
            )
        order = [f"{f}_{part}" for f in Family for part in ("need", "words")]
        self.order_fields(["summary", "has_children", *order, "review_on"])
        soon = clock.now() + FIRST_REVIEW
        self.fields["review_on"].initial = soon.date()

    def about(self) -> set[str]:
        """All but the day of review and the version make the content."""
        return set(self.fields) - {"token", "seen", "review_on"}

    def argument(self, told: dict[str, Any]) -> dict[str, Any]:
        """The content as it is kept."""
        return {"content": content_of(told)}


class MakePlanForm(PlanForm):
    """A first plan, of which no version was seen."""

    seen = None  # type: ignore[assignment]


class ClosePlanForm(VersionedForm):
    """Why a plan ends."""

    closure = forms.ChoiceField(
        label="Why is the plan closed?",
        choices=CLOSURE_WORDS,
        widget=forms.RadioSelect,
    )


class GoalForm(VersionedForm):
    """A goal in her words."""

    words = words_field("The goal, in her words")
    state = forms.ChoiceField(label="How far is it?", choices=GOAL_WORDS)
    due_on = day_field("By when, if she set a day", required=False)
    review_on = day_field("Look at it again on", required=False)

    def about(self) -> set[str]:
        """Everything about the goal."""
        return {"words", "state", "due_on", "review_on"}

    def argument(self, told: dict[str, Any]) -> dict[str, Any]:
        """The goal as wanted."""
        return {"wanted": Wanted(**told)}


class SetGoalForm(GoalForm):
    """A new goal."""

    seen = None  # type: ignore[assignment]


class StepForm(VersionedForm):
    """What is done, by whom, by when."""

    words = words_field("What is to be done", rows=2)
    owner = forms.ModelChoiceField(
        label="Who does it?",
        queryset=User.objects.none(),
        required=False,
        empty_label="The survivor herself",
    )
    due_on = day_field("By when", required=False)

    def __init__(self, *args: Any, team: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = team
        field.label_from_instance = _name


class SetStepForm(StepForm):
    """A new step."""

    seen = None  # type: ignore[assignment]


class DoneForm(VersionedForm):
    """Nothing but the act, and the version that was seen."""


def content_of(told: dict[str, Any]) -> dict[str, Any]:
    """What a plan holds, from the fields of its form."""
    return {
        "summary": told["summary"],
        "has_children": told["has_children"],
        "needs": {
            str(family): {
                "need": told[f"{family}_need"],
                "words": told[f"{family}_words"],
            }
            for family in Family
        },
    }


def initial_of(plan: Plan) -> dict[str, Any]:
    """The fields of the form, from what a plan holds."""
    content = plan.content
    initial = {
        "seen": plan.version,
        "summary": content["summary"],
        "has_children": content["has_children"],
        "review_on": plan.review_on,
    }
    for family, found in content["needs"].items():
        initial[f"{family}_need"] = found["need"]
        initial[f"{family}_words"] = found["words"]
    return initial


def _name(user: User) -> str:
    return user.name
