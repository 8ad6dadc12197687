"""Looks for marked words in raw bytes, in every dress they may have put on.

Plain, other capitals, UTF-16, hexadecimal, base64 at any offset, base32, and all of
these inside a compressed stream.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

BEGINS_PACKED: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
PACKED_TEXT: Final = re.compile(rb"eJ[A-Za-z0-9+/_-]{16,}")
MOST_PACKED: Final = 64 * 1024
MOST_UNPACKED: Final = 1 << 20
INTO_GZIP: Final = zlib.MAX_WBITS | 32
"""Says that zlib finds out by itself whether it is zlib or gzip."""
NEVER_WRITTEN: Final = re.compile(r"/data/base/[145]/")
"""PostgreSQL's template0, template1 and postgres."""
LEAST: Final = 6
"""Shorter needles are found by chance."""


def dresses(mark: bytes) -> dict[str, bytes]:
    """Every form in which a mark would still be readable, by name."""
    found = {"plain": mark, "hex": mark.hex().encode()}
    found["HEX"] = found["hex"].upper()
    found["base32"] = base64.b32encode(mark).rstrip(b"=")[:-1]
    found |= {f"base64+{n}": _inside_base64(mark, n) for n in range(3)}
    found |= {f"url64+{n}": _inside_base64(mark, n).translate(_URL) for n in range(3)}
    if mark.isalpha() and mark.isascii():
        text = mark.decode()
        found |= {"lower": text.lower().encode(), "upper": text.upper().encode()}
        found |= {"utf-16-le": text.encode("utf-16-le")}
        found |= {"utf-16-be": text.encode("utf-16-be")}
    return {name: form for name, form in found.items() if len(form) >= LEAST}


def hits(data: bytes, marks: Mapping[str, bytes]) -> Iterator[str]:
    """Which marks stand in the bytes, and in which dress."""
    yield from _hits(data, _worn(marks))


def hits_in(folder: Path, marks: Mapping[str, bytes]) -> list[str]:
    """Which marks stand in which file, its name included."""
    found, worn = [], _worn(marks)
    for path in files_in(folder):
        try:
            data = path.read_bytes()
        except FileNotFoundError:  # the database removed it meanwhile
            continue
        told = str(path.relative_to(folder))
        found += [f"{told}: {says}" for says in _hits(told.encode() + data, worn)]
    return found


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below, also of others, but for the patterns of new databases."""
    every = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink())
    return (p for p in every if not NEVER_WRITTEN.search(str(p)))


Worn = list[tuple[str, bytes]]


def _worn(marks: Mapping[str, bytes]) -> Worn:
    return [
        (f"{label} ({name})", form)
        for label, mark in marks.items()
        for name, form in dresses(mark).items()
    ]


def _hits(data: bytes, worn: Worn) -> Iterator[str]:
    yield from (says for says, form in worn if form in data)
    unpacked = b"\n".join(_unpacked(data))
    yield from (f"{says}, packed" for says, form in worn if form in unpacked)


_URL: Final = bytes.maketrans(b"+/", b"-_")


def _inside_base64(mark: bytes, offset: int) -> bytes:
    """What stays the same of the mark's base64, whatever stands before and after."""
    coded = base64.b64encode(bytes(offset) + mark + bytes(-(offset + len(mark)) % 3))
    first = -(-offset * 8 // 6)
    last = (offset + len(mark)) * 8 // 6
    return coded[first:last]


def _unpacked(data: bytes) -> Iterator[bytes]:
    for found in BEGINS_PACKED.finditer(data):
        yield _inflated(data[found.start() : found.start() + MOST_PACKED])
    for found in PACKED_TEXT.finditer(data):
        text = found[0].translate(bytes.maketrans(b"-_", b"+/"))
        try:
            packed = base64.b64decode(text[: len(text) // 4 * 4])
        except binascii.Error:
            continue
        yield _inflated(packed)


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(INTO_GZIP).decompress(packed, MOST_UNPACKED)
    except zlib.error:
        return b""
