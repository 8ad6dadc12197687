"""Servers and workers are killed while people write; nothing acknowledged is lost."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from centre import environment
from centre.core import outage
from tests.house import ROOT

IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "centre.ledger.sqlite"
DATABASE = "sqlite" if IS_SQLITE else "postgresql"
ROUNDS = "10"
pytestmark = pytest.mark.stored
only_postgresql = pytest.mark.skipif(IS_SQLITE, reason="This happens to a server only.")


def told_by(module: str, *words: str) -> dict:
    """What a program says at its end; it succeeds if it found what it should."""
    ran = subprocess.run(
        [sys.executable, "-m", module, DATABASE, *words],
        cwd=ROOT,
        env=environment.with_more(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-3000:]
    return json.loads(ran.stdout.splitlines()[-1])


def test_ten_kills_lose_nothing_acknowledged_and_leave_nothing_half():
    told = told_by("tools.kill_rounds", ROUNDS, "none")

    assert told["acknowledged"] > 0
    assert told["faults"] == []


def test_an_event_kept_before_its_entry_is_found():
    """The negative control: an act in two transactions, killed between them."""
    told = told_by("tools.kill_rounds", "1", "two_transactions")

    assert any("stands in no entry" in fault for fault in told["faults"])


@pytest.mark.postgres
@only_postgresql
def test_an_answer_before_the_disk_has_it_is_found():
    """The negative control: synchronous_commit=off, so the kill loses what was told."""
    told = told_by("tools.kill_rounds", "1", "late_flush")

    assert any("An acknowledged" in fault for fault in told["faults"])


def test_backups_made_while_people_write_restore_whole_and_sound():
    told = told_by("tools.backup_rounds", "2")

    assert told["backups"] == 2
    assert told["acknowledged"] > 2
    assert told["faults"] == []


def test_a_form_whose_answer_was_lost_counts_once_when_sent_again():
    told = told_by("tests.kill.mishaps", "lost_reply")

    assert told["killed_by"] == signal.SIGKILL
    assert (told["kept"], told["kept_after"]) == (1, 1)
    assert told["original"] == told["newest"]


def test_a_full_disk_is_told_and_nothing_is_half_written():
    told = told_by("tests.kill.mishaps", "full_disk")

    assert set(told["said"]) == {outage.FULL}
    assert told["faults"] == []
    assert told["kept"] == told["acknowledged"]


@pytest.mark.postgres
@only_postgresql
def test_connections_that_are_cut_lose_and_double_nothing():
    told = told_by("tests.kill.mishaps", "cut_connections")

    assert told["kept"] == told["sent"]
    assert told["refused"] > 0
    assert told["said"] == [outage.WAIT]
    assert told["faults"] == []
