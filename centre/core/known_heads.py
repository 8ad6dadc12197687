"""How far each log is known to have come, kept outside the database.

A restored or rolled-back database is sound in itself; only something outside it can
say that it once held more. `manage.py tick` keeps size and root of each newest
checkpoint in a file, best on another disk; whoever holds a later note (paper, a
witness, a mirror) can write it there. While a log is behind, nothing is served and
nothing is appended. The mirrors are asked each time; what a witness says it has seen is
written into the file as well, by its size alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q

from centre.core import journal, mirrors
from centre.core.models import Centre, Restoration
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import LedgerError
from centre.ledger.merkle import HASH_BYTES, root
from centre.ledger.models import Checkpoint, Entry, Head
from centre.vault.root import sync_folder

DRAFT: Final = ".new"


@dataclass(frozen=True)
class KnownHead:
    """Size and root of a log as somebody outside knows them."""

    size: int
    root: bytes = b""
    """Empty where only the size was told."""


@dataclass(frozen=True)
class Lost:
    """A log that does not hold what is known of it."""

    log: str
    size: int
    known: KnownHead

    @property
    def is_shorter(self) -> bool:
        """Whether entries are missing, rather than others in their place."""
        return self.size < self.known.size

    def __str__(self) -> str:
        if self.is_shorter:
            return (
                f"The log {self.log} has {self.size} entries, but {self.known.size} "
                f"are known: entries {self.size} to {self.known.size - 1} are missing."
            )
        return (
            f"The log {self.log} holds other entries than those known of it at size "
            f"{self.known.size}."
        )


def known_heads() -> dict[str, KnownHead]:
    """What is known of each log, by its origin; nothing if no file is kept."""
    path = _path()
    if path is None or not path.exists():
        return {}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {log: _read(said) for log, said in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(
            f"The file of known heads {path} cannot be read. Put it back from its "
            "copy. Nothing is served without it."
        ) from error


def keep() -> None:
    """Write the newest checkpoint of each log down, unless more is known already."""
    known = known_heads()
    for log in _logs():
        newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
        if newest and _is_more(newest.size, known.get(log)):
            known[log] = KnownHead(newest.size, bytes(newest.root))
    _write(known)


def learn(log: str, size: int) -> None:
    """Keep that somebody outside has seen a log of this size."""
    known = known_heads()
    if _is_more(size, known.get(log)):
        _write({**known, log: KnownHead(size)})


def lost() -> list[Lost]:
    """Logs that are behind what is known, unless two people have answered for it."""
    return [found for found in _behind() if not _is_answered(found)]


def refuse_while_behind() -> None:
    """Stop unless every log holds what is known of it."""
    found = lost()
    if found:
        raise ImproperlyConfigured(
            " ".join(map(str, found))
            + " Nothing is served or appended. Restore a newer backup, or let two "
            "people accept the loss: manage.py accept_restore."
        )


def _behind() -> Iterator[Lost]:
    """Each log that does not hold what is known, with the most that is known of it."""
    furthest: dict[str, Lost] = {}
    for log, known in (*known_heads().items(), *_mirrored()):
        before = furthest.get(log)
        if before and before.known.size >= known.size:
            continue
        if not is_held(log, known):
            furthest[log] = Lost(log, _size_of(log), known)
    yield from (furthest[log] for log in sorted(furthest))


def _mirrored() -> Iterator[tuple[str, KnownHead]]:
    for log, (size, found) in mirrors.unheld():
        yield log, KnownHead(size, found)


def is_held(log: str, known: KnownHead) -> bool:
    """Whether a log begins as somebody outside knows it."""
    if _size_of(log) < known.size:
        return False
    return not known.root or root_at(log, known.size) == known.root


def _size_of(log: str) -> int:
    head = Head.objects.filter(pk=log).first()
    return head.size if head else 0


def _is_answered(found: Lost) -> bool:
    """Whether two people answered for this loss, or for a larger one of the log."""
    rows = Restoration.objects.filter(log=found.log)
    same = Q(known_size=found.known.size)
    if found.known.root:
        same &= Q(known_root=found.known.root.hex())
    return rows.filter(same | Q(known_size__gt=found.known.size)).exists()


def root_at(log: str, size: int) -> bytes:
    """The root of a log's first entries."""
    signed = Checkpoint.objects.filter(log=log, size=size).first()
    if signed:
        return bytes(signed.root)
    rows = Entry.objects.filter(log=log, n__lt=size).order_by("n")
    return root(map(bytes, rows.values_list("leaf", flat=True).iterator()))


def _logs() -> list[str]:
    centres = Centre.objects.order_by("code")
    return [log for centre in centres for log in journal.origins(centre)]


def _path() -> Path | None:
    return Path(settings.KNOWN_HEADS) if settings.KNOWN_HEADS else None


def _is_more(size: int, known: KnownHead | None) -> bool:
    if known is None or known.size < size:
        return True
    return known.size == size and not known.root


def _read(said: Mapping[str, Any]) -> KnownHead:
    if not isinstance(said["size"], int) or said["size"] < 0:
        raise LedgerError("size")
    return KnownHead(
        said["size"], bytes_of(said["root"], HASH_BYTES) if said["root"] else b""
    )


def _write(heads: Mapping[str, KnownHead]) -> None:
    path = _path()
    if path is None:
        return
    content = {
        log: {"size": known.size, "root": text_of(known.root)}
        for log, known in heads.items()
    }
    draft = path.with_name(path.name + DRAFT)
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)
