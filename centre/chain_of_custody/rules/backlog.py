"""Old kits and items on the way into the store: what a row says, and what is refused.

An import makes new things alone. What is known already, by its code, its old number,
its seal or its case, is refused by name, and with one row the whole list (R20, R22).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from centre.chain_of_custody.rules.backlog_file import (
    COLUMNS,
    Cells,
    Fault,
    cell_faults,
)
from centre.chain_of_custody.rules.codes import read_scan, seal_number
from centre.chain_of_custody.rules.facets import Reporting
from centre.chain_of_custody.rules.paper_days import PaperDay, Precision, read_day
from centre.chain_of_custody.rules.samples import clean_site
from centre.core import references
from centre.core.errors import RuleError

NONE: Final = "none"
KIT: Final = "kit"
NOT_ON_PAPER: Final = "not on the paper"
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9 ./_-]{0,39}")
_EXAMPLE: Final = "EXAMPLE"
_LONGEST_MARK: Final = 40

T = TypeVar("T")


@dataclass(frozen=True)
class Old:
    """One old kit or item, as its row says."""

    row: int
    number: str
    mark: str
    kind: str
    site: str
    description: str
    collected: PaperDay
    collected_by: str
    received: PaperDay
    seal: str
    place: str
    reporting: Reporting
    police_number: str
    gaps: str
    register: str
    page: str
    written_by: str
    scan: str

    @property
    def case(self) -> str:
        """Rows of one case have one name; a row without a mark is a case by itself."""
        return f"mark {self.mark}" if self.mark else f"row {self.row}"


@dataclass(frozen=True)
class Known:
    """What stands in the store already, of all that the rows name."""

    numbers: Collection[str] = ()
    seals: Collection[str] = ()
    codes: Collection[str] = ()
    makers: Collection[str] = ()
    references: Collection[str] = ()
    places: Mapping[str, object] = field(default_factory=dict)


@dataclass
class _Reading:
    """One row while it is read; each fault is kept with its column."""

    cells: Cells
    faults: list[Fault] = field(default_factory=list)

    def take(self, name: str, read: Callable[[str], T], missing: T) -> T:
        """What a column says, or what stands for it once its fault is kept."""
        try:
            return read(self.cells.values[name])
        except RuleError as error:
            self.faults.append(Fault(self.cells.row, name, str(error)))
            return missing

    def text(self, name: str) -> str:
        """The words of a column."""
        return self.cells.values[name]


def read_row(
    cells: Cells, *, zone: str, now: datetime, kinds: Collection[str]
) -> tuple[Old | None, list[Fault]]:
    """What a row says, or everything that is wrong with it."""
    reading = _Reading(cells, [*cell_faults(cells), *_missing(cells)])
    if reading.faults:
        return None, reading.faults
    unknown = PaperDay(Precision.UNKNOWN)

    def day(typed: str) -> PaperDay:
        return read_day(typed, zone=zone, now=now)

    old = Old(
        row=cells.row,
        number=reading.take("old_number", _old_number, ""),
        mark=reading.take("case_mark", _mark, ""),
        kind=reading.take("kind", lambda typed: _kind(typed, kinds), ""),
        site=reading.take("site", _site, ""),
        description=reading.text("description"),
        collected=reading.take("collected_on", day, unknown),
        collected_by=reading.text("collected_by"),
        received=reading.take("received_on", day, unknown),
        seal=reading.take("seal", _seal, ""),
        place=read_scan(reading.text("place")),
        reporting=reading.take("reporting", _reporting, Reporting.UNREPORTED),
        police_number=reading.text("police_number"),
        gaps=reading.text("gaps"),
        register=reading.text("register"),
        page=reading.text("page"),
        written_by=reading.text("written_by"),
        scan=reading.text("scan"),
    )
    reading.faults += _contradictions(old)
    return (None, reading.faults) if reading.faults else (old, [])


def faults_among(rows: Collection[Old], scans: Collection[str]) -> Iterator[Fault]:
    """What the rows of one list say against each other, and of the scans with it."""
    yield from _repeated(rows, "old_number", lambda old: old.number)
    yield from _repeated(rows, "seal", lambda old: old.seal)
    statuses: dict[str, set[Reporting]] = defaultdict(set)
    for old in rows:
        statuses[old.case].add(old.reporting)
        if old.scan and old.scan not in scans:
            says = "names a scan that was not uploaded. Upload it, or leave this empty."
            yield Fault(old.row, "scan", says)
    for old in rows:
        if len(statuses[old.case]) > 1:
            says = (
                "is not the same on all rows with this case mark. One survivor decided "
                "one thing."
            )
            yield Fault(old.row, "reporting", says)


def faults_known(rows: Iterable[Old], known: Known) -> Iterator[Fault]:
    """What is known already is never touched by a list (R20, R22)."""
    for old in rows:
        typed = read_scan(old.number)
        if old.number in known.numbers:
            yield Fault(old.row, "old_number", _KNOWN_NUMBER)
        if typed in known.codes or typed in known.makers:
            yield Fault(old.row, "old_number", _KNOWN_CODE)
        if old.seal and old.seal in known.seals:
            yield Fault(old.row, "seal", _KNOWN_SEAL)
        if old.mark and references.normalise(old.mark) in known.references:
            yield Fault(old.row, "case_mark", _KNOWN_CASE)
        if old.place not in known.places:
            yield Fault(old.row, "place", _NO_PLACE)


def check_scans_named(rows: Iterable[Old], scans: Iterable[str]) -> None:
    """A scan that no row names would be lost, so it is refused."""
    spare = sorted(set(scans) - {old.scan for old in rows})
    if spare:
        raise RuleError(
            f"{len(spare)} scan(s) are named by no row. Write each file's name into "
            "the column “scan” of the rows it is the source of."
        )


def check_none(faults: Collection[Fault]) -> None:
    """All rows or none: one refused row refuses the list (R22)."""
    if faults:
        first = min(faults, key=lambda fault: fault.row)
        raise RuleError(
            f"Nothing was taken over: {len(faults)} fault(s) stand in this list, the "
            f"first in row {first.row}, {first.column}: {first.says}"
        )


def check_untouched(existing: int) -> None:
    """Nothing of what is about to be written has events already (R22)."""
    if existing:
        raise RuleError(
            "This would add to the chain of something that is in the store already. "
            "Nothing was taken over. Check the old numbers and seals of the list."
        )


_KNOWN_NUMBER: Final = (
    "was taken over before. Remove this row; what is to be added to that thing is "
    "added on its own page, as a late entry or a note."
)
_KNOWN_CODE: Final = (
    "is the number of something that is in the store already. Remove this row; what "
    "is to be added is added on that thing's own page."
)
_KNOWN_SEAL: Final = (
    "is known already: this seal is or was on something in the store, or was spoilt. "
    "Look at the package again, or remove this row."
)
_KNOWN_CASE: Final = (
    "is a case of this system. A list makes new cases alone. Use another mark, or "
    "collect this thing on that case's own page."
)
_NO_PLACE: Final = (
    "is no place of this store. Scan the label of the shelf, or open the place first."
)


def _missing(cells: Cells) -> Iterator[Fault]:
    for column in COLUMNS:
        if column.is_needed and not cells.values[column.name]:
            yield Fault(cells.row, column.name, f"is empty. {column.words}.")


def _contradictions(old: Old) -> Iterator[Fault]:
    begun, kept = old.collected.first, old.received.last
    if begun and kept and begun > kept:
        says = "lies before the day of collection. Check both days."
        yield Fault(old.row, "received_on", says)
    is_reported = old.reporting is Reporting.REPORTED
    if is_reported and not old.police_number:
        says = "is empty though it was reported. Give the number, or write: unknown."
        yield Fault(old.row, "police_number", says)
    if not is_reported and old.police_number:
        says = "stands there though it was not reported. Check both columns."
        yield Fault(old.row, "police_number", says)


def _repeated(
    rows: Collection[Old], column: str, key: Callable[[Old], str]
) -> Iterator[Fault]:
    counted = Counter(key(old) for old in rows)
    for old in rows:
        if key(old) and counted[key(old)] > 1:
            says = "stands on more than one row of this list. Each thing has its own."
            yield Fault(old.row, column, says)


def _old_number(typed: str) -> str:
    number = " ".join(typed.upper().split())
    if number.startswith(_EXAMPLE):
        raise RuleError("is the example of the template. Remove this row.")
    if not _NUMBER.fullmatch(number) or not any(sign.isdigit() for sign in number):
        raise RuleError(
            "is no register number: letters, digits, blanks and . / _ - alone, at "
            "most 40, with a digit among them, and no name of a person."
        )
    return number


def _mark(typed: str) -> str:
    if len(typed) > _LONGEST_MARK:
        raise RuleError("is longer than 40 letters. Shorten it.")
    return typed.casefold()


def _kind(typed: str, kinds: Collection[str]) -> str:
    code = typed.upper()
    if typed.casefold() == KIT:
        return KIT
    if code not in kinds:
        raise RuleError(
            "is neither “kit” nor the code of a specimen. The page of this list shows "
            "the codes."
        )
    return code


def _site(typed: str) -> str:
    return clean_site(typed or NOT_ON_PAPER, "")


def _seal(typed: str) -> str:
    return "" if typed.casefold() == NONE else seal_number(typed)


def _reporting(typed: str) -> Reporting:
    try:
        return Reporting(typed.casefold())
    except ValueError as error:
        raise RuleError("is none of: reported, unreported, anonymous.") from error
