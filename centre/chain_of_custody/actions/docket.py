"""A kit or an item taken in hand for one act: locked, folded, and written to.

The case is locked, so that all acts on one case's evidence come one after another:
an item, the kit it lies in and the transfer it is in can never be moved at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from centre.agencies.queries import agency_of
from centre.chain_of_custody.actions.whereabouts import keep
from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.history import Package, standing
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.corrections import CORRECTING
from centre.chain_of_custody.rules.fold import OUTSIDE, Standing, apply
from centre.chain_of_custody.rules.moves import Move
from centre.core import journal
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, User, acting_role
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry


@dataclass(frozen=True)
class Told:
    """What the person adds to any act: when it was, why it is late, in her words."""

    occurred_at: datetime | None = None
    late_reason: str = ""
    note: str = ""


@dataclass
class Docket:
    """One thing, its history so far and who acts on it now."""

    package: Package
    case: Case
    by: User
    at: datetime
    standing: Standing
    told: Told = field(default_factory=Told)

    @property
    def centre(self) -> Centre:
        """Whose log the entry goes into."""
        return self.case.centre

    def write(
        self,
        move: Move,
        *,
        details: Mapping[str, Any] | None = None,
        refs: Sequence[Entry] = (),
        blob_sha256: str | None = None,
        **columns: Any,
    ) -> CustodyEvent:
        """Check that the move is legal here and now; write it and its entry."""
        occurred = self.told.occurred_at or self.at
        checks.check_move(move, self.standing)
        checks.check_here(move, self.standing, self.by.pk)
        mode = checks.check_time(
            move, occurred=occurred, now=self.at, reason=self.told.late_reason
        )
        checks.check_order(move, self.standing, occurred)
        event = self._event(move, occurred, mode, columns)
        event.details = self._details(details or {})
        event.save()
        journal.record(
            Kind(move),
            by=self.by,
            on=self.case,
            at=self.at,
            row=event,
            stream=self.package.pk,
            refs=refs,
            blob_sha256=blob_sha256,
        )
        self._follow(event)
        return event

    def _follow(self, event: CustodyEvent) -> None:
        """How the thing stands now; after a correction all of it is folded anew."""
        if event.move in CORRECTING:
            self.standing = standing(self.package)
        else:
            self.standing = apply(self.standing, event.fact())
        keep(self.package, self.case, self.standing)

    def _event(
        self,
        move: Move,
        occurred: datetime,
        mode: checks.EntryMode,
        columns: Mapping[str, Any],
    ) -> CustodyEvent:
        package = self.package
        zone = self.centre.timezone
        offset = occurred.astimezone(ZoneInfo(zone)).utcoffset()
        return CustodyEvent(
            centre=self.centre,
            case=self.case,
            kit=package if isinstance(package, Kit) else None,
            item=package if isinstance(package, Item) else None,
            seq=_next(CustodyEvent.objects.filter(**{package.thing: package}), "seq"),
            number=_next(CustodyEvent.objects.filter(case=self.case), "number"),
            move=move,
            occurred_at=occurred,
            zone=zone,
            utc_offset=int(offset.total_seconds() // 60) if offset else 0,
            recorded_at=self.at,
            entry_mode=mode,
            actor=self.by,
            actor_role=acting_role(self.by, self.centre),
            **columns,
        )

    def _details(self, more: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"actor": snapshot(self.by, self.centre), **more}
        if self.by.seat:
            kept["session"] = self.by.seat
        if self.told.late_reason.strip():
            kept["late_reason"] = self.told.late_reason.strip()
        if self.told.note.strip():
            kept["note"] = self.told.note.strip()
        return kept


def take(
    package: Package,
    *,
    by: User,
    at: datetime,
    case: Case | None = None,
    told: Told | None = None,
) -> Docket:
    """Lock the thing's case, read its history, and hold it for this act."""
    held = lock(case or case_of(package))
    return Docket(package, held, by, at, standing(package), told or Told())


def lock(case: Case) -> Case:
    """Hold a case for one act; whoever comes second waits and then reads anew."""
    rows = Case.objects.select_related("centre").select_for_update(of=("self",))
    return rows.get(pk=case.pk)


def case_of(package: Package) -> Case:
    """The case a thing belongs to; a kit in stock has none."""
    case = package.case
    if case is None:
        raise RuleError("This kit is in stock. Issue it to a case first.")
    return case


def snapshot(person: User, centre: Centre) -> dict[str, str]:
    """A person as she was at this moment, frozen into the event.

    Whoever acts for an outside agency does so in its name, not in the centre's.
    """
    role = acting_role(person, centre)
    agency = agency_of(person, centre=centre) if role in OUTSIDE else None
    return {
        "name": person.name,
        "role": role,
        "organisation": agency.name if agency else centre.name,
    }


def _next(rows: Any, column: str) -> int:
    last: int | None = rows.aggregate(last=Max(column))["last"]
    return (last or 0) + 1
