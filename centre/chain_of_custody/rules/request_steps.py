"""The steps between asking and deciding, and how the state of a request follows.

The state is never typed: it is read from what was asked, matched, decided, handed over
and from the steps below, each written once by the person who took it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError


class Step(StrEnum):
    """What somebody did about a request, beside matching, deciding, handing over."""

    PINNED = "pinned"
    INFO_ASKED = "info_asked"
    INFO_GIVEN = "info_given"
    TRIAGED = "triaged"
    SURVIVOR_ASKED = "survivor_asked"
    SURVIVOR_TRIED = "survivor_tried"
    SURVIVOR_ANSWERED = "survivor_answered"
    LEGAL_ASKED = "legal_asked"
    LEGAL_REVIEWED = "legal_reviewed"
    EMERGENCY_REVIEWED = "emergency_reviewed"
    PICKUP_SCHEDULED = "pickup_scheduled"
    WITHDRAWAL_FORWARDED = "withdrawal_forwarded"
    DISPUTED = "disputed"
    DISPUTE_ANSWERED = "dispute_answered"
    EXPIRED = "expired"
    RETURNED = "returned"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """As the path of a request says it."""
        return _STEP_WORDS[self]


_STEP_WORDS: Final[dict[Step, str]] = {
    Step.PINNED: "Received; its clocks are set",
    Step.INFO_ASKED: "Asked the requester",
    Step.INFO_GIVEN: "The requester answered",
    Step.TRIAGED: "Triage done",
    Step.SURVIVOR_ASKED: "The survivor is to be asked",
    Step.SURVIVOR_TRIED: "Contact was tried",
    Step.SURVIVOR_ANSWERED: "The survivor's answer is kept",
    Step.LEGAL_ASKED: "Legal review is needed",
    Step.LEGAL_REVIEWED: "Legal review done",
    Step.EMERGENCY_REVIEWED: "Emergency release reviewed",
    Step.PICKUP_SCHEDULED: "Pick-up arranged",
    Step.WITHDRAWAL_FORWARDED: "Withdrawal forwarded to the holder",
    Step.DISPUTED: "The requester disputes the answer",
    Step.DISPUTE_ANSWERED: "The dispute is answered",
    Step.EXPIRED: "Expired",
    Step.RETURNED: "Return confirmed",
    Step.CLOSED: "Closed",
}


class State(StrEnum):
    """Where a request stands, for the centre."""

    SUBMITTED = "submitted"
    NEEDS_INFO = "needs_info"
    TRIAGE = "triage"
    AWAITING_SURVIVOR = "awaiting_survivor"
    LEGAL_REVIEW = "legal_review"
    APPROVED_FULL = "approved_full"
    APPROVED_PARTIAL = "approved_partial"
    REFUSED = "refused"
    PICKUP_SCHEDULED = "pickup_scheduled"
    OFFERED = "offered"
    HANDED_OVER = "handed_over"
    LAB_SUBMITTED = "lab_submitted"
    LAB_RECEIVED = "lab_received"
    RESULT_ISSUED = "result_issued"
    RETURN_DUE = "return_due"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    CONSENT_WITHDRAWN = "consent_withdrawn"


STATE_WORDS: Final[dict[State, str]] = {
    State.SUBMITTED: "Received",
    State.NEEDS_INFO: "Waiting for the requester",
    State.TRIAGE: "To be decided",
    State.AWAITING_SURVIVOR: "The survivor is to be asked",
    State.LEGAL_REVIEW: "In legal review",
    State.APPROVED_FULL: "Approved, to be handed over",
    State.APPROVED_PARTIAL: "Approved in part, to be handed over",
    State.REFUSED: "Answered",
    State.PICKUP_SCHEDULED: "Pick-up arranged",
    State.OFFERED: "Hand-over offered",
    State.HANDED_OVER: "Handed over",
    State.LAB_SUBMITTED: "Submitted to the laboratory",
    State.LAB_RECEIVED: "At the laboratory",
    State.RESULT_ISSUED: "Result issued",
    State.RETURN_DUE: "To be returned",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Taken back",
    State.EXPIRED: "Expired",
    State.DISPUTED: "Answer disputed",
    State.CONSENT_WITHDRAWN: "Stopped: consent taken back",
}

OPEN: Final = frozenset(
    {
        State.SUBMITTED,
        State.NEEDS_INFO,
        State.TRIAGE,
        State.AWAITING_SURVIVOR,
        State.LEGAL_REVIEW,
    }
)
"""Before the decision. To the requester all of these read alike."""

APPROVED: Final = frozenset({State.APPROVED_FULL, State.APPROVED_PARTIAL})
TO_HAND_OVER: Final = APPROVED | {State.PICKUP_SCHEDULED}
GONE: Final = frozenset(
    {
        State.HANDED_OVER,
        State.LAB_SUBMITTED,
        State.LAB_RECEIVED,
        State.RESULT_ISSUED,
        State.RETURN_DUE,
    }
)
"""Evidence has left on the request."""

ENDED: Final = frozenset({State.CLOSED, State.WITHDRAWN, State.EXPIRED})

STOPPED_WORDS: Final = "Stopped. Please speak with the centre."
"""All a requester reads when consent was taken back: no cause, no person."""

_STARTS: Final[dict[Step, frozenset[State]]] = {
    Step.INFO_ASKED: OPEN,
    Step.INFO_GIVEN: frozenset({State.NEEDS_INFO}),
    Step.TRIAGED: OPEN,
    Step.SURVIVOR_ASKED: OPEN,
    Step.SURVIVOR_TRIED: frozenset({State.AWAITING_SURVIVOR, State.NEEDS_INFO}),
    Step.SURVIVOR_ANSWERED: frozenset({State.AWAITING_SURVIVOR, State.NEEDS_INFO}),
    Step.LEGAL_ASKED: OPEN,
    Step.LEGAL_REVIEWED: OPEN,
    Step.PICKUP_SCHEDULED: TO_HAND_OVER,
    Step.DISPUTED: frozenset({State.REFUSED, State.APPROVED_PARTIAL}),
    Step.DISPUTE_ANSWERED: frozenset({State.DISPUTED}),
    Step.EXPIRED: OPEN | TO_HAND_OVER,
    Step.RETURNED: GONE,
    Step.CLOSED: GONE
    | {State.REFUSED, State.CONSENT_WITHDRAWN, State.DISPUTED, State.EXPIRED},
}
"""From which states a step may be taken; a step that is not here may always be."""


def check_step(step: Step, state: State) -> None:
    """A step is taken only where it leads on."""
    if step in _STARTS and state not in _STARTS[step]:
        raise RuleError(
            f"This request stands at “{STATE_WORDS[state]}”, so “{step.words}” cannot "
            "be written down now. Look at the request again."
        )


@dataclass(frozen=True)
class Progress:
    """How far a request got: its lines counted, and its steps in their order.

    `asked` and `answered` name the lines about which the survivor is to be asked and
    was; `submitted`, `accepted` and `issued` count what laboratories wrote.
    """

    lines: int
    matched: int = 0
    decided: int = 0
    approved: int = 0
    offered: int = 0
    received: int = 0
    submitted: int = 0
    accepted: int = 0
    issued: int = 0
    is_withdrawn: bool = False
    is_consent_gone: bool = False
    returns: bool = False
    steps: Sequence[Step] = ()
    asked: Collection[object] = ()
    answered: Collection[object] = ()

    def is_open(self, asked: Step, answered: Step) -> bool:
        """Whether the newest of two steps is the question."""
        return self._last(asked) > self._last(answered)

    def _last(self, step: Step) -> int:
        found = [n for n, taken in enumerate(self.steps) if taken is step]
        return found[-1] if found else -1


def state(progress: Progress) -> State:
    """Where a request stands."""
    ended = _ended(progress)
    if ended is not None:
        return ended
    if progress.decided < progress.lines:
        return _before_decision(progress)
    if progress.is_open(Step.DISPUTED, Step.DISPUTE_ANSWERED):
        return State.DISPUTED
    if not progress.approved:
        return State.REFUSED
    return _after_approval(progress)


def _ended(progress: Progress) -> State | None:
    if progress.is_withdrawn:
        return State.WITHDRAWN
    if Step.CLOSED in progress.steps:
        return State.CLOSED
    return State.EXPIRED if Step.EXPIRED in progress.steps else None


def _before_decision(progress: Progress) -> State:
    if progress.is_open(Step.INFO_ASKED, Step.INFO_GIVEN):
        return State.NEEDS_INFO
    if progress.matched < progress.lines:
        return State.SUBMITTED
    if set(progress.asked) - set(progress.answered):
        return State.AWAITING_SURVIVOR
    if progress.is_open(Step.LEGAL_ASKED, Step.LEGAL_REVIEWED):
        return State.LEGAL_REVIEW
    return State.TRIAGE


def _after_approval(progress: Progress) -> State:
    if progress.is_consent_gone and Step.WITHDRAWAL_FORWARDED not in progress.steps:
        return State.CONSENT_WITHDRAWN
    if progress.received < progress.approved:
        return _under_way(progress)
    if progress.issued:
        return State.RETURN_DUE if _wants_return(progress) else State.RESULT_ISSUED
    if progress.accepted:
        return State.LAB_RECEIVED
    if progress.submitted:
        return State.LAB_SUBMITTED
    return State.RETURN_DUE if _wants_return(progress) else State.HANDED_OVER


def _under_way(progress: Progress) -> State:
    if progress.submitted:
        return State.LAB_SUBMITTED
    if progress.offered:
        return State.OFFERED
    if Step.PICKUP_SCHEDULED in progress.steps:
        return State.PICKUP_SCHEDULED
    full = progress.approved == progress.lines
    return State.APPROVED_FULL if full else State.APPROVED_PARTIAL


def _wants_return(progress: Progress) -> bool:
    return progress.returns and Step.RETURNED not in progress.steps


HANDED_OVER: Final = "Handed over"
LABORATORY: Final = "Laboratory"
PATH: Final = (
    ("Received", frozenset({State.SUBMITTED, State.NEEDS_INFO})),
    ("Examined", OPEN - {State.SUBMITTED, State.NEEDS_INFO}),
    ("Answered", TO_HAND_OVER | {State.REFUSED, State.DISPUTED}),
    (HANDED_OVER, frozenset({State.OFFERED, State.HANDED_OVER})),
    (
        LABORATORY,
        frozenset({State.LAB_SUBMITTED, State.LAB_RECEIVED, State.RESULT_ISSUED}),
    ),
    ("Returned, closed", frozenset({State.RETURN_DUE, State.CLOSED})),
)
"""The short path a page shows; states beside it are said in words."""


def place_on_path(state_: State) -> int | None:
    """Which stop of the path this state is at; None beside the path."""
    for number, (_, states) in enumerate(PATH):
        if state_ in states:
            return number
    return None
