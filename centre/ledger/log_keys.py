"""The keys a log signs its checkpoints with, one after the other.

The first stands in the log's genesis. Each later one is named by an entry of the log
itself, `ledger.policy`, whose content the key before it has signed:

    {"new": <verifier key>, "old": <verifier key>, "signature": <base64 Ed25519>}

over `osc-log-key/v1`, the old and the new verifier key, each on a line. Anybody can
recompute the entry's commitment. A checkpoint that covers the entry needs the new key's
signature; the old key signs beside it for a while, so that whoever knows only the old
one has time to learn of the change from what it trusts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from centre.ledger import canonical, checkpoint
from centre.ledger.append.clock import OPEN_SALT
from centre.ledger.binary import stored, text_of
from centre.ledger.checkpoint import Note, VerifierKey
from centre.ledger.entry import commitment
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import KEYS, Entry, Head, LogKey
from centre.ledger.signing import Signer, verify_signature
from centre.ledger.walk import Fault

_DOMAIN: Final = "osc-log-key/v1"


@dataclass(frozen=True, slots=True)
class Keys:
    """The verifier keys of one log: the genesis's, and each later one's position."""

    first: str
    later: tuple[tuple[int, str], ...] = ()

    def at(self, size: int) -> str:
        """The key that must have signed a checkpoint of this size."""
        named = [vkey for n, vkey in self.later if n < size]
        return named[-1] if named else self.first

    @property
    def every(self) -> tuple[str, ...]:
        """Every key there was, the first one first."""
        return (self.first, *(vkey for _, vkey in self.later))

    def verify(self, note: str) -> Note:
        """The checkpoint, if the key signed it that had to; raise otherwise."""
        return checkpoint.verify(note, vkey=self.at(checkpoint.read(note).size))


def of(log: str) -> Keys:
    """The keys of a log, as its rows tell them; `faults` proves the rows."""
    return under(Head.objects.get(pk=log))


def under(head: Head) -> Keys:
    """The same, of a head that was read already."""
    rows = LogKey.objects.filter(log=head.log).order_by("n")
    return Keys(head.vkey, tuple(rows.values_list("n", "vkey")))


def handed_over(log: str, old: Signer, new: Signer) -> tuple[str, bytes, bytes]:
    """The new verifier key, the old key's signature, and what an entry commits to."""
    vkey = checkpoint.vkey(log, new.public_key)
    before = checkpoint.vkey(log, old.public_key)
    signature = old.sign(_message(before, vkey))
    return vkey, signature, _commit(before, vkey, signature)


def faults(log: str) -> Iterator[Fault]:
    """Keys that the log does not name, or whose change the key before did not sign."""
    before = of(log).first
    named = []
    for row in LogKey.objects.filter(log=log).order_by("n"):
        named.append(row.n)
        says = _says(row, before)
        if says:
            yield Fault(log, row.n, KEYS, str(row.pk), says)
        before = row.vkey
    policies = Entry.objects.filter(log=log, kind=Kind.LEDGER_POLICY)
    for n in policies.exclude(n__in=named).values_list("n", flat=True):
        yield Fault(log, n, KEYS, "", "The key that this entry names is not on file.")


def named(log: str) -> Iterator[tuple[int, dict[str, str]]]:
    """What each entry that names a key says, by its position."""
    before = of(log).first
    for row in LogKey.objects.filter(log=log).order_by("n"):
        yield row.n, _said(before, row.vkey, stored(row.signature))
        before = row.vkey


def _says(row: LogKey, before: str) -> str:
    try:
        new = checkpoint.read_vkey(row.vkey)
        old = checkpoint.read_vkey(before)
        signature = stored(row.signature)
        verify_signature(old.public_key, signature, _message(before, row.vkey))
    except LedgerError:
        return "The key of the log was not handed over by the key before it."
    if new.name != row.log:
        return "The key is that of another log."
    wanted = _commit(before, row.vkey, signature)
    return "" if _is_named(row, wanted) else "No entry of the log names this key."


def _is_named(row: LogKey, wanted: bytes) -> bool:
    named = Entry.objects.filter(log=row.log, n=row.n, kind=Kind.LEDGER_POLICY).first()
    try:
        return named is not None and named.commit == wanted
    except LedgerError:
        return False


def _message(old: str, new: str) -> bytes:
    return f"{_DOMAIN}\n{old}\n{new}\n".encode()


def _commit(old: str, new: str, signature: bytes) -> bytes:
    return commitment(OPEN_SALT, canonical.encode(_said(old, new, signature)))


def _said(old: str, new: str, signature: bytes) -> dict[str, str]:
    return {"new": new, "old": old, "signature": text_of(signature)}


def line(text: str, *, log: str, signer: Signer) -> str:
    """The signature line of a further key of a log under a checkpoint's text."""
    key = VerifierKey(log, signer.public_key)
    return checkpoint.signature_line(key, signer.sign(text.encode()))
