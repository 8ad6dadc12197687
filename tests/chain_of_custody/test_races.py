"""Two acts at the same moment that cannot both be true: one is written, one refused.

Forty rounds in all (`make races` has a thousand), on databases of their own, each
side on a connection of its own. Only PostgreSQL can show it: SQLite lets one writer in
at a time.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from contextlib import ExitStack

import pytest
from django.conf import settings

from centre import environment
from tests.core.homes import new_databases, on_server
from tests.house import ROOT

IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "centre.ledger.sqlite"
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(IS_SQLITE, reason="SQLite has one writer at a time."),
]
ROUNDS = 10


@pytest.fixture
def rounds():
    """Runs rounds on fresh databases and says what came of them."""
    with ExitStack() as gone:

        def run(*words: str) -> dict:
            mark = secrets.token_hex(4)
            names = {"DATABASE_URL": f"race_{mark}", "KEYS_URL": f"race_keys_{mark}"}
            for name in names.values():
                drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
                gone.callback(on_server, drop)
            more = {**new_databases(names, are_migrated=True), "CENTRE_ONE_ROLE": "yes"}
            ran = subprocess.run(
                [sys.executable, "-m", "tools.race_rounds", *words],
                cwd=ROOT,
                env=environment.with_more(**more),
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-3000:]
            return json.loads(ran.stdout.splitlines()[-1])

        yield run


@pytest.mark.parametrize(
    "kinds",
    ["double_release,receive_and_cancel", "release_and_check_out,receive_twice"],
)
def test_acceptance_04_of_two_acts_at_once_one_is_written_and_one_refused(
    rounds, kinds
):
    told = rounds(str(ROUNDS), kinds)

    assert told["rounds"] == 2 * ROUNDS
    assert told["faults"] == []


def test_without_the_lock_on_the_case_the_rounds_find_it(rounds):
    """The negative control: somebody wins twice, or is answered with a crash."""
    told = rounds("25", "double_release,receive_twice", "no_lock")

    assert told["faults"]
