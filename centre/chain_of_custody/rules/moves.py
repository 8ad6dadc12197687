"""States, moves and the table of legal steps (custody state machine).

A move is the word of the ledger for it, for ever. The table is the whole law of which
move may start where and where it leads; what is not in it does not happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from centre.core.errors import RuleError


class State(StrEnum):
    """Where a kit or an item is in its life."""

    PLANNED = "planned"
    NOT_TAKEN = "not_taken"
    COLLECTED = "collected"
    DRYING = "drying"
    PACKAGED = "packaged"
    LABELLED = "labelled"
    SEALED = "sealed"
    STORED = "stored"
    CHECKED_OUT = "checked_out"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    OPENED = "opened"
    CONSUMED = "consumed"
    IN_COURT = "in_court"
    RETURNED_OWNER = "returned_owner"
    DESTROYED = "destroyed"
    OUT_OF_SYSTEM = "out_of_system"
    MISSING = "missing"
    # A kit before it is sealed
    STOCKED = "stocked"
    ISSUED = "issued"
    VOIDED = "voided"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """The state as it reads after “this item is”."""
        return _STATE_WORDS.get(self, self.replace("_", " "))


_STATE_WORDS: Final[dict[State, str]] = {
    State.COLLECTED: "collected, not yet packaged",
    State.PACKAGED: "packaged, not yet labelled",
    State.LABELLED: "labelled, not yet sealed",
    State.SEALED: "sealed, not yet in store",
    State.STORED: "in store",
    State.CHECKED_OUT: "checked out of the store",
    State.IN_TRANSIT: "on its way, not yet accepted",
    State.IN_COURT: "in court",
    State.RETURNED_OWNER: "returned to its owner",
    State.OUT_OF_SYSTEM: "with an organisation outside this system",
    State.STOCKED: "in stock",
    State.ISSUED: "issued, not yet opened",
    State.VOIDED: "withdrawn from use",
}

ON_SITE: Final = frozenset(
    {
        State.COLLECTED,
        State.DRYING,
        State.PACKAGED,
        State.LABELLED,
        State.SEALED,
        State.STORED,
        State.CHECKED_OUT,
        State.RECEIVED,
        State.OPENED,
    }
)
HELD: Final = ON_SITE | {State.IN_COURT}
FINAL: Final = frozenset(
    {
        State.NOT_TAKEN,
        State.CONSUMED,
        State.RETURNED_OWNER,
        State.DESTROYED,
        State.VOIDED,
        State.EXPIRED,
    }
)


class Move(StrEnum):
    """What can happen to a kit or an item, in the words of the ledger."""

    KIT_ISSUED = "kit.issued"
    KIT_OPENED = "kit.opened"
    KIT_SEALED = "kit.sealed"
    KIT_VOIDED = "kit.voided"
    NOT_TAKEN = "item.not_taken"
    COLLECTED = "item.collected"
    DRYING_STARTED = "drying.started"
    DRYING_ENDED = "drying.ended"
    PACKAGED = "item.packaged"
    LABELLED = "item.labelled"
    SEALED = "item.sealed"
    ADDED_TO_KIT = "item.added_to_kit"
    STORED = "item.stored"
    MOVED = "item.moved"
    CHECKED_OUT = "item.checked_out"
    CHECKED_IN = "item.checked_in"
    CONDITION_LOGGED = "condition.logged"
    SEAL_CHECKED = "seal.checked"
    SEAL_BROKEN = "seal.broken"
    SUBSAMPLED = "item.subsampled"
    RESEALED = "item.resealed"
    CONSUMED = "item.consumed"
    RELEASED = "transfer.released"
    PICKED_UP = "transfer.picked_up"
    RECEIVED = "transfer.received"
    HANDED_OUT = "transfer.handed_out"
    RECEIPT_REFUSED = "transfer.refused"
    TRANSFER_CANCELLED = "transfer.cancelled"
    UNEXPECTED_RECEIPT = "transfer.unexpected"
    LAB_SUBMITTED = "lab.submitted"
    LAB_ACCEPTED = "lab.accepted"
    LAB_REJECTED = "lab.rejected"
    LAB_STARTED = "lab.started"
    LAB_ANALYSED = "lab.analysed"
    LAB_RESULT_ISSUED = "lab.result_issued"
    COURT_PRODUCED = "court.produced"
    COURT_RETURNED = "court.returned"
    COURT_RETAINED = "court.retained"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    RETENTION_SET = "retention.set"
    RETENTION_EXTENDED = "retention.extended"
    DESTRUCTION_PROPOSED = "destruction.proposed"
    DESTRUCTION_NOTICE_ISSUED = "destruction.notice_issued"
    DESTRUCTION_OBJECTED = "destruction.objected"
    DESTRUCTION_NOT_OBJECTED = "destruction.not_objected"
    DESTRUCTION_AUTHORISED = "destruction.authorised"
    DESTROYED = "item.destroyed"
    RETURNED_TO_OWNER = "item.returned_to_owner"
    REPORTING_CHANGED = "reporting.changed"
    POLICE_TOLD = "police.told"
    DISCREPANCY_RAISED = "discrepancy.raised"
    DISCREPANCY_RESOLVED = "discrepancy.resolved"
    MISSING_DECLARED = "missing.declared"
    FOUND = "item.found"
    INVENTORY_SEEN = "inventory.seen"
    INVENTORY_NOT_SEEN = "inventory.not_seen"
    AMENDED = "event.amended"
    VOIDED = "event.voided"
    NOTE_ADDED = "note.added"
    DOCUMENT_ATTACHED = "document.attached"
    TAKEN_OVER = "item.taken_over"

    @property
    def words(self) -> str:
        """The move as the table of events says it."""
        return _MOVE_WORDS.get(self) or self.replace(".", " ").replace("_", " ").title()


_MOVE_WORDS: Final[dict[Move, str]] = {
    Move.KIT_ISSUED: "Kit issued to a case",
    Move.KIT_OPENED: "Kit opened",
    Move.KIT_SEALED: "Kit sealed",
    Move.NOT_TAKEN: "Not taken",
    Move.COLLECTED: "Collected",
    Move.PACKAGED: "Packaged",
    Move.LABELLED: "Labelled",
    Move.SEALED: "Sealed",
    Move.ADDED_TO_KIT: "Added to the kit",
    Move.STORED: "Put away",
    Move.MOVED: "Moved within the store",
    Move.CHECKED_OUT: "Checked out",
    Move.CHECKED_IN: "Checked in",
    Move.SEAL_CHECKED: "Seal checked",
    Move.RELEASED: "Released",
    Move.RECEIVED: "Received",
    Move.PICKED_UP: "Picked up by a courier",
    Move.HANDED_OUT: "Handed out",
    Move.RECEIPT_REFUSED: "Not accepted by the receiver",
    Move.TRANSFER_CANCELLED: "Transfer cancelled",
    Move.UNEXPECTED_RECEIPT: "Received without a release on file",
    Move.DRYING_STARTED: "Drying started",
    Move.DRYING_ENDED: "Drying ended",
    Move.SEAL_BROKEN: "Seal opened",
    Move.SUBSAMPLED: "Part taken as an item of its own",
    Move.RESEALED: "Sealed again",
    Move.CONSUMED: "Used up",
    Move.CONDITION_LOGGED: "Condition written down",
    Move.HOLD_PLACED: "Hold placed",
    Move.HOLD_LIFTED: "Hold lifted",
    Move.MISSING_DECLARED: "Declared missing",
    Move.FOUND: "Found",
    Move.DISCREPANCY_RAISED: "Discrepancy raised",
    Move.DISCREPANCY_RESOLVED: "Discrepancy resolved",
    Move.NOTE_ADDED: "Note added",
    Move.POLICE_TOLD: "The police were told",
    Move.TAKEN_OVER: "Taken over from an earlier record",
}


class Thing(StrEnum):
    """What has custody events of its own."""

    KIT = "kit"
    ITEM = "item"


@dataclass(frozen=True)
class Step:
    """From where a move may start, and where it leads; None leaves the state alone."""

    starts: frozenset[State]
    ends: State | None


def _step(ends: State | None, *starts: State) -> Step:
    return Step(frozenset(starts), ends)


_ANY: Final = Step(frozenset(State), None)
_NOT_FINAL: Final = Step(frozenset(State) - FINAL, None)
_HELD: Final = Step(HELD, None)

_SHARED: Final[dict[Move, Step]] = {
    Move.STORED: _step(State.STORED, State.SEALED, State.RECEIVED, State.CHECKED_OUT),
    Move.MOVED: _step(State.STORED, State.STORED),
    Move.CHECKED_OUT: _step(State.CHECKED_OUT, State.STORED),
    Move.CHECKED_IN: _step(State.STORED, State.CHECKED_OUT),
    Move.CONDITION_LOGGED: _HELD,
    Move.SEAL_CHECKED: _step(
        None,
        State.SEALED,
        State.STORED,
        State.CHECKED_OUT,
        State.IN_TRANSIT,
        State.RECEIVED,
        State.IN_COURT,
    ),
    Move.SEAL_BROKEN: _step(
        State.OPENED, State.RECEIVED, State.STORED, State.CHECKED_OUT
    ),
    Move.RESEALED: _step(State.RECEIVED, State.OPENED),
    Move.RELEASED: _step(
        State.IN_TRANSIT,
        State.STORED,
        State.SEALED,
        State.RECEIVED,
        State.CHECKED_OUT,
    ),
    Move.PICKED_UP: _step(None, State.IN_TRANSIT),
    Move.RECEIVED: _step(State.RECEIVED, State.IN_TRANSIT, State.OUT_OF_SYSTEM),
    Move.HANDED_OUT: _step(State.OUT_OF_SYSTEM, State.IN_TRANSIT),
    Move.RECEIPT_REFUSED: _step(None, State.IN_TRANSIT),
    Move.TRANSFER_CANCELLED: _step(None, State.IN_TRANSIT),
    Move.UNEXPECTED_RECEIPT: Step(frozenset(State), State.RECEIVED),
    Move.LAB_SUBMITTED: _step(None, State.IN_TRANSIT),
    Move.LAB_ACCEPTED: _step(None, State.RECEIVED),
    Move.LAB_REJECTED: _step(None, State.RECEIVED),
    Move.LAB_STARTED: _step(None, State.RECEIVED, State.OPENED),
    Move.LAB_ANALYSED: _step(None, State.RECEIVED, State.OPENED, State.CONSUMED),
    Move.LAB_RESULT_ISSUED: _NOT_FINAL,
    Move.COURT_PRODUCED: _step(State.IN_COURT, State.STORED),
    Move.COURT_RETURNED: _step(State.RECEIVED, State.IN_COURT),
    Move.COURT_RETAINED: _step(State.IN_COURT, State.IN_COURT),
    Move.HOLD_PLACED: _NOT_FINAL,
    Move.HOLD_LIFTED: _NOT_FINAL,
    Move.RETENTION_SET: _NOT_FINAL,
    Move.RETENTION_EXTENDED: _NOT_FINAL,
    Move.DESTRUCTION_PROPOSED: _step(None, State.STORED),
    Move.DESTRUCTION_NOTICE_ISSUED: _step(None, State.STORED),
    Move.DESTRUCTION_OBJECTED: _step(None, State.STORED),
    Move.DESTRUCTION_NOT_OBJECTED: _step(None, State.STORED),
    Move.DESTRUCTION_AUTHORISED: _step(None, State.STORED),
    Move.DESTROYED: _step(State.DESTROYED, State.STORED),
    Move.RETURNED_TO_OWNER: _step(State.RETURNED_OWNER, State.STORED),
    Move.REPORTING_CHANGED: _NOT_FINAL,
    Move.POLICE_TOLD: _NOT_FINAL,
    Move.DISCREPANCY_RAISED: _NOT_FINAL,
    Move.DISCREPANCY_RESOLVED: _NOT_FINAL,
    Move.MISSING_DECLARED: Step(HELD | {State.IN_TRANSIT}, State.MISSING),
    Move.FOUND: _step(State.RECEIVED, State.MISSING),
    Move.INVENTORY_SEEN: _HELD,
    Move.INVENTORY_NOT_SEEN: _HELD,
    Move.AMENDED: _ANY,
    Move.VOIDED: _ANY,
    Move.NOTE_ADDED: _ANY,
    Move.DOCUMENT_ATTACHED: _ANY,
}

_ITEM_ONLY: Final[dict[Move, Step]] = {
    Move.NOT_TAKEN: _step(State.NOT_TAKEN, State.PLANNED),
    Move.COLLECTED: _step(State.COLLECTED, State.PLANNED),
    Move.DRYING_STARTED: _step(State.DRYING, State.COLLECTED),
    Move.DRYING_ENDED: _step(State.COLLECTED, State.DRYING),
    Move.PACKAGED: _step(State.PACKAGED, State.COLLECTED, State.DRYING),
    Move.LABELLED: _step(State.LABELLED, State.PACKAGED),
    Move.SEALED: _step(State.SEALED, State.LABELLED, State.STORED),
    Move.STORED: _step(
        State.STORED,
        State.SEALED,
        State.RECEIVED,
        State.CHECKED_OUT,
        State.PACKAGED,
        State.LABELLED,
    ),
    Move.ADDED_TO_KIT: _step(None, State.SEALED),
    Move.SUBSAMPLED: _step(State.OPENED, State.OPENED),
    Move.CONSUMED: _step(State.CONSUMED, State.OPENED),
    Move.TAKEN_OVER: _step(State.STORED, State.PLANNED),
}

_KIT_ONLY: Final[dict[Move, Step]] = {
    Move.KIT_ISSUED: _step(State.ISSUED, State.STOCKED),
    Move.KIT_OPENED: _step(State.OPENED, State.ISSUED),
    Move.KIT_SEALED: _step(State.SEALED, State.OPENED),
    Move.KIT_VOIDED: _step(State.VOIDED, State.STOCKED, State.ISSUED),
}

STEPS: Final[Mapping[Thing, Mapping[Move, Step]]] = MappingProxyType(
    {
        Thing.ITEM: MappingProxyType(_SHARED | _ITEM_ONLY),
        Thing.KIT: MappingProxyType(_SHARED | _KIT_ONLY),
    }
)

BIRTH: Final[Mapping[Thing, State]] = MappingProxyType(
    {Thing.ITEM: State.PLANNED, Thing.KIT: State.STOCKED}
)

STATE_MOVES: Final = frozenset(
    move
    for steps in STEPS.values()
    for move, step in steps.items()
    if step.ends is not None
) | {Move.TRANSFER_CANCELLED}
"""Moves after which the state may be another one."""

ALONE: Final = STATE_MOVES | {Move.PICKED_UP}
"""Moves a thing inside a sealed kit cannot make by itself."""


LAID: Final = (Move.STORED, Move.MOVED, Move.CHECKED_IN, Move.TAKEN_OVER)
"""Moves after which a thing lies in its place in the store."""


_FEW: Final = 4
"""So many states a sentence can name without tiring the reader."""


def check_step(thing: Thing, move: Move, state: State) -> None:
    """A thing moves only from where it is; nothing moves after its end (R7, R18)."""
    step = STEPS[thing].get(move)
    if step is None:
        raise RuleError(f"This is never done with a {thing}.")
    if state not in step.starts:
        raise RuleError(_sentence(thing, move, state, step))


def _sentence(thing: Thing, move: Move, state: State, step: Step) -> str:
    if state in FINAL:
        return (
            f"This {thing} is {state.words}. Only notes and documents can be added to "
            "it; if it turns up again, write down an unexpected receipt."
        )
    if len(step.starts) > _FEW:
        return f"This {thing} is {state.words}, so this cannot be written down now."
    wanted = " or ".join(s.words for s in State if s in step.starts)
    return (
        f"This {thing} is {state.words}. “{move.words}” can be written down only "
        f"while it is {wanted}."
    )
