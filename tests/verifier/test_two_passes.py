"""Attachments, a server in hostile hands, and the two things that pass.

Two things pass the program alone, and are asserted to pass, so that nobody believes
otherwise; each is found as soon as the anchor exists that is named with it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from centre.ledger import checkpoint, cosign
from centre.ledger.entry import Assertion
from centre.ledger.kinds import Kind
from centre.ledger.signing import kid_of
from centre.ledger.statement import message
from tests.verifier.thief import (
    EVERYBODY,
    SEALED,
    changed,
    found,
    osc_verify,
    witness_says,
)
from tools import workshop
from tools.workshop import (
    AMINA,
    BLOOD,
    LOG,
    MINUTE,
    OPENED,
    OTHER_LOG_KEY,
    SWAB,
    WITNESS,
    WITNESS_KEY,
    Log,
    Told,
    bundle,
    mended,
    policy,
    resigned,
    write,
)

# Attachments


def test_attachment_replaced(honest):
    files = bundle(honest)
    name = next(name for name in files if name.startswith("files/"))
    files[name] = b"another photograph"

    assert found(mended(files)).endswith(f"({name})")


def test_attachment_replaced_under_its_own_digest(honest):
    files = bundle(honest)
    other = b"another photograph"
    files[f"files/{hashlib.sha256(other).hexdigest()}"] = other

    says = found(mended(files))
    assert says.startswith("it is not a file that an opened entry names (files/")


def test_opening_that_tells_of_another_attachment(honest):
    files = bundle(honest)
    old = hashlib.sha256(workshop.PHOTO).hexdigest()
    new = hashlib.sha256(b"another photograph").hexdigest()
    name = next(
        n for n in files if n.startswith("openings/") and old.encode() in files[n]
    )
    files[name] = files[name].replace(old.encode(), new.encode())

    assert found(mended(files)).startswith("it is not what entry 6 commits to")


def test_time_stamp_over_another_checkpoint(honest):
    """Whose stamp it is, the authority's certificate tells; over what, the verifier."""
    note = honest.note(6).encode()
    stamp = b"a token over " + hashlib.sha256(note).digest()
    files = {**bundle(honest), "anchors/6.note": note, "anchors/6.tsr": stamp}

    assert found(mended(files)) == ""
    files["anchors/6.note"] = honest.note(5).encode()
    assert "over something else (anchors/6.note)" in found(mended(files))


# A running server in hostile hands


def test_server_taken_over_can_lie_from_now_on(honest):
    """It passes: who is signed in is signed for. Two people and paper narrow it."""
    told = [*honest.told, Told(Kind.ITEM_DESTROYED, BLOOD, AMINA, 10)]

    assert found(bundle(write(told)), notes=(honest.note(),)) == ""


def test_server_taken_over_cannot_rewrite_what_an_anchor_covers(honest):
    forged = write(changed(resigned(honest.told, EVERYBODY)))

    assert found(bundle(forged)) == "", "alone it passes"
    assert found(bundle(forged), notes=(honest.note(5),)).startswith("FORK")
    code = checkpoint.anchor_code(honest.note())
    assert "anchor code" in found(bundle(forged), codes=(code,))


def test_server_taken_over_cannot_touch_a_security_key(honest):
    """A signature her security key made for one statement is none for another."""
    token = ec.derive_private_key(0xBEEF, ec.SECP256R1())
    wanted = message(LOG, b"{}")
    touched = _touched(token, wanted)
    told = list(honest.told)
    told[SEALED] = replace(told[SEALED], signature=(*told[SEALED].signature, touched))
    forged = write(told)
    files = bundle(forged)
    actors = json.loads(files["actors.json"])
    actors[touched.kid] = {
        "alg": "webauthn-es256",
        "public_key": b64encode(_point(token)).decode(),
        "registered": None,
        "revoked": None,
    }
    files["actors.json"] = osc_verify.canonical(actors)

    says = found(mended(files))
    assert says.startswith(f"the security key's signature of entry {SEALED} is false")


def _point(token: ec.EllipticCurvePrivateKey) -> bytes:
    public = token.public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _touched(token: ec.EllipticCurvePrivateKey, signed: bytes) -> Assertion:
    challenge = urlsafe_b64encode(hashlib.sha256(signed).digest()).rstrip(b"=")
    told = {
        "type": "webauthn.get",
        "challenge": challenge.decode(),
        "origin": "https://centre.example",
    }
    client = json.dumps(told).encode()
    data = hashlib.sha256(b"centre.example").digest() + b"\x05" + bytes(4)
    signature = token.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
    return Assertion(kid_of(_point(token)), signature, data, client)


def test_everything_on_the_server_replaced(honest, tmp_path):
    """New keys, new log, same name: alone it passes; each anchor outside tells."""
    forged = write(changed(resigned(honest.told, EVERYBODY)), key=OTHER_LOG_KEY)

    assert found(bundle(forged)) == "", "alone it passes"
    code = checkpoint.anchor_code(honest.note(9))
    assert "anchor code" in found(bundle(forged), codes=(code,)), "paper"
    assert found(bundle(forged), notes=(honest.note(9),)) != "", "a checkpoint"
    assert found(bundle(forged), trusted=policy(honest)) != "", "the published key"
    assert witness_says(tmp_path, honest, forged, 9) == 403, "the witness"
    assert honest.raw != forged.raw, "the mirror"


# The two honest passes


def newest_deleted(honest: Log) -> Log:
    """The second newest entry is gone; on it nothing was built yet."""
    told = list(honest.told)
    del told[8]
    return write(told)


def test_first_pass_newest_row_deleted_with_log_and_witness_lying_together(honest):
    """It passes: nobody signed anything that builds on it, no paper is later."""
    forged = newest_deleted(honest)

    assert found(bundle(forged, note=forged.witnessed(), under=policy(honest))) == ""


def test_first_pass_is_found_by_a_checkpoint_printed_after_it(honest):
    says = found(bundle(newest_deleted(honest)), notes=(honest.note(9),))

    assert says.startswith("FORK")


def test_first_pass_is_found_by_the_state_of_an_honest_witness(honest, tmp_path):
    forged = newest_deleted(honest)

    assert witness_says(tmp_path, honest, forged, 9) in {409, 422}


def test_first_pass_is_found_by_a_later_signed_event_of_the_same_thing(honest):
    later = Told(Kind.ITEM_DESTROYED, BLOOD, AMINA, 10)
    told = list(write([*honest.told, later]).told)
    del told[8]

    assert "entry 9" in found(bundle(write(told)))


def test_first_pass_is_found_by_the_mirror(honest):
    """The mirror is the same lines; the first that differs is where it was done."""
    pairs = zip(newest_deleted(honest).raw, honest.raw, strict=False)

    assert next(n for n, (one, other) in enumerate(pairs) if one != other) == 8


def cut(honest: Log) -> Log:
    """The log as it was when its seventh entry was the newest."""
    return replace(honest, raw=honest.raw[:7], told=honest.told[:7])


def without_export(files: dict[str, bytes]) -> dict[str, bytes]:
    """The bundle of a log that was cut before its export claims no whole history."""
    manifest = json.loads(files["manifest.json"])
    manifest["complete"] = []
    return {**files, "manifest.json": osc_verify.canonical(manifest)}


def test_second_pass_tail_cut_off_and_an_old_honest_checkpoint_put_back(honest):
    """It passes: it is what was true then, and nobody outside holds anything newer."""
    files = bundle(cut(honest), note=honest.witnessed(7), under=policy(honest))

    assert found(without_export(files)) == ""


def test_second_pass_is_found_by_newer_paper(honest):
    files = without_export(bundle(cut(honest)))

    assert found(files, notes=(honest.note(8),)).startswith("TRUNCATED")


def test_second_pass_is_found_by_the_state_of_signer_or_witness(honest, tmp_path):
    assert witness_says(tmp_path, honest, cut(honest), 8) == 409


def test_second_pass_is_found_by_a_witness_line_newer_than_the_cut(honest):
    """Carried in by the witness itself, with the time she saw it."""
    files = without_export(bundle(cut(honest), under=policy(honest, "registrar")))
    newer = honest.witnessed(9)
    keys = [cosign.key_of(WITNESS, WITNESS_KEY.public_key)]
    seen = cosign.cosigned(checkpoint.read(newer), keys)

    assert found(files, notes=(newer,)).startswith("TRUNCATED")
    assert seen[WITNESS] > (OPENED + 9 * MINUTE).timestamp()


def test_second_pass_is_found_where_the_history_must_end_in_its_export(honest):
    assert "does not end in its export" in found(bundle(cut(honest)))


def test_history_with_an_entry_left_out_is_never_taken_as_whole(honest):
    """Even if the manifest no longer claims it: the export itself tells."""
    files = bundle(honest, is_whole=False)
    for name in (f"entries/{SEALED}.json", f"proofs/{SEALED}.tlog-proof"):
        del files[name]
    del files[f"openings/{SEALED}.json"]

    assert "should be whole" in found(without_export(mended(files)))
    assert honest.told[SEALED].stream == SWAB
