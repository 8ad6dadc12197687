"""A clock that went back: whether the log says so already, and what it then says."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from centre.ledger import canonical, entry, times
from centre.ledger.append.parts import PATIENCE
from centre.ledger.entry import commitment
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry, Head
from centre.ledger.origins import stream_of_log

OPEN_SALT: Final = bytes(entry.SALT_BYTES)
"""The salt of commitments to content that anybody may recompute from the entry."""


def went_back(head: Head, at: datetime) -> bool:
    """Whether the clock went back and nothing says so yet."""
    last = times.moment(head.last_at)
    return at < last - PATIENCE and not _is_noted(head, last, at)


def readings(head: Head, at: datetime) -> bytes:
    """The commitment to what the clock reads, and to what it had read before."""
    said = {"clock": times.exact(at), "previous": head.last_at}
    return commitment(OPEN_SALT, canonical.encode(said))


def _is_noted(head: Head, last: datetime, at: datetime) -> bool:
    """Whether the clock has stood back ever since a note of it, and went no further.

    While it stands back each entry is one tick after the one before.
    """
    notes = Entry.objects.filter(
        log=head.log, stream=stream_of_log(head.log), kind=Kind.CLOCK_REGRESSED
    )
    note = notes.order_by("-sseq").first()
    if note is None or last - note.at != times.TICK * (head.size - 1 - note.n):
        return False
    said = times.claimed_moment(note.content.statement.claimed)
    return at >= said - PATIENCE
