"""Many entries under one lock: each one's bytes are known before any is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from centre.ledger import entry, times
from centre.ledger.append.parts import Link, Row, Signed
from centre.ledger.entry import Signature
from centre.ledger.kinds import Kind
from centre.ledger.merkle import leaf_hash
from centre.ledger.models import Head
from centre.ledger.signing import Signer
from centre.ledger.statement import Statement, message


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry is to say, before it has a place."""

    kind: Kind
    stream: bytes
    commit: bytes
    at: datetime
    refs: tuple[bytes, ...] = ()
    blob: bytes | None = None

    def statement(self, actor: str, role: str, link: Link) -> Statement:
        """The statement at its place in its stream."""
        return Statement(
            actor=actor,
            claimed=times.claim(self.at),
            commit=self.commit,
            kind=self.kind.value,
            role=role,
            stream=self.stream,
            sseq=link.sseq,
            sprev=link.sprev,
            refs=self.refs,
            blob=self.blob,
        )


def rows_of(
    head: Head,
    said: Sequence[Said],
    links: Mapping[bytes, Link],
    signer: Signer,
    role: str,
) -> list[Row]:
    """The rows of a batch, each linked to the log and to its stream."""
    known = dict(links)
    prev, last = bytes(head.last_leaf), head.last_at
    rows: list[Row] = []
    for n, one in enumerate(said, start=head.size):
        link = known.get(one.stream, Link(0, None))
        made = one.statement(signer.kid, role, link)
        signed = _signed(head.log, made, signer)
        last = _after(last, one.at)
        content = entry.joined(
            at=last,
            log=head.log,
            n=n,
            prev=prev,
            signatures=signed.signatures,
            statement=signed.statement,
        )
        prev = leaf_hash(content)
        known[one.stream] = Link(link.sseq + 1, prev)
        rows.append(Row(signed, n, last, content, prev))
    return rows


def _signed(log: str, made: Statement, signer: Signer) -> Signed:
    statement = made.encode()
    own = Signature(signer.kid, signer.sign(message(log, statement)))
    return Signed(made.stream, made.sseq, made.kind, statement, entry.written([own]))


def _after(last: str, at: datetime) -> str:
    """The reading, or one tick after the entry before."""
    stamp = times.exact(at)
    return stamp if stamp > last else times.exact(times.moment(last) + times.TICK)
