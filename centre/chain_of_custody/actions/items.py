"""An item's way from the body to its seal: one act, one event, each by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max

from centre.chain_of_custody.actions.docket import Told, snapshot, take
from centre.chain_of_custody.actions.seals import counterpart_of, use_seal
from centre.chain_of_custody.catalogue import Specimen, catalogue
from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks, opening, samples
from centre.chain_of_custody.rules.codes import check_scan, new_code, read_scan
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import access, clock, consent, journal
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


class Taking(TypedDict, total=False):
    """What else is told about how a sample was taken; all of it is encrypted."""

    description: str
    count: int
    observer: str
    moistened_with: str
    batches: str
    control_of: str
    is_self_taken: bool
    hours_since: str
    late_reason: str
    note: str


@transaction.atomic
def collect_item(
    *,
    case: Case,
    kit: Kit | None,
    specimen: str,
    site: str,
    side: str,
    method: str,
    collected_at: datetime,
    by: User,
    **taking: Unpack[Taking],
) -> Item:
    """Take a sample into custody, under the survivor's consent for this kind of it."""
    at = clock.now()
    access.require(by, Permission.ITEM_COLLECT, case)
    kind = _kind(specimen)
    if kind.consent:
        consent.require(case, kind.consent, at=at)
    samples.check_method(method)
    samples.check_observer(
        taking.get("observer", ""), is_self_taken=taking.get("is_self_taken", False)
    )
    control_of = _control(taking.get("control_of", ""), case)

    told = Told(collected_at, taking.get("late_reason", ""), taking.get("note", ""))
    _check_kit(kit, case)
    item = _register(case, kit, kind, site=site, side=side, by=by, at=at, taking=taking)
    docket = take(item, by=by, at=at, case=case, told=told)
    facts = {k: v for k, v in taking.items() if k not in {"late_reason", "note"}}
    docket.write(
        Move.COLLECTED,
        details={
            **facts,
            "method": method,
            "packaging_advice": kind.packaging,
            "order": _order(case),
            "control_of": control_of,
        },
    )
    return item


@transaction.atomic
def note_not_taken(
    *,
    case: Case,
    kit: Kit | None,
    specimen: str,
    site: str,
    reason: str,
    by: User,
    side: str = "",
    note: str = "",
) -> Item:
    """Write down that a planned sample was not taken, and why."""
    at = clock.now()
    access.require(by, Permission.ITEM_COLLECT, case)
    samples.check_not_taken(reason)
    kind = _kind(specimen)
    _check_kit(kit, case)
    item = _register(case, kit, kind, site=site, side=side, by=by, at=at, taking={})
    docket = take(item, by=by, at=at, case=case, told=Told(note=note))
    docket.write(Move.NOT_TAKEN, reason_code=reason)
    return item


@transaction.atomic
def package_item(
    *,
    item: Item,
    packaging: str,
    is_dry: bool,
    by: User,
    is_biohazard: bool = False,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Put a sample into its first packaging; a wet one goes the wet way."""
    at = clock.now()
    access.require(by, Permission.ITEM_COLLECT, item.case)
    told = Told(occurred_at, late_reason, note)
    docket = take(item, by=by, at=at, told=told)
    samples.check_packaging(packaging, is_dry=is_dry, is_wet_kind=item.kind.wet)
    return docket.write(
        Move.PACKAGED,
        counterpart=counterpart_of(docket),
        details={
            "packaging": packaging,
            "is_dry": is_dry,
            "is_biohazard": is_biohazard,
        },
    )


@transaction.atomic
def label_item(*, item: Item, scanned: str, by: User, note: str = "") -> CustodyEvent:
    """Confirm that the label on the package is this item's, by scanning it back."""
    at = clock.now()
    access.require(by, Permission.ITEM_LABEL, item.case)
    check_scan(scanned, item.code)
    docket = take(item, by=by, at=at, told=Told(note=note))
    return docket.write(
        Move.LABELLED,
        counterpart=counterpart_of(docket),
        details={"scanned": item.code},
    )


@transaction.atomic
def seal_item(
    *,
    item: Item,
    seal: str,
    kind: str,
    by: User,
    witness: User | None = None,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Seal a labelled item with a seal that was never used before."""
    at = clock.now()
    access.require(by, Permission.ITEM_SEAL, item.case)
    docket = take(item, by=by, at=at, told=Told(occurred_at, late_reason, note))
    opening.check_not_sealed(docket.standing)
    checks.check_move(Move.SEALED, docket.standing)
    details: dict[str, Any] = {}
    if witness is not None:
        checks.check_two_people(by.pk, witness.pk)
        details["witness"] = snapshot(witness, docket.centre)
    used = use_seal(docket, seal, kind)
    return docket.write(
        Move.SEALED,
        seal=used,
        seal_after=used.number,
        counterpart=witness or counterpart_of(docket),
        details=details,
    )


@transaction.atomic
def add_to_kit(*, item: Item, kit: Kit, by: User, note: str = "") -> CustodyEvent:
    """Put a sealed item into the open kit of its case."""
    at = clock.now()
    access.require(by, Permission.KIT_SEAL, item.case)
    docket = take(item, by=by, at=at, told=Told(note=note))
    checks.check_fits_kit(fits=item.kind.fits_kit)
    if docket.standing.is_in_kit:
        raise RuleError("This item is in a kit already.")
    _check_kit(kit, item.case)
    return docket.write(
        Move.ADDED_TO_KIT,
        container=kit,
        counterpart=counterpart_of(docket),
        seal_before=docket.standing.seal,
    )


def _kind(specimen: str) -> Specimen:
    found = catalogue().specimens.get(specimen)
    if found is None or not found.is_collected:
        raise RuleError("The catalogue knows no such sample. Choose one from the list.")
    return found


def _order(case: Case) -> int:
    """Which sample of the case this is, in the order in which they were taken."""
    return CustodyEvent.objects.filter(case=case, move=Move.COLLECTED).count() + 1


def _control(typed: str, case: Case) -> str:
    """The code of the sample this is the control of; empty if it is none."""
    if not typed.strip():
        return ""
    code = read_scan(typed)
    if not Item.objects.filter(case=case, code=code).exists():
        raise RuleError(
            "No sample of this case has the code you gave for the control. Scan the "
            "sample it belongs to, or leave it empty."
        )
    return code


def _check_kit(kit: Kit | None, case: Case) -> None:
    if kit is None:
        return
    stands: Standing = standing(kit)
    if kit.case != case:
        raise RuleError("This kit was not issued to this case.")
    if stands.state is not State.OPENED:
        raise RuleError(
            f"This kit is {stands.state.words}. Samples go into it only while it is "
            "open for collection."
        )


def _register(
    case: Case,
    kit: Kit | None,
    kind: Specimen,
    *,
    site: str,
    side: str,
    by: User,
    at: datetime,
    taking: Taking,
) -> Item:
    """The item's own row, under a new code and the next number of its kind (R20)."""
    Case.objects.select_for_update().get(pk=case.pk)
    where = samples.clean_site(site, side)
    same = Item.objects.filter(case=case, specimen=kind.code, site=where, side=side)
    last: int = same.aggregate(last=Max("index"))["last"] or 0
    item = Item.objects.create(
        code=new_code(),
        case=case,
        kit=kit,
        specimen=kind.code,
        site=where,
        side=side,
        index=last + 1,
        catalogue=catalogue().version,
        registered_at=at,
        details={"description": taking.get("description", "")},
    )
    journal.record(
        Kind.ITEM_REGISTERED, by=by, on=case, at=at, row=item, stream=item.pk
    )
    return item
