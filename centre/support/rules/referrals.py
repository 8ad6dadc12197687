"""Where a referral can go from where it is, and by when.

The codes say what stood in the way and what came of it. None of them blames the
survivor: she is never "non-compliant", she decides, or something hindered.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError


class State(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ATTENDED = "attended"
    NOT_ATTENDED = "not_attended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


STATE_WORDS: Final[dict[State, str]] = {
    State.SENT: "Sent, no answer yet",
    State.ACCEPTED: "Accepted",
    State.DECLINED: "The agency could not take it",
    State.ATTENDED: "She went there",
    State.NOT_ATTENDED: "The meeting did not happen",
    State.CLOSED: "Closed",
    State.CANCELLED: "Cancelled",
}
ENDS: Final = frozenset({State.DECLINED, State.CLOSED, State.CANCELLED})


class Move(StrEnum):
    """What happens to a referral."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ATTEND = "attend"
    MISS = "miss"
    CLOSE = "close"
    CANCEL = "cancel"


MOVE_WORDS: Final[dict[Move, str]] = {
    Move.ACCEPT: "Accepted",
    Move.DECLINE: "Declined by the agency",
    Move.ATTEND: "Attended",
    Move.MISS: "Did not happen",
    Move.CLOSE: "Closed",
    Move.CANCEL: "Cancelled",
}
ACT_WORDS: Final[dict[Move, str]] = {
    Move.ACCEPT: "The agency accepts",
    Move.DECLINE: "The agency cannot take it",
    Move.ATTEND: "She went there",
    Move.MISS: "The meeting did not happen",
    Move.CLOSE: "Close with an outcome",
    Move.CANCEL: "Cancel the referral",
}

_MOVES: Final[dict[Move, tuple[frozenset[State], State]]] = {
    Move.ACCEPT: (frozenset({State.SENT}), State.ACCEPTED),
    Move.ATTEND: (frozenset({State.ACCEPTED, State.NOT_ATTENDED}), State.ATTENDED),
    Move.MISS: (frozenset({State.ACCEPTED}), State.NOT_ATTENDED),
    Move.CLOSE: (frozenset({State.ATTENDED, State.NOT_ATTENDED}), State.CLOSED),
    Move.DECLINE: (frozenset({State.SENT, State.ACCEPTED}), State.DECLINED),
    Move.CANCEL: (
        frozenset({State.SENT, State.ACCEPTED, State.NOT_ATTENDED}),
        State.CANCELLED,
    ),
}

BY_AGENCY: Final = frozenset({Move.ACCEPT, Move.DECLINE})
"""What a member of the agency may answer herself."""
ANSWERS: Final = frozenset({Move.ACCEPT, Move.DECLINE, Move.ATTEND, Move.MISS})

REASONS: Final[dict[Move, tuple[tuple[str, str], ...]]] = {
    Move.ACCEPT: (),
    Move.ATTEND: (),
    Move.DECLINE: (
        ("capacity", "No free place"),
        ("eligibility", "Outside what the agency may take"),
        ("cost", "It would cost her money"),
        ("distance", "Too far for her"),
        ("safety", "Not safe for her there"),
        ("conflict", "Somebody there is close to the accused"),
        ("other", "Another reason"),
    ),
    Move.MISS: (
        ("transport", "Way or transport"),
        ("money", "Cost"),
        ("unsafe", "It was not safe to go"),
        ("care_duties", "Children or work"),
        ("unwell", "Not well that day"),
        ("agency_absent", "Nobody was there at the agency"),
        ("her_choice", "She decided otherwise"),
        ("not_known", "Not known"),
    ),
    Move.CLOSE: (
        ("helped", "The help was given"),
        ("helped_partly", "The help was given in part"),
        ("goes_on", "She is in their care, and it goes on"),
        ("found_elsewhere", "She found help elsewhere"),
        ("chose_otherwise", "She decided otherwise"),
        ("no_safe_contact", "No safe contact in the agreed time"),
    ),
    Move.CANCEL: (
        ("consent_taken_back", "She took her consent back"),
        ("not_needed", "It is not needed any more"),
        ("agency_cannot", "The agency has closed or does not answer"),
        ("sent_in_error", "Sent in error"),
    ),
}
REASON_WORDS: Final[dict[str, str]] = {
    code: words for listed in REASONS.values() for code, words in listed
}
NEEDS_ATTENDANCE: Final = frozenset({"helped", "helped_partly", "goes_on"})

HELPED_WORDS: Final = (
    ("not_asked", "Not asked"),
    ("yes", "Yes"),
    ("partly", "In part"),
    ("no", "No"),
)


class Urgency(StrEnum):
    """How soon an answer is needed."""

    USUAL = "usual"
    URGENT = "urgent"


URGENCY_WORDS: Final = (
    (Urgency.USUAL, "Usual: answer within a working day"),
    (Urgency.URGENT, "Urgent: answer within two hours"),
)

_URGENT: Final = timedelta(hours=2)
_FIRST_MEETING_DAYS: Final = 5
_LOOP: Final = timedelta(days=30)
_SATURDAY: Final = 5


def leads_to(move: Move) -> State:
    """The state after a move."""
    return _MOVES[move][1]


def moves_from(state: State) -> list[Move]:
    """What can happen next."""
    return [move for move, (starts, _) in _MOVES.items() if state in starts]


def check_move(move: Move, state: State) -> None:
    """A referral moves only from where it is."""
    if move not in moves_from(state):
        raise RuleError(
            f"This referral stands at “{STATE_WORDS[state]}”, so “{ACT_WORDS[move]}” "
            "cannot follow."
        )


def check_reason(move: Move, reason: str, state: State) -> None:
    """A coded reason or outcome where one is asked, and one that fits."""
    codes = {code for code, _ in REASONS[move]}
    if codes and reason not in codes:
        raise RuleError("Choose the reason or outcome from the list.")
    if not codes and reason:
        raise RuleError("This step takes no reason.")
    if reason in NEEDS_ATTENDANCE and state is not State.ATTENDED:
        raise RuleError(
            "Help was given only if she went there. Note that first, then close."
        )


def check_answer(move: Move, *, who: str, how: str) -> None:
    """An answer names who gave it and how it came."""
    if move in BY_AGENCY and not (who.strip() and how.strip()):
        raise RuleError("Write down who at the agency answered, and how.")


def check_day(day: date, *, sent: date, today: date) -> None:
    """A move happens between the sending and today."""
    if day > today:
        raise RuleError("This day has not come yet. Choose today or earlier.")
    if day < sent:
        raise RuleError("This day is before the referral was sent. Check the date.")


def check_needs(needs: str, channel: str) -> None:
    """A referral says what is needed and how it is sent."""
    if not needs.strip():
        raise RuleError("Write what is needed from the agency.")
    if not channel.strip():
        raise RuleError("Write how the agency is told.")


def check_not_twice(open_ones: Collection[str]) -> None:
    """One open referral at a time for the same help from the same agency."""
    if open_ones:
        listed = ", ".join(open_ones)
        raise RuleError(
            f"The same help is already asked of this agency: {listed}. Follow that up."
        )


def due_at(
    state: State, *, urgency: str, family: str, since: datetime
) -> datetime | None:
    """By when the next move is due (clocks C04, C05, C06)."""
    if state is State.SENT:
        return since + _URGENT if urgency == Urgency.URGENT else working_days(since, 1)
    if state is State.ACCEPTED:
        days = 1 if family == "shelter" else _FIRST_MEETING_DAYS
        return working_days(since, days)
    if state is State.NOT_ATTENDED:
        return working_days(since, 2)
    if state is State.ATTENDED:
        return since + _LOOP
    return None


def working_days(moment: datetime, days: int) -> datetime:
    """So many working days later, at the same time of day."""
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < _SATURDAY
    return moment


def check_starts(starts_at: datetime, *, at: datetime) -> None:
    """An appointment lies ahead, and within two years."""
    if starts_at < at:
        raise RuleError("This time has passed. Choose a time to come.")
    if starts_at > at + timedelta(days=731):
        raise RuleError("This time is more than two years ahead. Check the year.")


def check_result(*, starts_at: datetime, has_result: bool, at: datetime) -> None:
    """Whether it was kept is noted once, and not before."""
    if has_result:
        raise RuleError("It is noted already whether this appointment was kept.")
    if at < starts_at:
        raise RuleError("This appointment is still to come.")
