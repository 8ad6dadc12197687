"""Corrections without erasing: which field, whose word, and whether the rest holds.

An event is never changed. An amendment says what one field of it should have been, a
void says that it was entered in error; both are events themselves. What counts is the
effective sequence: the events as their corrections leave them, without the void ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.checks import check_move, check_order
from centre.chain_of_custody.rules.fold import Fact, Standing, apply
from centre.chain_of_custody.rules.moves import BIRTH, FINAL, Move, State, Thing
from centre.core.errors import RuleError


class Field(StrEnum):
    """What of an event can be amended; a word of the record for ever."""

    TIME = "occurred_at"
    PLACE = "place"
    PERSON = "counterpart"
    SEAL_BEFORE = "seal_before"
    SEAL_AFTER = "seal_after"
    SEAL_CONDITION = "seal_condition"
    PACKAGE = "package_condition"
    OBSERVER = "observer"
    TEMPERATURE = "temperature"
    UNFIT_REASON = "unfit_reason"
    MOISTENED_WITH = "moistened_with"
    BATCHES = "batches"
    HOURS_SINCE = "hours_since"
    WORDS = "words"
    SAFEGUARDING = "safeguarding"
    CONVEYANCE = "conveyance"
    LATE_REASON = "late_reason"
    NOTE = "note"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return _FIELD_WORDS[self]


_FIELD_WORDS: Final[dict[Field, str]] = {
    Field.TIME: "When it happened",
    Field.PLACE: "Place",
    Field.PERSON: "Other person",
    Field.SEAL_BEFORE: "Seal before",
    Field.SEAL_AFTER: "Seal",
    Field.SEAL_CONDITION: "Condition of the seal",
    Field.PACKAGE: "Condition of the package",
    Field.OBSERVER: "Who observed it",
    Field.TEMPERATURE: "Temperature",
    Field.UNFIT_REASON: "Why it lies in an unfit place",
    Field.MOISTENED_WITH: "Moistened with",
    Field.BATCHES: "Batches",
    Field.HOURS_SINCE: "Hours since",
    Field.WORDS: "Words",
    Field.SAFEGUARDING: "What was done at once",
    Field.CONVEYANCE: "Conveyance",
    Field.LATE_REASON: "Why it was late",
    Field.NOTE: "Note",
}

COLUMNS: Final = (
    Field.TIME,
    Field.PLACE,
    Field.PERSON,
    Field.SEAL_BEFORE,
    Field.SEAL_AFTER,
    Field.SEAL_CONDITION,
    Field.PACKAGE,
)
"""Fields with a column of their own; the others are words within the details."""

GRAVE: Final = frozenset(
    {
        Field.TIME,
        Field.PLACE,
        Field.PERSON,
        Field.OBSERVER,
        Field.SEAL_BEFORE,
        Field.SEAL_AFTER,
        Field.SEAL_CONDITION,
    }
)
"""Identity, time, person, place and seal: a second person approves."""

REASONS: Final[dict[str, str]] = {
    "mistyped": "Mistyped",
    "misread": "Misread from seal, label or clock",
    "wrong_thing": "The wrong thing was scanned",
    "wrong_person": "The wrong person was named",
    "wrong_act": "The wrong act was chosen",
    "left_out": "Something was left out",
    "other": "Another reason, as told",
}

CORRECTING: Final = frozenset({Move.AMENDED, Move.VOIDED})

_NEVER_VOID: Final[dict[Move, str]] = {
    Move.AMENDED: "An amendment stays. Amend what it says instead.",
    Move.VOIDED: "A void stays. Write down anew what really happened.",
    Move.KIT_ISSUED: (
        "A kit that was given to a case is never given to another. Withdraw it from "
        "use, or add a note."
    ),
    Move.TAKEN_OVER: (
        "What was taken over stays in the store's record. Amend what the event says, "
        "or declare the thing missing if it is not there."
    ),
    Move.REPORTING_CHANGED: "Write down the survivor's decision as it is now instead.",
    Move.RETENTION_SET: "Set or extend the date anew instead.",
    Move.RETENTION_EXTENDED: "Extend the date anew instead.",
}

_SIGHTS: Final = frozenset(
    {
        Move.RECEIVED,
        Move.UNEXPECTED_RECEIPT,
        Move.HANDED_OUT,
        Move.CHECKED_IN,
        Move.SEAL_CHECKED,
        Move.RECEIPT_REFUSED,
    }
)
TWO_APPROVALS: Final = 2


@dataclass(frozen=True)
class Correction:
    """What one correcting event says; without a field it voids its target."""

    event: UUID
    about: UUID
    field: str = ""
    new: str = ""


@dataclass(frozen=True)
class Effect:
    """All corrections together: what is void, and which value counts where."""

    void: frozenset[UUID]
    values: Mapping[UUID, Mapping[str, str]]
    by: Mapping[UUID, tuple[UUID, ...]]
    """Of each event, the corrections of it in their order."""


def effect_of(corrections: Iterable[Correction]) -> Effect:
    """What counts after these corrections, given in the order they were written.

    An amendment of an amendment says anew what the first one said of its event.
    """
    void: set[UUID] = set()
    values: dict[UUID, dict[str, str]] = {}
    by: dict[UUID, tuple[UUID, ...]] = {}
    roots: dict[UUID, UUID] = {}
    for one in corrections:
        root = roots.get(one.about, one.about)
        by[root] = (*by.get(root, ()), one.event)
        if not one.field:
            void.add(root)
            continue
        roots[one.event] = root
        if one.field not in set(Field):
            continue
        values.setdefault(root, {})[one.field] = one.new
    return Effect(frozenset(void), values, by)


def check_reason(reason: str) -> None:
    """A correction has one of the known reasons."""
    if reason not in REASONS:
        raise RuleError("Choose why it is corrected.")


def check_field(field: Field, borne: Iterable[Field]) -> None:
    """Only what the event says can be amended; type, order and signatures never."""
    if field not in set(borne):
        raise RuleError(
            "This event says nothing of that, so there is nothing to amend. Add a note."
        )


def check_changed(old: str, new: str) -> None:
    """An amendment changes something."""
    if old == new:
        raise RuleError("That is what stands there already. Nothing is to be amended.")


def check_sight(move: Move, field: Field, *, is_questioned: bool) -> None:
    """A seal number read at a receipt is first a discrepancy, then a correction."""
    if move in _SIGHTS and field is Field.SEAL_AFTER and not is_questioned:
        raise RuleError(
            "A seal number that was read from a package is not simply changed. Raise a "
            "discrepancy first; once it stands, the number can be amended."
        )


def check_alone(field: Field) -> None:
    """What says who, when, where or which seal is corrected by two people."""
    if field in GRAVE:
        raise RuleError(
            "This says who, when, where or which seal. Propose the amendment; another "
            "person approves it."
        )


def check_voidable(
    move: Move, *, is_void: bool, is_of_transfer: bool, dependants: int
) -> None:
    """Only what nothing else rests on is taken back, the newest first."""
    if is_void:
        raise RuleError("This is void already.")
    if move in _NEVER_VOID:
        raise RuleError(_NEVER_VOID[move])
    if is_of_transfer:
        raise RuleError(
            "A hand-over has two sides and is not taken back by one of them. Cancel it "
            "while it is under way; afterwards raise a discrepancy."
        )
    if dependants:
        raise RuleError(
            f"{dependants} later event(s) rest on this one. Void them first, the "
            "newest first, or leave it and add a note."
        )


def check_approvals(state: State, given: int) -> None:
    """After the end of a thing a void needs two approvals (R18)."""
    if state in FINAL and given < TWO_APPROVALS:
        raise RuleError(
            "This has ended. To void one of its events two other people approve."
        )


def check_holds(thing: Thing, before: Sequence[Fact], after: Sequence[Fact]) -> None:
    """With the correction every step must still be one that could be taken."""
    broken = breaks(thing, after) - breaks(thing, before)
    if broken:
        first = next(f for f in after if f.id in broken)
        raise RuleError(
            f"With this, “{first.move.words}” of {first.at:%d %b %Y %H:%M} UTC could "
            "not have happened as it stands. Correct that event first, or raise a "
            "discrepancy."
        )


def breaks(thing: Thing, facts: Iterable[Fact]) -> set[UUID]:
    """The events of a sequence that could not follow those before them."""
    standing = Standing(thing, BIRTH[thing])
    found: set[UUID] = set()
    for fact in facts:
        if not fact.via_kit and not _could(standing, fact):
            found.add(fact.id)
        standing = apply(standing, fact)
    return found


def _could(standing: Standing, fact: Fact) -> bool:
    try:
        check_move(fact.move, standing)
        check_order(fact.move, standing, fact.at)
    except RuleError:
        return False
    return True
