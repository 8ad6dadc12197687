"""Two-person acts: propose, approve or refuse, and carry out exactly what was approved.

The approval is bound to the SHA-256 of the proposed content in canonical form (RFC
8785); a single changed byte leaves it unapproved. Both persons sign with a one-time
code of their own. Who approves must hold the permission at that moment and still at the
moment of execution.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.actions.people import check_factor
from centre.core.errors import RuleError
from centre.core.models import (
    Approval,
    Case,
    Centre,
    Execution,
    Proposal,
    User,
    acting_role,
)
from centre.core.two_person import LASTS, TERMS, TwoPersonAct
from centre.ledger import canonical
from centre.ledger.kinds import Kind
from centre.vault.keys import SYSTEM_SCOPE


@transaction.atomic
def propose(
    *,
    act: TwoPersonAct,
    on: Case | Centre,
    payload: Mapping[str, Any],
    words: str,
    by: User,
    code: str,
    link: str = "",
) -> Proposal:
    """Propose an act with its exact content; `words` tell the approver what it is.

    `link` is the page where it is carried out once it is approved.
    """
    at = clock.now()
    access.require(by, TERMS[act].propose, on)
    if not words.strip():
        raise RuleError("Say in your own words what is proposed, and why.")
    proposal = Proposal.objects.create(
        act=act,
        centre=on.centre if isinstance(on, Case) else on,
        case=on if isinstance(on, Case) else None,
        scope_id=on.pk if isinstance(on, Case) else SYSTEM_SCOPE,
        proposer=by,
        proposed_at=at,
        expires_at=at + LASTS,
        payload_sha256=digest(payload),
        content={"payload": dict(payload), "words": words.strip(), "link": link},
    )
    sign(by, code)
    journal.record(
        Kind.PROPOSAL_MADE, by=by, on=on, at=at, row=proposal, stream=proposal.pk
    )
    return proposal


@transaction.atomic
def approve(*, proposal: Proposal, by: User, code: str) -> Approval:
    """Approve exactly what was proposed, as another person."""
    at = clock.now()
    access.require(by, TERMS[TwoPersonAct(proposal.act)].approve, proposal.on)
    held = _locked(proposal)
    _check_open(held, by, at)
    if digest(held.content["payload"]) != held.payload_sha256:
        raise RuleError("What was proposed was changed since. It cannot be approved.")
    sign(by, code)
    return _answer(held, by, at, is_refused=False, reason="")


@transaction.atomic
def refuse(*, proposal: Proposal, reason: str, by: User) -> Approval:
    """Say no, with the reason; the proposal ends."""
    at = clock.now()
    access.require(by, TERMS[TwoPersonAct(proposal.act)].approve, proposal.on)
    held = _locked(proposal)
    _check_open(held, by, at)
    if not reason.strip():
        raise RuleError("Write why you refuse this.")
    return _answer(held, by, at, is_refused=True, reason=reason.strip())


@transaction.atomic
def open_proposal(*, proposal: Proposal, by: User) -> Mapping[str, Any]:
    """Read what is proposed, as who proposed it or who may approve it."""
    terms = TERMS[TwoPersonAct(proposal.act)]
    wanted = terms.propose if proposal.proposer_id == by.pk else terms.approve
    access.require(by, wanted, proposal.on)
    what = f"Proposal: {proposal}"
    journal.looked(Kind.READ, by=by, on=proposal.on, at=clock.now(), what=what)
    content: Mapping[str, Any] = proposal.content
    return content


@transaction.atomic
def execute(
    *, proposal: Proposal, payload: Mapping[str, Any], by: User, at: datetime
) -> Execution:
    """Mark an approved proposal as carried out, inside the act that carries it out.

    Raises `RuleError` unless enough people approved exactly this payload, still hold
    the permission, and neither time nor an earlier execution has ended it.
    """
    terms = TERMS[TwoPersonAct(proposal.act)]
    if not _takes_part(proposal, by):
        access.require(by, terms.propose, proposal.on)
    held = _locked(proposal)
    _check_alive(held, at)
    if digest(payload) != held.payload_sha256:
        raise RuleError("This is not what was approved. Propose it anew.")
    if missing(held):
        raise RuleError(missing(held))
    done = Execution.objects.create(proposal=held, by=by, at=at)
    journal.record(
        Kind.PROPOSAL_EXECUTED, by=by, on=held.on, at=at, row=done, stream=held.pk
    )
    return done


def approvals_of(proposal: Proposal) -> list[Approval]:
    """The approvals that count now: given, and by people who still may."""
    permission = TERMS[TwoPersonAct(proposal.act)].approve
    given = proposal.answers.filter(is_refused=False).select_related("approver")
    return [
        a
        for a in given
        if a.approver.is_active
        and a.payload_sha256 == proposal.payload_sha256
        and access.holds(a.approver, permission, proposal.on)
    ]


def missing(proposal: Proposal) -> str:
    """What is still missing before it may be carried out; empty if nothing is."""
    terms = TERMS[TwoPersonAct(proposal.act)]
    if proposal.answers.filter(is_refused=True).exists():
        return "This was refused. It ends here; propose it anew if things changed."
    given = approvals_of(proposal)
    absent = terms.each_of - {a.role for a in given}
    if len(given) < terms.approvals:
        wanted = " and ".join(sorted(r.words.lower() for r in absent))
        return f"It waits for approval{f' by: {wanted}' if wanted else ''}."
    if absent:
        wanted = " and ".join(sorted(r.words.lower() for r in absent))
        return f"It also needs the approval of: {wanted}."
    return ""


def digest(payload: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, which the approval is bound to."""
    return hashlib.sha256(canonical.encode(dict(payload))).hexdigest()


def sign(by: User, code: str) -> None:
    """Sign with one's own one-time code; a wrong one stops the act."""
    if not check_factor(by=by, code=code.replace(" ", "")):
        raise RuleError(
            "Your one-time code is not right or was used before. Wait for the next one "
            "and type it; everything else you typed is kept."
        )


def waiting(rows: Sequence[Proposal], at: datetime) -> list[Proposal]:
    """Of these proposals, those that still wait for an answer or for being done."""
    return [p for p in rows if p.expires_at > at and not _is_ended(p)]


def _answer(
    proposal: Proposal, by: User, at: datetime, *, is_refused: bool, reason: str
) -> Approval:
    answer = Approval.objects.create(
        proposal=proposal,
        proposer_id=proposal.proposer_id,
        approver=by,
        role=acting_role(by, proposal.centre),
        at=at,
        is_refused=is_refused,
        payload_sha256=proposal.payload_sha256,
        scope_id=proposal.scope_id,
        details={"reason": reason},
    )
    kind = Kind.PROPOSAL_REFUSED if is_refused else Kind.PROPOSAL_APPROVED
    journal.record(kind, by=by, on=proposal.on, at=at, row=answer, stream=proposal.pk)
    return answer


def _locked(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_related("centre", "case__centre")
    return rows.select_for_update(of=("self",)).get(pk=proposal.pk)


def _check_open(proposal: Proposal, by: User, at: datetime) -> None:
    if proposal.proposer_id == by.pk:
        raise RuleError(
            "You proposed this yourself. Another person approves or refuses it."
        )
    _check_alive(proposal, at)
    if proposal.answers.filter(approver=by).exists():
        raise RuleError("You have answered this already. Your answer stays.")


def _check_alive(proposal: Proposal, at: datetime) -> None:
    if _is_ended(proposal):
        raise RuleError("This was carried out or refused already.")
    if at >= proposal.expires_at:
        raise RuleError("This was proposed more than a day ago. Propose it anew.")


def _is_ended(proposal: Proposal) -> bool:
    refused = any(a.is_refused for a in proposal.answers.all())
    return refused or Execution.objects.filter(proposal=proposal).exists()


def _takes_part(proposal: Proposal, by: User) -> bool:
    answered = proposal.answers.filter(approver=by, is_refused=False)
    return proposal.proposer_id == by.pk or answered.exists()
