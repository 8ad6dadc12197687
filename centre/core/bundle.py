"""A bundle of entries with their proofs, for whoever checks without us.

It holds exact bytes only: entries as they were stored, the signed checkpoint, a proof
for each entry, the keys they were signed with, and the openings that are disclosed.
The one-file verifier beside it needs nothing else (formats: docs/formats.md).
"""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from centre.core import journal
from centre.core.anchors import policy
from centre.core.models import Anchor, Opening, Passkey, SigningKey, TimeStamp
from centre.ledger import actions as ledger
from centre.ledger import canonical, epochs, log_keys, proofs
from centre.ledger import policy as ledger_policy
from centre.ledger.entry import ED25519, WEBAUTHN
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry, LogKey
from centre.vault.errors import VaultError

VERIFIER: Final = "osc_verify.py"
MANIFEST: Final = "manifest.json"
BEFORE: Final = "before/"
MOST_OLDER: Final = 20
"""So many earlier checkpoints go along beside those that stand on paper."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_BATCH: Final = 1000


@dataclass(frozen=True)
class Wanted:
    """What goes into one bundle."""

    log: str
    streams: Sequence[bytes]
    """Histories that go along whole, each ending in its export."""
    beside: Sequence[bytes] = ()
    """Streams whose entries go along without a claim of being whole."""
    disclosed: Sequence[tuple[str, int]] = ()
    papers: Sequence[int] = ()
    """Sizes of the log that stand on papers."""
    is_whole: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Decrypted originals, and what else lies beside, by their names in the bundle."""


def bundle(wanted: Wanted, under: Checkpoint) -> dict[str, bytes]:
    """The files of a bundle under one checkpoint, by name.

    Of a log that goes on from an older one the bundle holds another below `before/`,
    with what that log knows of the same histories.
    """
    complete = [b64encode(stream).decode() for stream in wanted.streams]
    files = {
        "README.txt": _README.encode(),
        VERIFIER: verifier(),
        **wanted.files,
        **_of_log(wanted, under),
        **_before(wanted),
    }
    return {**files, MANIFEST: _manifest(files, complete)}


def _of_log(wanted: Wanted, under: Checkpoint) -> dict[str, bytes]:
    """What shows the entries of one log."""
    entries = _entries(wanted, under)
    files: dict[str, bytes] = {
        "policy.txt": policy_text(wanted.log).encode(),
        "checkpoint.note": under.note.encode(),
        "actors.json": canonical.encode(actors(under, entries)),
        **_older(wanted, under),
        **_stamps(under),
        **_openings(wanted, under, entries),
    }
    if wanted.is_whole:
        files["entries.jsonl"] = b"".join(bytes(e.entry) + b"\n" for e in entries)
        return files
    for entry in entries:
        files[f"entries/{entry.n}.json"] = bytes(entry.entry)
        proof = proofs.prove_inclusion(entry, under).encode()
        files[f"proofs/{entry.n}.tlog-proof"] = proof.encode()
    return files


def _before(wanted: Wanted) -> dict[str, bytes]:
    """A bundle of the log this one goes on from; it claims no history to be whole."""
    older = epochs.before(wanted.log)
    under = Checkpoint.objects.filter(log=older, size__gt=0).order_by("-size").first()
    if older is None or under is None:
        return {}
    there = replace(wanted, log=older, files={})
    files = {**_of_log(there, under), **_before(there)}
    files[MANIFEST] = _manifest(files, [])
    return {f"{BEFORE}{name}": raw for name, raw in files.items()}


def _manifest(files: Mapping[str, bytes], complete: Sequence[str]) -> bytes:
    digests = {name: journal.digest(raw) for name, raw in sorted(files.items())}
    return canonical.encode({"complete": complete, "files": digests, "v": 1})


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"bundle/{name}", _EPOCH)
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def verifier() -> bytes:
    """The one-file verifier as it is published."""
    path: Path = settings.BASE_DIR / "verifier" / VERIFIER
    return path.read_bytes()


def policy_text(log: str) -> str:
    """Whose keys a checkpoint of this log is checked with (C2SP tlog-policy).

    The quorum of the centre's own policy stands here once it was met; until then none.
    """
    known = policy()
    witnesses = [f"witness {k.name} {k.key}" for k in known.witnesses]
    rules = list(known.rules)
    keys = [f"log {key}" for key in log_keys.of(log).every]
    lines = [*keys, *witnesses, *rules]
    if not any(rule.startswith("quorum ") for rule in rules):
        lines.append("quorum none")
    asked = "\n".join(lines) + "\n"
    notes = (
        Anchor.objects.filter(log=log).order_by("-size").values_list("note", flat=True)
    )
    if any(_is_met(asked, note) for note in notes[:MOST_OLDER]):
        return asked
    return "\n".join([*keys, *witnesses, "quorum none"]) + "\n"


def _is_met(asked: str, note: str) -> bool:
    try:
        ledger_policy.read(asked).verify(note)
    except LedgerError:
        return False
    return True


def actors(under: Checkpoint, entries: Iterable[Entry]) -> dict[str, Any]:
    """The public keys behind these entries, each with its time in the log.

    In a later epoch a key that was registered before it has no such entry.
    """
    kids = {one.kid for e in entries for one in e.content.signatures}
    registered, revoked = _lives(under.log, under.size)
    older = [_lives(log)[1] for log in epochs.all_before(under.log)]
    gone = {kid for ended in older for kid in ended}
    found: dict[str, Any] = {}
    keys: list[SigningKey | Passkey] = [
        *SigningKey.objects.filter(kid__in=kids),
        *Passkey.objects.filter(kid__in=kids),
    ]
    for key in keys:
        is_system = isinstance(key, SigningKey) and not key.wrapped_seed
        found[key.kid] = {
            "alg": ED25519 if isinstance(key, SigningKey) else WEBAUTHN,
            "public_key": b64encode(bytes(key.public_key)).decode(),
            "registered": 0 if is_system else registered.get(key.kid),
            "revoked": revoked.get(key.kid, 0 if key.kid in gone else None),
        }
    return found


def _lives(log: str, size: int | None = None) -> tuple[dict[str, int], dict[str, int]]:
    """Where keys were registered, and where they were revoked, up to a size."""
    began: dict[str, int] = {}
    ended: dict[str, int] = {}
    kinds = [Kind.KEY_REGISTERED, Kind.KEY_REVOKED]
    rows = Entry.objects.filter(log=log, kind__in=kinds).order_by("n")
    rows = rows if size is None else rows.filter(n__lt=size)
    kept = {e.n: e.kind for e in rows.only("n", "kind")}
    for opening in Opening.objects.filter(log=log, n__in=list(kept)).order_by("n"):
        try:
            facts = opening.secret["payload"]["facts"]
        except (VaultError, KeyError):
            continue
        found = began if kept[opening.n] == Kind.KEY_REGISTERED else ended
        found.setdefault(facts.get("key", ""), opening.n)
    return began, ended


def _entries(wanted: Wanted, under: Checkpoint) -> list[Entry]:
    rows = Entry.objects.filter(log=wanted.log, n__lt=under.size).order_by("n")
    if wanted.is_whole:
        return list(rows.iterator(chunk_size=_BATCH))
    streams = [*wanted.streams, *wanted.beside]
    named = LogKey.objects.filter(log=wanted.log).values("n")
    joins = Q(n__in=epochs.joins(wanted.log)) | Q(n__in=named)
    found = {e.n: e for e in rows.filter(Q(stream__in=streams) | joins)}
    while more := _lives_of(under, found.values()) - set(found):
        found |= {e.n: e for e in rows.filter(n__in=more)}
    return sorted(found.values(), key=_position)


def _lives_of(under: Checkpoint, entries: Iterable[Entry]) -> set[int]:
    """Positions of what registers and revokes the keys behind these entries."""
    found = actors(under, entries).values()
    bounds = {key[bound] for key in found for bound in ("registered", "revoked")}
    return bounds - {None}


def _position(entry: Entry) -> int:
    return entry.n


def _openings(
    wanted: Wanted, under: Checkpoint, entries: Collection[Entry]
) -> dict[str, bytes]:
    """The openings that are disclosed, as the verifier reads them.

    Where an epoch begins, what was lost before it is told to every reader.
    """
    numbers = {n for log, n in wanted.disclosed if log == wanted.log}
    numbers |= {0} if epochs.before(wanted.log) else set()
    numbers = numbers & {e.n for e in entries} | _lives_of(under, entries)
    rows = Opening.objects.filter(log=wanted.log, n__in=numbers).order_by("n")
    found = _key_openings(under)
    for opening in rows:
        secret = opening.secret
        content = {
            "n": opening.n,
            "payload": secret["payload"],
            "salt": secret["salt"],
        }
        found[f"openings/{opening.n}.json"] = canonical.encode(content)
    return found


def _key_openings(under: Checkpoint) -> dict[str, bytes]:
    """What the entries say that name a later key of the log."""
    return {
        f"openings/{n}.json": canonical.encode(
            {
                "n": n,
                "payload": payload,
                "salt": b64encode(ledger.OPEN_SALT).decode(),
            }
        )
        for n, payload in log_keys.named(under.log)
        if n < under.size
    }


def _older(wanted: Wanted, under: Checkpoint) -> dict[str, bytes]:
    """Earlier checkpoints: those on papers, and the newest of the others."""
    rows = Checkpoint.objects.filter(log=wanted.log, size__lt=under.size, size__gt=0)
    newest = rows.order_by("-size").values_list("pk", flat=True)[:MOST_OLDER]
    on_paper = rows.filter(size__in=wanted.papers).values_list("pk", flat=True)
    found: dict[str, bytes] = {}
    witnessed = _cosigned(wanted.log)
    stamped = _stamped(under).values_list("size", flat=True)[:MOST_OLDER]
    outside = [*witnessed, *stamped]
    seen = rows.filter(size__in=outside).values_list("pk", flat=True)
    for made in rows.filter(pk__in=[*newest, *on_paper, *seen]).order_by("size"):
        note = witnessed.get(made.size, made.note)
        found[f"checkpoints/{made.size}.note"] = note.encode()
        if not wanted.is_whole:
            path = proofs.prove_consistency(
                log=wanted.log, old=made.size, new=under.size
            )
            lines = "".join(f"{b64encode(one).decode()}\n" for one in path)
            found[f"checkpoints/{made.size}.consistency"] = lines.encode()
    return found


def _stamps(under: Checkpoint) -> dict[str, bytes]:
    """The newest time stamps, each beside the very note it is over."""
    found: dict[str, bytes] = {}
    for row in _stamped(under)[:MOST_OLDER]:
        found.setdefault(f"anchors/{row.size}.note", row.note.encode())
        found.setdefault(f"anchors/{row.size}.tsr", bytes(row.answer))
    return found


def _stamped(under: Checkpoint) -> QuerySet[TimeStamp]:
    rows = TimeStamp.objects.filter(log=under.log, size__lte=under.size)
    return rows.order_by("-size", "-stamped_at")


def _cosigned(log: str) -> dict[int, str]:
    """The newest checkpoints that witnesses signed, with their lines."""
    rows = Anchor.objects.filter(log=log).order_by("-size")[:MOST_OLDER]
    return {row.size: row.note for row in rows}


_README: Final = """\
Records of evidence, to be checked by anybody

Check this bundle on a machine you trust:

    python3 osc_verify.py FOLDER-OR-ZIP

It needs Python 3.9 or newer and the package "cryptography". Take the verifier from
elsewhere too, if you can: its SHA-256 is published with the centre's documents. A
checkpoint or an anchor code that stands on a paper you hold makes the check stronger:

    python3 osc_verify.py FOLDER-OR-ZIP --anchor XXXXX-XXXXX-XXXXX-XXXXX-XXXXX

The verifier names the log's key. Hold it against one you have from elsewhere, or give a
policy of your own, with the keys you trust and how many witnesses must have signed:

    python3 osc_verify.py FOLDER-OR-ZIP --policy FILE

What is in it

  manifest.json       SHA-256 of every file here, and which histories are whole
  policy.txt          the keys that sign the log
  checkpoint.note     the log's signed head when this was made
  checkpoints/        earlier heads, and proof that the log still begins as they say
  entries/ proofs/    the entries, byte for byte, each with proof that it is in the log
  openings/           what entries commit to, as far as it is disclosed
  actors.json         public keys of who signed, from which entry to which they counted
  anchors/            time stamps of an authority, as far as there are some (see below)
  certificate.pdf     what the centre says of this bundle, to be signed by hand
  files/              original files, as far as they are disclosed
  before/             if the centre once lost entries and went on in a new log: a bundle
                      of the log before, to be checked by itself as well

It says of each entry how it was signed: with a key that the server held for whoever was
signed in, or with a security key in the person's own hand as well. A time stamp is over
a checkpoint; check it with the authority's certificate:

    openssl ts -verify -data anchors/SIZE.note -in anchors/SIZE.tsr -CAfile CA.pem

What it does not tell: whether somebody wrote down what was not so. It shows who wrote
what, when at the latest, and that nothing was changed, added or left out since.
"""
