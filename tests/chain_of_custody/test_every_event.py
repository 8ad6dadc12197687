"""Every event of the store has one act, a page that leads to it, and a test of it.

An event that nobody can bring about is a word without meaning; one without a page is
done behind the counter; one that no test drives may be broken unseen.
"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.views.acts import ACTS
from centre.chain_of_custody.views.exceptions import EXCEPTIONS
from tests.test_every_page import TABLE

ROOM = "centre.chain_of_custody.actions"
TESTS = Path(__file__).parent.parent

OTHERS = {
    Move.KIT_ISSUED: ("kits.issue_kit", "issue_kit"),
    Move.COLLECTED: ("items.collect_item", "collect_item"),
    Move.NOT_TAKEN: ("items.note_not_taken", "note_not_taken"),
    Move.RELEASED: ("handover.offer_handover", "handover_offer"),
    Move.PICKED_UP: ("transfers.pick_up", "pick_up_transfer"),
    Move.RECEIVED: ("transfers.receive_transfer", "receive_transfer"),
    Move.HANDED_OUT: ("transfers.hand_out", "hand_out_transfer"),
    Move.RECEIPT_REFUSED: ("transfers.refuse_receipt", "refuse_transfer"),
    Move.TRANSFER_CANCELLED: ("transfers.cancel_transfer", "cancel_transfer"),
    Move.UNEXPECTED_RECEIPT: ("transfers.receive_unexpected", "receive_unexpected"),
    Move.LAB_SUBMITTED: ("laboratory.submit_to_lab", "submit_to_lab"),
    Move.LAB_ACCEPTED: ("laboratory.accept_submission", "take_in_submission"),
    Move.LAB_REJECTED: ("laboratory.reject_submission", "take_in_submission"),
    Move.LAB_STARTED: ("laboratory.start_analysis", "start_submission"),
    Move.LAB_ANALYSED: ("laboratory.finish_analysis", "analysed_submission"),
    Move.LAB_RESULT_ISSUED: ("laboratory.issue_result", "result_submission"),
    Move.RETENTION_SET: ("retention.set_retention", "set_retention_item"),
    Move.RETENTION_EXTENDED: ("retention.extend_retention", "extend_retention_item"),
    Move.DESTRUCTION_PROPOSED: (
        "disposal.propose_destruction",
        "propose_destruction_item",
    ),
    Move.DESTRUCTION_NOTICE_ISSUED: ("disposal.give_notice", "give_notice_item"),
    Move.DESTRUCTION_OBJECTED: ("disposal.answer_notice", "answer_notice_item"),
    Move.DESTRUCTION_NOT_OBJECTED: ("disposal.answer_notice", "answer_notice_item"),
    Move.DESTRUCTION_AUTHORISED: ("disposal.authorise_destruction", "authorise_item"),
    Move.DESTROYED: ("disposal.destroy", "destroy_item"),
    Move.RETURNED_TO_OWNER: ("disposal.return_to_owner", "return_item"),
    Move.REPORTING_CHANGED: ("reporting.change_reporting", "change_reporting"),
    Move.DISCREPANCY_RESOLVED: ("notes.resolve_discrepancy", "resolve_discrepancy"),
    Move.INVENTORY_SEEN: ("inventory.close_inventory", "close_inventory"),
    Move.INVENTORY_NOT_SEEN: ("inventory.close_inventory", "close_inventory"),
    Move.AMENDED: ("amendments.amend_event", "amend_event"),
    Move.VOIDED: ("amendments.propose_void", "void_event"),
    Move.TAKEN_OVER: ("backlog.take_over_backlog", "backlog_draft"),
}
"""Events whose pages are not one of those on a kit's or an item's own page."""

ON_THE_PAGE = {
    act.move: (act.action, act.name(act.things[0])) for act in (*ACTS, *EXCEPTIONS)
}


def way_to(move):
    """The action that writes this event, and the address of its page."""
    if move in ON_THE_PAGE:
        return ON_THE_PAGE[move]
    path, page = OTHERS[move]
    module, name = path.rsplit(".", 1)
    return getattr(import_module(f"{ROOM}.{module}"), name), page


def driven():
    """Every name the tests call, but for this file's own."""
    files = [f for f in TESTS.rglob("*.py") if f != Path(__file__)]
    text = "\n".join(f.read_text(encoding="utf-8") for f in files)
    return set(re.findall(r"\b(\w+)\(", text))


def test_every_event_has_a_way_and_none_two():
    assert set(ON_THE_PAGE) | set(OTHERS) == set(Move)
    assert set(ON_THE_PAGE) & set(OTHERS) == set()


@pytest.mark.parametrize("move", sorted(Move))
def test_an_act_names_who_does_it_and_a_page_leads_there(move):
    action, page = way_to(move)
    by = inspect.signature(action).parameters["by"]

    assert by.kind is inspect.Parameter.KEYWORD_ONLY
    assert by.default is inspect.Parameter.empty
    assert page in TABLE


def test_every_act_is_driven_by_a_test():
    calls = driven()

    assert {way_to(move)[0].__name__ for move in Move} - calls == set()
    assert "never_done_by_anybody" not in calls
