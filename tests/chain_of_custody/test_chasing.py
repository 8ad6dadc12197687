"""Letters about what nobody fetches: each a step firmer, kept, and without a person."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.agencies.actions import Offer, list_agency
from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.chasing import print_chase_letter
from centre.chain_of_custody.actions.reporting import tell_police
from centre.chain_of_custody.documents.chase_letter import chase_letter
from centre.chain_of_custody.models import ChaseLetter
from centre.chain_of_custody.queries.chasing import unfetched
from centre.chain_of_custody.queries.roof import work
from centre.core import clock
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.core.verification import faults
from tests.pdf import text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def police(centre, coordinator):
    offer = Offer("Riverside Police")
    return list_agency(
        centre=centre, kind="police", offer=offer, by=coordinator
    ).recipient


@pytest.fixture
def waiting(stored_item, decide, later):
    """Reported at the examination, in store for 40 days."""
    decide(stored_item.case, "C16")
    later(days=40)
    return stored_item


def test_the_list_tells_days_and_letters(waiting, centre, custodian, police):
    [one] = unfetched(centre, custodian, clock.now())
    assert (one.package, one.days, one.letters) == (waiting, 40, 0)

    print_chase_letter(package=waiting, agency=police, by=custodian)

    [one] = unfetched(centre, custodian, clock.now())
    assert (one.letters, one.agency) == (1, "Riverside Police")


def test_what_is_not_reported_is_not_on_the_list(
    stored_item, centre, custodian, police, later
):
    later(days=40)

    assert unfetched(centre, custodian, clock.now()) == []
    with pytest.raises(RuleError, match="not waiting to be fetched"):
        print_chase_letter(package=stored_item, agency=police, by=custodian)


def test_each_letter_is_firmer_and_is_kept(waiting, custodian, police, later):
    steps = []
    for _ in range(4):
        letter = print_chase_letter(package=waiting, agency=police, by=custodian)
        steps.append(letter.row.step)
        later(days=8)

    assert steps == [1, 2, 3, 3]
    assert ChaseLetter.objects.count() == 4
    notes = AccessNote.objects.filter(what__startswith="Letter")
    assert notes.count() == 4
    assert list(faults()) == []


def test_an_agency_has_seven_days_to_answer(waiting, custodian, police, later):
    print_chase_letter(package=waiting, agency=police, by=custodian)
    later(days=6)

    with pytest.raises(RuleError, match="Wait for an answer"):
        print_chase_letter(package=waiting, agency=police, by=custodian)


def test_who_does_not_hand_out_writes_no_letter(waiting, coordinator, police):
    with pytest.raises(AccessError):
        print_chase_letter(package=waiting, agency=police, by=coordinator)


def test_the_letter_names_the_code_and_no_person(waiting, custodian, police, settings):
    settings.JURISDICTION = "US-MN"
    letter = print_chase_letter(package=waiting, agency=police, by=custodian)
    text = text_of(chase_letter(letter))

    assert "Riverside Police" in text
    assert "40 days" in text
    assert "to be checked locally" in text
    assert str(waiting.case) not in text
    assert waiting.kind.name not in text


def test_the_page_prints_the_letter(waiting, custodian, police, browse):
    client = browse(custodian)
    assert str(waiting) in client.get(reverse("unfetched")).content.decode()
    address = reverse("chase_item", args=[waiting.code])

    answer = client.post(address, {"agency": police.code})
    assert answer["Content-Type"] == "application/pdf"
    shown = client.get(reverse("unfetched")).content.decode()
    assert "from 18 Jul 2026" in shown
    assert "Print the letter" not in shown
    again = client.post(address, {"agency": police.code}, follow=True)
    assert "Wait for an answer" in again.content.decode()


def told(person):
    address = reverse("unfetched")
    return [t.sentence for t in work(person, clock.now()) if t.href == address]


def test_the_work_list_says_when_a_letter_may_go_out(
    waiting, custodian, nurse, police, later
):
    assert told(custodian) == [
        "Reported a month ago or more, and fetched by nobody: 1."
    ]
    assert told(nurse) == []

    print_chase_letter(package=waiting, agency=police, by=custodian)
    assert told(custodian) == []
    later(days=7)
    assert len(told(custodian)) == 1


def test_the_list_asks_as_often_for_many_as_for_few(
    waiting, collect, seal_up, shelf, centre, custodian, police, later
):
    def asked():
        with CaptureQueriesContext(connection) as seen:
            unfetched(centre, custodian, clock.now())
        return len(seen)

    print_chase_letter(package=waiting, agency=police, by=custodian)
    few = asked()
    for number in range(4):
        item = seal_up(collect(site="neck"), f"C{number}")
        actions.store(package=item, place=shelf, by=custodian)
    assert len(unfetched(centre, custodian, clock.now())) == 5
    assert asked() == few


def test_without_a_police_unit_the_page_says_what_to_do(waiting, custodian, browse):
    client = browse(custodian)

    assert "List a police unit" in client.get(reverse("unfetched")).content.decode()
    answer = client.post(reverse("chase_item", args=[waiting.code]), follow=True)
    assert "Choose the police unit" in answer.content.decode()
    assert not ChaseLetter.objects.exists()


def about_units(by):
    return [t.sentence for t in work(by, clock.now()) if "police unit" in t.sentence]


def test_reported_for_a_week_without_a_unit_is_asked_about(
    stored_item, decide, custodian, coordinator, nurse, later, browse
):
    decide(stored_item.case, "C16")
    later(days=6)
    assert about_units(custodian) == []
    later(days=2)
    [told] = about_units(custodian)
    assert told.endswith("no police unit is on record: 1.")
    assert about_units(coordinator) == []
    page = browse(custodian).get(reverse("unfetched")).content.decode()
    assert "No police unit on record" in page

    tell_police(package=stored_item, words="Riverside, by phone", by=nurse)
    assert about_units(custodian) == []
    page = browse(custodian).get(reverse("unfetched")).content.decode()
    assert "No police unit on record" not in page


def test_after_a_month_it_stands_on_the_list_of_letters_only(waiting, custodian):
    assert about_units(custodian) == []
