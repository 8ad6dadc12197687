"""One form for each act on a kit or an item."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from centre.chain_of_custody.forms.parts import (
    EMPTY,
    KitScan,
    PackageForm,
    PlaceForm,
    SeenForm,
    WhenForm,
    choice,
    colleagues,
    moment,
    scan,
    sentences,
    yes_or_no,
)
from centre.chain_of_custody.models import Kit
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.fold import Outcome
from centre.chain_of_custody.rules.samples import PACKAGINGS, SEAL_KINDS
from centre.core.forms import ActionForm
from centre.core.models import User
from centre.core.permissions import Permission


class OpenKitForm(WhenForm):
    """Opening a kit."""

    seal_was_intact = yes_or_no(
        "Was the maker's seal intact?", "If not, say in the note what was wrong."
    )


class PackForm(WhenForm):
    """The first packaging of a sample."""

    packaging = choice("Packaging", PACKAGINGS)
    is_dry = yes_or_no("Is it dry?")
    is_biohazard = forms.BooleanField(
        label="A biohazard sign is needed on it", required=False
    )


class LabelForm(PackageForm):
    """Scanning the printed label back."""

    scanned = scan(
        "Scan the label on the package",
        "Print the label, stick it on, then scan it from the package itself.",
    )


class SealForm(WhenForm):
    """Sealing an item."""

    seal = scan("Number of the new seal", "As printed on the seal.")
    kind = choice("Kind of seal", SEAL_KINDS)


class AddToKitForm(PackageForm):
    """Putting a sealed item into a kit."""

    kit = scan("Scan the kit")

    def clean_kit(self) -> Kit:
        """The scanned kit."""
        return KitScan.found(self.by, self.cleaned_data["kit"], Permission.KIT_SEAL)


class SealKitForm(PackageForm):
    """Sealing a kit after scanning everything in it."""

    scanned = forms.CharField(
        label="Scan every item in the kit",
        help_text="One code on each line. A scanner goes to the next line by itself.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
    )
    seal = scan("Number of the new seal on the kit", "As printed on the seal.")
    kind = choice("Kind of seal", SEAL_KINDS)

    def clean_scanned(self) -> list[str]:
        """The codes, one a line."""
        typed: str = self.cleaned_data["scanned"]
        return [line for line in typed.splitlines() if line.strip()]


class StoreForm(PlaceForm):
    """Putting something away."""


class MoveForm(PlaceForm):
    """Moving something within the store."""

    note = None
    reason = sentences("Why it is moved", required=True)


class CheckOutForm(PackageForm):
    """Giving something to a colleague for a while."""

    note = None
    taker = forms.ChoiceField(label="Who takes it")
    reason = sentences("What it is taken for", required=True)
    due_back_at = moment("Due back", required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["taker"]
        field.choices = [EMPTY, *colleagues(self.centre, self.by)]

    def clean_taker(self) -> User:
        """The colleague."""
        return User.objects.get(pk=UUID(self.cleaned_data["taker"]))


class CheckInForm(SeenForm, PlaceForm):
    """Taking something back, after a look at its seal."""

    occurred_at = None
    late_reason = None


class CheckSealForm(SeenForm, WhenForm):
    """Looking at a seal."""


class RaiseForm(WhenForm):
    """Saying that something is not as it should be."""

    note = None
    question = choice(
        "What is not as it should be?", {q.value: q.words for q in Question}
    )
    words = sentences("What you saw", required=True)
    safeguarding = sentences("What was done at once to keep it safe")


class NoteForm(WhenForm):
    """Adding words to the chain."""

    note = None
    words = sentences("What is to be noted", required=True)


class TellPoliceForm(WhenForm):
    """Writing down that the police were told."""

    note = None
    words = sentences("Which unit was told, and how", required=True)


class ResolveForm(ActionForm):
    """Answering a discrepancy."""

    outcome = choice("How did this end?", {o.value: o.words for o in Outcome})
    words = sentences("What was found out", required=True)
