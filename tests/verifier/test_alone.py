"""The verifier's own code against others', and the verifier where nothing else is.

Its canonical JSON against `rfc8785`, its tree against `pymerkle` and the definition,
its notes against the published example of golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import cryptography
import pymerkle
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from centre.ledger import merkle
from tests.ledger.test_canonical import VALUES
from tests.ledger.test_formats import VECTORS
from tests.verifier.conftest import VERIFIER
from tests.verifier.thief import osc_verify
from tools import workshop

PUBLISHED = json.loads(
    Path("tests/ledger/vectors/cosigning.json").read_text(encoding="utf-8")
)["published"]
WORDS = [f"entry {number}".encode() for number in range(40)]
LEAVES = [merkle.leaf_hash(word) for word in WORDS]
SIZES = st.integers(1, len(WORDS))


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785(value):
    raw = rfc8785.dumps(value)

    assert osc_verify.canonical(value) == raw
    assert osc_verify.strict(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"a":"\\u0061"}',
        b'{"a":01}',
        b'{"a":-0}',
        b"\xef\xbb\xbf{}",
        b"{}\n",
    ],
)
def test_what_has_another_spelling_is_refused(raw):
    with pytest.raises((osc_verify.Wrong, ValueError)):
        osc_verify.strict(raw)


@given(SIZES)
def test_roots_are_those_of_pymerkle(size):
    tree = pymerkle.InmemoryTree("sha256")
    for word in WORDS[:size]:
        tree.append_entry(word)

    assert osc_verify.root_of(LEAVES[:size]) == tree.get_root()


@given(st.data())
def test_inclusion_holds_for_the_entry_alone(data):
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    root = osc_verify.root_of(LEAVES[:size])
    proof = merkle.inclusion_proof(LEAVES[:size], index)
    other = data.draw(
        st.integers(0, size - 1).filter(lambda n: n != index or size == 1)
    )

    climbed = osc_verify.climb(index, size - 1, LEAVES[index], proof, "")[1]
    wrong = osc_verify.climb(index, size - 1, LEAVES[other], proof, "")[1]
    assert climbed == root
    assert (wrong == root) is (other == index)


@given(st.data())
def test_consistency_holds_from_the_true_beginning_alone(data):
    new = data.draw(st.integers(2, len(WORDS)))
    old = data.draw(st.integers(1, new - 1))
    roots = [osc_verify.root_of(LEAVES[:size]) for size in (old, new)]
    proof = merkle.consistency_proof(LEAVES[:new], old)

    osc_verify.check_consistency(old, roots[0], new, roots[1], proof, "")
    with pytest.raises(osc_verify.Wrong):
        osc_verify.check_consistency(old, bytes(32), new, roots[1], proof, "")


@pytest.mark.parametrize("size", range(len(VECTORS["roots"])))
def test_frozen_roots_are_read_alike(size):
    leaves = [bytes.fromhex(one["leaf"]) for one in VECTORS["entries"][:size]]

    assert osc_verify.root_of(leaves).hex() == VECTORS["roots"][size]


def test_frozen_entries_are_read_alike():
    for one in VECTORS["entries"]:
        raw = one["entry"].encode()
        entry, stmt = osc_verify.read_entry(raw, VECTORS["origin"])
        assert osc_verify.canonical(stmt).decode() == one["statement"]
        assert osc_verify.sha(b"\x00", raw).hex() == one["leaf"]
        assert entry["sig"][0]["kid"] == one["kid"]


def test_published_note_is_signed_by_its_published_key():
    name, ident, key = osc_verify.read_vkey(PUBLISHED["vkey"], 1)
    signed = b64decode(PUBLISHED["signature"])

    assert (name, ident) == ("PeterNeumann", signed[:4])
    osc_verify.verify(key, signed[4:], PUBLISHED["text"].encode(), "")
    with pytest.raises(osc_verify.Wrong):
        osc_verify.verify(key, signed[4:], PUBLISHED["text"][1:].encode(), "")


@pytest.mark.parametrize("is_whole", [True, False])
def test_bundle_is_checked_where_only_cryptography_can_be_imported(tmp_path, is_whole):
    """Another folder, no site packages, no path of this project: as a court would."""
    log = workshop.write(workshop.story())
    folder, packages, empty = (tmp_path / n for n in ("bundle", "packages", "empty"))
    for name, raw in workshop.bundle(log, is_whole=is_whole).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    empty.mkdir()
    packages.mkdir()
    installed = Path(cryptography.__file__).parent.parent
    for name in ("cryptography", "cffi", "_cffi_backend"):
        for one in installed.glob(f"{name}*"):
            (packages / one.name).symlink_to(one)
    code = (
        f"import sys; sys.path.append({str(packages)!r}); import runpy; "
        f"sys.argv = ['osc_verify.py', {str(folder)!r}]; "
        f"runpy.run_path({str(VERIFIER)!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        cwd=empty,
        env={},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("HOLDS.")
