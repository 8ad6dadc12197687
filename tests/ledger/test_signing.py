"""Keys: whose they are, and that a wrapped one opens for its owner alone."""

from __future__ import annotations

import hashlib

import pytest

from centre.ledger.errors import KeyBoxError, SignatureError
from centre.ledger.signing import (
    Signer,
    kid_of,
    new_seed,
    unwrap_seed,
    unwrap_with_key,
    verify_signature,
    wrap_seed,
    wrap_with_key,
)

CHEAP = {"memory_kib": 64, "iterations": 1, "lanes": 1}
SEED = bytes(range(32))
KEY = bytes(range(32, 64))
PASSWORD = "seven quiet rivers at dawn"


def test_signer_is_that_of_rfc_8032() -> None:
    seed = bytes.fromhex(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
    )
    signer = Signer.from_seed(seed)

    assert signer.public_key.hex() == (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    assert signer.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert signer.kid == "k:" + hashlib.sha256(signer.public_key).hexdigest()[:32]


def test_signature_is_that_of_its_key_and_message_alone() -> None:
    signer, other = Signer.from_seed(SEED), Signer.from_seed(KEY)
    signature = signer.sign(b"message")

    verify_signature(signer.public_key, signature, b"message")

    for public, signed, message in (
        (other.public_key, signature, b"message"),
        (signer.public_key, signature, b"massage"),
        (signer.public_key, signature[:-1], b"message"),
        (b"short", signature, b"message"),
    ):
        with pytest.raises(SignatureError):
            verify_signature(public, signed, message)


def test_signer_does_not_show_its_key() -> None:
    signer = Signer.from_seed(SEED)

    assert "Ed25519PrivateKey" not in repr(signer)
    assert SEED.hex() not in repr(signer)


def test_seeds_are_fresh_and_of_one_size() -> None:
    assert new_seed() != new_seed()
    assert len(new_seed()) == 32
    with pytest.raises(KeyBoxError):
        Signer.from_seed(SEED[:-1])


def test_seed_opens_under_its_password() -> None:
    box = wrap_seed(SEED, PASSWORD, params=CHEAP)

    assert unwrap_seed(box, PASSWORD) == SEED
    assert SEED not in box
    assert wrap_seed(SEED, PASSWORD, params=CHEAP) != box


def test_seed_does_not_open_under_another_password() -> None:
    box = wrap_seed(SEED, PASSWORD, params=CHEAP)

    with pytest.raises(KeyBoxError):
        unwrap_seed(box, PASSWORD + ".")


def test_cost_is_read_from_the_box() -> None:
    dearer = {"memory_kib": 128, "iterations": 2, "lanes": 2}

    assert unwrap_seed(wrap_seed(SEED, PASSWORD, params=dearer), PASSWORD) == SEED


def test_box_that_asks_for_boundless_work_is_refused() -> None:
    box = bytearray(wrap_seed(SEED, PASSWORD, params=CHEAP))
    box[1:5] = b"\xff\xff\xff\xff"

    with pytest.raises(KeyBoxError, match="more work"):
        unwrap_seed(bytes(box), PASSWORD)


def test_no_byte_of_a_box_can_be_changed() -> None:
    box = wrap_seed(SEED, PASSWORD, params=CHEAP)
    held = wrap_with_key(SEED, KEY)

    for place in range(len(box)):
        with pytest.raises(ValueError, match=r"."):
            unwrap_seed(_flipped(box, place), PASSWORD)
    for place in range(len(held)):
        with pytest.raises(KeyBoxError):
            unwrap_with_key(_flipped(held, place), KEY)


def test_seed_opens_under_its_session_key_alone() -> None:
    box = wrap_with_key(SEED, KEY)

    assert unwrap_with_key(box, KEY) == SEED
    for wrong, key in ((box, SEED), (box[:-1], KEY), (b"", KEY), (box, KEY[:-1])):
        with pytest.raises(KeyBoxError):
            unwrap_with_key(wrong, key)


def test_one_kind_of_box_is_not_taken_for_the_other() -> None:
    with pytest.raises(KeyBoxError):
        unwrap_seed(wrap_with_key(SEED, KEY), PASSWORD)
    with pytest.raises(KeyBoxError):
        unwrap_with_key(wrap_seed(SEED, PASSWORD, params=CHEAP), KEY)


def test_only_a_seed_is_wrapped() -> None:
    with pytest.raises(KeyBoxError):
        wrap_with_key(SEED + b"\x00", KEY)


def test_key_name_is_of_the_public_key() -> None:
    assert kid_of(b"") == "k:e3b0c44298fc1c149afbf4c8996fb924"


def _flipped(box: bytes, place: int) -> bytes:
    return box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]
