"""Forms of the hand-over: scans, seals as seen, signatures of either side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from centre.chain_of_custody.actions.handover import Carried
from centre.chain_of_custody.actions.signed import read_scans
from centre.chain_of_custody.forms.parts import (
    CODE,
    choice,
    moment,
    sentences,
)
from centre.chain_of_custody.forms.requests import code_field
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.handover import Identity, Refused
from centre.core.forms import ActionForm

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
