"""Decisions of support, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.core.errors import RuleError
from centre.support.rules import plans, referrals, sessions
from centre.support.rules.referrals import ENDS, Move, State

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = MONDAY.date()


@given(st.lists(st.sampled_from(Move), max_size=12))
def test_no_run_of_moves_leaves_an_end(moves):
    state, ended = State.SENT, False
    for move in moves:
        try:
            referrals.check_move(move, state)
        except RuleError:
            continue
        assert not ended
        state = referrals.leads_to(move)
        ended = state in ENDS


@pytest.mark.parametrize("state", [s for s in State if s not in ENDS])
def test_every_open_state_can_still_end(state):
    reached, todo = set(), [state]
    while todo:
        here = todo.pop()
        for move in referrals.moves_from(here):
            there = referrals.leads_to(move)
            if there not in reached:
                reached.add(there)
                todo.append(there)
    assert reached & ENDS


@pytest.mark.parametrize("state", ENDS)
def test_nothing_follows_an_end(state):
    assert referrals.moves_from(state) == []


def test_a_refused_move_says_where_the_referral_stands():
    with pytest.raises(RuleError, match="Sent, no answer yet"):
        referrals.check_move(Move.CLOSE, State.SENT)


@pytest.mark.parametrize("outcome", ["helped", "helped_partly", "goes_on"])
def test_help_is_noted_only_for_who_went_there(outcome):
    referrals.check_reason(Move.CLOSE, outcome, State.ATTENDED)
    with pytest.raises(RuleError, match="only if she went there"):
        referrals.check_reason(Move.CLOSE, outcome, State.NOT_ATTENDED)


@pytest.mark.parametrize(
    ("move", "reason"),
    [(Move.DECLINE, ""), (Move.CLOSE, "nonsense"), (Move.ACCEPT, "capacity")],
)
def test_a_reason_is_one_of_the_list(move, reason):
    with pytest.raises(RuleError):
        referrals.check_reason(move, reason, State.ATTENDED)


def test_no_word_of_the_lists_blames():
    words = " ".join(referrals.REASON_WORDS.values()).lower()
    words += " ".join(w for _, w in (*plans.GOAL_WORDS, *plans.CLOSURE_WORDS)).lower()
    blaming = ("refus", "fail", "non-compl", "uncooper", "no-show", "fault", "did not")

    assert not any(b in words for b in blaming)


def test_an_answer_names_who_and_how():
    with pytest.raises(RuleError, match="who at the agency"):
        referrals.check_answer(Move.ACCEPT, who="", how="phone")
    referrals.check_answer(Move.ATTEND, who="", how="")


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 2)])
def test_a_move_lies_between_sending_and_today(day):
    with pytest.raises(RuleError):
        referrals.check_day(day, sent=TODAY, today=TODAY)


def test_clocks_count_working_days_and_hours_when_urgent():
    friday = MONDAY + timedelta(days=4)
    usual = referrals.due_at(State.SENT, urgency="usual", family="legal", since=friday)
    urgent = referrals.due_at(
        State.SENT, urgency="urgent", family="legal", since=friday
    )

    assert usual == friday + timedelta(days=3)
    assert urgent == friday + timedelta(hours=2)
    for end in ENDS:
        assert (
            referrals.due_at(end, urgency="usual", family="legal", since=friday) is None
        )


def test_the_child_family_needs_a_child():
    with pytest.raises(RuleError, match="applies only"):
        plans.check_family("child", is_child=False, has_children=False)
    plans.check_family("child", is_child=True, has_children=False)
    plans.check_family("child", is_child=False, has_children=True)
    assert len(plans.families(is_child=False, has_children=False)) == 4


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 5, 31), "has passed"), (date(2062, 1, 1), "five years")],
)
def test_a_date_lies_ahead_and_within_reach(day, words):
    with pytest.raises(RuleError, match=words):
        plans.check_day_ahead(day, today=TODAY)
    plans.check_day_ahead(day, today=TODAY, kept=day)


def test_a_plan_names_the_referrals_that_keep_it_open():
    with pytest.raises(RuleError, match="K7X-QM3"):
        plans.check_closing("goals_met", ["K7X-QM3"])
    with pytest.raises(RuleError, match="why"):
        plans.check_closing("", [])


@pytest.mark.parametrize(
    "change",
    [
        {"content": "  "},
        {"held_at": MONDAY + timedelta(minutes=1)},
        {"held_at": MONDAY - timedelta(days=400)},
        {"minutes": 0},
        {"minutes": 5000},
    ],
)
def test_a_note_tells_of_a_session_that_was_held(change):
    good = {"content": "x", "held_at": MONDAY, "minutes": 50, "at": MONDAY}
    sessions.check_note(**good)
    with pytest.raises(RuleError):
        sessions.check_note(**{**good, **change})


def test_nobody_supervises_or_names_herself():
    with pytest.raises(RuleError, match="supervises herself"):
        sessions.check_supervisor(counsellor=1, supervisor=1, by=2)
    with pytest.raises(RuleError, match="names herself"):
        sessions.check_supervisor(counsellor=1, supervisor=2, by=2)
    sessions.check_supervisor(counsellor=1, supervisor=None, by=2)
