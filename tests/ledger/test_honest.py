"""Honest work in any order raises no alarm; `make soak` goes on for long."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from centre.ledger.models import Entry
from centre.ledger.witness import Head
from tools import honest

pytestmark = pytest.mark.django_db


def test_honest_work_in_any_order_raises_no_alarm(tmp_path: Path) -> None:
    seed = secrets.randbelow(10**9)
    done = honest.work(tmp_path, 1500, seed)

    assert (seed, done.alarms) == (seed, [])
    assert Entry.objects.filter(log=honest.LOG).count() >= done.entries >= 1500
    assert done.checks > 0


def test_what_is_not_honest_raises_one(tmp_path: Path) -> None:
    """The negative control: a witness that saw another history."""
    done = honest.work(tmp_path, 50, 1)
    done.state.keep(honest.LOG, Head(done.seen, bytes(32)))
    done.one()
    done.witnessed()

    assert done.alarms != []
