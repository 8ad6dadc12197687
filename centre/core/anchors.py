"""Who witnesses our logs, and how old their newest word is.

The policy file (CENTRE_WITNESSES) holds lines as in C2SP tlog-policy, with the address
of a witness where it can be asked over the network:

    witness registrar registrar.example+1a2b3c4d+BASE64 http://127.0.0.1:9911
    group outside any registrar
    quorum outside
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from centre.core import access, journal, stamps
from centre.core.models import Anchor, Centre, User
from centre.core.permissions import Permission
from centre.core.work import Task, When
from centre.ledger import cosign, log_keys
from centre.ledger.checkpoint import VerifierKey
from centre.ledger.errors import LedgerError
from centre.ledger.models import Checkpoint, Head
from centre.ledger.verify import Fault

OLD: Final = timedelta(days=1)
"""The newest anchor bounds what could be lost unseen; older than this it is chased."""

_WITNESS: Final = (3, 4)
_BATCH: Final = 500


@dataclass(frozen=True)
class Known:
    """A witness as the policy file names it."""

    name: str
    key: VerifierKey
    address: str = ""


@dataclass(frozen=True)
class Policy:
    """The witnesses, and the lines that say how many must sign."""

    witnesses: tuple[Known, ...]
    rules: tuple[str, ...]


def policy() -> Policy:
    """The policy file; without one nobody witnesses."""
    path: Path | None = settings.WITNESS_POLICY
    if path is None:
        return Policy((), ())
    try:
        return read(path.read_text(encoding="utf-8"))
    except (OSError, LedgerError, ValueError) as error:
        raise ImproperlyConfigured(
            f"The policy of witnesses is wrong: {error}"
        ) from error


def read(text: str) -> Policy:
    """The policy of these lines, or what is wrong with them."""
    witnesses: list[Known] = []
    rules: list[str] = []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] == ["witness"] and len(words) in _WITNESS:
            address = words[3] if len(words) > _WITNESS[0] else ""
            witnesses.append(Known(words[1], cosign.read_vkey(words[2]), address))
        elif words[:1] in (["group"], ["quorum"]) and len(words) > 1:
            rules.append(" ".join(words))
        elif words:
            raise ValueError(f"a line means nothing: {words[0]}")
    return Policy(tuple(witnesses), tuple(rules))


def newest(centre: Centre) -> Anchor | None:
    """The newest anchor of a centre's custody log."""
    rows = Anchor.objects.filter(centre=centre, log=journal.origin(centre))
    return rows.order_by("-seen_at").first()


def _newest_word(centre: Centre) -> datetime | None:
    """When a witness or a time stamp authority last saw the log."""
    witnessed, stamped = newest(centre), stamps.newest(centre, journal.origin(centre))
    seen = [witnessed.seen_at] if witnessed else []
    return max([*seen, *([stamped.stamped_at] if stamped else [])], default=None)


def work(by: User, at: datetime) -> list[Task]:
    """A line for who watches over the records, when the newest anchor is old."""
    found = []
    for centre in access.centres(by, Permission.INTEGRITY_VIEW):
        last = _newest_word(centre)
        if last is None or at - last > OLD:
            found.append(_chase(last, at))
    return found


def faults() -> Iterator[Fault]:
    """Anchors that no longer are of the log they name, or are not what was signed."""
    table = Anchor._meta.db_table
    keys = [known.key for known in policy().witnesses]
    for row in Anchor.objects.order_by("log", "size").iterator(chunk_size=_BATCH):
        for says in _says(row, keys):
            yield Fault(row.log, row.size, table, str(row.pk), says)


def _says(row: Anchor, keys: Sequence[VerifierKey]) -> Iterator[str]:
    ours = [key for key in keys if key.name == row.witness]
    try:
        note = log_keys.of(row.log).verify(row.note)
        seen = cosign.cosigned(note, ours)
    except (LedgerError, Head.DoesNotExist):
        yield "The anchored head is not what the log and its witness signed."
        return
    if (row.size, row.log) != (note.size, note.origin) or (ours and not seen):
        yield "The anchor's columns are not what was signed."
    held = Checkpoint.objects.filter(log=row.log, size=note.size, root=note.root)
    if not held.exists():
        yield "The log no longer holds what a witness outside has signed."


def _chase(last: datetime | None, at: datetime) -> Task:
    says = "No witness outside has signed the log yet"
    if last is not None:
        says = f"The newest word of a witness is {(at - last).days} days old"
    return Task(When.TODAY, says, "Look at it", reverse("integrity"))
