"""Everything that is chained, committed to or encrypted, checked from end to end.

The ledger checks its own chain; the vault opens every encrypted value; here the rows
are held against the entries that commit to them, so that a changed column, a planted
row and a deleted row are each found and named. Other rooms add checks of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from centre.core import anchors, journal, mirrors, stamps
from centre.core.models import Centre
from centre.core.progress import Progress
from centre.core.verification import keys, openings, rows, shredded
from centre.core.verification.rows import bound_models
from centre.ledger import verify as ledger_verify
from centre.ledger.models import Checkpoint, Entry
from centre.ledger.verify import Fault
from centre.vault import verify as vault_verify

__all__ = ["Check", "Fault", "bound_models", "faults", "logs", "new_faults"]

Check = Callable[[], Iterable[Fault]]
"""What another room checks by itself."""


def faults(
    progress: Progress | None = None,
    *,
    checks: Mapping[str, Check] | None = None,
    with_signatures: bool = True,
) -> Iterator[Fault]:
    """Every fault, ledger first; nothing at all if the centre is sound."""
    tell = progress or Progress()
    with ledger_verify.any_text("default"):
        yield from rows.guard_faults(tell)
        for log in logs():
            yield from log_faults(log, tell, with_signatures=with_signatures)
        yield from openings.faults(tell)
        yield from rows.faults(tell)
        tell.begin("encrypted fields", 0)
        for fault in vault_verify.faults():
            yield Fault(fault.log, fault.n, fault.table, fault.row, fault.says)
        yield from shredded.faults()
        yield from rows.blob_faults(tell)
        tell.begin("what security keys confirmed", 0)
        yield from keys.faults()
        tell.begin("what is held outside", 0)
        yield from anchors.faults()
        yield from stamps.faults()
        yield from mirrors.faults()
        for what, check in (checks or {}).items():
            tell.begin(what, 0)
            yield from check()


def new_faults(
    sizes: Mapping[str, int], progress: Progress | None = None
) -> Iterator[Fault]:
    """Every fault in what came after checkpoints of these sizes, and in its rows.

    Each checkpoint is proven to be one the log's key signed before anything is built
    on it. What lies below is left to the full check.
    """
    tell = progress or Progress()
    with ledger_verify.any_text("default"):
        yield from rows.guard_faults(tell)
        for log in logs():
            made = Checkpoint.objects.filter(log=log, size=sizes.get(log, 0)).first()
            if sizes.get(log) and made is None:
                says = "The checkpoint of the last sound check is gone."
                yield Fault(log, sizes[log], Checkpoint._meta.db_table, "", says)
                continue
            yield from log_faults(log, tell, since=made)
        yield from openings.faults(tell, since=sizes)


def logs() -> list[str]:
    """Every log that is there, and every log that should be."""
    expected = (log for c in Centre.objects.all() for log in journal.origins(c))
    return sorted({*ledger_verify.logs(), *expected})


def log_faults(
    log: str,
    tell: Progress,
    *,
    since: Checkpoint | None = None,
    with_signatures: bool = True,
) -> Iterator[Fault]:
    """Every fault of one log by itself."""
    public, lives = keys.people_keys()
    first = 0 if since is None else since.size
    tell.begin(f"log {log}", Entry.objects.filter(log=log, n__gte=first).count())
    yield from ledger_verify.faults(
        log,
        keys=public,
        lives=lives,
        since=since,
        told=tell.step,
        with_signatures=with_signatures,
    )
