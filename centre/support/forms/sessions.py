"""Notes of sessions, who supervises them, and appointments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from centre.core.forms import ActionForm
from centre.core.models import User
from centre.support.forms.plans import words_field
from centre.support.rules.sessions import LONGEST, MODE_WORDS


def moment_field(label: str, **options: Any) -> forms.DateTimeField:
    """A day and time on the clock of the centre."""
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )
    return forms.DateTimeField(label=label, widget=widget, **options)


class NoteForm(ActionForm):
    """The note of one session."""

    held_at = moment_field("When did the session begin?")
    minutes = forms.IntegerField(
        label="How many minutes did it last?", min_value=1, max_value=LONGEST
    )
    mode = forms.ChoiceField(
        label="How was it held?", choices=MODE_WORDS, widget=forms.RadioSelect
    )
    content = words_field(
        "The note",
        rows=10,
        max_length=20_000,
        help_text="Only you and your named supervisor can read it. It is kept for "
        "good; what changes later goes into a new note.",
    )


class SupervisorForm(ActionForm):
    """Whose notes, and who reads them."""

    counsellor = forms.ModelChoiceField(
        label="Counsellor", queryset=User.objects.none(), empty_label="Choose one"
    )
    supervisor = forms.ModelChoiceField(
        label="Supervisor",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody",
    )

    def __init__(self, *args: Any, counsellors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("counsellor", "supervisor"):
            field: Any = self.fields[name]
            field.queryset = counsellors
            field.label_from_instance = _name


class AppointmentForm(ActionForm):
    """When, where, with whom."""

    starts_at = moment_field("When?")
    place = forms.CharField(label="Where?", max_length=200)
    with_whom = forms.CharField(label="With whom?", max_length=200)
    way = forms.CharField(
        label="How she gets there and back safely", max_length=300, required=False
    )

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Pass place, person and way on as one document."""
        if not self.is_valid():
            return False
        names = ("place", "with_whom", "way")
        details = {name: self.cleaned_data.pop(name) for name in names}
        return super().perform(action, details=details, **given)


class ResultForm(ActionForm):
    """Whether it took place."""

    was_kept = forms.TypedChoiceField(
        label="Did it take place?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        coerce=lambda answer: answer == "yes",
    )


def _name(user: User) -> str:
    return user.name
