"""The gate before evidence is destroyed or given back: each bar is asked by itself.

Destruction is where systems fail worst, so the server asks everything again at each
step (R16, R17): holds, requests, questions, retention, notice, objections, people.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.fold import Integrity, Reporting, Standing
from centre.chain_of_custody.rules.moves import Move, check_step
from centre.chain_of_custody.rules.retention import Notice
from centre.core.errors import RuleError


class Method(StrEnum):
    """How evidence is destroyed."""

    INCINERATED = "incinerated"
    SHREDDED = "shredded"
    CHEMICAL = "chemical"
    MEDICAL_WASTE = "medical_waste"

    @property
    def words(self) -> str:
        """As the certificate says it."""
        return {
            Method.INCINERATED: "Incinerated",
            Method.SHREDDED: "Shredded",
            Method.CHEMICAL: "Destroyed chemically",
            Method.MEDICAL_WASTE: "As clinical waste, by a licensed carrier",
        }[self]


OBJECTORS: Final[dict[str, str]] = {
    "survivor": "The survivor",
    "prosecutor": "The prosecutor",
    "police": "The police",
    "court": "A court",
}


@dataclass(frozen=True)
class Gate:
    """Everything that may stand in the way of an end, at one moment."""

    standing: Standing
    reporting: Reporting
    today: date
    retain_until: date | None
    holds: int = 0
    open_requests: int = 0
    notice: Notice | None = None
    notice_ends: date | None = None
    has_objection: bool = False
    has_non_objection: bool = False
    proposer: UUID | None = None


def check_proposable(gate: Gate) -> None:
    """Whether an end may be proposed at all; the period may still be running."""
    check_step(gate.standing.thing, Move.DESTRUCTION_PROPOSED, gate.standing.state)
    check_free(gate)
    if gate.retain_until is None:
        raise RuleError(
            "It has no retention date. Set one by the policy first; without it nobody "
            "knows whether it may end."
        )
    check_retention(gate)


def check_destroyable(gate: Gate) -> None:
    """Whether it may be destroyed now: every bar asked once more."""
    check_step(gate.standing.thing, Move.DESTROYED, gate.standing.state)
    check_free(gate)
    check_retention(gate)
    check_proposed(gate)
    check_notice(gate)


def check_returnable(gate: Gate) -> None:
    """Whether it may go back to its owner; on her wish retention does not bar it."""
    check_step(gate.standing.thing, Move.RETURNED_TO_OWNER, gate.standing.state)
    check_free(gate)
    if gate.reporting is Reporting.REPORTED and not gate.has_non_objection:
        raise RuleError(
            "This was reported. Write down that police, prosecutor or court have "
            "cleared it before it is given back."
        )


def check_authoriser(authoriser: UUID, proposer: UUID | None) -> None:
    """Whoever proposed the end does not authorise it (R17)."""
    if proposer is None:
        raise RuleError("Nobody has proposed this yet. It is proposed first.")
    if authoriser == proposer:
        raise RuleError(
            "You proposed this yourself, so you cannot authorise it. Another person "
            "authorises."
        )


def check_hands(destroyer: UUID, witness: UUID, authorisers: Collection[UUID]) -> None:
    """Authorisers, hand and witness: no one is two where two are needed (R17)."""
    if destroyer == witness:
        raise RuleError("Two people destroy: one acts, another sees it.")
    if {destroyer, witness} & set(authorisers):
        raise RuleError(
            "Whoever authorised this neither carries it out nor witnesses it. Ask "
            "colleagues who had no part in the decision."
        )


def check_method(method: str) -> None:
    """One of the known ways."""
    if method not in set(Method):
        raise RuleError("Choose how it is destroyed.")


def check_scanned(listed: Collection[str], scanned: Collection[str]) -> None:
    """Each thing is scanned where it is destroyed, and nothing else is."""
    if sorted(listed) != sorted(set(scanned)):
        missing, spare = (
            len(set(listed) - set(scanned)),
            len(set(scanned) - set(listed)),
        )
        raise RuleError(
            f"The scanned things are not the authorised ones: {missing} not scanned, "
            f"{spare} not authorised. Nothing is destroyed. Put aside what is not on "
            "the list, and scan each thing on it."
        )


def check_objector(who: str) -> None:
    """One of those who may object."""
    if who not in OBJECTORS:
        raise RuleError("Choose who objects or does not object.")


def check_proposed(gate: Gate) -> None:
    """Somebody has proposed the end."""
    if gate.proposer is None:
        raise RuleError("Nobody has proposed this yet. It is proposed first.")


def check_free(gate: Gate) -> None:
    """Nothing holds it: no hold, no question, no transfer, no open request."""
    if gate.holds:
        raise RuleError(
            f"{gate.holds} hold(s) stand on this. It is kept until each is lifted by "
            "who may lift it."
        )
    if gate.standing.integrity is Integrity.IN_QUESTION:
        raise RuleError(
            "A discrepancy stands open here. It is resolved before anything ends."
        )
    if gate.standing.transfer is not None:
        raise RuleError("It is being handed over. Receive or cancel that first.")
    if gate.open_requests:
        raise RuleError(
            "Somebody has asked for this and is not answered yet. Decide that request "
            "first."
        )


def check_retention(gate: Gate) -> None:
    """Its retention has ended."""
    if gate.retain_until is None or gate.today <= gate.retain_until:
        ends = f"{gate.retain_until:%d %b %Y}" if gate.retain_until else "no date yet"
        raise RuleError(
            f"Its retention has not ended ({ends}). It is kept, or kept longer."
        )


def check_notice(gate: Gate) -> None:
    """The end was told, the time is over, and nobody objects."""
    if gate.has_objection:
        raise RuleError(
            "Somebody has objected. It is kept; extend its retention, or propose again "
            "when the objection is withdrawn."
        )
    if gate.notice is None:
        raise RuleError(
            "The coming end has not been told in the way the policy asks. Give notice, "
            "or write down that the policy asks for none."
        )
    if gate.notice_ends is None or gate.today < gate.notice_ends:
        ends = f"{gate.notice_ends:%d %b %Y}" if gate.notice_ends else "unknown"
        raise RuleError(
            f"The time for objections has not ended ({ends}). Wait until it has."
        )
    if gate.reporting is Reporting.REPORTED and not gate.has_non_objection:
        raise RuleError(
            "This was reported. Write down that police or prosecutor do not object "
            "before it is destroyed."
        )
