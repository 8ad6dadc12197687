"""The scan finds a mark in every dress, so that finding none means something."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest
from django.core import signing

from tests.at_rest.scan import hits, hits_in

MARK = b"Zqkvwxjmbtrfhd"
AROUND = b"\x07\xf1 something before it ", b" and after\x00\xff"
DRESSED = {
    "plain": MARK,
    "in a sentence": b"They call her " + MARK + b", she said.",
    "lower": MARK.lower(),
    "upper": MARK.upper(),
    "utf-16-le": MARK.decode().encode("utf-16-le"),
    "utf-16-be": MARK.decode().encode("utf-16-be"),
    "hex": MARK.hex().encode(),
    "upper hex": MARK.hex().upper().encode(),
    "base32": base64.b32encode(MARK),
    **{
        f"base64 after {n}": base64.b64encode(b"x" * n + MARK + b"yz") for n in range(6)
    },
    "base64 for addresses": base64.urlsafe_b64encode(b"a?>" + MARK),
    "zlib": zlib.compress(b"before " + MARK * 3, 9),
    "zlib, quickly": zlib.compress(b"before " + MARK, 1),
    "gzip": gzip.compress(MARK * 2),
    "session": signing.dumps({"typed": MARK.decode() * 9}, compress=True).encode(),
    "zlib of utf-16": zlib.compress(MARK.decode().encode("utf-16-le") * 2),
}


@pytest.mark.parametrize("dress", DRESSED)
def test_a_mark_is_found_in_every_dress(dress):
    before, after = AROUND

    assert list(hits(before + DRESSED[dress] + after, {"name": MARK}))


def test_a_mark_that_is_not_there_is_not_found():
    data = b"".join(DRESSED.values())

    assert list(hits(data, {"other": b"Ywplkdsmntrqhg"})) == []


def test_a_file_is_told_by_its_name_and_its_name_is_read_too(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / MARK.decode()).write_bytes(b"nothing")

    [said] = hits_in(tmp_path, {"name": MARK})

    assert said.startswith("folder/")
