"""Work on keys: shares, drills, replacing, and destroying a case's key for good."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.actions import approvals
from centre.core.actions.set_up import system_actor
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, Proposal, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger.kinds import Kind
from centre.vault import keys, root, shares
from centre.vault.errors import RootKeyError


def make_shares() -> list[str]:
    """Three cards of the root key; that they were made stands in every centre's log."""
    made = shares.make()
    _everywhere(Kind.KEY_SHARES_MADE, {"root": root.provider().id, "of": "2 of 3"})
    return made


def drill_shares(*, given: Sequence[str]) -> None:
    """Prove that two cards open this store; that it was proven is written down."""
    if shares.key_id(shares.combine(given)) != root.provider().id:
        raise RootKeyError(
            "These cards make a key, but not the one this store is kept under. They "
            "are of an older set: make new cards and destroy these."
        )
    _everywhere(Kind.KEY_RECOVERY_DRILLED, {"root": root.provider().id})


def note_rotation(*, what: str, count: int) -> None:
    """Write into every centre's log that keys were replaced, and how many."""
    _everywhere(Kind.KEY_ROTATED, {"what": what, "count": count})


@transaction.atomic
def propose_shredding(*, case: Case, words: str, by: User, code: str) -> Proposal:
    """Propose that a case's key is destroyed, and with it all content of the case."""
    access.require(by, Permission.SHRED_PROPOSE, case)
    return approvals.propose(
        act=TwoPersonAct.CRYPTO_SHRED,
        on=case,
        payload=_payload(case),
        words=words,
        by=by,
        code=code,
    )


@transaction.atomic
def shred(*, case: Case, proposal: Proposal, held_by: Sequence[str], by: User) -> None:
    """Destroy a case's key, as two people decided; the ledger stays and verifies.

    `held_by` names what bars it, such as holds on evidence; whoever calls this asks
    the rooms above. The key goes after everything else, for nothing brings it back;
    if the power goes between the two, `finish_shredding` ends it at the next tick.
    """
    at = clock.now()
    access.require(by, Permission.SHRED_PROPOSE, case)
    if held_by:
        raise RuleError(f"The content of this case is kept: {'; '.join(held_by)}.")
    approvals.execute(proposal=proposal, payload=_payload(case), by=by, at=at)
    facts = {"case": str(case.pk)}
    journal.record(Kind.CASE_KEY_DESTROYED, by=by, on=case.centre, at=at, facts=facts)
    case.drafts.all().delete()
    transaction.on_commit(lambda: keys.destroy_case_key(case.pk))


def finish_shredding() -> int:
    """Destroy keys whose destruction was decided and written, but was cut off."""
    done = 0
    decided = Proposal.objects.filter(
        act=TwoPersonAct.CRYPTO_SHRED, execution__isnull=False, case__isnull=False
    )
    for case_id in decided.values_list("case_id", flat=True).distinct():
        if not keys.is_destroyed(case_id):
            keys.destroy_case_key(case_id)
            done += 1
    return done


def _payload(case: Case) -> dict[str, str]:
    return {"case": case.reference}


def _everywhere(kind: Kind, facts: dict[str, object]) -> None:
    system = system_actor()
    with transaction.atomic():
        for centre in Centre.objects.order_by("code"):
            journal.record(kind, by=system, on=centre, at=clock.now(), facts=facts)
