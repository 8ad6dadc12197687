"""A log's head before it is signed: its tree, and who signs it.

The key of a log lies with the application, or with a signer that runs apart as another
user (`witness`). The signer remembers what it signed and refuses what does not extend
it, so it is asked for heads of entries only that are there to stay: one that it signed
and that a failing act then took back would be refused for ever after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from centre.ledger import checkpoint, log_keys, proofs, wire
from centre.ledger.binary import stored
from centre.ledger.errors import LedgerError, ProofError
from centre.ledger.log_keys import Keys
from centre.ledger.merkle import Frontier, leaf_hash
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.signing import Signer
from centre.ledger.witness import Answer, Request

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Apart:
    """A signer of its own, by its address."""

    address: str


def signed(
    tree: Frontier, keys: Keys, signer: Signer | Apart, beside: Sequence[Signer]
) -> str:
    """The signed note of a tree, by the key the log has; raise if it was another."""
    log, root = checkpoint.read_vkey(keys.first).name, tree.root()
    text = checkpoint.text(log, tree.size, root)
    if isinstance(signer, Apart):
        note = f"{text}\n{_asked(signer, log, tree, text)}"
    elif checkpoint.vkey(log, signer.public_key) != keys.at(tree.size):
        raise LedgerError("A log's checkpoints are signed with its own key only.")
    else:
        note = checkpoint.sign(origin=log, size=tree.size, root=root, signer=signer)
    note += "".join(log_keys.line(text, log=log, signer=one) for one in beside)
    keys.verify(note)
    return note


def grown(head: Head, last: Checkpoint | None, keys: Keys) -> Frontier:
    """The tree of the last checkpoint grown to the head; never over a fault."""
    tree = Frontier() if last is None else _frontier_of(last, keys)
    rows = Entry.objects.filter(log=head.log, n__gte=tree.size).order_by("n")
    found = rows.values_list("n", "entry", "leaf").iterator(chunk_size=_BATCH)
    for n, content, leaf in found:
        if n != tree.size or leaf_hash(stored(content)) != stored(leaf):
            raise ProofError(f"Entry {n} is not what was appended; nothing is signed.")
        tree.add(bytes(leaf))
    if tree.size != head.size:
        raise ProofError("Entries are missing from the log; nothing is signed.")
    return tree


def _frontier_of(last: Checkpoint, keys: Keys) -> Frontier:
    """The frontier of a checkpoint that still is what the log's key signed."""
    note = keys.verify(last.note)
    tree = Frontier(last.size, stored(last.frontier))
    if (note.size, note.root) != (tree.size, tree.root()):
        raise ProofError("The last checkpoint was altered; nothing is signed.")
    return tree


def _asked(signer: Apart, log: str, tree: Frontier, text: str) -> str:
    """The signer's line; it says itself what it signed last, if that is not ours."""
    newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
    answer = _ask(signer, log, tree.size, text, newest.size if newest else 0)
    told = answer.body.strip()
    if answer.status == HTTPStatus.CONFLICT and told.isdecimal():
        if int(told) > tree.size:
            raise ProofError(
                f"The signer has signed {told} entries of {log}, this log has "
                f"{tree.size}: entries are missing. Stop work and look for the newest "
                "backup and mirror."
            )
        answer = _ask(signer, log, tree.size, text, int(told))
    if answer.status != HTTPStatus.OK:
        says = answer.body.strip()
        raise ProofError(f"The signer refuses ({answer.status}): {says}")
    return answer.body


def _ask(signer: Apart, log: str, size: int, text: str, old: int) -> Answer:
    path = proofs.prove_consistency(log=log, old=old, new=size) if old else ()
    body = Request(old, path if old < size else (), f"{text}\n").encode()
    return wire.ask(signer.address, body)
