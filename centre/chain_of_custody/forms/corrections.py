"""Correcting an event: one field with its own kind of answer, or the whole of it."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from centre.chain_of_custody.forms.disposal import one_time_code
from centre.chain_of_custody.forms.parts import (
    CODE,
    EMPTY,
    LONG,
    choice,
    colleagues,
    scan,
    sentences,
)
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.rules.corrections import GRAVE, REASONS, Field
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.core.forms import ActionForm

_CLOSED: Final[dict[Field, dict[str, str]]] = {
    Field.SEAL_CONDITION: {c.value: c.words for c in Condition},
    Field.PACKAGE: PACKAGES,
}


class CorrectionForm(ActionForm):
    """Why, in a word and in sentences."""

    reason = choice("Why it is corrected", REASONS)
    words = sentences("What is wrong, and how you know", required=True)


class AmendForm(CorrectionForm):
    """What one field should have said; graver fields are signed with a code."""

    def __init__(
        self, *args: Any, event: CustodyEvent, field: Field, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.field = event, field
        self.fields["new"] = _answer(event, field)
        if field in GRAVE:
            self.fields["code"] = one_time_code()
        self.order_fields(["new", "reason", "words", "code"])

    def clean_new(self) -> str:
        """A time in the zone of the event; everything else as typed."""
        new = self.cleaned_data["new"]
        if self.field is not Field.TIME:
            return str(new)
        zone = ZoneInfo(self.event.zone)
        naive = timezone.make_naive(new) if timezone.is_aware(new) else new
        return naive.replace(tzinfo=zone).isoformat()


class VoidForm(CorrectionForm):
    """That the whole event was entered in error."""

    code = one_time_code()


def _answer(event: CustodyEvent, field: Field) -> forms.Field:
    """The kind of answer a field has."""
    label = f"{field.words}: what it should say"
    if field is Field.TIME:
        return forms.DateTimeField(
            label=label,
            help_text=f"By the clock on the wall, {event.zone}.",
            widget=forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            ),
        )
    if field is Field.PLACE:
        return scan("Scan the place where it really was")
    if field is Field.PERSON:
        people = colleagues(event.centre, event.actor)
        return forms.ChoiceField(label="Who it really was", choices=[EMPTY, *people])
    closed = _CLOSED.get(field)
    if closed is not None:
        return choice(label, closed)
    if field in {Field.SEAL_BEFORE, Field.SEAL_AFTER}:
        return forms.CharField(
            label=label, max_length=60, widget=forms.TextInput(attrs=CODE)
        )
    return forms.CharField(
        label=label, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3})
    )
