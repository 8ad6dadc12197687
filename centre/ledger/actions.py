"""The only writers of the ledger: open a log, append to it, sign where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from centre.ledger import checkpoint, entry, epochs, heads, log_keys, times
from centre.ledger import statement as statements
from centre.ledger.append import way
from centre.ledger.append.batch import Said, rows_of
from centre.ledger.append.clock import OPEN_SALT, readings, went_back
from centre.ledger.append.parts import (
    PATIENCE,
    Answer,
    Link,
    Outcome,
    Place,
    Signed,
)
from centre.ledger.entry import AnySignature, Signature
from centre.ledger.errors import LedgerError
from centre.ledger.heads import Apart
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry, Head, LogKey
from centre.ledger.origins import check_origin, stream_of_log
from centre.ledger.signing import Signer
from centre.ledger.statement import Statement, message

__all__ = [
    "OPEN_SALT",
    "PATIENCE",
    "Said",
    "append",
    "append_all",
    "append_prepared",
    "change_key",
    "lock_in_order",
    "make_checkpoint",
    "open_log",
    "prepare",
]

_ATTEMPTS: Final = 4
"""The head stays locked after the first, so each later one meets only ourselves."""

_BATCH: Final = 1000


def open_log(*, log: str, vkey: str, at: datetime) -> Head:
    """Open an empty log under its own verifier key."""
    if checkpoint.read_vkey(vkey).name != check_origin(log):
        raise LedgerError("The verifier key is that of another log.")
    with transaction.atomic():
        way().begin(log, vkey, times.exact(at - times.TICK))
    return Head.objects.get(pk=log)


def append(  # noqa: PLR0913 - an entry has these parts, each named by the caller
    *,
    log: str,
    kind: Kind,
    stream: bytes,
    commit: bytes,
    signer: Signer,
    role: str,
    at: datetime,
    refs: Sequence[bytes] = (),
    blob: bytes | None = None,
    more: Sequence[AnySignature] = (),
) -> Entry:
    """Append one signed entry in the caller's transaction; all of it or nothing.

    `more` are signatures of others over the very statement this makes; whoever needs
    them over a statement known beforehand uses `prepare` and `append_prepared`.
    """
    said = Said(kind, stream, commit, at, tuple(refs), blob)
    return _say(log, said, signer, role, more=more)


def prepare(*, log: str, said: Said, signer: Signer, role: str) -> bytes:
    """The statement an append would make now, for others to sign beside the actor."""
    place = way().place(log, said.stream)
    return (
        _joined(log, said, place.link).statement(signer.kid, role, place.link).encode()
    )


def append_prepared(
    *,
    log: str,
    statement: bytes,
    signer: Signer,
    at: datetime,
    more: Sequence[AnySignature] = (),
) -> Entry:
    """Append a prepared statement; refused if its stream has moved on meanwhile."""
    said = statements.decode(statement)
    if said.actor != signer.kid:
        raise LedgerError("A statement is signed by its actor first.")
    place = way().place(log, said.stream)
    if place.link != Link(said.sseq, said.sprev):
        raise LedgerError("The stream has moved on; prepare and sign anew.")
    signed = _signed(log, said, statement, signer, more)
    answer = way().add(place, signed, at, is_back_known=False)
    if answer.outcome is Outcome.BACK:
        _note_clock(log, signer, said.role, at)
        place = way().place(log, said.stream)
        answer = way().add(place, signed, at, is_back_known=True)
    if answer.outcome is not Outcome.ADDED:
        raise LedgerError("The stream has moved on; prepare and sign anew.")
    return _entry(log, signed, answer)


def append_all(
    *, log: str, said: Sequence[Said], signer: Signer, role: str
) -> list[int]:
    """Append many entries of one signer under one lock, all or none; say where."""
    head = _locked(log)
    if not said:
        return []
    if went_back(head, min(one.at for one in said)):
        return [_say(log, one, signer, role).n for one in said]
    links = way().newest(log, list({one.stream for one in said}))
    rows = rows_of(head, _all_joined(log, said, links), links, signer, role)
    way().add_all(head, rows)
    return [row.n for row in rows]


def lock_in_order(*, logs: Iterable[str]) -> None:
    """Lock several logs, by name, before an act that appends to more than one.

    Two such acts would otherwise wait for each other.
    """
    for log in sorted(set(logs)):
        _locked(log)


def change_key(
    *, log: str, old: Signer, new: Signer, by: Signer, at: datetime
) -> LogKey:
    """Name a new key of the log in an entry of the log, signed by the old key.

    `by` is who appends the entry; from it on the new key signs the checkpoints.
    """
    if checkpoint.vkey(log, old.public_key) != log_keys.of(log).every[-1]:
        raise LedgerError("A log's key is handed over by the key it has.")
    vkey, signature, commit = log_keys.handed_over(log, old, new)
    made = append(
        log=log,
        kind=Kind.LEDGER_POLICY,
        stream=stream_of_log(log),
        commit=commit,
        signer=by,
        role="system",
        at=at,
    )
    return LogKey.objects.create(log=log, n=made.n, vkey=vkey, signature=signature)


def make_checkpoint(
    *, log: str, signer: Signer | Apart, at: datetime, beside: Sequence[Signer] = ()
) -> Checkpoint:
    """Sign where the log stands, unless that is signed already.

    `beside` are keys the log had before, which sign as well for a while.
    """
    head = _locked(log)
    keys = log_keys.under(head)
    last = Checkpoint.objects.filter(log=log).order_by("-size").first()
    if last is not None and last.size == head.size:
        return last
    tree = heads.grown(head, last, keys)
    return Checkpoint.objects.create(
        log=log,
        size=tree.size,
        root=tree.root(),
        frontier=tree.packed(),
        note=heads.signed(tree, keys, signer, beside),
        made_at=at,
    )


def _say(
    log: str,
    said: Said,
    signer: Signer,
    role: str,
    *,
    more: Sequence[AnySignature] = (),
    is_back_known: bool = False,
) -> Entry:
    find = way().place if more else way().guess
    place = find(log, said.stream)
    for _ in range(_ATTEMPTS):
        made = _joined(log, said, place.link).statement(signer.kid, role, place.link)
        signed = _signed(log, made, made.encode(), signer, more)
        answer = way().add(place, signed, said.at, is_back_known=is_back_known)
        if answer.outcome is Outcome.ADDED:
            return _entry(log, signed, answer)
        if answer.outcome is Outcome.MOVED and more:
            raise LedgerError("The stream has moved on; prepare and sign anew.")
        if answer.outcome is Outcome.MOVED and answer.link is not None:
            place = Place(log, said.stream, answer.link)
        if answer.outcome is Outcome.BACK:
            _note_clock(log, signer, role, said.at)
            is_back_known = True
            place = way().place(log, said.stream)
    raise LedgerError("The log moved on while it was locked.")


def _joined(log: str, said: Said, link: Link) -> Said:
    """In a later epoch a stream's first entry refers to its newest one before."""
    if link.sseq or epochs.before(log) is None:
        return said
    leaf = epochs.newest_leaf(log, said.stream)
    return said if leaf is None else replace(said, refs=(leaf, *said.refs))


def _all_joined(
    log: str, said: Sequence[Said], links: Mapping[bytes, Link]
) -> Sequence[Said]:
    """The same for a batch, in which a stream may come more than once."""
    if epochs.before(log) is None:
        return said
    begun = set(links)
    found: list[Said] = []
    for one in said:
        is_first = one.stream not in begun
        found.append(_joined(log, one, Link(0, None)) if is_first else one)
        begun.add(one.stream)
    return found


def _signed(
    log: str,
    said: Statement,
    statement: bytes,
    signer: Signer,
    more: Sequence[AnySignature],
) -> Signed:
    own = Signature(signer.kid, signer.sign(message(log, statement)))
    signatures = entry.written([own, *more])
    return Signed(said.stream, said.sseq, said.kind, statement, signatures)


def _entry(log: str, signed: Signed, answer: Answer) -> Entry:
    """The row as it now stands in the table."""
    columns = (log, answer.n, signed.stream, signed.sseq, signed.kind)
    values = (answer.pk, *columns, answer.entry, answer.leaf)
    names = ("id", "log", "n", "stream", "sseq", "kind", "entry", "leaf")
    return Entry.from_db(Entry.objects.db, names, values)


def _locked(log: str) -> Head:
    head = way().lock(log)
    if head is None:
        raise LedgerError("There is no such log.")
    return head


def _note_clock(log: str, signer: Signer, role: str, at: datetime) -> None:
    """Say in the log itself that its clock went back, unless it says so already."""
    head = _locked(log)
    if not went_back(head, at):
        return
    stream = stream_of_log(log)
    said = Said(Kind.CLOCK_REGRESSED, stream, readings(head, at), at)
    _say(log, said, signer, role, is_back_known=True)
