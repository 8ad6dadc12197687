"""Her own page opens for her and nobody else, and tells nothing it need not."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from centre.core import clock, verification
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.portal import rules
from centre.portal.actions import cards, own
from centre.portal.codes import OPEN_FOR, once
from centre.portal.models import Answered, Asked, Card, Tries
from centre.portal.queries import work
from tests.portal.conftest import PIN, WRONG

TOKEN = re.compile(
    rb'(name="csrfmiddlewaretoken" value=|name="once" value=|X-CSRFToken": )"[^"]+"'
)
HINTS = ("kit", "evidence", "sexual", "police", "assault", "survivor", "forensic")
REFUSED = "That did not open"


def body(answer):
    return answer.status_code, TOKEN.sub(b"", answer.content)


def opens(answer):
    return REFUSED not in answer.content.decode()


def test_acceptance_17_she_sees_plain_steps_with_her_code_and_number(
    monday, stored_item, card, send
):
    shown = send(code=card.code.lower(), pin=PIN).content.decode()

    assert "Closed and signed" in shown
    assert "With us" in shown
    assert "1 Jun 2026" in shown


def test_acceptance_17_whatever_is_wrong_is_answered_alike(
    card, send, monday, case, nurse
):
    ended = card.code
    live = cards.make_card(case=case, pin=PIN, again=PIN, by=nurse).code
    answers = [
        send(code=live, pin=WRONG),
        send(code="AAA-AAA-AAA-AAA", pin=PIN),
        send(code=ended, pin=PIN),
        send(code="", pin=""),
        send(code="' OR 1=1 --" * 30, pin="x" * 500),
        send(code=live, pin=WRONG, wish="question", words="Hello"),
    ]
    for _ in range(rules.FREE_TRIES):
        send(code=live, pin=WRONG)
    answers.append(send(code=live, pin=PIN))

    assert len({body(answer) for answer in answers}) == 1
    assert not any(map(opens, answers))
    assert not Asked.objects.exists()


def test_acceptance_17_every_try_costs_one_hash_and_one_look(card, send):
    """The work is counted, not timed: what takes as long cannot be told apart."""
    costs = []
    for code, pin in ((card.code, WRONG), ("AAA", PIN), (card.code, PIN), ("", "")):
        with patch.object(own, "check_password", wraps=own.check_password) as hashed:
            send(code=code, pin=pin)
        costs.append(hashed.call_count)

    assert costs == [1, 1, 1, 1]


def test_acceptance_17_after_five_wrong_numbers_one_waits_and_never_for_ever(
    card, send, monday
):
    for _ in range(rules.FREE_TRIES):
        send(code=card.code, pin=WRONG)
    assert not opens(send(code=card.code, pin=PIN))

    monday.shift(timedelta(minutes=1, seconds=1))
    assert opens(send(code=card.code, pin=PIN))


def guessed_at(person):
    return [t for t in work(person, clock.now()) if "wrong numbers" in t.sentence]


def test_a_card_somebody_guesses_at_is_told_to_who_cares_for_her_for_a_day(
    card, send, nurse, nurse_off_team, monday
):
    for _ in range(rules.FREE_TRIES - 1):
        send(code=card.code, pin=WRONG)
    assert guessed_at(nurse) == []

    send(code=card.code, pin=WRONG)
    assert len(guessed_at(nurse)) == 1
    assert guessed_at(nurse_off_team) == []

    monday.shift(rules.KEPT + timedelta(seconds=1))
    assert guessed_at(nurse) == []


def test_a_right_number_or_a_new_card_ends_what_is_told_of_guessing(
    card, send, case, nurse, monday
):
    for _ in range(rules.FREE_TRIES):
        send(code=card.code, pin=WRONG)
    monday.shift(timedelta(minutes=2))
    assert opens(send(code=card.code, pin=PIN))
    assert guessed_at(nurse) == []

    for _ in range(rules.FREE_TRIES):
        send(code=card.code, pin=WRONG)
    cards.make_card(case=case, pin=PIN, again=PIN, by=nurse)
    assert guessed_at(nurse) == []


def test_acceptance_17_waits_grow_to_an_hour(card, send, monday):
    """They lie in the database, so a restart forgets none of them."""
    waits = []
    for _ in range(rules.FREE_TRIES):
        send(code=card.code, pin=WRONG)
    for _ in range(5):
        row = Tries.objects.get(pk__startswith="code:")
        until = rules.waits_until(row.failures, row.last_at, free=rules.FREE_TRIES)
        waits.append((until - row.last_at) / timedelta(minutes=1))
        monday.move_to(until)
        send(code=card.code, pin=WRONG)

    assert waits == [1, 5, 15, 60, 60]


def test_acceptance_17_finding_a_number_takes_longer_than_a_life():
    per_day = timedelta(days=1) / timedelta(hours=1)

    assert 10**rules.PIN_DIGITS / per_day / 365 > 100


def test_without_the_waits_any_number_is_found(card, send, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(rules, "waits_until", lambda *_, **__: None)
    for _ in range(rules.FREE_TRIES * 2):
        send(code=card.code, pin=WRONG)

    assert opens(send(code=card.code, pin=PIN))


def test_going_back_after_she_left_sends_nothing_again(card, send):
    """The browser offers to send the same once more; it opens nothing."""
    mark = once()
    first = send(code=card.code, pin=PIN, once=mark).content.decode()
    assert "Kept at least until" in first
    again = send(code=card.code, pin=PIN, once=mark).content.decode()

    assert "was sent before" in again
    assert "Kept at least until" not in again


@pytest.mark.parametrize("mark", ["", "made-up", "a:b:c"])
def test_a_mark_that_is_not_ours_opens_nothing(mark, card, send):
    shown = send(code=card.code, pin=PIN, once=mark).content.decode()

    assert "Kept at least until" not in shown


def test_a_page_left_open_for_an_hour_is_not_sent(card, send, monday):
    mark = once()
    monday.shift(OPEN_FOR + timedelta(minutes=1))
    shown = send(code=card.code, pin=PIN, once=mark).content.decode()

    assert "Kept at least until" not in shown


def test_codes_that_do_not_exist_are_locked_alike(send, db):
    for _ in range(rules.FREE_TRIES):
        send(code="AAAAAAAAAAAA", pin=WRONG)

    assert Tries.objects.get(pk__startswith="code:").failures == rules.FREE_TRIES


def test_one_source_cannot_try_many_codes(card, send, monkeypatch):
    monkeypatch.setattr(rules, "SOURCE_TRIES", 3)
    for number in range(3):
        send(code=f"A{number}", pin=PIN)

    assert not opens(send(code=card.code, pin=PIN))
    assert opens(send(code=card.code, pin=PIN, address="203.0.113.8"))


def test_everybody_together_cannot_either(card, send, monkeypatch):
    monkeypatch.setattr(rules, "TRIES_AN_HOUR", 3)
    for number in range(3):
        send(code=f"A{number}", pin=PIN, address=f"203.0.113.{number}")

    assert not opens(send(code=card.code, pin=PIN, address="203.0.113.9"))


def test_tries_are_forgotten_after_a_day_and_keep_no_address(send, db, monday):
    send(code="AAA", pin=PIN)
    assert "203.0.113.7" not in str(list(Tries.objects.values()))
    monday.shift(rules.KEPT + timedelta(minutes=1))
    send(code="BBB", pin=PIN)

    assert Tries.objects.filter(pk__startswith="code:").count() == 1


def test_acceptance_17_the_page_holds_nothing_personal_and_no_word_that_tells(
    stored_item, card, send, case
):
    for answer in (Client().get(reverse("own_page")), send(code=card.code, pin=PIN)):
        shown = answer.content.decode()
        told = re.sub(r"<[^>]+>", " ", shown).lower()
        assert [word for word in HINTS if word in told] == []
        for secret in (
            stored_item.code,
            case.reference,
            "Nadia",
            "Riverside",
            "vulva",
            "Shelf",
            PIN,
        ):
            assert secret.lower() not in told
        assert "<title>Centre</title>" in shown
        assert "no-store" in answer["Cache-Control"]
        assert set(answer.cookies) <= {"form"}


def test_neither_code_nor_number_is_kept(card):
    row = Card.objects.values().get()
    plain = card.code.replace("-", "")

    assert plain not in str(row)
    assert PIN not in str(row)


def test_her_look_is_written_down_without_the_code(card, send, case):
    send(code=card.code, pin=PIN)
    note = AccessNote.objects.get(what="Own page")

    assert (note.case, note.user, note.outcome) == (case, None, "ok")


@pytest.mark.parametrize(
    ("pin", "says"),
    [
        ("12345", "six|6 digits"),
        ("12345a", "digits"),
        ("١٢٣٤٥٦", "digits"),
        ("111111", "among the first"),
        ("121212", "among the first"),
        ("123456", "among the first"),
        ("987654", "among the first"),
    ],
)
def test_numbers_anybody_would_try_are_not_taken(pin, says, case, nurse):
    with pytest.raises(RuleError, match=says):
        cards.make_card(case=case, pin=pin, again=pin, by=nurse)
    assert not Card.objects.exists()


def test_the_number_is_typed_twice(case, nurse):
    with pytest.raises(RuleError, match="not the same"):
        cards.make_card(case=case, pin=PIN, again=WRONG, by=nurse)


def test_others_make_no_card(case, custodian):
    with pytest.raises(AccessError):
        cards.make_card(case=case, pin=PIN, again=PIN, by=custodian)


def test_a_card_that_ended_opens_nothing(card, case, nurse, send):
    cards.end_card(case=case, by=nurse)

    assert not opens(send(code=card.code, pin=PIN))
    with pytest.raises(RuleError, match="no longer already"):
        cards.end_card(case=case, by=nurse)


def test_what_she_asks_for_reaches_those_who_care_for_her(
    card, send, nurse, browse, nurse_off_team
):
    answer = send(
        code=card.code, pin=PIN, wish="question", words="When can I know more?"
    )
    assert "We have it." in answer.content.decode()
    asked = Asked.objects.get()
    assert [task.href for task in work(nurse, asked.asked_at)] == [
        reverse("answer_wish", args=[asked.pk])
    ]
    assert work(nurse_off_team, asked.asked_at) == []

    browser, page = browse(nurse), reverse("answer_wish", args=[asked.pk])
    assert "When can I know more?" in browser.get(page).content.decode()
    assert AccessNote.objects.filter(user=nurse, what=str(asked)).exists()
    assert "errorlist" in browser.post(page, {"words": " "}).content.decode()
    assert browser.post(page, {"words": "Talked with her."}).status_code == 302
    assert Answered.objects.get().words == "Talked with her."
    assert work(nurse, asked.asked_at) == []


def test_a_question_without_words_is_told_and_nothing_is_lost(card, send):
    answer = send(code=card.code, pin=PIN, wish="question", words=" ")

    assert "Write your question" in answer.content.decode()
    assert not Asked.objects.exists()


def test_the_code_is_shown_once(case, nurse, browse):
    browser, page = browse(nurse), reverse("card", args=[case.reference])
    made = browser.post(page, {"pin": PIN, "again": PIN}).content.decode()
    assert "It is shown this once" in made
    assert "It is shown this once" not in browser.get(page).content.decode()


def test_cards_and_wishes_stand_in_the_record(card, send, case, nurse):
    send(code=card.code, pin=PIN, wish="longer", words="")
    cards.answer_wish(asked=Asked.objects.get(), words="Kept for longer.", by=nurse)
    cards.end_card(case=case, by=nurse)

    assert list(verification.faults()) == []
