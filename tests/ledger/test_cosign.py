"""Cosignatures and policies: frozen, and read alike by the one-file verifier."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from centre.ledger import checkpoint, cosign, policy
from centre.ledger.checkpoint import VerifierKey
from centre.ledger.errors import LedgerError, SignatureError
from centre.ledger.signing import Signer, verify_signature
from tests.ledger.conftest import LOG, LOG_KEY, OPENED
from verifier import osc_verify

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "cosigning.json").read_text(encoding="utf-8")
)
WITNESS = Signer.from_seed(bytes([21]) * 32)
OTHER = Signer.from_seed(bytes([22]) * 32)
NAME = "witness.example/registrar"
TIME = int(OPENED.timestamp())
KEY = cosign.key_of(NAME, WITNESS.public_key)
LOG_LINE = checkpoint.vkey(LOG, LOG_KEY.public_key)


def cosigned_note(*signers: tuple[str, Signer]) -> str:
    """A checkpoint of five entries with these witnesses' lines."""
    note = checkpoint.sign(origin=LOG, size=5, root=bytes(32), signer=LOG_KEY)
    text = checkpoint.read(note).text
    return note + "".join(
        cosign.cosign(text, name=name, signer=one, time=TIME) for name, one in signers
    )


def test_cosignature_is_frozen() -> None:
    note = VECTORS["note"]

    made = cosign.cosign(
        checkpoint.read(note).text, name=NAME, signer=WITNESS, time=VECTORS["time"]
    )

    assert str(KEY) == VECTORS["vkey"]
    assert made == VECTORS["line"]


def test_witness_is_told_with_the_time_it_saw_the_checkpoint() -> None:
    note = checkpoint.read(cosigned_note((NAME, WITNESS)))

    assert cosign.cosigned(note, [KEY]) == {NAME: TIME}
    assert cosign.cosigned(note, [cosign.key_of(NAME, OTHER.public_key)]) == {}


def test_verifier_of_bundles_reads_the_same_cosignatures() -> None:
    raw = cosigned_note((NAME, WITNESS)).encode()
    _, _, _, text, sigs = osc_verify.read_note(raw)
    key = osc_verify.read_vkey(str(KEY), 4)

    assert osc_verify.cosigned(text, sigs, {"w": key}) == {"w": TIME}


@pytest.mark.parametrize("place", [0, 3, 4, 11, 12, 75])
def test_no_byte_of_a_cosignature_is_spare(place: int) -> None:
    note = cosigned_note((NAME, WITNESS))
    line = note.splitlines()[-1]
    raw = bytearray(b64decode(line.split(" ")[2]))
    raw[place] ^= 1
    forged = note.replace(
        line, checkpoint.signature_line(KEY, bytes(raw[4:])).rstrip("\n")
    )
    if place < len(KEY.key_id):
        stranger = VerifierKey(NAME, OTHER.public_key, cosign.COSIGNATURE_TYPE)
        assert cosign.cosigned(checkpoint.read(note), [stranger]) == {}
        return

    with pytest.raises(LedgerError):
        cosign.cosigned(checkpoint.read(forged), [KEY])


def test_time_beyond_posix_is_refused() -> None:
    with pytest.raises(LedgerError):
        cosign.cosign("x\n", name=NAME, signer=WITNESS, time=2**63)


def test_logs_key_is_no_witness_and_a_witness_no_log() -> None:
    with pytest.raises(LedgerError):
        cosign.read_vkey(LOG_LINE)
    with pytest.raises(LedgerError):
        checkpoint.read_vkey(str(KEY))


def test_answer_of_a_witness_joins_the_note() -> None:
    note = cosigned_note()
    line = cosigned_note((NAME, WITNESS)).removeprefix(note)
    stranger = cosigned_note(("witness.example/other", OTHER)).removeprefix(note)

    whole = cosign.joined(note, line + stranger, keys=[KEY])

    assert whole == note + line
    assert cosign.joined(whole, line, keys=[KEY]) == whole


def test_answer_without_a_known_witness_is_refused() -> None:
    note = cosigned_note()
    stranger = cosigned_note(("witness.example/other", OTHER)).removeprefix(note)

    with pytest.raises(SignatureError):
        cosign.joined(note, stranger, keys=[KEY])


def test_published_example_of_a_signed_note_verifies() -> None:
    """golang.org/x/mod/sumdb/note, the example that C2SP signed-note repeats."""
    example = VECTORS["published"]
    name, key_id, typed = example["vkey"].split("+", 2)
    key = VerifierKey(name, b64decode(typed)[1:], b64decode(typed)[:1])
    signed = b64decode(example["signature"])

    assert key.key_id.hex() == key_id == signed[:4].hex()
    verify_signature(key.public_key, signed[4:], example["text"].encode())


POLICY = f"""\
log {LOG_LINE}
witness registrar {KEY}
witness ministry {cosign.key_of("witness.example/ministry", OTHER.public_key)}
group both all registrar ministry
quorum both
"""


def test_policy_reads_back_as_it_was_written() -> None:
    assert policy.read(POLICY).encode() == POLICY == VECTORS["policy"]


@pytest.mark.parametrize(
    ("count", "seen", "is_met"),
    [
        ("all", {"registrar"}, False),
        ("all", {"registrar", "ministry"}, True),
        ("any", {"registrar"}, True),
        ("any", set(), False),
        ("2", {"ministry"}, False),
        ("1", {"ministry"}, True),
    ],
)
def test_quorum_counts_who_has_seen_it_as_the_verifier_does(
    count: str, seen: set[str], is_met: bool
) -> None:
    text = POLICY.replace("both all", f"both {count}")
    _, _, groups, quorum = osc_verify.read_policy(text.encode())

    assert policy.read(text).is_met(seen) is is_met
    assert osc_verify.met(quorum, groups, seen) is is_met


def test_checkpoint_holds_only_with_its_quorum() -> None:
    ours = policy.read(POLICY)
    both = [(NAME, WITNESS), ("witness.example/ministry", OTHER)]

    assert ours.verify(cosigned_note(*both)).size == 5
    with pytest.raises(SignatureError):
        ours.verify(cosigned_note(both[0]))


def test_checkpoint_of_no_listed_log_is_refused() -> None:
    none = policy.read("quorum none\n")

    with pytest.raises(SignatureError):
        none.verify(cosigned_note())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("quorum both\n", ""),
        lambda text: text + "quorum none\n",
        lambda text: text.replace("quorum both", "quorum nobody"),
        lambda text: text.replace("all registrar ministry", "3 registrar ministry"),
        lambda text: text.replace("all registrar ministry", "0 registrar ministry"),
        lambda text: text.replace("all registrar ministry", "all registrar registrar"),
        lambda text: text.replace("all registrar ministry", "all registrar later"),
        lambda text: text.replace(
            "group both all registrar ministry", "group both all"
        ),
        lambda text: text.replace("witness ministry", "witness registrar"),
        lambda text: text.replace("witness ministry", "witness none"),
        lambda text: text.replace("group both", "group ministry"),
        lambda text: text + f"witness again {KEY}\n",
        lambda text: text.replace("log ", "lock "),
        lambda text: text + "\x01\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(LOG_LINE, str(KEY)),
        lambda text: text.replace(
            "quorum", "group more any both\ngroup yet any both\nquorum"
        ),
    ],
)
def test_policy_that_could_mean_something_else_is_refused(change: Any) -> None:
    with pytest.raises(LedgerError):
        policy.read(change(POLICY))


def test_comments_and_addresses_in_a_policy_are_passed_over() -> None:
    text = "# ours\n\n" + POLICY.replace(str(KEY), f"{KEY} https://witness.example/")

    assert policy.read(text) == policy.read(POLICY)
