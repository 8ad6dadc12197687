"""No letter and no amount of work tells whether an item is known here."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody import documents
from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.actions.request_prints import print_answer
from centre.chain_of_custody.queries.request_pages import for_centre, for_requester
from tests.pdf import raw_text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def refused(ask, match, approve, stored_item):
    """Two refused requests: one for an item that lies here, one for none."""
    pair = []
    for item in (stored_item, None):
        request = ask()
        match(request, item)
        approve(request, only=set())
        pair.append(request)
    return pair


def test_acceptance_18_the_letters_differ_in_nothing_but_their_number(
    refused, investigator
):
    letters = [_letter(request, investigator) for request in refused]

    assert letters[0] == letters[1]
    assert "Not released" in letters[0]


def test_acceptance_18_the_letter_gives_the_way_of_appeal_and_no_reason(
    refused, investigator
):
    letter = _letter(refused[0], investigator)

    assert "you can dispute it" in letter
    assert "not held" not in letter.lower()


def test_the_copy_for_the_file_gives_the_reason(refused, coordinator):
    made = print_answer(request=refused[0], by=coordinator, is_inside=True)

    assert "Reason" in raw_text_of(documents.answer_letter(made))


@pytest.mark.parametrize("page", ["own_request", "own_answer_letter"])
def test_acceptance_18_a_known_item_costs_as_many_queries_as_none(
    refused, investigator, browse, page
):
    client = browse(investigator)
    _queries(client, reverse(page, args=[refused[1].reference]))

    counts = [_queries(client, reverse(page, args=[r.reference])) for r in refused]

    assert counts[0] == counts[1]


def _queries(client, where) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert client.get(where).status_code == 200
    return len(counted)


def _letter(request, by) -> str:
    """Its words, without its own number and the moment of the log it was printed at."""
    made = print_answer(request=request, by=by, is_inside=False)
    words = raw_text_of(documents.answer_letter(made)).replace(str(request), "NUMBER")
    return "\n".join(x for x in words.splitlines() if "anchor" not in x)


def test_a_refused_and_closed_request_was_neither_handed_over_nor_analysed(
    refused, coordinator, investigator
):
    request = refused[0]
    steps.close_request(request=request, words="", by=coordinator)
    for page in (for_centre(request), for_requester(request, investigator)):
        ticked = [stop["words"] for stop in page["path"] if stop["is_done"]]

        assert ticked == ["Received", "Examined", "Answered"]


def test_what_was_handed_over_without_a_laboratory_has_no_tick_there(
    handed_over, coordinator
):
    steps.close_request(request=handed_over, words="", by=coordinator)
    ticked = [s["words"] for s in for_centre(handed_over)["path"] if s["is_done"]]

    assert ticked == ["Received", "Examined", "Answered", "Handed over"]
