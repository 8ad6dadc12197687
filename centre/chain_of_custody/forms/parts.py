"""What many forms of the store share: when it was, what was seen, where it lies."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from centre.chain_of_custody.actions.store import Climate
from centre.chain_of_custody.models import Attachment, Kit, Location
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.lists import kits_within
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.scans import copied_from
from centre.core.actions.set_up import SYSTEM
from centre.core.forms import ActionForm
from centre.core.models import Centre, Membership, User
from centre.core.permissions import Permission

LONG: Final = 10_000
CODE: Final = {"autocomplete": "off", "autocapitalize": "characters", "data-scan": ""}
EMPTY: Final = ("", "Choose one")
LAST: Final = ("occurred_at", "late_reason", "source", "note")
MOST_PAPERS: Final = 50


def yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """A question with two answers and none of them set beforehand."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


def choice(
    label: str, choices: dict[str, str], help_text: str = ""
) -> forms.ChoiceField:
    """One of a closed list, nothing chosen beforehand."""
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=[EMPTY, *choices.items()]
    )


def moment(label: str, help_text: str = "", *, required: bool = False) -> Any:
    """A date and time by the clock on the wall."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )


def sentences(
    label: str, help_text: str = "", *, required: bool = False
) -> forms.CharField:
    """A few sentences."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def scan(label: str, help_text: str = "") -> forms.CharField:
    """A code to scan or to type."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )


class PackageForm(ActionForm):
    """A form about one kit or item; its page knows the person and the thing."""

    note: Any = sentences("Note, if anything should be said")

    def __init__(
        self, *args: Any, package: Package, by: User, centre: Centre, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.package, self.by, self.centre = package, by, centre
        self.order_fields([*self.own_order(), *LAST])

    def own_order(self) -> list[str]:
        """The form's own questions come first, as declared; time and note last."""
        return [name for name in self.fields if name not in LAST]


class WhenForm(PackageForm):
    """An act that may have been done a while ago."""

    occurred_at: Any = moment(
        "When it was done", "Leave empty if it is being done now."
    )
    late_reason: Any = forms.CharField(
        label="If that is a while ago: why it is written down late",
        required=False,
        max_length=1000,
    )
    source: Any = forms.ChoiceField(
        label="The paper it is copied from, if it is kept here",
        help_text="The late entry then names it by its SHA-256.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._papers = self._kept() if "late_reason" in self.fields else {}
        field: Any = self.fields["source"]
        named = [(key, f"No. {p.event.number}: {p}") for key, p in self._papers.items()]
        field.choices = [("", "None"), *named]
        if not named:
            del self.fields["source"]

    def clean(self) -> dict[str, Any]:
        """A chosen paper is named in the reason why it is late."""
        cleaned = super().clean()
        paper = self._papers.get(cleaned.pop("source", ""))
        reason = cleaned.get("late_reason", "")
        if paper is None:
            return cleaned
        if not reason.strip() or cleaned.get("occurred_at") is None:
            self.add_error(
                "source",
                "A paper is named for what is written down late. Say when it was done "
                "and why it is late, or choose no paper.",
            )
            return cleaned
        number, sha256 = paper.event.number, paper.sha256
        return {**cleaned, "late_reason": copied_from(reason, number, sha256)}

    def _kept(self) -> dict[str, Attachment]:
        """The documents of this very thing, the newest first."""
        own = {f"event__{self.package.thing.value}": self.package}
        rows = Attachment.objects.filter(**own).select_related("event")
        return {str(row.pk): row for row in rows.order_by("-kept_at")[:MOST_PAPERS]}


class SeenForm(PackageForm):
    """A look at a seal: the number as one sees it, never as the record says."""

    seal = forms.CharField(
        label="Seal number, as you read it from the seal",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs=CODE),
    )
    condition = choice("The seal is", {c.value: c.words for c in Condition})
    package_condition = choice("The package is", PACKAGES)

    def clean(self) -> dict[str, Any]:
        """The three answers together are what was seen."""
        cleaned = super().clean()
        parts = [
            cleaned.pop(n, None) for n in ("seal", "condition", "package_condition")
        ]
        if all(p is not None for p in parts):
            cleaned["seen"] = Seen(parts[0], Condition(parts[1]), parts[2])
        return cleaned


class PlaceForm(WhenForm):
    """A scanned place of this centre's store, with what the thermometer reads."""

    place = scan("Scan the place", "The code on the shelf, the box or the door.")
    temperature = forms.CharField(
        label="Temperature, if the place has a thermometer",
        required=False,
        max_length=40,
    )
    unfit_reason = forms.CharField(
        label="If the place is not of the kind this needs: why it lies there",
        required=False,
        max_length=1000,
    )

    def clean_place(self) -> Location:
        """The place the code belongs to."""
        code = read_scan(self.cleaned_data["place"])
        found = Location.objects.filter(centre=self.centre, code=code).first()
        if found is None:
            raise forms.ValidationError(
                "No place of this store has this code. Scan it once more."
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Temperature and reason travel together."""
        cleaned = super().clean()
        cleaned["climate"] = Climate(
            cleaned.pop("temperature", ""), cleaned.pop("unfit_reason", "")
        )
        return cleaned


class KitScan:
    """Reading a scanned kit of a case within the person's reach."""

    @staticmethod
    def found(by: User, typed: str, permission: Permission) -> Kit:
        """The kit, or a sentence."""
        kit = kits_within(by, permission).filter(code=read_scan(typed)).first()
        if kit is None:
            raise forms.ValidationError("No kit of yours has this code.")
        return kit


def colleagues(centre: Centre, besides: User) -> list[tuple[str, str]]:
    """The other people of a centre, by name, for a choice."""
    posts = Membership.objects.filter(
        centre=centre, ended_at__isnull=True, user__is_active=True
    ).exclude(user=besides)
    people = {str(p.user_id): p for p in posts.select_related("user")}
    named = [
        (key, f"{p.user.name}, {p.get_role_display().lower()}")
        for key, p in people.items()
        if p.user.username != SYSTEM
    ]
    return sorted(named, key=lambda pair: pair[1])
