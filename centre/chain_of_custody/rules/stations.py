"""Where things are, and what has happened to them, in words that tell little."""

from __future__ import annotations

from typing import Final

from centre.chain_of_custody.rules.fold import OUTSIDE
from centre.chain_of_custody.rules.moves import FINAL, STEPS, Move, State, Thing

EXAMINER: Final = "with the examiner"
HERE: Final = "in the store"
ON_THE_WAY: Final = "on the way"
OTHERS: Final = "with another agency"
ENDED: Final = "returned, used up or destroyed"
LOST: Final = "missing"
STATIONS: Final = (EXAMINER, HERE, ON_THE_WAY, OTHERS, ENDED, LOST)

STEP_WORDS: Final[dict[str, str]] = {
    Move.COLLECTED: "Begun",
    Move.TAKEN_OVER: "Kept safely",
    Move.KIT_SEALED: "Closed and signed",
    Move.SEALED: "Closed and signed",
    Move.STORED: "Kept safely",
    Move.RELEASED: "On its way to whom you agreed to",
    Move.RECEIVED: "Arrived there",
    Move.HANDED_OUT: "Arrived there",
    Move.LAB_ACCEPTED: "Being looked at",
    Move.LAB_ANALYSED: "Looked at",
    Move.RETURNED_TO_OWNER: "Given back",
    Move.DESTROYED: "Ended",
}
"""Steps as the survivor reads them; safe to be found."""

_IN_HER_HANDS: Final = frozenset(
    {
        State.ISSUED,
        State.OPENED,
        State.COLLECTED,
        State.DRYING,
        State.PACKAGED,
        State.LABELLED,
        State.SEALED,
    }
)


def station(thing: Thing, move: Move, role: str) -> str:
    """Where a thing is after its last move, made by somebody in this role."""
    step = STEPS[thing].get(move)
    state = step.ends if step else None
    if state is State.MISSING:
        return LOST
    if state in FINAL:
        return ENDED
    if state is State.IN_TRANSIT:
        return ON_THE_WAY
    if role in OUTSIDE or state in {State.OUT_OF_SYSTEM, State.IN_COURT}:
        return OTHERS
    return EXAMINER if state in _IN_HER_HANDS else HERE
