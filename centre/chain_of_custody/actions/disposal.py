"""The end of evidence: proposed, told, answered, authorised, and done before a witness.

Every bar is asked again at each step, and again at the last one. The record of what
was destroyed stays; only the thing ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from centre.chain_of_custody.actions.docket import (
    Told,
    case_of,
    snapshot,
    take,
)
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models import CustodyEvent, Retention
from centre.chain_of_custody.queries.disposal import (
    gate_of,
    items_of,
    open_proposal,
    retention_of,
)
from centre.chain_of_custody.queries.history import Package, history
from centre.chain_of_custody.retention import policies
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules import disposal as rules
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.retention import Notice
from centre.core import access, clock, journal, references
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.models import Case, Proposal, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger.kinds import Kind

_TOLD: Final = frozenset(
    {
        Move.DESTRUCTION_PROPOSED,
        Move.DESTRUCTION_NOTICE_ISSUED,
        Move.DESTRUCTION_OBJECTED,
        Move.DESTRUCTION_NOT_OBJECTED,
        Move.DESTRUCTION_AUTHORISED,
    }
)


@dataclass(frozen=True)
class Owner:
    """Who takes evidence back, as her papers say; kept encrypted."""

    name: str
    standing: str
    identity_kind: str
    identity_last4: str
    clearance: str


@transaction.atomic
def propose_destruction(
    *, package: Package, words: str, by: User, code: str
) -> CustodyEvent:
    """Propose that a kit or a loose item ends; the gate is asked for the first time."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_PROPOSE, case)
    checks.check_words(words, "why it should end")
    docket = take(package, by=by, at=at, told=Told(note=words))
    rules.check_proposable(gate_of(package, case, at))
    approvals.sign(by, code)
    return docket.write(Move.DESTRUCTION_PROPOSED)


@transaction.atomic
def ask_to_destroy(
    *, package: Package, words: str, by: User, code: str, link: str
) -> Proposal:
    """Ask the two who authorise, once the time for objections is over.

    Their answers and the destruction itself follow within a day, or it is asked anew.
    """
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_PROPOSE, case)
    take(package, by=by, at=at)
    rules.check_destroyable(gate_of(package, case, at))
    _check_nothing_open(package, case, at)
    return approvals.propose(
        act=TwoPersonAct.DESTRUCTION,
        on=case,
        payload=_payload(package),
        words=words,
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def give_notice(*, package: Package, mode: str, words: str, by: User) -> CustodyEvent:
    """Write down that the coming end was told, or that the policy asks for silence."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_NOTICE, case)
    docket = take(package, by=by, at=at, told=Told(note=words))
    held = retention_of(package)
    if held is None:
        raise RuleError("It has no retention date yet. Set one by the policy first.")
    asked = Notice(held.notice)
    if mode not in set(Notice):
        raise RuleError("Choose how it was told.")
    if Notice(mode) is not asked and not words.strip():
        raise RuleError(
            f"The policy asks: {asked.words.lower()}. If it is told otherwise, say why."
        )
    days = policies(held.edition).named(held.policy).notice_days
    length = 0 if Notice(mode) is Notice.NONE else days
    today = at.astimezone(ZoneInfo(case.centre.timezone)).date()
    ends_on = today + timedelta(days=length)
    return docket.write(
        Move.DESTRUCTION_NOTICE_ISSUED,
        reason_code=mode,
        details={"ends_on": ends_on.isoformat(), "days": length},
    )


@transaction.atomic
def answer_notice(
    *, package: Package, who: str, objects: bool, words: str, by: User
) -> CustodyEvent:
    """Write down that somebody objects to the end, or does not."""
    at = clock.now()
    access.require(by, Permission.DESTRUCTION_ANSWER, case_of(package))
    rules.check_objector(who)
    checks.check_words(words, "what was said, and how you know")
    docket = take(package, by=by, at=at, told=Told(note=words))
    move = Move.DESTRUCTION_OBJECTED if objects else Move.DESTRUCTION_NOT_OBJECTED
    return docket.write(move, reason_code=who)


@transaction.atomic
def authorise_destruction(*, package: Package, by: User, code: str) -> CustodyEvent:
    """Authorise the end as one of the two who must; every bar is asked once more."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_AUTHORISE, case)
    docket = take(package, by=by, at=at)
    gate = gate_of(package, case, at)
    rules.check_destroyable(gate)
    proposal = _proposal(package, case, TwoPersonAct.DESTRUCTION, at)
    rules.check_authoriser(by.pk, gate.proposer)
    approvals.approve(proposal=proposal, by=by, code=code)
    return docket.write(
        Move.DESTRUCTION_AUTHORISED, details={"proposal": str(proposal.pk)}
    )


@transaction.atomic
def destroy(  # noqa: PLR0913 - a certificate needs each of these
    *,
    package: Package,
    scanned: Sequence[str],
    seen: Seen,
    method: str,
    place: str,
    witness: User,
    witness_code: str,
    by: User,
    code: str,
    note: str = "",
) -> CustodyEvent:
    """Destroy before a witness, each thing scanned where it is destroyed."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_CARRY_OUT, case)
    docket = take(package, by=by, at=at, told=Told(note=note))
    rules.check_method(method)
    checks.check_words(place, "where it is destroyed")
    rules.check_destroyable(gate_of(package, case, at))
    proposal = _proposal(package, case, TwoPersonAct.DESTRUCTION, at)
    _check_witness(witness, case)
    authorisers = approvals.approvals_of(proposal)
    rules.check_hands(by.pk, witness.pk, [a.approver_id for a in authorisers])
    rules.check_scanned(items_of(package), [read_scan(one) for one in scanned])
    number, condition = checks.seal_seen(seen, docket.standing.seal)
    approvals.execute(proposal=proposal, payload=_payload(package), by=by, at=at)
    approvals.sign(by, code)
    approvals.sign(witness, witness_code)
    return docket.write(
        Move.DESTROYED,
        counterpart=witness,
        place_from_id=docket.standing.place,
        seal_before=docket.standing.seal,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
        reason_code=method,
        details={
            "place": place.strip(),
            "witness": snapshot(witness, docket.centre),
            "authorised_by": [snapshot(a.approver, docket.centre) for a in authorisers],
            "things": items_of(package),
            "proposal": str(proposal.pk),
        },
    )


@transaction.atomic
def propose_return(
    *, package: Package, words: str, by: User, code: str, link: str
) -> Proposal:
    """Propose that a kit or a loose item goes back to its owner."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_PROPOSE, case)
    take(package, by=by, at=at)
    rules.check_returnable(gate_of(package, case, at))
    _check_nothing_open(package, case, at)
    return approvals.propose(
        act=TwoPersonAct.RETURN_TO_OWNER,
        on=case,
        payload=_payload(package),
        words=words,
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def return_to_owner(
    *,
    package: Package,
    owner: Owner,
    advice_given: bool,
    by: User,
    code: str,
    note: str = "",
) -> CustodyEvent:
    """Give evidence back to its owner against her papers and signature."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DESTRUCTION_CARRY_OUT, case)
    docket = take(package, by=by, at=at, told=Told(note=note))
    rules.check_returnable(gate_of(package, case, at))
    _check_owner(owner)
    if not advice_given:
        raise RuleError(
            "Tell her how to handle what may carry body fluids, then confirm it here."
        )
    proposal = _proposal(package, case, TwoPersonAct.RETURN_TO_OWNER, at)
    approvals.execute(proposal=proposal, payload=_payload(package), by=by, at=at)
    approvals.sign(by, code)
    return docket.write(
        Move.RETURNED_TO_OWNER,
        place_from_id=docket.standing.place,
        seal_before=docket.standing.seal,
        details={
            "owner": {
                "name": owner.name,
                "standing": owner.standing,
                "identity_kind": owner.identity_kind,
                "identity_last4": owner.identity_last4,
            },
            "clearance": owner.clearance,
            "things": items_of(package),
            "proposal": str(proposal.pk),
        },
    )


@dataclass(frozen=True)
class End:
    """What a certificate of an end tells."""

    package: Package
    case: Case
    event: CustodyEvent
    things: tuple[str, ...]
    retention: Retention | None
    notices: tuple[CustodyEvent, ...]
    number: str
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def print_certificate(*, package: Package, by: User) -> End:
    """Issue the certificate of a destruction, or the receipt of a return."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DISPOSAL_VIEW, case)
    events = [line.event for line in history(package) if not line.is_void]
    ended = [e for e in events if e.move in {Move.DESTROYED, Move.RETURNED_TO_OWNER}]
    if not ended:
        raise RuleError("This has not ended, so there is no certificate of it.")
    number = references.new()
    facts = {"document": "certificate_of_end", "number": number}
    journal.record(
        Kind.DOCUMENT_ISSUED, by=by, on=case, at=at, facts=facts, stream=package.pk
    )
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=f"Certificate, {package}")
    return End(
        package=package,
        case=case,
        event=ended[-1],
        things=tuple((ended[-1].details or {})["things"]),
        retention=retention_of(package),
        notices=tuple(e for e in events if e.move in _TOLD),
        number=number,
        made_at=at,
        by=by.name,
        head=head_of(case.centre, at),
    )


def _payload(package: Package) -> dict[str, Any]:
    held = retention_of(package)
    return {
        "package": package.code,
        "things": sorted(items_of(package)),
        "kept_until": held.until.isoformat() if held else "",
    }


def _check_nothing_open(package: Package, case: Case, at: datetime) -> None:
    if open_proposal(package, case, at) is not None:
        raise RuleError("An end of this is proposed already. Answer that first.")


def _proposal(
    package: Package, case: Case, act: TwoPersonAct, at: datetime
) -> Proposal:
    found = open_proposal(package, case, at)
    if found is None or found.act != act:
        raise RuleError(
            "No such proposal is open: it was never made, was refused, or is more than "
            "a day old. Propose it, and let others authorise it."
        )
    return found


def _check_witness(witness: User, case: Case) -> None:
    posts = witness.memberships.filter(centre=case.centre, ended_at__isnull=True)
    if not witness.is_active or not posts.exists():
        raise RuleError("The witness is a colleague of this centre.")


def _check_owner(owner: Owner) -> None:
    for text, what in (
        (owner.name, "who takes it back"),
        (owner.standing, "whether she is the owner or acts for the owner"),
        (owner.identity_kind, "which identity paper was shown"),
        (owner.identity_last4, "the last four signs of that paper"),
    ):
        checks.check_words(text, what)
