"""Forms in which somebody without an account signs: couriers, receivers, paper."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms

from centre.chain_of_custody.actions.paper_handover import OnPaper
from centre.chain_of_custody.actions.transfers import Courier, Outsider, Sign
from centre.chain_of_custody.forms.handover import OneSeen, SeenSet, scans, short
from centre.chain_of_custody.forms.parts import (
    CODE,
    choice,
    colleagues,
    moment,
    sentences,
)
from centre.chain_of_custody.forms.requests import code_field
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.handover import Identity, Method
from centre.chain_of_custody.rules.scans import MOST_BYTES
from centre.core.forms import ActionForm
from centre.core.models import Centre, User

STROKES_MOST: Final = 60_000
IDENTITIES: Final = {i.value: i.words for i in Identity}


class SignMixin(forms.Form):
    """How somebody without an account signs: in the box, or before the witness."""

    method = forms.ChoiceField(
        label="How this person signs",
        choices=[(m.value, m.words) for m in (Method.DRAWN, Method.THUMB)],
        widget=forms.RadioSelect,
        help_text="Without the box to draw in, type the name above and choose the "
        "second.",
    )
    strokes = forms.CharField(
        required=False,
        max_length=STROKES_MOST,
        widget=forms.HiddenInput(attrs={"data-signature": ""}),
    )

    def clean_strokes(self) -> list[Any]:
        """The strokes as lists of points; nothing drawn is an empty list."""
        typed = self.cleaned_data["strokes"]
        try:
            drawn = json.loads(typed) if typed else []
        except ValueError:
            drawn = None
        if not isinstance(drawn, list) or any(not isinstance(s, list) for s in drawn):
            raise forms.ValidationError("The signature cannot be read. Draw it again.")
        return drawn

    @staticmethod
    def sign_of(cleaned: dict[str, Any]) -> Sign:
        """Method and strokes, taken out of what was typed."""
        method = cleaned.pop("method", "")
        strokes = cleaned.pop("strokes", None) or []
        return Sign(method, [] if method == Method.THUMB else strokes)


class PickUpForm(SignMixin, ActionForm):
    """The courier: who, for whom, with which papers and vehicle, and the sign."""

    name = short("Name of the courier")
    organisation = short("Works for")
    identity_kind = choice("Identity paper shown", IDENTITIES)
    identity_last4 = forms.CharField(
        label="Last four signs of its number", min_length=4, max_length=4
    )
    carried_by = short("Waybill number or vehicle")
    code = code_field("Your signature under the pick-up.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = ["name", "organisation", "identity_kind", "identity_last4"]
        self.order_fields([*named, "carried_by", "method", "strokes", "code"])

    def clean(self) -> dict[str, Any]:
        """The courier and her sign as one each."""
        cleaned = super().clean()
        names = ("name", "organisation", "identity_kind", "identity_last4")
        told = {n: cleaned.pop(n, "") for n in (*names, "carried_by")}
        cleaned["courier"] = Courier(**told)
        cleaned["sign_of_courier"] = self.sign_of(cleaned)
        return cleaned


class PersonFields(forms.Form):
    """Somebody without an account, as her papers say."""

    name = short("Name")
    rank = short("Rank or post", required=False)
    organisation = short("Organisation")
    identity_kind = choice("Identity paper shown", IDENTITIES)
    identity_last4 = forms.CharField(
        label="Last four signs of its number", min_length=4, max_length=4
    )
    contact = short("Telephone of the organisation", required=False)

    @staticmethod
    def person_of(cleaned: dict[str, Any]) -> Outsider:
        """The six answers as one person."""
        names = ("name", "rank", "organisation", "identity_kind", "identity_last4")
        return Outsider(**{n: cleaned.pop(n, "") for n in (*names, "contact")})


class HandOutForm(PersonFields, SignMixin, SeenSet):
    """Receiver without an account: three people sign before one screen."""

    scanned = scans()
    witness = forms.ChoiceField()
    witness_code = code_field("The witness types her own code: her signature.")
    code = code_field("Your signature under the hand-over.")

    def __init__(self, *args: Any, by: User, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose one"), *colleagues(centre, by)]
        self.fields["witness"] = forms.ChoiceField(
            label="Witness, a colleague who stands beside you", choices=choices
        )
        person = ["name", "rank", "organisation", "identity_kind", "identity_last4"]
        looks = [n for n in self.fields if "-" in n]
        for name in looks:
            if name.endswith("-seal"):
                self.fields[name].help_text = (
                    "Read it aloud from the seal; the witness types what she hears "
                    "and sees."
                )
        last = ["method", "strokes", "witness", "witness_code", "code"]
        self.order_fields(["token", "scanned", *person, "contact", *looks, *last])

    def clean_witness(self) -> User:
        """The colleague as a person."""
        return User.objects.get(pk=self.cleaned_data["witness"])

    def clean(self) -> dict[str, Any]:
        """The receiver and her sign as one each."""
        cleaned = super().clean()
        cleaned["receiver"] = self.person_of(cleaned)
        cleaned["sign_of_receiver"] = self.sign_of(cleaned)
        return cleaned


class PaperForm(PersonFields, SeenSet):
    """What stands on a form that was filled in by hand, with its scan."""

    number = forms.CharField(
        label="Number of the form",
        help_text="The code at its head, scanned or typed.",
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    content = forms.FileField(
        label="Scan of the signed form", help_text="A PDF, a JPEG or a PNG, 10 MB."
    )
    happened_at = moment("When it was handed over, as the form says", required=True)
    late_reason = short("Why it was done on paper")
    conveyance = short("How it was carried")
    scanned = scans()
    witness = forms.ChoiceField()
    code = code_field("Your signature under the late entry.")

    def __init__(self, *args: Any, by: User, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose one"), *colleagues(centre, by)]
        self.fields["witness"] = forms.ChoiceField(
            label="Witness who signed the form", choices=choices
        )
        self.fields["scanned"].required = bool(self.packages)
        self.fields["scanned"].help_text = "Type the codes as the form has them."
        looks = [name for name in self.fields if "-" in name]
        for name in looks:
            if name.endswith("-seal"):
                self.fields[name].help_text = "As the receiver wrote it on the form."
        first = ["token", "number", "content", "happened_at", "late_reason"]
        person = ["name", "rank", "organisation", "identity_kind", "identity_last4"]
        more = ["conveyance", "scanned", *looks, *person, "contact", "witness"]
        self.order_fields([*first, *more, "code"])

    def clean_witness(self) -> User:
        """The colleague as a person."""
        return User.objects.get(pk=self.cleaned_data["witness"])

    def clean(self) -> dict[str, Any]:
        """What stands on the paper as one."""
        cleaned = super().clean()
        receiver = self.person_of(cleaned)
        names = ("number", "happened_at", "late_reason", "conveyance", "witness")
        told = {name: cleaned.pop(name, None) for name in names}
        scan = cleaned.pop("content", None)
        if scan is not None and all(value is not None for value in told.values()):
            number = read_scan(told.pop("number"))
            content = scan.read(MOST_BYTES + 1)
            cleaned["on_paper"] = OnPaper(
                number=number, content=content, receiver=receiver, **told
            )
        return cleaned


class ReturnForm(PersonFields, OneSeen):
    """What was handed out comes back: from whom, and how it looks."""

    note = sentences("Note, if anything should be said")
    code = code_field("Your signature under the receipt.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Who brings it"

    def clean(self) -> dict[str, Any]:
        """Who brings it as one person."""
        cleaned = super().clean()
        cleaned["giver"] = self.person_of(cleaned)
        return cleaned
