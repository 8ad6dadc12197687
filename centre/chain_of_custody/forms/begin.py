"""Forms that begin something: a kit in stock, a kit for a case, a sample, a place."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.forms.parts import (
    CODE,
    EMPTY,
    choice,
    moment,
    scan,
    sentences,
    yes_or_no,
)
from centre.chain_of_custody.models import Kit, Location
from centre.chain_of_custody.models.places import PlaceKind
from centre.chain_of_custody.models.things import Side
from centre.chain_of_custody.queries.lists import stock
from centre.chain_of_custody.queries.places import Spot
from centre.chain_of_custody.queries.plan import choices
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.samples import METHODS, NOT_TAKEN
from centre.core.forms import ActionForm
from centre.core.models import Centre


class StockKitForm(ActionForm):
    """Taking a kit into stock."""

    kind = forms.CharField(
        label="Kind of kit", help_text="For example: adult, child.", max_length=40
    )
    maker_number = forms.CharField(
        label="Maker's number", required=False, max_length=60
    )
    lot = forms.CharField(label="Lot", required=False, max_length=60)
    expires_on = forms.DateField(
        label="Expires on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class IssueKitForm(ActionForm):
    """Giving a kit from stock to a case."""

    kit = scan("Scan the kit", "The code on the box.")
    is_intact = yes_or_no("Is the box intact, and its maker's seal too?")
    replaced = sentences(
        "If the kit has expired: which parts you replaced",
        "Look at the date on the box. Most often only the blood tubes expire.",
    )
    note = sentences("Note, if anything should be said")

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centre = centre

    def clean_kit(self) -> Kit:
        """A kit of this centre's stock."""
        code = read_scan(self.cleaned_data["kit"])
        found = stock(self.centre).filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                "No kit in stock has this code. Scan it once more, or take another."
            )
        return found


class SampleForm(ActionForm):
    """Which sample, from where, and with which kit."""

    specimen = forms.ChoiceField(
        label="Sample", help_text="In the order of collection."
    )
    site = forms.CharField(
        label="Site", help_text="The part of the body or the thing.", max_length=60
    )
    side = forms.ChoiceField(label="Side", choices=Side.choices, required=False)
    kit = forms.ChoiceField(label="With which kit", required=False)

    def __init__(self, *args: Any, kits: list[Kit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kits = {str(k.pk): k for k in kits}
        fields: Any = self.fields
        fields["specimen"].choices = [EMPTY, *choices()]
        named = [(key, str(kit)) for key, kit in self.kits.items()]
        fields["kit"].choices = [*named, ("", "Without a kit")]

    def clean_kit(self) -> Kit | None:
        """The chosen kit."""
        return self.kits.get(self.cleaned_data["kit"])


class CollectForm(SampleForm):
    """Taking a sample into custody."""

    method = choice("How it was taken", METHODS)
    collected_at = moment("When it was taken", required=True)
    count = forms.IntegerField(
        label="How many, such as swabs", min_value=1, max_value=50, initial=1
    )
    description = sentences("Description", "What it looks like. No name of a person.")
    moistened_with = forms.CharField(
        label="Moistened with, and its batch", required=False, max_length=200
    )
    batches = forms.CharField(
        label="Batch of the swabs", required=False, max_length=200
    )
    hours_since = forms.CharField(
        label="Hours since what happened, as far as she said",
        required=False,
        max_length=40,
    )
    is_self_taken = forms.BooleanField(label="She took it herself", required=False)
    observer = forms.CharField(
        label="If so: who watched",
        help_text="Name and role.",
        required=False,
        max_length=120,
    )
    control_of = forms.CharField(
        label="If this is a control swab: scan the sample it belongs to",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    late_reason = forms.CharField(
        label="If that is more than a day ago: why it is written down late",
        required=False,
        max_length=1000,
    )
    note = sentences("Note, if anything should be said")


class NotTakenForm(SampleForm):
    """Noting that a sample was not taken."""

    reason = choice("Why it was not taken", NOT_TAKEN)
    note = sentences("Note, if anything should be said")


class LocationForm(ActionForm):
    """Opening a place of the store."""

    name = forms.CharField(
        label="Name", help_text="As it stands on the door or the shelf.", max_length=60
    )
    kind = forms.ChoiceField(label="Kind of place", choices=PlaceKind.choices)
    parent = forms.ChoiceField(label="Inside which place", required=False)
    storage_class = forms.ChoiceField(
        label="How it keeps things",
        help_text="Leave empty if it is as the place around it.",
        required=False,
    )

    def __init__(self, *args: Any, spots: list[Spot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(s.location.pk): s.location for s in spots}
        fields: Any = self.fields
        above = [(str(s.location.pk), s.path) for s in spots]
        fields["parent"].choices = [("", "It stands by itself"), *above]
        classes = [
            (c.code, f"{c.words} ({c.detail})") for c in catalogue().classes.values()
        ]
        fields["storage_class"].choices = [("", "As the place around it"), *classes]

    def clean_parent(self) -> Location | None:
        """The place around it."""
        return self.places.get(self.cleaned_data["parent"])
