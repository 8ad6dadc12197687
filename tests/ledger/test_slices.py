"""The quick reading accepts nothing that the full reading would refuse."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.ledger import entry
from centre.ledger.binary import text_of
from centre.ledger.checkpoint import vkey
from centre.ledger.entry import Content, Signature
from centre.ledger.errors import LedgerError
from centre.ledger.merkle import leaf_hash
from centre.ledger.models import Entry
from centre.ledger.origins import genesis
from centre.ledger.slices import Quick, Slices
from centre.ledger.statement import Statement
from tests.ledger.conftest import AMINA, LOG, LOG_KEY

PLACE: dict[str, Any] = {
    "n": 41,
    "prev": bytes(range(32)),
    "stream": bytes(16),
    "sseq": 3,
    "sprev": bytes(range(1, 33)),
    "kind": "item.sealed",
}


def written(**other: Any) -> bytes:
    """The bytes of one honest entry at the place, or of one slightly beside it."""
    parts = {
        "at": "2026-06-01T09:00:00.000001Z",
        "claimed": "2026-06-01T09:00:00.000Z",
        "role": "custodian",
        "commit": bytes(32),
        "refs": (),
        "blob": None,
        **PLACE,
        **other,
    }
    signed = Statement(
        actor=AMINA.kid,
        **{name: parts[name] for name in Statement.__slots__ if name != "actor"},
    ).encode()
    return entry.encode(
        at=parts["at"],
        log=LOG,
        n=parts["n"],
        prev=parts["prev"],
        signatures=[Signature(AMINA.kid, AMINA.sign(signed))],
        statement=signed,
    )


def read(content: bytes) -> Quick | None:
    """The quick reading at the place."""
    return Slices(LOG).read(content, *PLACE.values())


def in_full(content: bytes) -> Content | None:
    """The full reading; None if it refuses."""
    try:
        return entry.decode(content)
    except LedgerError:
        return None


def agree(quick: Quick, full: Content) -> bool:
    """Whether both readings found the same."""
    at, kid, signature, signed = quick
    first = full.signatures[0]
    return (at, kid, signature.decode(), signed) == (
        full.at,
        first.kid,
        text_of(first.signature),
        full.signed,
    )


HONEST = [
    written(),
    written(refs=(bytes(32),)),
    written(refs=(bytes(32), bytes(range(32)))),
    written(blob=bytes(32)),
    written(role="nurse"),
]


@pytest.mark.parametrize("content", HONEST)
def test_honest_entry_is_read_quickly_and_alike(content: bytes) -> None:
    quick, full = read(content), in_full(content)

    assert quick is not None
    assert full is not None
    assert agree(quick, full)


@pytest.mark.django_db
def test_every_entry_of_an_honest_log_is_read_quickly(signed: list[Entry]) -> None:
    slices = Slices(LOG)
    prev = genesis(LOG, vkey(LOG, LOG_KEY.public_key))
    for row in signed:
        told = row.content.statement
        found = slices.read(
            *(bytes(row.entry), row.n, prev),
            *(told.stream, told.sseq, told.sprev, told.kind),
        )
        assert found is not None
        prev = leaf_hash(bytes(row.entry))


@pytest.mark.parametrize(
    "other",
    [
        {"n": 40},
        {"prev": bytes(32)},
        {"stream": bytes(range(16))},
        {"sseq": 4},
        {"sprev": bytes(32)},
        {"kind": "item.stored"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_entry_beside_its_place_is_not_read_quickly(other: dict[str, Any]) -> None:
    assert read(written(**other)) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"at":"2026-06-01', b'"at":"2026-02-30'),
        (b'"at":"2026-06-01T09', b'"at":"2026-06-01T24'),
        (b'"claimed":"2026-06-01', b'"claimed":"2026-06-31'),
        (b'"role":"custodian"', b'"role":"Custodian"'),
        (b'"kind":"item.sealed"', b'"kind":"item.eatenup"'),
        (b'"commit":"AAAA', b'"commit":"AA+/'),
        (b'AAA=","kind"', b'AAB=","kind"'),
        (b'"v":1},"v":1}', b'"v":1},"v":2}'),
        (b'"actor":"k:', b'"actor":"K:'),
        (b"{", b" {"),
    ],
)
def test_readings_agree_on_every_part(before: bytes, after: bytes) -> None:
    content = HONEST[0].replace(before, after, 1)
    assert content != HONEST[0]
    quick, full = read(content), in_full(content)

    assert quick is None or (full is not None and agree(quick, full))


@given(
    st.sampled_from(HONEST),
    st.integers(0, 900),
    st.integers(0, 3),
    st.binary(max_size=3),
)
def test_nothing_is_accepted_that_the_full_reading_refuses(
    content: bytes, place: int, cut: int, put: bytes
) -> None:
    changed = content[:place] + put + content[place + cut :]
    quick = read(changed)
    full = in_full(changed)

    assert quick is None or (full is not None and agree(quick, full))
