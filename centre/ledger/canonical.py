"""Canonical JSON: RFC 8785 on a profile where the standard library gives its bytes.

Keys are ASCII; values are text in NFC without lone surrogates, true, false, null, whole
numbers below 2^53, lists and objects, nested at most eight deep. There are no floats.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from unicodedata import is_normalized

from centre.ledger.errors import CanonicalError

MAX_DEPTH: Final = 8
MAX_INTEGER: Final = 2**53 - 1

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def encode(value: Any) -> bytes:
    """The one sequence of bytes of a value; refused if it is outside the profile."""
    _check(value, MAX_DEPTH)
    return _ENCODER.encode(value).encode()


def spelt(value: Any) -> bytes:
    """The bytes of a value that is known to be within the profile."""
    return _ENCODER.encode(value).encode()


def decode(content: bytes) -> Any:
    """The value of canonical bytes; any other spelling of it is refused."""
    try:
        value = _DECODER.decode(content.decode())
    except (ValueError, RecursionError) as error:
        raise CanonicalError("These bytes are not canonical JSON.") from error
    if encode(value) != content:
        raise CanonicalError("These bytes are JSON, but not in its canonical form.")
    return value


def _check(value: Any, deeper: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        _check_integer(value)
    elif isinstance(value, dict):
        _check_object(value, deeper)
    elif isinstance(value, list):
        _check_list(value, deeper)
    else:
        kind = type(value).__name__
        raise CanonicalError(f"A value of type {kind} has no canonical form.")


def _check_text(text: str) -> None:
    if text.isascii():
        return
    if not is_normalized("NFC", text):
        raise CanonicalError("Text must be normalised to NFC before it is signed.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise CanonicalError("Text must hold no lone surrogate.") from None


def _check_integer(number: int) -> None:
    if abs(number) > MAX_INTEGER:
        raise CanonicalError("A whole number must be smaller than 2 to the 53rd.")


def _check_object(value: Mapping[Any, Any], deeper: int) -> None:
    _check_depth(deeper)
    for key, inner in value.items():
        if not isinstance(key, str) or not key.isascii():
            raise CanonicalError("The keys of an object must be ASCII text.")
        _check(inner, deeper - 1)


def _check_list(value: list[Any], deeper: int) -> None:
    _check_depth(deeper)
    for inner in value:
        _check(inner, deeper - 1)


def _check_depth(deeper: int) -> None:
    if deeper == 0:
        raise CanonicalError(f"Values must nest at most {MAX_DEPTH} deep.")


def _refuse(_found: str) -> NoReturn:
    raise CanonicalError("A number must be whole.")


_DECODER: Final = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
