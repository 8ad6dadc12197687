"""Evidence comes back on its request, whole or in part, and the request is closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions import laboratory, transfers
from centre.chain_of_custody.actions import request_returns as returns
from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.request_clocks import of_request
from centre.chain_of_custody.queries.request_work import work
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.clocks import Light
from centre.chain_of_custody.rules.facets import Condition
from centre.chain_of_custody.rules.request_steps import State
from centre.chain_of_custody.rules.returns import Ending
from centre.core import clock
from centre.core.errors import AccessError, RuleError
from centre.core.permissions import Role
from centre.core.verification import faults
from tests.pdf import raw_text_of

pytestmark = pytest.mark.usefixtures("monday")

KEPT = Ending("kept", "Kept by the prosecutor, order MC 4 of 1 June")
USED = Ending("used_up", "All used for typing, report R 1")


def come_back(item, holder, custodian, seal="A1"):
    """The holder sends it, and the custodian reads the seal and takes it in."""
    back = transfers.send_back(
        packages=[item],
        seals={item.code: "A1"},
        conveyance="Car",
        words="Work is done",
        by=holder,
    )
    seen = Seen(seal, Condition.INTACT if seal == "A1" else Condition.NUMBER_DIFFERS)
    transfers.take_back(transfer=back, seen={item.code: seen}, by=custodian)


def confirm(request, by, ending=None):
    return returns.confirm_return(
        request=request, endings={1: ending or Ending("back")}, words="", by=by
    )


@pytest.fixture
def due(ask, agree, match, approve, offer, stored_item, investigator, phone):
    """Handed over on the condition that it comes back by a day."""
    from centre.chain_of_custody.actions import handover

    agree()
    request = ask()
    match(request, stored_item)
    approve(request, return_by=date(2026, 6, 20))
    offer(request, {stored_item.code: "A1"})
    handover.accept_handover(
        request=request,
        seen={stored_item.code: Seen("A1")},
        scanned=[stored_item.code],
        code=phone(investigator),
        by=investigator,
    )
    return request


def test_what_came_back_is_confirmed_and_the_request_is_closed(
    due, stored_item, investigator, custodian, coordinator
):
    assert queries.standing(due) is State.RETURN_DUE
    come_back(stored_item, investigator, custodian)

    confirm(due, custodian)
    assert queries.standing(due) is State.HANDED_OVER
    steps.close_request(request=due, words="All done", by=coordinator)

    assert queries.standing(due) is State.CLOSED
    assert not standing(stored_item).is_away


def test_a_return_is_not_confirmed_while_the_item_is_away(due, custodian):
    with pytest.raises(RuleError, match="still with another organisation"):
        confirm(due, custodian)

    assert queries.standing(due) is State.RETURN_DUE


def test_a_return_is_not_confirmed_while_the_item_is_on_its_way(
    due, stored_item, investigator, custodian
):
    transfers.send_back(
        packages=[stored_item],
        seals={stored_item.code: "A1"},
        conveyance="Car",
        words="Work is done",
        by=investigator,
    )

    for ending in (Ending("back"), KEPT):
        with pytest.raises(RuleError, match="on its way"):
            confirm(due, custodian, ending)


def test_the_work_list_says_when_everything_lies_in_the_store_again(
    due, stored_item, investigator, custodian, shelf
):
    def told():
        tasks = work(custodian, clock.now())
        return [t.sentence for t in tasks if t.reference == str(due)]

    assert told() == ["Items of a request are to come back."]
    come_back(stored_item, investigator, custodian)
    assert told() == ["Items of a request are to come back."]
    actions.store(package=stored_item, place=shelf, by=custodian)
    assert told() == ["Everything of a request lies in the store again."]
    confirm(due, custodian, Ending("back"))
    assert told() == []


def test_who_resolves_it_sees_both_numbers(
    due, stored_item, investigator, custodian, coordinator, browse
):
    come_back(stored_item, investigator, custodian, seal="B9")
    raised = CustodyEvent.objects.get(move="discrepancy.raised")
    address = reverse("resolve_discrepancy", args=[raised.pk])
    shown = browse(coordinator).get(address).content.decode()

    assert '<dd class="mono">A1</dd>' in shown
    assert '<dd class="mono">B9</dd>' in shown


def test_another_seal_than_on_record_is_put_in_question_on_return(
    due, stored_item, investigator, custodian
):
    come_back(stored_item, investigator, custodian, seal="B9")

    assert standing(stored_item).questions
    raised = CustodyEvent.objects.get(move="discrepancy.raised")
    assert raised.reason_code == "seal_number_differs"


@pytest.mark.parametrize("ending", [KEPT, USED])
def test_what_does_not_come_back_is_named_on_the_request_and_on_its_own_chain(
    due, stored_item, custodian, ending
):
    confirm(due, custodian, ending)

    assert queries.standing(due) is State.HANDED_OVER
    note = CustodyEvent.objects.get(move="note.added", item=stored_item)
    assert ending.words in note.details["note"]
    assert standing(stored_item).is_away


def test_used_up_against_the_condition_of_the_release_is_put_in_question(
    due, stored_item, custodian
):
    confirm(due, custodian, USED)

    assert len(standing(stored_item).questions) == 1


def test_kept_by_its_holder_is_no_question(due, stored_item, custodian):
    confirm(due, custodian, KEPT)

    assert not standing(stored_item).questions


@pytest.mark.parametrize("fate", ["kept", "used_up"])
def test_what_stays_away_is_told_with_its_ground(due, custodian, fate):
    with pytest.raises(RuleError, match="who keeps it or used it up"):
        confirm(due, custodian, Ending(fate))


def test_what_is_back_is_not_said_to_be_away(due, stored_item, investigator, custodian):
    come_back(stored_item, investigator, custodian)

    with pytest.raises(RuleError, match="is back here"):
        confirm(due, custodian, KEPT)


def test_each_line_that_was_handed_over_is_told(due, custodian):
    with pytest.raises(RuleError, match="for each line"):
        returns.confirm_return(request=due, endings={}, words="", by=custodian)


def test_the_requester_confirms_no_return(due, investigator):
    with pytest.raises(AccessError):
        confirm(due, investigator, KEPT)


def test_the_clock_of_the_return_stops_when_it_is_confirmed(
    submitted, approved, lab, stored_item, custodian, phone
):
    laboratory.accept_submission(
        transfer=submitted,
        seen={stored_item.code: Seen("A1")},
        lab_case_no="FL 9",
        code=phone(lab),
        by=lab,
    )
    laboratory.issue_result(
        transfer=submitted, report_no="R 1", status="complete", by=lab
    )
    assert _return_clock(approved).light is Light.RUNNING
    come_back(stored_item, lab, custodian)
    assert _return_clock(approved).light is Light.RUNNING

    confirm(approved, custodian)

    assert _return_clock(approved).light is Light.STOPPED


def _return_clock(request):
    readings = of_request(request, clock.now())
    [found] = [r for r in readings if r.policy.code == "RETURN_FROM_LAB"]
    return found


def test_a_return_waits_with_its_day_and_presses_a_week_before(due, custodian, monday):
    [early] = _tasks(custodian)
    assert early.when == "waiting"
    assert early.due is not None
    monday.shift(timedelta(days=14))

    [late] = _tasks(custodian)
    assert late.when == "now"


def _tasks(by):
    found = work(by, clock.now())
    return [t for t in found if t.sentence == "Items of a request are to come back."]


# The summary


def test_the_summary_is_one_page_and_says_what_became_of_each_line(
    due, custodian, coordinator
):
    confirm(due, custodian, KEPT)
    steps.close_request(request=due, words="All done", by=coordinator)

    made = documents.request_summary(returns.print_summary(request=due, by=coordinator))

    read = "".join(raw_text_of(made).split())
    for words in (str(due), "OB 1/2026", KEPT.words, "Return confirmed", "All done"):
        assert "".join(words.split()) in read
    assert raw_text_of(made).count("\f") == 1


def test_there_is_no_summary_before_the_request_is_closed(due, coordinator):
    with pytest.raises(RuleError, match="not closed"):
        returns.print_summary(request=due, by=coordinator)


# The pages


def test_the_desk_confirms_closes_and_prints(due, custodian, coordinator, browse):
    page = browse(custodian).post(
        reverse("confirm_return_request", args=[due.reference]),
        {"1-fate": "kept", "1-words": KEPT.words},
    )
    assert page.status_code == 302
    client = browse(coordinator)
    client.post(reverse("close_request", args=[due.reference]), {"words": ""})

    shown = client.get(due.get_absolute_url()).content.decode()
    paper = client.get(reverse("request_summary", args=[due.reference]))

    assert "It stays with the holder" in shown
    assert paper["Content-Type"] == "application/pdf"


def test_a_refused_return_keeps_what_was_typed(due, custodian, browse):
    page = browse(custodian).post(
        reverse("confirm_return_request", args=[due.reference]),
        {"1-fate": "back", "1-words": "In the van", "words": "Monday"},
    )

    shown = page.content.decode()
    assert "still with another organisation" in shown
    assert "On record now: with another organisation." in shown
    assert "In the van" in shown
    assert "Monday" in shown


def test_both_sides_reach_their_letter_from_the_request(
    due, investigator, coordinator, browse
):
    inside = browse(coordinator).get(due.get_absolute_url()).content.decode()
    where = reverse("own_request", args=[due.reference])
    outside = browse(investigator).get(where).content.decode()

    assert reverse("answer_letter", args=[due.reference]) in inside
    assert reverse("own_answer_letter", args=[due.reference]) in outside


def test_every_row_of_a_return_is_held_by_an_entry(due, custodian):
    confirm(due, custodian, USED)

    assert not [f for f in faults() if "requeststep" in str(f)]


def test_every_event_of_an_officer_names_her_agency_and_not_the_centre(
    due, stored_item, investigator, custodian, police
):
    come_back(stored_item, investigator, custodian, seal="B9")
    told = {
        (event.actor_role, event.details["actor"]["organisation"])
        for event in stored_item.custody.all()
        if event.actor_id in {investigator.pk, custodian.pk}
    }

    assert told == {
        (Role.INVESTIGATOR, police.recipient.name),
        (Role.CUSTODIAN, stored_item.case.centre.name),
    }
