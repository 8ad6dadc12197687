"""Looking and printing: both are acts, and both are written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from centre.chain_of_custody.actions.docket import case_of
from centre.chain_of_custody.actions.store import accepted_classes
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import (
    CustodyEvent,
    EarlierNumber,
    Item,
    Kit,
    Location,
)
from centre.chain_of_custody.queries.dossier import Dossier, dossier
from centre.chain_of_custody.queries.history import Package, centre_of, histories
from centre.chain_of_custody.queries.lists import with_examiner
from centre.chain_of_custody.rules import codes
from centre.chain_of_custody.rules.codes import Mark as On
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal, references
from centre.core.actions.upkeep import newest_head
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class LabelText:
    """What stands on one label: nothing of a person, no site of the body."""

    payload: str
    code: str
    lines: tuple[str, ...]
    signs: tuple[str, ...] = ()
    has_seal_box: bool = False


@dataclass(frozen=True)
class LabelSheet:
    """Labels made at one moment by one person."""

    centre: str
    made: str
    labels: tuple[LabelText, ...]
    head: LedgerHead


@transaction.atomic
def look_at(*, package: Package, by: User) -> Dossier:
    """Open a kit's or an item's page; that somebody looked is written down."""
    at = clock.now()
    on = package.case or centre_of(package)
    access.require(by, _view(package, on), on)
    journal.looked(Kind.READ, by=by, on=on, at=at, what=str(package))
    return dossier(package)


@transaction.atomic
def look_at_question(*, event: CustodyEvent, by: User) -> dict[str, str]:
    """Read the words of a discrepancy that is to be resolved."""
    at = clock.now()
    case = case_of(event.thing)
    access.require(by, Permission.DISCREPANCY_RESOLVE, case)
    journal.looked(Kind.READ, by=by, on=case, at=at, what=f"Discrepancy, {event.thing}")
    details, about = event.details or {}, event.about
    return {
        "on_record": about.seal_before if about else "",
        "read": about.seal_after if about else "",
        "words": details.get("words", ""),
        "safeguarding": details.get("safeguarding", ""),
        "who": details.get("actor", {}).get("name", ""),
    }


@transaction.atomic
def print_labels(
    *, packages: Sequence[Package], by: User, is_outer: bool = False
) -> LabelSheet:
    """Print labels; each carries a random code and nothing about a person.

    The outer label of a package tells how to keep and carry it, not what is in it.
    """
    at = clock.now()
    if not packages:
        raise RuleError("There is nothing to print a label for.")
    for package in packages:
        on = package.case or centre_of(package)
        access.require(by, _label_permission(package, on), on)
        journal.looked(Kind.PRINTED, by=by, on=on, at=at, what=f"Label, {package}")
    return label_sheet(packages=packages, by=by, at=at, is_outer=is_outer)


@transaction.atomic
def print_case_labels(*, case: Case, by: User) -> LabelSheet:
    """Print the labels of all items of a case that are not sealed yet."""
    access.require(by, Permission.ITEM_LABEL, case)
    waiting = with_examiner(Item.objects.filter(case=case))
    return print_labels(packages=waiting, by=by)


@transaction.atomic
def print_place_label(*, place: Location, by: User) -> LabelSheet:
    """Print the label of a place of the store."""
    at = clock.now()
    access.require(by, Permission.LOCATION_OPEN, place.centre)
    journal.looked(Kind.PRINTED, by=by, on=place.centre, at=at, what="Label of a place")
    kept = catalogue().words_of_class(place.storage_class)
    made = _text(On.LOCATION, place.code, place.name, kept)
    return _sheet(place.centre, [made], by=by, at=at)


def label_sheet(
    *, packages: Sequence[Package], by: User, at: datetime, is_outer: bool = False
) -> LabelSheet:
    """The labels of these things, for an act that asked and wrote it down."""
    lines = histories(packages)
    earlier = EarlierNumber.objects.filter(item__in=[p.pk for p in packages])
    numbers = dict(earlier.values_list("item", "number"))
    made = [
        _outer(p)
        if is_outer
        else _label(p, [x.event for x in lines[p.pk]], numbers.get(p.pk, ""))
        for p in packages
    ]
    return _sheet(centre_of(packages[0]), made, by=by, at=at)


def head_of(centre: Centre, at: datetime) -> LedgerHead:
    """A signed checkpoint of the centre's log as it stands now."""
    log = journal.origin(centre)
    return LedgerHead.of(newest_head(log=log, at=at).note)


def _sheet(
    centre: Centre, made: Sequence[LabelText], *, by: User, at: datetime
) -> LabelSheet:
    return LabelSheet(
        centre=centre.name,
        made=f"{at:%Y-%m-%d %H:%M} UTC, {by.username}",
        labels=tuple(made),
        head=head_of(centre, at),
    )


def _label(package: Package, events: Sequence[CustodyEvent], earlier: str) -> LabelText:
    if isinstance(package, Kit):
        case = next((e.case for e in events if e.case), None)
        reference = f"Case {case}" if case else "Not issued yet"
        expires = f"Expires {package.expires_on:%d %b %Y}" if package.expires_on else ""
        return _text(On.KIT, package.code, f"Kit, {package.kind}", reference, expires)
    taken = next((e for e in events if e.move == Move.COLLECTED), None)
    kind = package.kind
    found = _text(
        On.ITEM,
        package.code,
        f"{kind.label} no. {package.index} · Case {package.case}",
        _place_in_kit(package),
        _begun(taken, earlier),
        f"Keep: {_kept(package)}",
        "Name: ____________________" if package.specimen in _named() else "",
    )
    return replace(found, signs=_signs(package), has_seal_box=True)


def _begun(taken: CustodyEvent | None, earlier: str) -> str:
    """When and by whom it was taken, or the number it bore before."""
    if taken is not None:
        return f"Collected {taken.local:%d %b %Y %H:%M}, {_initials(taken)}"
    return f"Old number {earlier}" if earlier else ""


def _outer(package: Package) -> LabelText:
    """For carrying: how to keep it and what to beware of; no word of what it is."""
    on = On.ITEM if isinstance(package, Item) else On.KIT
    found = _text(
        on,
        package.code,
        "Sealed evidence. Open from the end the arrow shows.",
        f"Keep: {_kept(package)}",
        "Body fluids possible. Wear gloves.",
    )
    return replace(found, signs=_signs(package), has_seal_box=True)


def _place_in_kit(item: Item) -> str:
    if item.kit is None:
        return "No kit"
    beside = Item.objects.filter(kit=item.kit, parent__isnull=True)
    codes_in_order = list(beside.values_list("code", flat=True))
    number = codes_in_order.index(item.code) + 1
    return f"{item.kit} · {number} of {len(codes_in_order)}"


def _kept(package: Package) -> str:
    best = accepted_classes(package)[:1]
    return ", ".join(catalogue().words_of_class(c).lower() for c in best) or "as told"


def _signs(package: Package) -> tuple[str, ...]:
    return (*accepted_classes(package)[:1], "biohazard")


def _named() -> tuple[str, ...]:
    """The specimens that bear a name by law here, and only where one may stand."""
    wanted: tuple[str, ...] = settings.NAMED_LABELS
    known = catalogue().specimens
    return tuple(c for c in wanted if c in known and known[c].may_bear_name)


def _text(on: On, code: str, *lines: str) -> LabelText:
    kept = tuple(line for line in lines if line)
    return LabelText(codes.payload(on, code), references.grouped(code), kept)


def _initials(event: CustodyEvent) -> str:
    name = (event.details or {}).get("actor", {}).get("name", "")
    return "".join(part[0] for part in name.split())


def _view(package: Package, on: Case | Centre) -> Permission:
    if isinstance(package, Item):
        return Permission.ITEM_VIEW
    return Permission.KIT_VIEW if isinstance(on, Case) else Permission.KIT_STOCK


def _label_permission(package: Package, on: Case | Centre) -> Permission:
    if isinstance(package, Item):
        return Permission.ITEM_LABEL
    return Permission.KIT_VIEW if isinstance(on, Case) else Permission.KIT_STOCK
