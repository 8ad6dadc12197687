"""A kit's way from stock through an examination to its seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, snapshot, take
from centre.chain_of_custody.actions.seals import use_seal
from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.history import contents, standings
from centre.chain_of_custody.rules import checks, stock
from centre.chain_of_custody.rules.codes import new_code, read_scan
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

_UNREADY = {
    State.COLLECTED,
    State.DRYING,
    State.PACKAGED,
    State.LABELLED,
    State.SEALED,
}


@transaction.atomic
def stock_kit(
    *,
    centre: Centre,
    kind: str,
    by: User,
    maker_number: str = "",
    lot: str = "",
    expires_on: date | None = None,
) -> Kit:
    """Take a new kit into stock under a code of its own."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, centre)
    checks.check_words(kind, "what kind of kit it is")

    kit = Kit.objects.create(
        code=new_code(),
        centre=centre,
        kind=kind.strip(),
        maker_number=maker_number.strip(),
        lot=lot.strip(),
        expires_on=expires_on,
        stocked_at=at,
        stocked_by=by,
    )
    journal.record(Kind.KIT_STOCKED, by=by, on=centre, at=at, row=kit, stream=kit.pk)
    return kit


@transaction.atomic
def issue_kit(
    *,
    kit: Kit,
    case: Case,
    by: User,
    is_intact: bool,
    replaced: str = "",
    note: str = "",
) -> CustodyEvent:
    """Give a kit from stock to a case; what has expired in it is replaced and noted."""
    at = clock.now()
    access.require(by, Permission.KIT_ISSUE, case)
    if kit.centre_id != case.centre_id:
        raise RuleError("This kit belongs to another centre.")
    Kit.objects.select_for_update().get(pk=kit.pk)
    if not is_intact:
        raise RuleError(
            "A kit that is not intact is not used. Take another kit, and tell the "
            "custodian about this one."
        )
    docket = take(kit, by=by, at=at, case=case, told=Told(note=note))
    is_expired = stock.is_expired(
        kit.expires_on, clock.local(at, case.centre.timezone).date()
    )
    stock.check_replaced(replaced, is_expired=is_expired)
    return docket.write(
        Move.KIT_ISSUED,
        details={
            "is_intact": True,
            "is_expired": is_expired,
            "replaced": replaced.strip(),
        },
    )


@transaction.atomic
def open_kit(
    *,
    kit: Kit,
    by: User,
    seal_was_intact: bool,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Open an issued kit for collection; the maker's seal is looked at first."""
    at = clock.now()
    access.require(by, Permission.KIT_ISSUE, case_of(kit))
    if not seal_was_intact:
        checks.check_words(note, "in the note what was wrong with the maker's seal")
    told = Told(occurred_at, late_reason, note)
    docket = take(kit, by=by, at=at, told=told)
    return docket.write(
        Move.KIT_OPENED, details={"makers_seal_intact": seal_was_intact}
    )


@transaction.atomic
def seal_kit(
    *,
    kit: Kit,
    scanned: Sequence[str],
    seal: str,
    kind: str,
    by: User,
    witness: User | None = None,
    note: str = "",
) -> CustodyEvent:
    """Seal a kit whose every item was scanned into it."""
    at = clock.now()
    access.require(by, Permission.KIT_SEAL, case_of(kit))
    docket = take(kit, by=by, at=at, told=Told(note=note))
    inside = contents(kit)
    checks.check_ready_for_kit(unready=_unready(kit, inside))
    codes = [read_scan(s) for s in scanned]
    checks.check_contents([item.code for item in inside], codes)
    details = {"contents": codes, "count": len(codes)}
    if witness is not None:
        checks.check_two_people(by.pk, witness.pk)
        details["witness"] = snapshot(witness, docket.centre)
    used = use_seal(docket, seal, kind)
    return docket.write(
        Move.KIT_SEALED,
        seal=used,
        seal_after=used.number,
        counterpart=witness,
        details=details,
    )


def _unready(kit: Kit, inside: Sequence[Item]) -> int:
    """How many items of this kit that fit into it are still outside."""
    added = {item.pk for item in inside}
    outside = [i for i in kit.items.all() if i.pk not in added and i.kind.fits_kit]
    stand = standings(outside)
    return sum(s.state in _UNREADY for s in stand.values())
