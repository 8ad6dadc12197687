"""Lists of old things as they are read: everything odd is told in one sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.chain_of_custody.rules import backlog, backlog_file
from centre.chain_of_custody.rules.backlog import Known
from centre.chain_of_custody.rules.backlog_file import NAMES
from centre.chain_of_custody.rules.paper_days import Precision, read_day
from centre.core.errors import RuleError
from tests.chain_of_custody.backlog_lists import old, sheet

SHELF = SimpleNamespace(code="SHELF")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONE = "Africa/Nairobi"
DAY = date(2019, 3, 14)


def read(*rows):
    """What each row says, and all faults."""
    pairs = [
        backlog.read_row(cells, zone=ZONE, now=NOW, kinds={"ORAL-SW"})
        for cells in backlog_file.read(sheet(*rows))
    ]
    return [o for o, _ in pairs if o], [f for _, faults in pairs for f in faults]


def test_the_template_is_read_but_its_invented_row_is_refused():
    cells = backlog_file.read(backlog_file.template())
    found, faults = backlog.read_row(cells[0], zone=ZONE, now=NOW, kinds=())

    assert found is None
    assert [(f.row, f.column) for f in faults] == [(2, "old_number")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (",".join(NAMES).encode(), "only the heading"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0rest of a workbook", "workbook"),
        ("old_number,kind".encode("utf-16"), "not in UTF-8"),
        (sheet(old("1", SHELF)).replace(b"Invented", b"\xe9\xe8"), "Line 2 .* UTF-8"),
        (sheet(old("1", SHELF)).replace(b",", b";"), "not parted by commas"),
        (sheet(old("1", SHELF)).replace(b",", b"\t"), "not parted by commas"),
        (sheet(old("1", SHELF)).replace(b"gaps", b"holes"), "lacks: gaps"),
        (sheet(heading=[*NAMES, "name"]), "does not have"),
        (sheet(heading=[*NAMES, "seal"]), "one of them twice"),
        (sheet(old("1", SHELF)) + b"a,b,c\r\n", "Row 3 has 3 cells"),
        (sheet(old("1", SHELF)) + b'"open', "Row 3 cannot be read"),
        (b"x" * (backlog_file.MOST_BYTES + 1), "larger than 2 MB"),
        (sheet(*(old(f"{n}", SHELF) for n in range(501))), "501 rows; at most 500"),
    ],
)
def test_a_file_that_is_not_such_a_list_is_refused_with_what_to_do(content, says):
    with pytest.raises(RuleError, match=says):
        backlog_file.read(content)


def test_empty_rows_are_passed_over_and_the_others_keep_their_numbers():
    empty = dict.fromkeys(NAMES, " ")
    cells = backlog_file.read(sheet(empty, old("1", SHELF), empty, old("2", SHELF)))
    assert [one.row for one in cells] == [3, 5]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("old_number", "", "is empty"),
        ("old_number", "Jane", "no register number"),
        ("old_number", "1" * 41, "no register number"),
        ("description", "=1+1", "formula"),
        ("description", "+254", "formula"),
        ("gaps", "@x", "formula"),
        ("gaps", "one\ntwo", "line break"),
        ("gaps", "one\x07", "hidden sign"),
        ("description", "x" * 501, "longer than 500"),
        ("case_mark", "x" * 41, "longer than 40"),
        ("kind", "PHOTO", "neither"),
        ("collected_on", "14.3.2019", "is no day"),
        ("collected_on", "2019-02-30", "never was"),
        ("collected_on", "2027-01-01", "future"),
        ("received_on", "1019-01-01", "before 1950"),
        ("received_on", "2019-03-13", "before the day of collection"),
        ("seal", "§§", "letters and digits"),
        ("reporting", "yes", "none of"),
        ("reporting", "reported", "is empty though"),
        ("police_number", "OB 7", "not reported"),
        ("site", "x" * 61, "Name the site"),
    ],
)
def test_a_row_is_refused_with_its_number_and_column(column, value, says):
    found, faults = read(old("1", SHELF), old("2", SHELF, **{column: value}))

    assert [one.number for one in found] == ["1"]
    assert {fault.row for fault in faults} == {3}
    assert len(faults) == 1
    assert says in faults[0].says


def test_the_police_number_is_asked_where_it_belongs():
    _, faults = read(old("1", SHELF, reporting="reported"))
    assert [fault.column for fault in faults] == ["police_number"]


@pytest.mark.parametrize(
    ("typed", "precision", "begins", "last"),
    [
        ("unknown", Precision.UNKNOWN, None, None),
        ("2019", Precision.YEAR, (2018, 12, 31, 21), date(2019, 12, 31)),
        ("2019-12", Precision.MONTH, (2019, 11, 30, 21), date(2019, 12, 31)),
        ("2020-02", Precision.MONTH, (2020, 1, 31, 21), date(2020, 2, 29)),
        ("2019-03-14", Precision.DAY, (2019, 3, 13, 21), DAY),
        ("2019-03-14 02:30", Precision.MINUTE, (2019, 3, 13, 23, 30), DAY),
    ],
)
def test_a_day_is_never_made_more_exact_than_it_was(typed, precision, begins, last):
    found = read_day(typed, zone=ZONE, now=NOW)

    assert (found.precision, found.last) == (precision, last)
    assert found.begins == (datetime(*begins, tzinfo=UTC) if begins else None)


def test_an_hour_that_the_clocks_left_out_is_refused():
    with pytest.raises(RuleError, match="never was"):
        read_day("2020-03-29 02:30", zone="Europe/Berlin", now=NOW)


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([old("1", SHELF), old("1", SHELF, seal="X9")], "old_number"),
        ([old("1", SHELF, seal="X-9"), old("2", SHELF, seal="x 9")], "seal"),
        (
            [
                old("1", SHELF, case_mark="A"),
                old("2", SHELF, case_mark="a", reporting="anonymous"),
            ],
            "reporting",
        ),
    ],
)
def test_rows_that_contradict_each_other_are_both_named(rows, column):
    found, _ = read(*rows)
    faults = list(backlog.faults_among(found, ()))
    assert [(f.row, f.column) for f in faults] == [(2, column), (3, column)]


def test_two_unsealed_things_are_no_contradiction():
    found, _ = read(old("1", SHELF, seal="none"), old("2", SHELF, seal="None"))
    assert list(backlog.faults_among(found, ())) == []


def test_a_scan_that_is_named_but_missing_or_there_but_not_named_is_refused():
    found, _ = read(old("1", SHELF, scan="page17.pdf"))

    assert [f.column for f in backlog.faults_among(found, ())] == ["scan"]
    assert list(backlog.faults_among(found, ["page17.pdf"])) == []
    with pytest.raises(RuleError, match="named by no row"):
        backlog.check_scans_named(found, ["page17.pdf", "page18.pdf"])


@pytest.mark.parametrize(
    ("known", "column"),
    [
        (Known(numbers={"K7X-1"}), "old_number"),
        (Known(codes={"K7X1"}), "old_number"),
        (Known(makers={"K7X1"}), "old_number"),
        (Known(seals={"X9"}), "seal"),
        (Known(references={"MARKA"}), "case_mark"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_r22_action_what_is_known_is_refused_by_name(known, column):
    found, _ = read(old("k7x-1", SHELF, seal="x 9", case_mark="mark-A"))
    there = Known(**{**vars(known), "places": {"SHELF": object()}})

    assert [f.column for f in backlog.faults_known(found, there)] == [column]
    nothing = Known(places={"SHELF": object()})
    assert list(backlog.faults_known(found, nothing)) == []


@given(content=st.binary(max_size=300))
def test_no_file_at_all_makes_the_reader_fail_otherwise(content):
    """Whatever is uploaded is a list or a sentence, never a fault of the program."""
    try:
        cells = backlog_file.read(content)
    except RuleError:
        cells = []
    assert all(set(one.values) == set(NAMES) for one in cells)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)),
        min_size=1,
        max_size=3,
    )
)
def test_no_cell_at_all_makes_a_row_fail_otherwise(rows):
    """Whatever a cell holds is understood or refused with its row and column."""
    try:
        cells = backlog_file.read(sheet(*(old("1", SHELF) | row for row in rows)))
    except RuleError:
        cells = []
    for one in cells:
        found, faults = backlog.read_row(one, zone=ZONE, now=NOW, kinds={"ORAL-SW"})
        assert (found is None) == bool(faults)
