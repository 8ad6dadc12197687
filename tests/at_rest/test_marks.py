"""A centre lived through with marked words: none lies readable anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pyrage import x25519

from centre import environment
from tests.house import ROOT
from tests.kill.test_kill import DATABASE

ALL_MAY_PASS = 0o755
"""PostgreSQL's server has an account of its own."""


@pytest.fixture(scope="module")
def told():
    """The story, in a folder that holds whatever is written, and what it found."""
    with tempfile.TemporaryDirectory(prefix="centre-marks-") as name:
        folder = Path(name)
        folder.chmod(ALL_MAY_PASS)
        (folder / "mirror").mkdir()
        identity = x25519.Identity.generate()
        (folder / "stick").write_text(f"{identity}\n", encoding="ascii")
        ran = subprocess.run(
            [sys.executable, "-m", "tests.at_rest.story", DATABASE, name],
            cwd=ROOT,
            env=environment.with_more(
                TMPDIR=name,
                CENTRE_MIRROR=str(folder / "mirror"),
                CENTRE_BACKUP_RECIPIENTS=str(identity.to_public()),
            ),
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads(ran.stdout)


def test_no_marked_word_is_readable_while_it_is_being_written(told):
    assert told["while_writing"] == []


def test_no_marked_word_key_or_seed_is_readable_anywhere_afterwards(told):
    assert told["marks"] > 50
    assert told["afterwards"] == []


def test_the_story_did_take_place(told):
    assert told["photographs_open"] == [True, True]
    assert told["others_before"] > 100


def test_words_that_do_lie_open_are_found(told):
    assert told["control"] == ["a clear column", "a session", "a file"]


def test_after_destruction_nobody_reads_anything_of_the_case(told):
    assert told["readable_before"] > 50
    assert told["readable"] == []
    assert told["files_readable"] == [True, False]
    assert told["drafts"] == 0


def test_the_other_case_and_the_records_stay_whole(told):
    assert told["others"] == told["others_before"]
    assert told["faults"] == []


def test_the_destroyed_key_is_gone_from_the_key_store(told):
    """What PostgreSQL keeps of it in its write-ahead log goes with that."""
    assert [p for p in told["wrapped_key_in"] if "/pg_wal/" not in p] == []
