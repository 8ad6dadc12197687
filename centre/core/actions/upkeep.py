"""What the clock does: access notes into the log, checkpoints, files no row names."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from centre.core import clock, journal, orphans
from centre.core.actions.set_up import system_actor
from centre.core.errors import RuleError
from centre.core.log_signing import is_apart, signers
from centre.core.models import Centre
from centre.ledger import actions as ledger
from centre.ledger import tiles
from centre.ledger.errors import ProofError
from centre.ledger.heads import Apart
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint
from centre.ledger.wire import UnreachableError


def tick(centre: Centre) -> int:
    """Sequence what waits and sign a checkpoint of each log that grew."""
    done = journal.sequence(centre, signer=system_actor().signer)
    for log in (journal.CUSTODY, journal.ACCESS):
        checkpoint(centre, log)
        tiles.integrate(journal.origin(centre, log))
    return done


@transaction.atomic
def sweep_files() -> orphans.Swept:
    """Remove files no row and no entry names; how many stands in every log."""
    at = clock.now()
    swept = orphans.sweep(at=at)
    if swept.gone:
        system = system_actor()
        for centre in Centre.objects.order_by("code"):
            facts = {"gone": swept.gone, "kept": swept.kept}
            journal.record(Kind.FILES_SWEPT, by=system, on=centre, at=at, facts=facts)
    return swept


@transaction.atomic
def checkpoint(centre: Centre, log: str = journal.CUSTODY) -> Checkpoint:
    """Sign a centre's log where it stands now, unless that is signed already."""
    return sign_head(log=journal.origin(centre, log), at=clock.now())


@transaction.atomic
def sign_head(*, log: str, at: datetime) -> Checkpoint:
    """Sign a log where it stands, with the keys it has now.

    A signer apart is asked for what is written for good only: call this outside the
    act whose entries are to be covered. Raises `RuleError` if it does not sign.
    """
    signer, beside = signers(log, at)
    try:
        return ledger.make_checkpoint(log=log, signer=signer, at=at, beside=beside)
    except (ProofError, UnreachableError) as error:
        if isinstance(signer, Apart):
            raise RuleError(str(error)) from error
        raise


def newest_head(*, log: str, at: datetime) -> Checkpoint:
    """A signed head for a paper that is made within an act.

    Where a signer runs apart it is the newest that it signed, at most as old as the
    clock's last run, for entries of an act under way may still be taken back.
    """
    newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
    return newest if newest and is_apart(log) else sign_head(log=log, at=at)
