"""Taking over old kits and items from an earlier register: new things, never old ones.

Each row makes a new item with one event that says what the old paper says, entered as
an import and always shown as late. All rows are taken over or none (R20, R22), in a
number of steps that grows with the list's batches and not with its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from centre.chain_of_custody.actions.backlog_drafts import clear
from centre.chain_of_custody.actions.many import Due, write_all
from centre.chain_of_custody.actions.papers import LabelSheet, label_sheet
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import (
    Backlog,
    BacklogDraft,
    BacklogDraftScan,
    BacklogScan,
    EarlierNumber,
    Item,
    Location,
    Seal,
)
from centre.chain_of_custody.queries import backlog as queries
from centre.chain_of_custody.rules import backlog as rules
from centre.chain_of_custody.rules.backlog import Old
from centre.chain_of_custody.rules.checks import EntryMode
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.facets import Reporting
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal, references
from centre.core.actions.approvals import sign
from centre.core.actions.cases import open_earlier
from centre.core.errors import RuleError
from centre.core.journal import Deed
from centre.core.models import Case, Centre, Registration, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault import files, keys
from centre.vault.keys import SYSTEM_SCOPE

BATCH: Final = 50
EARLIER_SEAL: Final = "earlier"
"""The kind of a seal that was put on before this record began."""

_LATE: Final = "Taken over from an earlier record."
_MEANWHILE: Final = (
    "Something of this list came into the store while it was being taken over. Nothing "
    "was taken over. Look at the list again."
)


@dataclass
class _Work:
    """One list while it is taken over: what all its rows share."""

    backlog: Backlog
    by: User
    at: datetime
    scans: Mapping[str, BacklogScan]
    places: Mapping[str, Location]
    cases: dict[str, Case] = field(default_factory=dict)
    counted: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def centre(self) -> Centre:
        """Whose store it is."""
        return self.backlog.centre


@transaction.atomic
def take_over_backlog(*, draft: BacklogDraft, code: str, by: User) -> Backlog:
    """Take over every row of a list as a new thing, signed; or none of them."""
    at = clock.now()
    centre = draft.centre
    access.require(by, Permission.BACKLOG_TAKE_OVER, centre)
    held = _held(draft, by)
    told = queries.preview(held, at)
    rules.check_none(told.faults)
    rules.check_scans_named(told.olds, told.scans)
    backlog = _begin(held, len(told.olds), by=by, at=at)
    scans = _keep_scans(backlog, told.scans)
    work = _Work(backlog, by, at, scans, told.places)
    _take_over_all(work, told.olds)
    clear(held)
    sign(by, code)
    return backlog


@transaction.atomic
def open_backlog_scan(*, scan: BacklogScan, by: User) -> bytes:
    """Read a scan of the old paper; the reading is written down."""
    at = clock.now()
    centre = scan.backlog.centre
    access.require(by, Permission.BACKLOG_TAKE_OVER, centre)
    journal.looked(Kind.READ, by=by, on=centre, at=at, what=f"{scan}, {scan.backlog}")
    return b"".join(files.read(scan.blob_id, SYSTEM_SCOPE))


@transaction.atomic
def print_backlog_labels(*, items: Sequence[Item], by: User) -> LabelSheet:
    """Print labels of things that were taken over, to be stuck beside the old ones."""
    at = clock.now()
    for centre in {item.case.centre for item in items}:
        access.require(by, Permission.BACKLOG_TAKE_OVER, centre)
    for item in items:
        what = f"Label, {item}"
        journal.looked(Kind.PRINTED, by=by, on=item.case, at=at, what=what)
    return label_sheet(packages=items, by=by, at=at)


def _held(draft: BacklogDraft, by: User) -> BacklogDraft:
    rows = queries.drafts_of(draft.centre, by).select_for_update(of=("self",))
    held = rows.select_related("centre").filter(pk=draft.pk).first()
    if held is None:
        raise RuleError("This list was taken over or thrown away already.")
    return held


def _begin(draft: BacklogDraft, rows: int, *, by: User, at: datetime) -> Backlog:
    backlog = Backlog.objects.create(
        number=references.new(),
        centre=draft.centre,
        rows=rows,
        file_sha256=draft.content["sha256"],
        taken_over_at=at,
        taken_over_by=by,
    )
    journal.record(
        Kind.BACKLOG_TAKEN_OVER,
        by=by,
        on=draft.centre,
        at=at,
        row=backlog,
        stream=backlog.pk,
    )
    return backlog


def _keep_scans(
    backlog: Backlog, uploaded: Mapping[str, BacklogDraftScan]
) -> dict[str, BacklogScan]:
    """The draft's scans are the list's from now on; each has its entry."""
    by, at = backlog.taken_over_by, backlog.taken_over_at
    kept = {
        name: BacklogScan(
            backlog=backlog,
            blob_id=scan.blob_id,
            size=scan.size,
            sha256=scan.sha256,
            cipher_sha256=scan.cipher_sha256,
            kept_at=at,
            kept_by=by,
        )
        for name, scan in uploaded.items()
    }
    BacklogScan.objects.bulk_create(kept.values())
    deeds = [
        Deed(Kind.BACKLOG_SCAN_KEPT, backlog.centre, row, backlog.pk, row.cipher_sha256)
        for row in kept.values()
    ]
    journal.record_all(deeds, centre=backlog.centre, by=by, at=at)
    return kept


def _take_over_all(work: _Work, olds: Sequence[Old]) -> None:
    """Batch by batch; what the database refuses meanwhile refuses the list."""
    try:
        with transaction.atomic():
            for start in range(0, len(olds), BATCH):
                _take_over(work, olds[start : start + BATCH])
    except IntegrityError as error:
        raise RuleError(_MEANWHILE) from error


def _take_over(work: _Work, batch: Sequence[Old]) -> None:
    """The cases, items, seals and old numbers of some rows, and then their events."""
    _open_cases(work, batch)
    items = {old.row: _item(work, old) for old in batch}
    seals = {old.row: _seal(work, old) for old in batch if old.seal}
    numbers = [_number(work, old, items[old.row]) for old in batch]
    Item.objects.bulk_create(items.values())
    Seal.objects.bulk_create(seals.values())
    EarlierNumber.objects.bulk_create(numbers)
    centre = work.centre
    deeds = [
        *_registered(items.values()),
        *(Deed(Kind.SEAL_REGISTERED, centre, s, s.pk) for s in seals.values()),
        *(Deed(Kind.EARLIER_NUMBER_KEPT, centre, n, n.item_id) for n in numbers),
    ]
    journal.record_all(deeds, centre=centre, by=work.by, at=work.at)
    rules.check_untouched(queries.is_known(i.pk for i in items.values()))
    due = [_due(work, o, items[o.row], seals.get(o.row)) for o in batch]
    write_all(due, centre=centre, by=work.by, at=work.at)


def _registered(items: Iterable[Item]) -> list[Deed]:
    return [Deed(Kind.ITEM_REGISTERED, i.case, i, i.pk) for i in items]


def _open_cases(work: _Work, batch: Sequence[Old]) -> None:
    """New cases for rows whose case is not open yet; no known case is ever used."""
    new = {old.case: old for old in batch if old.case not in work.cases}
    opened = open_earlier(
        centre=work.centre,
        registrations=[_registration(old) for old in new.values()],
        at=work.at,
        by=work.by,
    )
    work.cases |= dict(zip(new, opened, strict=True))
    keys.warm({work.cases[old.case].pk for old in batch} | {SYSTEM_SCOPE})


def _registration(old: Old) -> str:
    is_anonymous = old.reporting is Reporting.ANONYMOUS
    return Registration.ANONYMOUS if is_anonymous else Registration.EARLIER


def _item(work: _Work, old: Old) -> Item:
    specimen = queries.specimen_of(old)
    key = (old.case, specimen.code, old.site)
    work.counted[key] += 1
    return Item(
        code=new_code(),
        case=work.cases[old.case],
        specimen=specimen.code,
        site=old.site,
        index=work.counted[key],
        catalogue=catalogue().version,
        registered_at=work.at,
        details={"description": old.description},
    )


def _seal(work: _Work, old: Old) -> Seal:
    return Seal(
        number=old.seal,
        kind=EARLIER_SEAL,
        centre=work.centre,
        registered_at=work.at,
        registered_by=work.by,
    )


def _number(work: _Work, old: Old, item: Item) -> EarlierNumber:
    return EarlierNumber(
        centre=work.centre,
        number=old.number,
        item=item,
        backlog=work.backlog,
        row=old.row,
        scan=work.scans.get(old.scan),
    )


def _due(work: _Work, old: Old, item: Item, seal: Seal | None) -> Due:
    """The one event of a row, at the hour the paper tells, as an import."""
    zone = ZoneInfo(work.centre.timezone)
    place = work.places[old.place]
    scan = work.scans.get(old.scan)
    occurred = old.received.begins or old.collected.begins or work.at
    offset = occurred.astimezone(zone).utcoffset()
    details = _words(old, work.at.astimezone(zone).date().isoformat())
    if scan is not None:
        details["source_sha256"] = scan.sha256
    if place.storage_class not in item.kind.storage:
        details["unfit_reason"] = "It lay there when it was taken over."
    return Due(
        package=item,
        case=item.case,
        move=Move.TAKEN_OVER,
        columns={
            "occurred_at": occurred,
            "utc_offset": int(offset.total_seconds() // 60) if offset else 0,
            "entry_mode": EntryMode.IMPORT,
            "place": place,
            "storage_class": place.storage_class,
            "seal": seal,
            "seal_after": old.seal,
            "reason_code": old.reporting.value,
        },
        details=details,
        blob_sha256=scan.cipher_sha256 if scan else "",
    )


def _words(old: Old, today: str) -> dict[str, Any]:
    """What the paper says, for whoever reads the event; all of it is encrypted."""
    last = old.collected.last or old.received.last
    written_by = f", written by {old.written_by}" if old.written_by else ""
    told = {
        "late_reason": _LATE,
        "when": old.received.words if old.received.begins else _since(old),
        "retain_from": last.isoformat() if last else today,
        "earlier_number": old.number,
        "collected": f"{old.collected.words}, by {old.collected_by}",
        "received": old.received.words,
        "gaps": "nothing" if old.gaps.casefold() == rules.NONE else old.gaps,
        "source": f"{old.register}, {old.page}{written_by}",
    }
    if old.police_number:
        told["police_number"] = old.police_number
    return told


def _since(old: Old) -> str:
    """The day of collection, where the paper knows no day of receipt."""
    if old.collected.begins is None:
        return "Not known"
    return f"{old.collected.words} (collected)"
