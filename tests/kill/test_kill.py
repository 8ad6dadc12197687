"""Servers and workers are killed while people write; nothing acknowledged is lost."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

from centre import environment
from tests.house import ROOT

IS_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASE = "sqlite" if IS_SQLITE else "postgresql"
ROUNDS = "10"


def killed(rounds: str, control: str) -> dict:
    """What a run of kills says of itself; it succeeds if it found what it should."""
    ran = subprocess.run(
        [sys.executable, "-m", "tools.kill_rounds", DATABASE, rounds, control],
        cwd=ROOT,
        env=environment.with_more(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_ten_kills_lose_nothing_acknowledged_and_leave_nothing_half():
    told = killed(ROUNDS, "none")

    assert told["acknowledged"] > 0
    assert told["faults"] == []


def test_an_event_kept_before_its_entry_is_found():
    """The negative control: an act in two transactions, killed between them."""
    told = killed("1", "two_transactions")

    assert any("stands in no entry" in fault for fault in told["faults"])


@pytest.mark.postgres
@pytest.mark.skipif(IS_SQLITE, reason="SQLite asserts its own setting at the start.")
def test_an_answer_before_the_disk_has_it_is_found():
    """The negative control: synchronous_commit=off, so the kill loses what was told."""
    told = killed("1", "late_flush")

    assert any("An acknowledged" in fault for fault in told["faults"])
