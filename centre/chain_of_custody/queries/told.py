"""One event as it is read: who, from whom, where, in whose words, and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.corrections import readable
from centre.chain_of_custody.queries.history import Line
from centre.chain_of_custody.rules.corrections import CORRECTING, REASONS, Field
from centre.chain_of_custody.rules.discrepancies import PACKAGES, Question
from centre.chain_of_custody.rules.fold import Condition, Outcome
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.samples import NOT_TAKEN
from centre.chain_of_custody.rules.stock import DOCUMENTS, WITHDRAWALS
from centre.core.permissions import Role


@dataclass(frozen=True)
class Corrected:
    """One correction of an event, as it is read beside it."""

    number: int
    field: str
    what: str
    old: str
    new: str
    reason: str
    words: str
    by: str
    approved_by: str


@dataclass(frozen=True)
class Told:
    """One event as it is read: who, from whom, where, and in whose words."""

    event: CustodyEvent
    """What counts of it, after its amendments."""
    via_kit: bool
    is_void: bool
    was: dict[str, str]
    """What it said before amendments, by the name of the column."""
    corrections: tuple[Corrected, ...]
    corrects: int | None
    when: str
    """When it happened, no more exactly than is known."""
    who: str
    role: str
    organisation: str
    other: str
    place: str
    seal: str
    condition: str
    words: tuple[str, ...]
    late_reason: str
    document: str
    is_question: bool

    @property
    def day(self) -> str:
        """The day alone, or what a paper knew of it."""
        return self.when if self.is_by_paper else f"{self.event.local:%d %b %Y}"

    @property
    def is_by_paper(self) -> bool:
        """Whether it tells what an earlier record says."""
        return self.event.move == Move.TAKEN_OVER


def told(line: Line, places: dict[UUID, str]) -> Told:
    """Everything a table says of one event, after its amendments."""
    event = line.now
    details: dict[str, Any] = event.details or {}
    actor = details.get("actor", {})
    return Told(
        event=event,
        via_kit=line.via_kit,
        is_void=line.is_void,
        was=_was(line, places) if line.now is not line.event else {},
        corrections=tuple(_corrected(c, line.event, places) for c in line.corrections),
        corrects=_corrects(event),
        when=_when(event, details),
        who=actor.get("name", "") or event.actor.name,
        role=_role_words(actor.get("role", event.actor_role)),
        organisation=actor.get("organisation", ""),
        other=_other(event, details),
        place=places.get(event.place_id, "") if event.place_id else "",
        seal=_seal_words(event),
        condition=Condition(event.seal_condition).words if event.seal_condition else "",
        words=tuple(_words(event, details)),
        late_reason=details.get("late_reason", ""),
        document=details.get("document", ""),
        is_question=event.move == Move.DISCREPANCY_RAISED,
    )


def _was(line: Line, places: dict[UUID, str]) -> dict[str, str]:
    """The columns of a table that read otherwise before the amendments."""
    event, now = line.event, line.now
    details: dict[str, Any] = event.details or {}
    found = {
        "when": _when(event, details),
        "other": _other(event, details),
        "place": places.get(event.place_id, "") if event.place_id else "",
        "seal": _seal_words(event),
        "condition": event.seal_condition and Condition(event.seal_condition).words,
    }
    new = {
        "when": _when(now, now.details or {}),
        "other": _other(now, now.details or {}),
        "place": places.get(now.place_id, "") if now.place_id else "",
        "seal": _seal_words(now),
        "condition": now.seal_condition and Condition(now.seal_condition).words,
    }
    return {name: old for name, old in found.items() if old != new[name]}


def _when(event: CustodyEvent, details: dict[str, Any]) -> str:
    """By the clock on the wall, or in the words of a paper that knew no hour."""
    return details.get("when") or f"{event.local:%d %b %Y %H:%M}"


def _corrected(
    event: CustodyEvent, about: CustodyEvent, places: dict[UUID, str]
) -> Corrected:
    details: dict[str, Any] = event.details or {}
    is_void = event.move == Move.VOIDED
    field = details.get("field", "")
    named = Field(field) if field in set(Field) else None
    approvers = [a.get("name", "") for a in details.get("approvers", [])]
    return Corrected(
        number=event.number,
        field=field,
        what="Entered in error" if is_void else named.words if named else "Amended",
        old=_value(named, details.get("old", ""), about, places),
        new=_value(named, details.get("new", ""), about, places),
        reason=REASONS.get(event.reason_code, event.reason_code),
        words=details.get("words", ""),
        by=details.get("proposer", {}).get("name", ""),
        approved_by=", ".join(approvers),
    )


def _value(
    field: Field | None, value: str, about: CustodyEvent, places: dict[UUID, str]
) -> str:
    if field is Field.PLACE and value:
        return places.get(UUID(value), "an unknown place")
    return readable(about, field, value) if field and value else value


def _corrects(event: CustodyEvent) -> int | None:
    """The number of the event a correction is about."""
    told_of = event.move in CORRECTING or event.move == Move.DOCUMENT_ATTACHED
    if not told_of or event.about is None:
        return None
    return event.about.number


def _other(event: CustodyEvent, details: dict[str, Any]) -> str:
    """The person on the other side, if the event has one."""
    receiver = details.get("receiver")
    if isinstance(receiver, dict):
        return f"{receiver['name']}, {receiver['rank']}, {receiver['organisation']}"
    if receiver:
        return f"{receiver}, {details.get('organisation', '')}".rstrip(", ")
    return event.counterpart.name if event.counterpart else ""


def _seal_words(event: CustodyEvent) -> str:
    before, after = event.seal_before, event.seal_after
    if before and after and before != after:
        return f"{before} → {after}"
    return after or before


def _words(event: CustodyEvent, details: dict[str, Any]) -> Iterator[str]:
    reason = _reason(event) if event.reason_code else ""
    if reason and reason != details.get("words"):
        yield reason
    if event.package_condition not in {"", "intact"}:
        package = PACKAGES.get(event.package_condition, event.package_condition)
        yield f"Package: {package.lower()}"
    for key, label in _LABELLED.items():
        if details.get(key):
            yield f"{label}{details[key]}"


_LABELLED = {
    "order": "In the order of collection no. ",
    "moistened_with": "Moistened with: ",
    "batches": "Batches: ",
    "hours_since": "Hours since: ",
    "observer": "Taken by herself, watched by: ",
    "control_of": "Control of: ",
    "words": "",
    "safeguarding": "Done at once: ",
    "temperature": "Temperature: ",
    "unfit_reason": "Kept there because: ",
    "basis_text": "Ground: ",
    "purpose": "Purpose: ",
    "conveyance": "Conveyance: ",
    "replaced": "Expired, replaced: ",
    "sha256": "SHA-256: ",
    "earlier_number": "Old number: ",
    "collected": "Collected: ",
    "received": "In the store since: ",
    "police_number": "The police's number: ",
    "gaps": "Not known from the paper: ",
    "source": "Copied from: ",
    "source_sha256": "Its scan, SHA-256: ",
    "note": "",
}


def _reason(event: CustodyEvent) -> str:
    code = event.reason_code
    if event.move == Move.DISCREPANCY_RAISED:
        return Question(code).words
    if event.move == Move.DISCREPANCY_RESOLVED:
        return Outcome(code).words
    if event.move in CORRECTING:
        return REASONS.get(code, code)
    if event.move == Move.KIT_VOIDED:
        return WITHDRAWALS.get(code, code)
    if event.move == Move.DOCUMENT_ATTACHED:
        return DOCUMENTS.get(code, code)
    return NOT_TAKEN.get(code, code.replace("_", " ").capitalize())


def _role_words(role: str) -> str:
    return Role(role).words if role in set(Role) else role
