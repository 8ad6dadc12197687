"""A list of old things read against the store: what it would make, what is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from centre.chain_of_custody.catalogue import WHOLE_KIT, Specimen, catalogue
from centre.chain_of_custody.models import (
    Backlog,
    BacklogDraft,
    BacklogDraftScan,
    EarlierNumber,
    Item,
    Kit,
    Location,
    Seal,
    SpoiltSeal,
)
from centre.chain_of_custody.rules import backlog as rules
from centre.chain_of_custody.rules.backlog import KIT, Known, Old
from centre.chain_of_custody.rules.backlog_file import Cells, Fault
from centre.chain_of_custody.rules.codes import read_scan
from centre.core import references
from centre.core.models import Case, Centre, User


@dataclass(frozen=True)
class Preview:
    """A dry run of a list: its rows as they are understood, and every fault."""

    olds: tuple[Old, ...]
    faults: tuple[Fault, ...]
    rows: int
    scans: dict[str, BacklogDraftScan]
    places: dict[str, Location]

    @property
    def cases(self) -> int:
        """How many new cases the list would open."""
        return len({old.case for old in self.olds})


def preview(draft: BacklogDraft, at: datetime) -> Preview:
    """Read a draft against what the store knows now, in a fixed number of queries."""
    cells = [Cells(row, values) for row, values in draft.content["rows"]]
    kinds = [specimen.code for specimen in choices()]
    zone = draft.centre.timezone
    olds: list[Old] = []
    faults: list[Fault] = []
    for one in cells:
        old, wrong = rules.read_row(one, zone=zone, now=at, kinds=kinds)
        olds += [old] if old else []
        faults += wrong
    scans = scans_of(draft)
    places = _places(draft.centre, {old.place for old in olds})
    faults += rules.faults_among(olds, scans)
    faults += rules.faults_known(olds, _known(draft.centre, olds, places))
    return Preview(
        olds=tuple(olds),
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
        rows=len(cells),
        scans=scans,
        places=places,
    )


def choices() -> list[Specimen]:
    """Every specimen a row may name beside a whole kit, in the catalogue's order."""
    return catalogue().in_order()


def specimen_of(old: Old) -> Specimen:
    """What of the catalogue a row is."""
    return catalogue().specimens[WHOLE_KIT if old.kind == KIT else old.kind]


def scans_of(draft: BacklogDraft) -> dict[str, BacklogDraftScan]:
    """The scans that were uploaded to a draft, by the names of their files."""
    names: dict[str, str] = draft.content["scans"]
    return {names[str(scan.pk)]: scan for scan in draft.scans.all()}


def drafts_of(centre: Centre, by: User) -> QuerySet[BacklogDraft]:
    """The lists a person uploaded and has not taken over yet."""
    return BacklogDraft.objects.filter(centre=centre, written_by=by)


def lists_of(centre: Centre) -> QuerySet[Backlog]:
    """The lists that were taken over, the newest first."""
    return Backlog.objects.filter(centre=centre).select_related("taken_over_by")


def numbers_of(backlog: Backlog) -> QuerySet[EarlierNumber]:
    """What one list made: each old number with its new code."""
    rows = EarlierNumber.objects.filter(backlog=backlog).order_by("row")
    return rows.select_related("item__case__centre", "item__kit", "scan")


def _known(centre: Centre, olds: Iterable[Old], places: dict[str, Location]) -> Known:
    """Of all that the rows name, what stands in the store or was there."""
    wanted = list(olds)
    numbers = {old.number for old in wanted}
    codes = {read_scan(number) for number in numbers}
    seals = {old.seal for old in wanted if old.seal}
    marks = {references.normalise(old.mark) for old in wanted if old.mark}
    makers = Kit.objects.filter(centre=centre).exclude(maker_number="")
    return Known(
        numbers=_of(
            EarlierNumber.objects.filter(centre=centre, number__in=numbers), "number"
        ),
        seals={
            *_of(Seal.objects.filter(number__in=seals), "number"),
            *_of(SpoiltSeal.objects.filter(number__in=seals), "number"),
        },
        codes={
            *_of(Item.objects.filter(code__in=codes), "code"),
            *_of(Kit.objects.filter(code__in=codes), "code"),
        },
        makers={read_scan(maker) for maker in _of(makers, "maker_number")},
        references=_of(Case.objects.filter(reference__in=marks), "reference"),
        places=places,
    )


def _places(centre: Centre, codes: Collection[str]) -> dict[str, Location]:
    rows = Location.objects.filter(centre=centre, code__in=codes)
    return {place.code: place for place in rows}


def _of(rows: QuerySet, column: str) -> set[str]:  # type: ignore[type-arg]
    return set(rows.values_list(column, flat=True))


def is_known(items: Iterable[UUID]) -> int:
    """How many of these things have events already."""
    return Item.objects.filter(pk__in=list(items), custody__isnull=False).count()
