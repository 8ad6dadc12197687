"""Spot checks: nobody chooses what is drawn, and what was seen becomes events."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.spot_checks import (
    draw_spot_check,
    end_spot_check,
    print_checklist,
)
from centre.chain_of_custody.documents.spot_check import checklist
from centre.chain_of_custody.models import SpotCheck
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.spot_checks import draw
from centre.core import journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.core.verification import faults
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint
from tests.pdf import text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def other_shelf(centre, custodian):
    return actions.open_location(
        centre=centre, name="Shelf 2", kind="shelf", storage_class="AMB", by=custodian
    )


@pytest.fixture
def stored(collect, seal_up, shelf, custodian):
    """Six items on one shelf."""
    found = [seal_up(collect(), f"A{n}") for n in range(6)]
    for item in found:
        actions.store(package=item, place=shelf, by=custodian)
    return found


@pytest.fixture
def drawn(centre, stored, auditor):
    return draw_spot_check(centre=centre, count=3, by=auditor)


@pytest.fixture
def things(drawn, stored):
    by_code = {item.code: item for item in stored}
    return [by_code[code] for code in drawn.codes]


def end(drawn, lines, by):
    return end_spot_check(spot_check=drawn, lines=lines, by=by)


def last(thing):
    return thing.custody.order_by("-number").first()


def test_anyone_can_draw_again_from_the_root_and_the_codes(centre, drawn, stored):
    """By hand, and from the note that was signed, not from what the row says."""
    head = Checkpoint.objects.get(log=journal.origin(centre), size=drawn.size)
    root = bytes(head.root)
    ranks = {hashlib.sha256(root + i.code.encode()).digest(): i.code for i in stored}

    assert drawn.root == root.hex()
    assert drawn.codes == [ranks[one] for one in sorted(ranks)[:3]]
    assert drawn.drawn_from == 6


def test_another_root_draws_others():
    codes = [f"C{n}" for n in range(50)]
    draws = {tuple(draw(bytes([n]) * 32, codes, 5)) for n in range(20)}

    assert len(draws) == 20
    assert len({code for one in draws for code in one}) > 25


@pytest.mark.parametrize("count", [0, 7, -1])
def test_more_than_lies_there_is_not_drawn(centre, stored, auditor, count):
    with pytest.raises(RuleError, match="Draw between 1 and 6"):
        draw_spot_check(centre=centre, count=count, by=auditor)
    assert not SpotCheck.objects.exists()


def test_from_an_empty_store_nothing_is_drawn(centre, auditor):
    with pytest.raises(RuleError, match="Nothing lies in the store"):
        draw_spot_check(centre=centre, count=1, by=auditor)


def test_a_nurse_draws_and_ends_none(drawn, centre, nurse):
    with pytest.raises(AccessError):
        draw_spot_check(centre=centre, count=1, by=nurse)
    with pytest.raises(AccessError):
        end(drawn, ["X"], nurse)


def test_seen_missing_and_misplaced_each_become_an_event(
    drawn, things, shelf, other_shelf, auditor
):
    first, second, third = things
    done = end(drawn, [shelf.code, first.code, other_shelf.code, second.code], auditor)

    assert (done.seen, done.elsewhere, done.not_seen, done.moved) == (1, 1, 1, 0)
    assert last(first).move == Move.INVENTORY_SEEN
    assert standing(first).questions == ()
    assert standing(second).questions != ()
    assert standing(third).questions != ()
    assert Move.INVENTORY_NOT_SEEN in {e.move for e in third.custody.all()}
    assert list(faults()) == []


def test_what_was_moved_since_need_not_have_been_seen(
    drawn, things, shelf, nurse, auditor, custodian, monday
):
    monday.shift(60)
    gone, *here = things
    actions.check_out(
        package=gone, taker=nurse, reason="To be photographed", by=custodian
    )
    done = end(drawn, [shelf.code, *(one.code for one in here)], auditor)

    assert (done.seen, done.not_seen, done.moved) == (2, 0, 1)
    assert last(gone).move == Move.CHECKED_OUT


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "Scan at least one label"),
        (("thing",), "Before line 1 no place was scanned"),
        (("shelf", "half"), "Line 2 is not a whole code"),
        (("shelf", "other"), "was not drawn"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_is_kept(
    drawn, things, stored, shelf, auditor, lines, sentence
):
    other = next(item for item in stored if item not in things)
    words = {"thing": things[0].code, "shelf": shelf.code, "half": things[0].code[:-1],
             "other": other.code}  # fmt: skip
    with pytest.raises(RuleError, match=sentence):
        end(drawn, [words[line] for line in lines], auditor)
    assert last(things[0]).move == Move.STORED


def test_it_is_ended_once(drawn, things, shelf, auditor):
    end(drawn, [shelf.code, things[0].code], auditor)
    with pytest.raises(RuleError, match="written down already"):
        end(drawn, [shelf.code, things[1].code], auditor)


def test_the_paper_names_what_was_drawn_and_nothing_else(
    drawn, things, stored, shelf, auditor
):
    paper = text_of(checklist(print_checklist(spot_check=drawn, by=auditor)))
    flat = "".join(paper.split()).replace("-", "")

    assert all(item.code in flat for item in things)
    assert not any(item.code in flat for item in stored if item not in things)
    assert drawn.root in flat
    assert AccessNote.objects.filter(
        user=auditor, kind=Kind.PRINTED, what=str(drawn)
    ).exists()


def test_through_the_pages_from_drawing_to_the_result(stored, shelf, browse, auditor):
    browser = browse(auditor)
    many = browser.post(reverse("spot_checks"), {"count": "60"})
    assert "Draw between 1 and 6" in many.content.decode()
    assert 'value="60"' in many.content.decode()

    page = browser.post(reverse("spot_checks"), {"count": "2"}).url
    drawn = SpotCheck.objects.get()
    wrong = browser.post(page, {"lines": drawn.codes[0]}).content.decode()
    assert "no place was scanned" in wrong
    assert drawn.codes[0] in wrong

    told = browser.post(page, {"lines": "\n".join([shelf.code, *drawn.codes])})
    assert told.url == page
    assert (
        "Everything lies where the record says." in browser.get(page).content.decode()
    )


def test_the_page_costs_the_same_however_many_were_drawn(
    centre, stored, auditor, browse
):
    browser, asked = browse(auditor), []
    for count in (1, 6):
        row = draw_spot_check(centre=centre, count=count, by=auditor)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get(row.get_absolute_url())
        asked.append(len(seen))
    assert asked[0] == asked[1]
