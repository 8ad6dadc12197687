"""Forms of the hand-over: scans, seals as seen, signatures of either side."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django import forms

from centre.chain_of_custody.actions.handover import Carried
from centre.chain_of_custody.actions.signed import read_scans
from centre.chain_of_custody.actions.transfers import Courier, Outsider, Sign
from centre.chain_of_custody.forms.parts import (
    CODE,
    choice,
    colleagues,
    moment,
    sentences,
)
from centre.chain_of_custody.forms.requests import code_field
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.handover import Identity, Method, Refused
from centre.core.forms import ActionForm
from centre.core.models import Centre, User

STROKES_MOST: Final = 60_000
CONDITIONS: Final = {c.value: c.words for c in Condition}
IDENTITIES: Final = {i.value: i.words for i in Identity}


def short(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    """A line of words."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=200, required=required
    )


def scans() -> forms.CharField:
    """The scans of a set, one a line; a scanner types and goes to the next line."""
    return forms.CharField(
        label="Scan every package",
        help_text="One code a line. A scanner goes on to the next line by itself.",
        max_length=8_000,
        widget=forms.Textarea(attrs={**CODE, "rows": 4, "data-scan-list": ""}),
    )


class SeenSet(ActionForm):
    """A look at every package of a hand-over; no seal number is shown beforehand."""

    def __init__(self, *args: Any, packages: Iterable[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = list(packages)
        own = list(self.fields)
        for package in self.packages:
            self.fields |= seen_fields(package)
        looks = [name for name in self.fields if name not in own]
        first = [name for name in own if name in {"token", "scanned", "reason"}]
        self.order_fields([*first, *looks, *own])

    def clean(self) -> dict[str, Any]:
        """The looks together are what was seen; the scans are a list."""
        cleaned = super().clean()
        if "scanned" in cleaned:
            cleaned["scanned"] = read_scans(cleaned["scanned"])
        seen = {p.code: seen_of(cleaned, p) for p in self.packages}
        if all(seen.values()):
            cleaned["seen"] = seen
        return cleaned


def seen_fields(package: Package) -> dict[str, forms.Field]:
    """The three questions about one package."""
    return {
        f"{package.code}-seal": forms.CharField(
            label=f"Seal number on {package}, as you read it from the seal",
            help_text="It is not shown here on purpose. Leave it empty only if the "
            "seal is missing.",
            required=False,
            max_length=60,
            widget=forms.TextInput(attrs=CODE),
        ),
        f"{package.code}-condition": choice("The seal is", CONDITIONS),
        f"{package.code}-package": choice("The package is", PACKAGES),
    }


def seen_of(cleaned: dict[str, Any], package: Package) -> Seen | None:
    """What was seen of one package, if all of it was answered."""
    parts = [
        cleaned.pop(f"{package.code}-{name}", None)
        for name in ("seal", "condition", "package")
    ]
    if any(part is None for part in parts):
        return None
    return Seen(parts[0].strip(), Condition(parts[1]), parts[2])


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


class ReceiveForm(SeenSet):
    """The receiver: scans, every seal as seen, the temperature, her code."""

    scanned = scans()
    temperature = short(
        "Temperature on arrival, if it has to be kept cool", required=False
    )
    code = code_field("Your signature under the receipt.")


class OfferForm(ActionForm):
    """The custodian scans the exact set, reads each seal, and signs."""

    scanned = scans()
    conveyance = short("How it is carried")
    temperature = short(
        "Temperature it needs on the way, if any", "Such as: 2 to 8 °C", required=False
    )
    conditions = short("Other conditions", required=False)
    expected_at = moment(
        "When it is expected to arrive, if not within two hours",
    )
    expected_person = short("Who collects it, by name")
    code = code_field("Your signature under the release.")

    def __init__(
        self,
        *args: Any,
        packages: Iterable[Package],
        has_account: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.packages = list(packages)
        self.fields["scanned"].required = bool(self.packages)
        if has_account:
            del self.fields["expected_person"]
        for package in self.packages:
            self.fields[f"{package.code}-seal"] = forms.CharField(
                label=f"Seal number on {package}",
                help_text="Read it from the package.",
                max_length=60,
                widget=forms.TextInput(attrs=CODE),
            )
        seals = [name for name in self.fields if name.endswith("-seal")]
        self.order_fields(["token", "scanned", *seals])

    def clean(self) -> dict[str, Any]:
        """The seals by package, the scans as a list, the way it travels as one."""
        cleaned = super().clean()
        if "scanned" in cleaned:
            cleaned["scanned"] = read_scans(cleaned["scanned"])
        cleaned["seals"] = {
            p.code: cleaned.pop(f"{p.code}-seal", "") for p in self.packages
        }
        names = ("conveyance", "temperature", "conditions", "expected_person")
        told = {name: cleaned.pop(name, "") for name in names}
        cleaned["carried"] = Carried(
            expected_at=cleaned.pop("expected_at", None), **told
        )
        return cleaned


class CancelForm(SeenSet):
    """Nobody takes it: why, and each seal once more."""

    reason = short("Why the hand-over does not take place")
    code = code_field("Your signature under the cancellation.")


class RefuseForm(ActionForm):
    """The receiver does not accept it."""

    reason = choice("Why you do not accept it", {r.value: r.words for r in Refused})
    words = sentences("What you see", required=True)
    code = code_field("Your signature under the refusal.")


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


class ScanForm(forms.Form):
    """A code to find something by."""

    code = forms.CharField(
        label="Code of the hand-over",
        help_text="Scan it from the other side's screen, or type it.",
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )


class SendBackForm(ActionForm):
    """An outside holder sends one package back."""

    seal = forms.CharField(
        label="Seal number, as you read it from the seal",
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    conveyance = short("How it is carried")
    words = sentences("Why it goes back", required=True)
    code = code_field("Your signature under the release.")


class OneSeen(ActionForm):
    """A look at one package."""

    seal = forms.CharField(
        label="Seal number, as you read it from the seal",
        help_text="Leave it empty only if the seal is missing.",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    condition = choice("The seal is", CONDITIONS)
    package_condition = choice("The package is", PACKAGES)

    def clean(self) -> dict[str, Any]:
        """The three answers together are what was seen."""
        cleaned = super().clean()
        names = ("seal", "condition", "package_condition")
        parts = [cleaned.pop(name, None) for name in names]
        if all(part is not None for part in parts):
            cleaned["seen"] = Seen(parts[0].strip(), Condition(parts[1]), parts[2])
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


class UnexpectedForm(OneSeen):
    """Something came without a release on file."""

    scanned = forms.CharField(
        label="Code on the package",
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    words = sentences("How it came to you, and from whom", required=True)
    code = code_field("Your signature under the receipt.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["token", "scanned"])
