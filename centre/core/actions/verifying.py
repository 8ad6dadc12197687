"""What a check of the records found is kept, and bound by an entry of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, models, transaction

from centre.core import clock, journal
from centre.core.actions.set_up import system_actor
from centre.core.errors import RuleError
from centre.core.models import Centre, Opening, VerificationRun
from centre.core.verification import Fault, logs
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint
from centre.vault.errors import VaultError

MOST_WORDS: Final = 300


def in_words(fault: Fault) -> str:
    """One fault as a sentence that names log, position, table and row."""
    place = f" (log {fault.log}, position {fault.n})" if fault.log else ""
    return f"{fault.table}, row {fault.row or 'none'}: {fault.says}{place}."


def newest_sizes() -> dict[str, int]:
    """Of each log the size of its newest checkpoint; take them before a check."""
    found = Checkpoint.objects.filter(log__in=logs(), size__gt=0)
    rows = found.order_by("log").values("log").annotate(newest=models.Max("size"))
    return {row["log"]: row["newest"] for row in rows}


def last_sound() -> Mapping[str, int]:
    """The checkpoints the last check covered, if it was sound; none otherwise."""
    run = VerificationRun.objects.first()
    if run is None or not run.is_sound or not _is_bound(run):
        return {}
    sizes: dict[str, int] = json.loads(run.sizes)
    return sizes


@transaction.atomic
def remember(
    faults: Sequence[Fault], *, sizes: Mapping[str, int], is_full: bool
) -> VerificationRun:
    """Keep what a check found; the system signs it into every centre's log.

    A check that found faults is kept even where the log takes no entry any more: it
    then stands by itself until the next one that can be written down tells of it.
    """
    run = VerificationRun(
        at=clock.now(),
        is_full=is_full,
        is_sound=not faults,
        fault_count=len(faults),
        first_fault=in_words(faults[0])[:MOST_WORDS] if faults else "",
        sizes=json.dumps(dict(sorted(sizes.items()))),
    )
    run.save()
    _write_down(run)
    return run


def _write_down(run: VerificationRun) -> None:
    try:
        with transaction.atomic():
            _record(run)
    except (LedgerError, VaultError, DatabaseError, ObjectDoesNotExist) as error:
        if run.is_sound:
            says = "The check found nothing, but no log takes an entry about it."
            raise RuleError(says) from error


def _record(run: VerificationRun) -> None:
    system = system_actor()
    for centre in Centre.objects.order_by("code"):
        for one in (*_waiting(run), run):
            facts = {"sound": one.is_sound, "faults": one.fault_count}
            journal.record(
                Kind.RECORDS_CHECKED,
                by=system,
                on=centre,
                at=run.at,
                row=one,
                facts=facts,
            )


def _waiting(run: VerificationRun) -> list[VerificationRun]:
    """Alarms that could not be written down when they were raised."""
    bound = Opening.objects.filter(row=models.OuterRef("pk"))
    rows = VerificationRun.objects.filter(~models.Exists(bound), is_sound=False)
    return list(rows.exclude(pk=run.pk).order_by("at"))


def _is_bound(run: VerificationRun) -> bool:
    return Opening.objects.filter(row=run.pk).exists()
