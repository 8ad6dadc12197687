"""Canonical JSON: one spelling per value, and the same as RFC 8785 gives."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from centre.ledger import canonical
from centre.ledger.errors import CanonicalError
from centre.ledger.kinds import Kind

TEXT = st.text(st.characters(codec="utf-8"), max_size=20).map(
    lambda text: normalize("NFC", text)
)
KEYS = st.text(st.characters(max_codepoint=127), max_size=10)
WHOLE = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=20,
).filter(lambda value: _depth(value) <= canonical.MAX_DEPTH)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, inner), default=0)


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_canonical_bytes_read_back_as_the_value(value: Any) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        (1, 2),
        {"é": 1},
        {1: "number as key"},
        "e\u0301",
        "\ud800",
        [[[[[[[[[1]]]]]]]]],
        {"a": {"b": {1, 2}}},
    ],
)
def test_canonical_form_is_refused_outside_the_profile(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonical.encode(value)


def test_canonical_form_reaches_to_the_edge_of_the_profile() -> None:
    value: Any = canonical.MAX_INTEGER
    for _ in range(canonical.MAX_DEPTH):
        value = [value]

    assert canonical.decode(canonical.encode(value)) == value
    assert canonical.encode(Kind.READ) == b'"read"'


@pytest.mark.parametrize(
    "content",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'"\\u0041"',
        b'"\\ud800"',
        b'"e\xcc\x81"',
        b"\xef\xbb\xbf1",
        b"\xff",
        b"",
        b"{",
        b"9" * 5000,
        b"[" * 100_000,
    ],
)
def test_any_other_spelling_is_refused(content: bytes) -> None:
    with pytest.raises(CanonicalError):
        canonical.decode(content)
