"""Forms of what is not every day's work: drying, opening, holding, missing, warm."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from centre.chain_of_custody.actions.opening import Part
from centre.chain_of_custody.forms.disposal import one_time_code
from centre.chain_of_custody.forms.parts import (
    EMPTY,
    PackageForm,
    SeenForm,
    WhenForm,
    choice,
    colleagues,
    scan,
    sentences,
    yes_or_no,
)
from centre.chain_of_custody.models import Location
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.opening import UNITS, Hold
from centre.chain_of_custody.rules.samples import SEAL_KINDS
from centre.core.forms import ActionForm
from centre.core.models import User


class WithPlace(forms.Form):
    """A scanned place of this centre's store."""

    place = scan("Scan the place", "The code on the cabinet, the shelf or the door.")
    centre: Any

    def clean_place(self) -> Location:
        """The place the code belongs to."""
        code = read_scan(self.cleaned_data["place"])
        found = Location.objects.filter(centre=self.centre, code=code).first()
        if found is None:
            raise forms.ValidationError(
                "No place of this store has this code. Scan it once more."
            )
        return found


class WithWitness(PackageForm):
    """A colleague who sees it."""

    role_of_other = "witness"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields[self.role_of_other]
        field.choices = [EMPTY, *colleagues(self.centre, self.by)]

    def clean(self) -> dict[str, Any]:
        """The colleague herself."""
        cleaned = super().clean()
        chosen = cleaned.get(self.role_of_other)
        if chosen:
            cleaned[self.role_of_other] = User.objects.get(pk=UUID(chosen))
        return cleaned


class StartDryingForm(WithPlace, WhenForm):
    """Putting a sample to dry."""

    is_locked = yes_or_no("Is it locked?", "If not, somebody stays with it.")


class EndDryingForm(WhenForm):
    """Taking it out."""

    is_dry = yes_or_no("Is it dry?")


class ProposeForm(PackageForm):
    """What is proposed, and why."""

    note = None
    words = sentences("Why", required=True)
    code = one_time_code()


class StoreUnsealedForm(WithPlace, WithWitness):
    """Storing what cannot be sealed now."""

    note = None
    reason = sentences("Why it cannot be sealed now", required=True)
    temperature = forms.CharField(
        label="Temperature, if the place has a thermometer",
        required=False,
        max_length=40,
    )
    witness = forms.ChoiceField(label="The witness")


class ProposeOpeningForm(ProposeForm):
    """Opening a seal outside a laboratory."""

    authority = forms.CharField(
        label="On whose authority", help_text="The order or request.", max_length=200
    )


class OpenSealForm(SeenForm, WithWitness):
    """Opening it, as approved."""

    note = None
    authority = forms.CharField(label="On whose authority", max_length=200)
    reason = sentences("Why it is opened", required=True)
    witness = forms.ChoiceField(label="The witness")
    code = one_time_code()
    witness_code = one_time_code("The witness's one-time code")


class PartForm(PackageForm):
    """Taking a part as an item of its own."""

    taken = forms.CharField(label="How much is taken", max_length=20)
    unit = choice("Counted in", UNITS)
    what = forms.CharField(label="What the part is", max_length=200)

    def clean(self) -> dict[str, Any]:
        """The three answers are the part."""
        cleaned = super().clean()
        parts = [cleaned.pop(name, None) for name in ("taken", "unit", "what")]
        if all(part is not None for part in parts):
            cleaned["part"] = Part(*[str(part) for part in parts])
        return cleaned


class SealAgainForm(WithWitness):
    """Closing with a new seal."""

    note = None
    seal = scan("Number of the new seal", "As printed on the seal.")
    kind = choice("Kind of seal", SEAL_KINDS)
    done = sentences("What was done with it", required=True)
    left = forms.CharField(label="What is left in it", max_length=200)
    witness = forms.ChoiceField(label="The witness")


class UseUpForm(WithWitness):
    """Nothing is left."""

    note = None
    role_of_other = "supervisor"
    reason = sentences("Why all of it was used", required=True)
    authority = forms.CharField(label="On whose authority", max_length=200)
    supervisor = forms.ChoiceField(label="Who supervised it")
    code = one_time_code()


class HoldForm(PackageForm):
    """Placing a hold."""

    kind = choice("Who wants it held", {h.value: h.words for h in Hold})
    authority = forms.CharField(
        label="The paper it rests on", help_text="Number and date.", max_length=200
    )
    review_on = forms.DateField(
        label="To be looked at again on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class LiftHoldForm(PackageForm):
    """Lifting one."""

    note = None
    hold = forms.ChoiceField(label="Which hold")
    reason = sentences("Why it ends", required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["hold"]
        placed = self.package.custody.filter(pk__in=standing(self.package).holds)
        field.choices = [
            EMPTY,
            *[
                (str(e.pk), f"{Hold(e.reason_code).words}, {e.local:%d %b %Y}")
                for e in placed
            ],
        ]


class MissingForm(PackageForm):
    """It cannot be found."""

    note = None
    last_seen = sentences("Where and when it was seen last", required=True)
    searches = sentences("Where it was looked for", required=True)
    notified = forms.CharField(label="Who was told", max_length=200)


class FoundForm(SeenForm):
    """It was found."""

    note = None
    where = sentences("Where it was found, and by whom", required=True)


class ConditionForm(PackageForm):
    """What the thermometer shows."""

    note = None
    reading = forms.CharField(label="Temperature, °C", max_length=12)
    sensor = forms.CharField(label="Which thermometer", required=False, max_length=60)
    action = sentences("If it is too warm or too cold: what you did at once")


class ReadingForm(ActionForm):
    """The same for a place."""

    reading = forms.CharField(label="Temperature, °C", max_length=12)
    sensor = forms.CharField(label="Which thermometer", required=False, max_length=60)
    action = forms.CharField(
        label="If it is too warm or too cold: what you did at once",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
