"""The talk about consent, signed as a whole, and taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from centre.core import access, clock, consent, drafts, journal, references
from centre.core.errors import RuleError
from centre.core.models import (
    Case,
    ConsentConversation,
    ConsentDecision,
    Draft,
    User,
)
from centre.core.permissions import Permission
from centre.intake import wording
from centre.intake.rules import consent as rules
from centre.ledger.kinds import Kind

_KIND_OF: Final = {
    "given": Kind.CONSENT_GIVEN,
    "given_limited": Kind.CONSENT_LIMITED,
    "declined": Kind.CONSENT_DECLINED,
    "deferred": Kind.CONSENT_DEFERRED,
}


@transaction.atomic
def keep_step(
    *,
    case: Case,
    about: UUID,
    step: str,
    content: Mapping[str, Any],
    revision: int,
    by: User,
) -> Draft:
    """Keep one screen of the talk while it goes on."""
    at = clock.now()
    access.require(by, Permission.CONSENT_DISCUSS, case)
    if ConsentConversation.objects.filter(pk=about).exists():
        raise RuleError("This talk is signed already. Begin a new one to change it.")
    return drafts.keep(
        case=case,
        about=about,
        section=step,
        content=content,
        revision=revision,
        by=by,
        at=at,
    )


@transaction.atomic
def sign_conversation(
    *,
    case: Case,
    about: UUID,
    header: Mapping[str, Any],
    decisions: Sequence[rules.Decision],
    signing: Mapping[str, Any],
    by: User,
) -> ConsentConversation:
    """Sign the talk: one row each item, recipient and purpose, never changed again."""
    at = clock.now()
    access.require(by, Permission.CONSENT_DISCUSS, case)
    Case.objects.select_for_update().get(pk=case.pk)
    if ConsentConversation.objects.filter(pk=about).exists():
        raise RuleError("This talk is signed already. Begin a new one to change it.")
    is_free = signing.get("is_free_of_pressure") == "yes"
    rules.check_header(header, is_child=case.is_child)
    rules.check_info_points(header)
    rules.check_decisions(decisions, header, is_free=is_free)
    rules.check_signature(signing, explainer=by.name)
    if not decisions:
        raise RuleError("Nothing has been decided yet. Go through the topics first.")

    talk = _write_talk(case, about, header, signing, is_free=is_free, by=by, at=at)
    for decision in decisions:
        _write_decision(case, talk, decision, by=by, at=at)
    return talk


@transaction.atomic
def withdraw_consent(
    *,
    case: Case,
    item: str,
    recipient: str,
    purpose: str,
    told_by: str,
    by: User,
    note: str = "",
) -> ConsentDecision:
    """Take a consent back; it counts from the very next request."""
    at = clock.now()
    access.require(by, Permission.CONSENT_WITHDRAW, case)
    Case.objects.select_for_update().get(pk=case.pk)
    newest = consent.newest(case, item, recipient=recipient, purpose=purpose)
    rules.check_withdrawable(newest.state if newest else None)
    row = ConsentDecision.objects.create(
        case=case,
        conversation=None,
        number=_next_number(case),
        item=item,
        recipient=recipient,
        purpose=purpose,
        state="withdrawn",
        valid_from=at,
        valid_until=None,
        decided_at=at,
        taken_by=by,
        details={"told_by": told_by, "note": note},
    )
    journal.record(
        Kind.CONSENT_WITHDRAWN, by=by, on=case, at=at, row=row, stream=case.pk
    )
    return row


@transaction.atomic
def open_consents(*, case: Case, by: User) -> list[ConsentDecision]:
    """Open what is decided at present; this is written down."""
    access.require(by, Permission.CONSENT_VIEW, case)
    journal.looked(Kind.READ, by=by, on=case, at=clock.now(), what="consents")
    return consent.current(case)


def _write_talk(
    case: Case,
    about: UUID,
    header: Mapping[str, Any],
    signing: Mapping[str, Any],
    *,
    is_free: bool,
    by: User,
    at: datetime,
) -> ConsentConversation:
    talk = ConsentConversation.objects.create(
        pk=about,
        case=case,
        reference=references.new(),
        begun_at=min(_begun(about, at), at),
        signed_at=at,
        explained_by=by,
        wording=wording.VERSION,
        wording_sha256=wording.fingerprint(),
        decision_maker=header["decision_maker"],
        is_free_of_pressure=is_free,
        details={**header, **signing},
    )
    journal.record(Kind.CONSENT_DISCUSSED, by=by, on=case, at=at, row=talk)
    return talk


def _begun(about: UUID, at: datetime) -> datetime:
    first = Draft.objects.filter(about=about).order_by("kept_at").first()
    return first.kept_at if first else at


def _write_decision(
    case: Case,
    talk: ConsentConversation,
    decision: rules.Decision,
    *,
    by: User,
    at: datetime,
) -> None:
    is_yes = decision.state in {"given", "given_limited"}
    row = ConsentDecision.objects.create(
        case=case,
        conversation=talk,
        number=_next_number(case),
        item=decision.item,
        recipient=decision.recipient,
        purpose=decision.purpose,
        state=decision.state,
        valid_from=at,
        valid_until=rules.valid_until(decision.item, at) if is_yes else None,
        decided_at=at,
        taken_by=by,
        details={"limits": decision.limits},
    )
    kind = _KIND_OF[decision.state]
    journal.record(kind, by=by, on=case, at=at, row=row, stream=case.pk)


def _next_number(case: Case) -> int:
    last = ConsentDecision.objects.filter(case=case).order_by("-number").first()
    return last.number + 1 if last else 1
