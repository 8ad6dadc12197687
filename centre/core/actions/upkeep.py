"""What the clock does: access notes into the log, checkpoints, files no row names."""

from __future__ import annotations

from django.db import transaction

from centre.core import clock, journal, orphans
from centre.core.actions.set_up import system_actor
from centre.core.models import Centre
from centre.ledger import actions as ledger
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint


def tick(centre: Centre) -> int:
    """Sequence what waits and sign a checkpoint of each log that grew."""
    done = journal.sequence(centre, signer=system_actor().signer)
    for log in (journal.CUSTODY, journal.ACCESS):
        checkpoint(centre, log)
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
    """Sign the log's present head, unless it is signed already."""
    origin = journal.origin(centre, log)
    return ledger.make_checkpoint(
        log=origin, signer=journal.system_signer(origin), at=clock.now()
    )
