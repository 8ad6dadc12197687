"""A small log with every key at hand, to be attacked on purpose.

It is made of the ledger's own parts, without a database: entries, checkpoints, a
witness. A thief tells the story anew with whatever keys she stole; the bundle that
comes out is handed to the one-file verifier.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from centre.ledger import canonical, checkpoint, cosign, merkle, times
from centre.ledger import entry as entries
from centre.ledger.entry import AnySignature, Signature
from centre.ledger.kinds import Kind
from centre.ledger.origins import genesis
from centre.ledger.signing import Signer
from centre.ledger.statement import Statement, message

LOG: Final = "osc.example/riverside/custody"
WITNESS: Final = "registrar.example"
OPENED: Final = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)

SYSTEM: Final = Signer.from_seed(bytes([31]) * 32)
AMINA: Final = Signer.from_seed(bytes([32]) * 32)
KITO: Final = Signer.from_seed(bytes([33]) * 32)
THIEF: Final = Signer.from_seed(bytes([34]) * 32)
LOG_KEY: Final = Signer.from_seed(bytes([35]) * 32)
OTHER_LOG_KEY: Final = Signer.from_seed(bytes([36]) * 32)
WITNESS_KEY: Final = Signer.from_seed(bytes([37]) * 32)

CENTRE: Final = bytes(range(16))
SWAB: Final = bytes(range(16, 32))
BLOOD: Final = bytes(range(32, 48))
PHOTO: Final = b"an original photograph"

ALL_KEYS: Final = {one.kid: one for one in (SYSTEM, AMINA, KITO, THIEF)}
"""Whose keys a thief holds who holds them all."""


@dataclass(frozen=True)
class Told:
    """One thing that happened: who says what about which stream, and when."""

    kind: Kind
    stream: bytes
    signer: Signer
    minutes: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    role: str = "custodian"
    sprev: bytes | None = None
    """The stream's entry before it, as it was signed; None: whatever it is now."""
    signature: Sequence[AnySignature] = ()
    """As they were made; none: signed anew."""

    @property
    def payload(self) -> dict[str, Any]:
        """What the entry commits to."""
        return {"facts": dict(self.facts), "on": "riverside"}

    @property
    def salt(self) -> bytes:
        """Of this thing alone, and always the same."""
        return hashlib.sha256(f"{self.kind} {self.minutes}".encode()).digest()


def story() -> list[Told]:
    """A centre is opened; a swab goes from nurse to store, with its photograph."""
    photo = hashlib.sha256(PHOTO).hexdigest()
    amina, kito = {"key": AMINA.kid}, {"key": KITO.kid}
    return [
        Told(Kind.LEDGER_GENESIS, CENTRE, SYSTEM, 0, role="system"),
        Told(Kind.KEY_REGISTERED, CENTRE, SYSTEM, 1, amina, role="system"),
        Told(Kind.KEY_REGISTERED, CENTRE, SYSTEM, 2, kito, role="system"),
        Told(Kind.ITEM_COLLECTED, SWAB, AMINA, 3, {"what": "Swab"}),
        Told(Kind.ITEM_SEALED, SWAB, AMINA, 4, {"seal": "K1"}),
        Told(Kind.ITEM_COLLECTED, BLOOD, AMINA, 5, {"what": "Blood"}),
        Told(Kind.PHOTO_ADDED, SWAB, AMINA, 6, {"digest": photo}),
        Told(Kind.ITEM_STORED, SWAB, KITO, 7, {"place": "Fridge 1"}),
        Told(Kind.ITEM_STORED, BLOOD, KITO, 8, {"place": "Fridge 1"}),
        Told(Kind.EXPORT_MADE, SWAB, KITO, 9, {"format": "bundle 1"}),
    ]


@dataclass(frozen=True)
class Log:
    """The entries of a log, byte for byte, under the key that signs it."""

    raw: tuple[bytes, ...]
    told: tuple[Told, ...]
    key: Signer = LOG_KEY
    name: str = LOG

    @property
    def leaves(self) -> list[bytes]:
        """The leaf of each entry."""
        return [merkle.leaf_hash(one) for one in self.raw]

    @property
    def vkey(self) -> str:
        """The log's verifier key."""
        return checkpoint.vkey(self.name, self.key.public_key)

    def note(self, size: int | None = None, *, by: Signer | None = None) -> str:
        """The log's own checkpoint over its first entries."""
        count = len(self.raw) if size is None else size
        root = merkle.root(self.leaves[:count])
        signer = by or self.key
        return checkpoint.sign(origin=self.name, size=count, root=root, signer=signer)

    def witnessed(self, size: int | None = None, *, by: Signer = WITNESS_KEY) -> str:
        """The same, with the line of a witness."""
        note = self.note(size)
        text = checkpoint.read(note).text
        seen = int((OPENED + 60 * MINUTE).timestamp())
        return note + cosign.cosign(text, name=WITNESS, signer=by, time=seen)


def write(told: Iterable[Told], *, key: Signer = LOG_KEY, name: str = LOG) -> Log:
    """A log of these things, every hash and link computed anew."""
    raw: list[bytes] = []
    kept: list[Told] = []
    streams: dict[bytes, tuple[int, bytes]] = {}
    prev = genesis(name, checkpoint.vkey(name, key.public_key))
    for n, one in enumerate(told):
        made = _signed(one, streams.get(one.stream), name)
        signatures, said = made
        content = entries.encode(
            at=times.exact(OPENED + one.minutes * MINUTE),
            log=name,
            n=n,
            prev=prev,
            signatures=signatures,
            statement=said.encode(),
        )
        prev = merkle.leaf_hash(content)
        streams[one.stream] = (said.sseq, prev)
        raw.append(content)
        kept.append(replace(one, sprev=said.sprev, signature=tuple(signatures)))
    return Log(tuple(raw), tuple(kept), key, name)


def _signed(
    one: Told, last: tuple[int, bytes] | None, name: str
) -> tuple[Sequence[AnySignature], Statement]:
    """The statement with its signatures: those of before, or made now."""
    said = Statement(
        actor=one.signer.kid,
        claimed=times.claim(OPENED + one.minutes * MINUTE),
        commit=entries.commitment(one.salt, canonical.encode(one.payload)),
        kind=one.kind.value,
        role=one.role,
        stream=one.stream,
        sseq=0 if last is None else last[0] + 1,
        sprev=(one.sprev or last[1]) if last is not None else None,
    )
    if one.signature:
        return one.signature, said
    signed = one.signer.sign(message(name, said.encode()))
    return [Signature(one.signer.kid, signed)], said


def resigned(told: Iterable[Told], stolen: Iterable[Signer]) -> list[Told]:
    """The same things, signed and linked anew wherever the key was stolen."""
    kids = {one.kid for one in stolen}
    return [
        replace(one, sprev=None, signature=()) if one.signer.kid in kids else one
        for one in told
    ]


def policy(log: Log, quorum: str = "none") -> bytes:
    """Whose keys count, and which witnesses must have signed."""
    witness = cosign.key_of(WITNESS, WITNESS_KEY.public_key)
    lines = f"log {log.vkey}\nwitness registrar {witness}\nquorum {quorum}\n"
    return lines.encode()


def bundle(
    log: Log,
    *,
    note: str = "",
    older: Sequence[str] = (),
    under: bytes = b"",
    is_whole: bool = True,
) -> dict[str, bytes]:
    """The files of an evidence bundle of this log, its manifest telling of them."""
    head = note or log.note()
    actors = {one.signer.kid: _actor(log, one.signer) for one in log.told}
    files = {
        "policy.txt": under or policy(log),
        "checkpoint.note": head.encode(),
        "actors.json": canonical.encode(actors),
        f"files/{hashlib.sha256(PHOTO).hexdigest()}": PHOTO,
    }
    for n, one in enumerate(log.told):
        salt = b64encode(one.salt).decode()
        opening = {"n": n, "payload": one.payload, "salt": salt}
        files[f"openings/{n}.json"] = canonical.encode(opening)
    files |= _whole(log) if is_whole else _parts(log, head, older)
    for one_note in older:
        files[f"checkpoints/{checkpoint.read(one_note).size}.note"] = one_note.encode()
    return mended(files)


def mended(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same with a manifest that names what is there now, as a forger would."""
    found = {name: raw for name, raw in files.items() if name != "manifest.json"}
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in found.items()}
    complete = [b64encode(SWAB).decode()]
    manifest = {"complete": complete, "files": digests, "v": 1}
    return {**found, "manifest.json": canonical.encode(manifest)}


def _whole(log: Log) -> dict[str, bytes]:
    return {"entries.jsonl": b"".join(one + b"\n" for one in log.raw)}


def _parts(log: Log, note: str, older: Sequence[str]) -> dict[str, bytes]:
    size = checkpoint.read(note).size
    leaves = log.leaves[:size]
    found: dict[str, bytes] = {}
    for n, raw in enumerate(log.raw[:size]):
        path = (b64encode(h).decode() for h in merkle.inclusion_proof(leaves, n))
        head = "\n".join(["c2sp.org/tlog-proof@v1", f"index {n}", *path])
        found[f"entries/{n}.json"] = raw
        found[f"proofs/{n}.tlog-proof"] = f"{head}\n\n{note}".encode()
    for one in older:
        old = checkpoint.read(one).size
        lines = (b64encode(h).decode() for h in merkle.consistency_proof(leaves, old))
        text = "".join(f"{line}\n" for line in lines)
        found[f"checkpoints/{old}.consistency"] = text.encode()
    return found


def _actor(log: Log, signer: Signer) -> dict[str, Any]:
    """A key with the entry that made it count; the system's began with the log."""
    began = [n for n, one in enumerate(log.told) if one.facts.get("key") == signer.kid]
    registered = 0 if signer is SYSTEM else next(iter(began), None)
    public = b64encode(signer.public_key).decode()
    return {
        "alg": "ed25519",
        "public_key": public,
        "registered": registered,
        "revoked": None,
    }
