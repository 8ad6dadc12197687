"""What the pages of the directory ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from centre.agencies.actions import Offer
from centre.agencies.rules import FAMILY_WORDS, KIND_WORDS
from centre.core.forms import ActionForm
from centre.core.models import User


class OfferForm(ActionForm):
    """What is told about an agency."""

    name = forms.CharField(label="Name of the agency", max_length=160)
    services = forms.MultipleChoiceField(
        label="What does it offer?",
        choices=[(f.value, words) for f, words in FAMILY_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    offers = forms.CharField(
        label="In words: for whom, what it costs, what to bring",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact = forms.CharField(label="How to reach it", max_length=300, required=False)
    contact_hours = forms.CharField(
        label="When it is open", max_length=200, required=False
    )
    is_verified = forms.BooleanField(
        label="Somebody of the centre has checked this with the agency",
        required=False,
    )
    is_open = forms.BooleanField(
        label="The agency takes people at present", required=False, initial=True
    )

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Pass what is told on as one value."""
        if not self.is_valid():
            return False
        names = {f for f in OfferForm.base_fields if f != "token"}
        told = {n: self.cleaned_data.pop(n) for n in names}
        return super().perform(action, offer=Offer(**told), **given)


class ListForm(OfferForm):
    """A new agency: its kind besides."""

    kind = forms.ChoiceField(
        label="What kind of agency is it?",
        choices=[("", "Choose one"), *((k.value, w) for k, w in KIND_WORDS.items())],
    )
    field_order = ["name", "kind"]


class MemberForm(ActionForm):
    """Who acts for the agency."""

    user = forms.ModelChoiceField(
        label="Person",
        queryset=User.objects.none(),
        empty_label="Choose one",
        help_text="People with an outside role who act for no agency yet.",
    )
    unit = forms.CharField(label="Unit or station", max_length=160)
    badge = forms.CharField(
        label="Badge or staff number",
        help_text="As you saw it on the identity card.",
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people
        field.label_from_instance = person_in_words


class EndForm(ActionForm):
    """Nothing but the act."""


def person_in_words(user: User) -> str:
    """A person by name and sign-in name."""
    return f"{user.name} ({user.username})"
