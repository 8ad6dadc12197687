"""Formats to the byte: frozen vectors, built here a second time by hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from centre.vault import chunks, cipher, documents
from centre.vault.errors import ContentError, DamagedError, VaultError

VECTORS = Path(__file__).parent / "vectors"
KEY = bytes(range(32))
PLACE = cipher.Place("intake.Identity", UUID(int=1), UUID(int=2), "name")


def vector(name: str) -> dict[str, Any]:
    """A frozen vector; its bytes are hexadecimal."""
    read: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return read


def test_a_field_value_of_the_past_opens() -> None:
    held = vector("field")
    place = cipher.Place(
        held["label"], UUID(held["row"]), UUID(held["scope"]), held["field"]
    )
    value = bytes.fromhex(held["value"])

    assert cipher.generation_of(value) == held["generation"]
    opened = cipher.open_field(bytes.fromhex(held["key"]), value, place)
    assert opened == held["plaintext"].encode()


def test_a_field_value_is_what_the_page_says() -> None:
    value = cipher.seal_field(KEY, 258, b"words", PLACE)

    assert value[:4] == b"\x01\x01\x01\x02"
    assert len(value) == len(b"words") + 32
    aad = (
        b"osc-field/v1\0intake.Identity\0"
        + UUID(int=1).bytes
        + UUID(int=2).bytes
        + b"name\0\x01\x02"
    )
    assert AESGCM(KEY).decrypt(value[4:16], value[16:], aad) == b"words"


def test_a_wrapped_case_key_of_the_past_unwraps() -> None:
    held = vector("dek")
    wrapped = bytes.fromhex(held["wrapped"])
    aad = cipher.dek_aad(UUID(held["case"]), held["generation"])
    key = bytes.fromhex(held["key"])

    assert cipher.unwrap_key(bytes.fromhex(held["kek"]), wrapped, aad) == key


def test_a_wrapped_case_key_is_what_the_page_says() -> None:
    case = UUID(int=3)
    wrapped = cipher.wrap_key(KEY, b"k" * 32, cipher.dek_aad(case, 1))

    assert len(wrapped) == 1 + 4 + 12 + 32 + 16
    assert wrapped[:1] == b"\x01"
    assert wrapped[1:5] == cipher.key_id(KEY)
    aad = b"osc-dek/v1\0" + case.bytes + b"\0\x01"
    assert AESGCM(KEY).decrypt(wrapped[5:17], wrapped[17:], aad) == b"k" * 32


def test_a_centre_key_is_bound_to_its_centre() -> None:
    wrapped = cipher.wrap_key(KEY, b"k" * 32, cipher.kek_aad(UUID(int=3), 1))

    for aad in (cipher.kek_aad(UUID(int=4), 1), cipher.kek_aad(UUID(int=3), 2)):
        with pytest.raises(DamagedError):
            cipher.unwrap_key(KEY, wrapped, aad)


@pytest.mark.parametrize(
    "place",
    [
        cipher.Place("intake.Other", UUID(int=1), UUID(int=2), "name"),
        cipher.Place("intake.Identity", UUID(int=9), UUID(int=2), "name"),
        cipher.Place("intake.Identity", UUID(int=1), UUID(int=9), "name"),
        cipher.Place("intake.Identity", UUID(int=1), UUID(int=2), "other"),
    ],
    ids=["table", "row", "case", "column"],
)
def test_a_value_opens_in_its_own_place_only(place: cipher.Place) -> None:
    value = cipher.seal_field(KEY, 1, b"words", PLACE)

    assert cipher.open_field(KEY, value, PLACE) == b"words"
    with pytest.raises(DamagedError):
        cipher.open_field(KEY, value, place)


def test_every_flipped_bit_is_refused() -> None:
    value = cipher.seal_field(KEY, 1, b"words", PLACE)

    for bit in range(len(value) * 8):
        flipped = bytearray(value)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedError):
            cipher.open_field(KEY, bytes(flipped), PLACE)


@pytest.mark.parametrize("value", [b"", b"She came at dawn.", b"\x01\x01" * 40, "x", 7])
def test_what_is_no_encrypted_value_is_refused(value: Any) -> None:
    with pytest.raises(DamagedError):
        cipher.open_field(KEY, value, PLACE)


def test_the_same_words_never_look_the_same() -> None:
    values = {cipher.seal_field(KEY, 1, b"yes", PLACE) for _ in range(50)}

    assert len(values) == 50


@given(st.binary(max_size=600))
@settings(max_examples=60, deadline=None)
def test_padding_hides_the_length_and_comes_off(document: bytes) -> None:
    padded = cipher.pad(document)

    assert len(padded) % 256 == 0
    assert len(padded) - len(document) <= 256
    assert padded[len(document)] == 0x80
    assert cipher.unpad(padded) == document


@pytest.mark.parametrize("padded", [b"", b"{}" + b"\0" * 254, b"{}\x80", b"\x80" * 255])
def test_wrong_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(VaultError):
        cipher.unpad(padded)


def test_a_document_has_one_form() -> None:
    document = {"b": [True, None, -1], "a": "Zoë — “no”\n", "Z": {}}

    written = documents.encode(document)
    assert written == '{"Z":{},"a":"Zoë — “no”\\n","b":[true,null,-1]}'.encode()
    assert documents.decode(written) == document


@pytest.mark.parametrize(
    "value",
    [
        "text",
        None,
        7,
        {"a": 1.5},
        {"a": float("nan")},
        {"ä": 1},
        {1: "a"},
        {"a": 2**53},
        {"a": (1, 2)},
        {"a": b"bytes"},
        {"a": "half \ud800"},
    ],
)
def test_what_the_profile_leaves_out_is_refused(value: Any) -> None:
    with pytest.raises(ContentError):
        documents.encode(value)


def test_a_document_nested_too_deeply_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(20):
        deep = [deep]

    with pytest.raises(ContentError):
        documents.encode(deep)


def test_a_file_of_the_past_opens() -> None:
    held = vector("blob")
    file = (VECTORS / "blob.bin").read_bytes()
    assert hashlib.sha256(file).hexdigest() == held["cipher_sha256"]
    bound_to = chunks.context(UUID(held["blob"]), UUID(held["case"]))
    key = chunks.input_key(bytes.fromhex(held["key"]))

    message = chunks.message(key, bound_to, file[: chunks.HEADER_BYTES])
    assert message is not None
    content = b"".join(
        message.open_chunk(n, file[chunks.position(n) : chunks.position(n + 1)])
        for n in range(chunks.last_chunk(len(file)) + 1)
    )
    assert hashlib.sha256(content).hexdigest() == held["sha256"]


def test_a_file_is_what_the_published_scheme_says() -> None:
    """Written out from c2sp.org/chunked-encryption, without the library's class."""
    salt, bound_to = b"s" * 24, b"osc-blob/v1\0" + UUID(int=1).bytes + UUID(int=2).bytes
    assert bound_to == chunks.context(UUID(int=1), UUID(int=2))
    prk = HKDFExpand(SHA256(), 32, b"osc/blob").derive(KEY)
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + bound_to
    derived = HKDFExpand(SHA512(), 32 + 12 + 32, info).derive(prk)
    key, nonce, commitment = derived[:32], derived[32:44], derived[44:]
    second = (int.from_bytes(nonce, "big") ^ 1).to_bytes(12, "big")

    message = chunks.message(chunks.input_key(KEY), bound_to, salt + commitment)

    assert message is not None
    assert message.open_chunk(0, AESGCM(key).encrypt(nonce, b"a", None)) == b"a"
    assert message.open_chunk(1, AESGCM(key).encrypt(second, b"b", None)) == b"b"


@pytest.mark.parametrize("size", [0, 55, 56, 71, 56 + 16400, 56 + 16400 + 15])
def test_a_file_whose_length_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(DamagedError):
        chunks.last_chunk(size)


@pytest.mark.parametrize(("size", "last"), [(72, 0), (56 + 16399, 0), (56 + 16416, 1)])
def test_the_last_chunk_is_always_shorter(size: int, last: int) -> None:
    assert chunks.last_chunk(size) == last
