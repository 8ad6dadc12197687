"""Every numbered seal is accounted for, or its number stands in a gap."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.rolls import (
    note_spoilt,
    print_seal_log,
    take_in_roll,
)
from centre.chain_of_custody.documents.seal_log import seal_log
from centre.chain_of_custody.queries.seal_log import lines, rolls, seals
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.seal_log import Run, check_roll, gaps, left
from centre.core.errors import AccessError, RuleError
from centre.core.verification import faults
from tests.pdf import text_of


@pytest.fixture
def roll(centre, custodian):
    return take_in_roll(
        centre=centre, first="RB-001", last="RB-010", kind="tape", by=custodian
    )


@pytest.mark.parametrize(
    ("known", "found", "still"),
    [
        ([], [], 10),
        ([1, 2, 3], [], 7),
        ([1, 4], [Run(2, 3)], 6),
        ([3], [Run(1, 2)], 7),
        ([10, 1, 5], [Run(2, 4), Run(6, 9)], 0),
        ([99, 0, 2], [Run(1, 1)], 8),
    ],
)
def test_gaps_are_before_the_last_known_number(known, found, still):
    assert gaps(1, 10, known) == found
    assert left(1, 10, known) == still


@pytest.mark.parametrize(
    ("first", "last"),
    [("A1", "B9"), ("A01", "A9"), ("A9", "A1"), ("A", "B"), ("A1", "A99999")],
)
def test_a_roll_has_two_ends_of_one_kind(first, last):
    with pytest.raises(RuleError):
        check_roll(first, last)


def test_used_and_spoilt_seals_are_accounted_for_and_others_stand_in_a_gap(
    centre, roll, collect, seal_up, custodian
):
    seal_up(collect(), "rb 002")
    note_spoilt(centre=centre, number="RB-005", reason="torn", by=custodian)
    [state] = rolls(centre)

    assert (state.used, state.spoilt, state.missing, state.left) == (1, 1, 3, 5)
    assert state.gaps == ("RB001", "RB003 to RB004")
    assert list(faults()) == []


def test_a_number_is_taken_in_once(centre, roll, custodian):
    with pytest.raises(RuleError, match="before"):
        take_in_roll(
            centre=centre, first="RB-010", last="RB-020", kind="tape", by=custodian
        )


def test_a_used_seal_is_not_spoilt_and_a_spoilt_one_is_noted_once(
    centre, roll, collect, seal_up, custodian
):
    seal_up(collect(), "RB002")
    spoilt = {"centre": centre, "reason": "torn", "by": custodian}
    with pytest.raises(RuleError, match="put on something"):
        note_spoilt(number="RB002", **spoilt)
    with pytest.raises(RuleError, match="No roll"):
        note_spoilt(number="RB999", **spoilt)
    note_spoilt(number="RB003", **spoilt)
    with pytest.raises(RuleError, match="already"):
        note_spoilt(number="RB003", **spoilt)


def test_the_log_tells_on_what_each_seal_was_put_and_who_looked(
    centre, stored_item, custodian
):
    actions.check_seal(package=stored_item, seen=Seen("A1"), by=custodian)
    [line] = lines(seals(centre))

    assert (line.number, line.on, line.checks) == ("A1", str(stored_item), 1)
    assert line.broken_at is None


def test_the_paper_tells_the_gaps(centre, roll, collect, seal_up, custodian):
    seal_up(collect(), "RB003")
    told = print_seal_log(centre=centre, by=custodian)
    read = " ".join(text_of(seal_log(told)).split())

    assert "RB001 to RB002" in read
    assert told.head.anchor_code in read


def test_only_the_custodian_keeps_the_rolls(centre, nurse):
    with pytest.raises(AccessError):
        take_in_roll(centre=centre, first="Q1", last="Q9", kind="tape", by=nurse)


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(
    custodian, browse, centre
):
    page = browse(custodian)
    where = reverse("seal_log")
    wrong = {
        "which": "roll",
        "roll-first": "A01",
        "roll-last": "B02",
        "roll-kind": "tape",
    }
    shown = page.post(where, wrong).content.decode()
    assert "not of one roll" in shown
    assert 'value="B02"' in shown

    done = page.post(where, {**wrong, "roll-last": "A20"})
    assert done.status_code == 302
    assert "Roll A01 to A20" in page.get(where).content.decode()


def test_the_page_costs_the_same_however_many_seals(
    centre, roll, collect, seal_up, custodian, browse, django_assert_max_num_queries
):
    page = browse(custodian)
    for number in range(1, 6):
        seal_up(collect(), f"RB00{number}")

    with django_assert_max_num_queries(22):
        page.get(reverse("seal_log"))
