"""What the pages of evidence requests ask."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from centre.chain_of_custody.actions.requests import Asked
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.grounds import PURPOSES as ASKED_FOR
from centre.chain_of_custody.rules.grounds import Scope
from centre.chain_of_custody.statutes import statutes
from centre.core.consent_items import PURPOSES
from centre.core.forms import ActionForm, clean_text

ROWS = 5
_PURPOSES = [(p, PURPOSES[p]) for p in ASKED_FOR]


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RequestForm(ActionForm):
    """Who asks for what in which matter."""

    unit_case_no = forms.CharField(
        label="Your own case number",
        help_text="As your unit writes it.",
        max_length=60,
    )
    quoted = forms.CharField(
        label="Kit number or consent reference you were given",
        help_text="Leave empty if you have none.",
        max_length=60,
        required=False,
    )
    purpose = forms.ChoiceField(
        label="What is it for?",
        help_text="Each purpose needs a consent or an order of its own. What is kept "
        "without a report is not analysed before the survivor reports.",
        choices=_PURPOSES,
        widget=forms.RadioSelect,
    )
    needed_by = _day("Needed by")
    collector = forms.CharField(
        label="Who will collect, with rank and badge number", max_length=200
    )
    urgency = forms.CharField(
        label="If it is urgent: why",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    offence = forms.CharField(
        label="Kind of offence, with day and place if you wish",
        max_length=200,
        required=False,
    )
    paper = forms.FileField(
        label="Scan of the order or letter",
        help_text="PDF, JPEG or PNG, at most 10 MB. It is kept encrypted.",
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "application/pdf,image/jpeg,image/png"}
        ),
    )


_OF_BASIS: Final = ("authority", "dated_on", "valid_until", "statute")
_AS_SHOWN: Final = {("scope", Scope.ITEM.value)}
"""What stands in a line that nobody has touched."""


class LineForm(forms.Form):
    """One item or kind of item or document, on one basis."""

    scope = forms.ChoiceField(
        label="You ask for",
        choices=[(s.value, s.words) for s in Scope],
        required=False,
    )
    what = forms.CharField(
        label="Item",
        help_text="Its code if you have it, or what it is.",
        max_length=200,
        required=False,
    )
    basis = forms.ChoiceField(
        label="Legal basis",
        choices=[("", "Choose one"), *((b.value, b.words) for b in Basis)],
        required=False,
    )
    basis_reference = forms.CharField(
        label="Number of the order, section of the law, or what the danger is",
        max_length=200,
        required=False,
    )
    authority = forms.CharField(
        label="For an order: court or authority", max_length=160, required=False
    )
    dated_on = _day("For an order: its date")
    valid_until = _day("For an order: valid until, if it says so")
    statute = forms.ChoiceField(
        label="For a law: which one",
        choices=[("", "Choose one"), *((c, s.label) for c, s in statutes().items())],
        required=False,
    )

    @property
    def is_begun(self) -> bool:
        """Whether anything stands in this line, or is wrong with it."""
        return bool(self.errors) or self._holds(*self.fields)

    @property
    def names_its_basis(self) -> bool:
        """Whether the particulars of an order or a law are told, or wrong."""
        return self._holds(*_OF_BASIS) or any(name in self.errors for name in _OF_BASIS)

    def _holds(self, *names: str) -> bool:
        values = {name: self[name].value() for name in names}
        return any(v for name, v in values.items() if (name, v) not in _AS_SHOWN)

    def clean(self) -> dict[str, Any]:
        """A line that was begun is finished."""
        cleaned = super().clean() or {}
        several = cleaned.get("scope") == Scope.ALL
        begun = several or any(
            cleaned.get(name) for name in ("what", "basis", "basis_reference")
        )
        if begun and not cleaned.get("what"):
            if several:
                cleaned["what"] = Scope.ALL.words
            else:
                self.add_error("what", "Say which item you ask for.")
        if begun and not cleaned.get("basis"):
            self.add_error("basis", "Choose the legal basis of this line.")
        return cleaned


LineFormSet = forms.formset_factory(LineForm, extra=ROWS, max_num=20)


def asked_lines(formset: Any, purpose: str) -> list[Asked]:
    """The lines that were filled in."""
    return [
        Asked(
            what=clean_text(row["what"]),
            basis=row["basis"],
            basis_reference=clean_text(row["basis_reference"]),
            purpose=purpose,
            scope=row["scope"] or Scope.ITEM,
            told=_told(row),
        )
        for row in formset.cleaned_data
        if row and row.get("what")
    ]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """What a line tells of its order or law, as JSON keeps it."""
    told = {
        "authority": clean_text(row.get("authority") or ""),
        "dated_on": row["dated_on"].isoformat() if row.get("dated_on") else "",
        "valid_until": row["valid_until"].isoformat() if row.get("valid_until") else "",
        "statute": row.get("statute") or "",
    }
    return {name: value for name, value in told.items() if value}


class SealsForm(forms.Form):
    """The custodian reads each seal, says who stands before her, and signs."""

    def __init__(self, *args: Any, packages: list[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = packages
        for package in packages:
            self.fields[f"{package.code}-seal"] = forms.CharField(
                label=f"Seal number on {package}",
                help_text="Read it from the package.",
                max_length=40,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        self.fields["conveyance"] = forms.CharField(
            label="How it is carried", max_length=120
        )
        self.fields["conditions"] = forms.CharField(
            label="Conditions, such as keeping cool", max_length=300, required=False
        )
        self.fields["code"] = code_field("Your signature under the release.")

    def seals(self) -> dict[str, str]:
        """Seal as read, by the package's code."""
        return {
            package.code: self.cleaned_data[f"{package.code}-seal"].strip()
            for package in self.packages
        }


class LooksForm(forms.Form):
    """The receiver types every seal number as seen, and signs."""

    def __init__(self, *args: Any, packages: list[Package], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = packages
        for package in packages:
            self._add(package)
        self.fields["code"] = code_field("Your signature under the receipt.")

    def _add(self, package: Package) -> None:
        self.fields[f"{package.code}-seal"] = forms.CharField(
            label=f"Seal number on {package}",
            help_text="Read it from the package. It is not shown here on purpose.",
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.fields[f"{package.code}-condition"] = forms.ChoiceField(
            label=f"Seal on {package}",
            choices=[(c.value, c.words) for c in Condition],
            widget=forms.RadioSelect,
        )

    def seen(self) -> dict[str, Seen]:
        """What the receiver saw, by the package's code."""
        data = self.cleaned_data
        return {
            p.code: Seen(
                data[f"{p.code}-seal"].strip(), Condition(data[f"{p.code}-condition"])
            )
            for p in self.packages
        }


def code_field(why: str) -> forms.CharField:
    """The one-time code that signs."""
    return forms.CharField(
        label="Your one-time code",
        help_text=why,
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
