"""Reading the list of old kits: a CSV file as a spreadsheet program saves it.

Comma separated, UTF-8, one heading row (RFC 4180). What is not that is refused in one
sentence; nothing is guessed, cut off or passed over but rows that are empty.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from centre.core.errors import RuleError

MOST_ROWS: Final = 500
MOST_BYTES: Final = 2 * 1024 * 1024
MOST_SIGNS: Final = 500
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_OTHER_SEPARATORS: Final = (";", "\t", "|")
_FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Column:
    """One column: its name in the heading, what belongs there, an invented example."""

    name: str
    words: str
    example: str
    is_needed: bool = True


COLUMNS: Final = (
    Column("old_number", "Number in the old register", "EXAMPLE-0001"),
    Column(
        "case_mark",
        "The same mark on all rows of one survivor; empty if there is one row",
        "",
        is_needed=False,
    ),
    Column("kind", "kit, or the code of a specimen of the catalogue", "kit"),
    Column("site", "Body site, if the paper names it", "", is_needed=False),
    Column("description", "What it is, as the paper says", "Invented box, blue label"),
    Column("collected_on", "Day, month or year, or: unknown", "2019-03-14"),
    Column("collected_by", "Who collected it, or: unknown", "N. Invented, nurse"),
    Column("received_on", "Since when it was in the store, or: unknown", "2019-03"),
    Column("seal", "Number of the seal it bears now, or: none", "X-000123"),
    Column("place", "Code of the shelf where it lies, as scanned", "SCAN-THE-SHELF"),
    Column("reporting", "reported, unreported or anonymous", "unreported"),
    Column("police_number", "The police's number, if reported", "", is_needed=False),
    Column(
        "gaps",
        "Who had it when is not known, in words, or: none",
        "14 to 20 March 2019: not known who had it",
    ),
    Column("register", "The old register", "Invented register, book 2"),
    Column("page", "Page and line in it", "17, line 4"),
    Column("written_by", "Who wrote the old entry, or: unknown", "unknown"),
    Column("scan", "Name of the scan that is uploaded with it", "", is_needed=False),
)
NAMES: Final = tuple(column.name for column in COLUMNS)


@dataclass(frozen=True)
class Fault:
    """Why a row is refused: its number in the sheet, the column, and what to do."""

    row: int
    column: str
    says: str


@dataclass(frozen=True)
class Cells:
    """One row of the sheet, by the names of the columns; the heading is row 1."""

    row: int
    values: Mapping[str, str]


def template() -> bytes:
    """The file to fill in: the heading and one row that is plainly invented."""
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow(NAMES)
    sheet.writerow(column.example for column in COLUMNS)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read(content: bytes) -> list[Cells]:
    """The rows of the file, or one sentence on why it cannot be read."""
    rows = list(_records(_text(content)))
    if not rows:
        raise RuleError("This file is empty. Fill in the template and upload that.")
    _, heading = rows[0]
    names = [name.strip().lower() for name in heading]
    _check_heading(heading, names)
    filled = [(n, cells) for n, cells in rows[1:] if any(c.strip() for c in cells)]
    if not filled:
        raise RuleError("This file holds only the heading. Add a row for each thing.")
    if len(filled) > MOST_ROWS:
        raise RuleError(
            f"This file has {len(filled)} rows; at most {MOST_ROWS} are taken over at "
            "once. Part it into several files."
        )
    for number, cells in filled:
        if len(cells) != len(names):
            raise RuleError(
                f"Row {number} has {len(cells)} cells, the heading {len(names)}. Look "
                "for a comma inside a text: such a text stands in quotation marks."
            )
    return [
        Cells(n, dict(zip(names, (_clean(c) for c in cells), strict=True)))
        for n, cells in filled
    ]


def cell_faults(cells: Cells) -> Iterator[Fault]:
    """What no cell may hold, whatever its column."""
    for name, value in cells.values.items():
        if value.startswith(_FORMULA):
            says = (
                f"begins with {value[0]}, as a formula does. Write it as plain text, "
                "or leave it empty."
            )
            yield Fault(cells.row, name, says)
        elif any(unicodedata.category(sign) == "Cc" for sign in value):
            says = "holds a line break or a hidden sign. Write it on one line."
            yield Fault(cells.row, name, says)
        elif len(value) > MOST_SIGNS:
            says = f"is longer than {MOST_SIGNS} letters. Shorten it."
            yield Fault(cells.row, name, says)


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise RuleError("This file is larger than 2 MB. Part it into several files.")
    if content.startswith(_WORKBOOKS):
        raise RuleError(
            "This is a workbook of a spreadsheet program. Save it there as “CSV UTF-8, "
            "comma separated”, and upload that file."
        )
    if content.startswith(_UTF_16) or b"\0" in content:
        raise RuleError(
            "This file is not in UTF-8. Save it as “CSV UTF-8, comma separated”."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise RuleError(
            f"Line {line} of this file is not in UTF-8. Save it as “CSV UTF-8, comma "
            "separated”."
        ) from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with its number, the heading being 1; lines in cells count as one."""
    sheet = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(sheet, start=1):
            yield number, cells
    except csv.Error as error:
        raise RuleError(
            f"Row {number + 1} cannot be read. Look for a quotation mark that is not "
            "closed, and save the file as CSV once more."
        ) from error


def _check_heading(heading: list[str], names: list[str]) -> None:
    if len(heading) == 1 and any(s in heading[0] for s in _OTHER_SEPARATORS):
        raise RuleError(
            "The columns of this file are not parted by commas. Save it as “CSV UTF-8, "
            "comma separated”."
        )
    missing = [name for name in NAMES if name not in names]
    if missing:
        raise RuleError(
            f"The heading lacks: {', '.join(missing)}. Take the template's heading."
        )
    if sorted(names) != sorted(NAMES):
        raise RuleError(
            "The heading has columns that the template does not have, or one of them "
            "twice. Take the heading of the template."
        )


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())
