"""Checks of the records: kept, bound, gone on from, and told on every page."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from centre.core import journal, verification
from centre.core.actions import verifying
from centre.core.actions.upkeep import tick
from centre.core.models import Opening, VerificationRun
from centre.core.progress import Bar, Lines
from centre.intake.actions import identity
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry
from tests.core.test_verification import behind_the_back, flip

BANNER = "is not as it was written"


@pytest.fixture
def kept(case, nurse):
    """A case with something in it, and a fresh checkpoint of both logs."""
    identity.keep_identity(case=case, details={"given_names": "Amani"}, by=nurse)
    tick(case.centre)
    return case


def run(*words: str) -> tuple[int, dict[str, Any]]:
    """`manage.py verify --json`: exit code, and what it answered."""
    out = io.StringIO()
    try:
        call_command("verify", "--json", *words, stdout=out)
    except SystemExit as ended:
        return int(ended.code), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def spoil_newest_entry() -> Entry:
    """Turn one bit of the newest entry."""
    entry = Entry.objects.order_by("-n").first()
    behind_the_back(
        "ledger_entry",
        "update ledger_entry set entry=%s where log=%s and n=%s",
        flip(bytes(entry.entry), 40),
        *(entry.log, entry.n),
    )
    return entry


def test_check_is_kept_and_bound_by_an_entry(kept):
    assert run() == (0, {"sound": True, "full": True, "faults": []})

    kept_run = VerificationRun.objects.get()
    assert kept_run.is_sound
    assert kept_run.is_full
    opening = Opening.objects.get(row=kept_run.pk)
    assert Entry.objects.get(log=opening.log, n=opening.n).kind == Kind.RECORDS_CHECKED
    assert run()[0] == 0


def test_result_turned_round_is_found(kept):
    spoil = spoil_newest_entry()
    assert run()[0] == 1
    behind_the_back(
        "core_verificationrun",
        "update core_verificationrun set is_sound=%s, fault_count=0",
        True,
    )

    _, told = run("--most", "100")

    assert "core_verificationrun" in {f["table"] for f in told["faults"]}
    assert spoil.log in {f["log"] for f in told["faults"]}


def test_fault_names_log_position_table_and_row(kept):
    spoilt = spoil_newest_entry()

    code, told = run()

    assert code == 1
    assert told["faults"][0]["log"] == spoilt.log
    assert told["faults"][0]["n"] == spoilt.n
    assert told["faults"][0]["table"] == "ledger_entry"
    assert told["faults"][0]["row"] == str(spoilt.pk)


def test_going_on_reads_only_what_is_new(kept, nurse):
    run()
    identity.keep_identity(case=kept, details={"given_names": "Amani B"}, by=nurse)
    seen: list[int] = []

    class Counted(Lines):
        def step(self, count: int) -> None:
            seen.append(count)

    faults = list(
        verification.new_faults(verifying.last_sound(), Counted(lambda _: None))
    )

    assert faults == []
    assert 0 < sum(seen) < Entry.objects.count()
    assert run("--incremental") == (0, {"sound": True, "full": False, "faults": []})


def test_going_on_finds_what_was_changed_since(kept, nurse):
    run()
    identity.keep_identity(case=kept, details={"given_names": "Amani B"}, by=nurse)
    spoilt = spoil_newest_entry()

    code, told = run("--incremental")

    assert (code, told["faults"][0]["n"]) == (1, spoilt.n)


def test_going_on_leaves_what_is_older_to_the_full_check(kept):
    run()
    behind_the_back("core_case", "update core_case set age_band='60+'")

    assert run("--incremental")[0] == 0
    assert run()[0] == 1


def test_going_on_needs_a_sound_check(kept):
    with pytest.raises(CommandError) as refused:
        run("--incremental")

    assert refused.value.returncode == 2


def test_going_on_needs_the_checkpoint_of_the_last_check(kept):
    run()
    behind_the_back("ledger_checkpoint", "delete from ledger_checkpoint")

    code, told = run("--incremental")

    assert code == 1
    assert told["faults"][0]["says"] == (
        "The checkpoint of the last sound check is gone."
    )


def test_one_log_is_checked_by_itself(kept):
    log = journal.origin(kept.centre)
    behind_the_back("core_case", "update core_case set age_band='60+'")

    assert run("--log", log)[0] == 0
    spoil_newest_entry()
    assert run("--log", log)[0] == 1
    assert VerificationRun.objects.count() == 0


def test_log_that_is_none_cannot_be_checked(kept):
    with pytest.raises(CommandError) as refused:
        run("--log", "osc.example/nowhere")

    assert refused.value.returncode == 2


def test_entry_whose_content_was_taken_away_is_found(kept):
    newest = Opening.objects.filter(table="").order_by("-n").first()
    behind_the_back(
        "core_opening",
        "delete from core_opening where log=%s and n=%s",
        *(newest.log, newest.n),
    )

    found = [(f.log, f.n, f.table) for f in verification.faults()]

    assert found == [(newest.log, newest.n, "core_opening")]


def rename_system_key(before: str, after: str) -> None:
    """Take the key away that the system signs with, or give it back."""
    behind_the_back(
        "core_systemkey",
        "update core_systemkey set purpose=%s where purpose=%s",
        *(after, before),
    )


def test_alarm_is_kept_where_no_log_takes_an_entry_and_bound_later(kept):
    spoil_newest_entry()
    rename_system_key("system", "gone")
    assert run()[0] == 1
    alarm = VerificationRun.objects.get()
    assert not Opening.objects.filter(row=alarm.pk).exists()

    rename_system_key("gone", "system")
    run()

    assert Opening.objects.filter(row=alarm.pk).exists()


def test_sound_check_that_no_log_takes_in_is_told_as_not_done(kept, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise LedgerError

    monkeypatch.setattr(verifying.journal, "record", refuse)

    with pytest.raises(CommandError) as refused:
        run()

    assert refused.value.returncode == 2
    assert not VerificationRun.objects.filter(is_sound=True).exists()


def test_every_page_tells_of_a_failed_check(kept, nurse, browse):
    page = browse(nurse)
    assert BANNER not in page.get("/").content.decode()
    spoil_newest_entry()
    run()

    assert BANNER in page.get("/").content.decode()


def test_strangers_are_not_told(kept, client):
    spoil_newest_entry()
    run()

    assert BANNER not in client.get("/sign-in/").content.decode()


def test_nightly_sequences_notes_and_checks(kept, nurse):
    identity.open_identity(case=kept, by=nurse)
    out = io.StringIO()

    call_command("nightly", stdout=out)

    assert "Everything is sound." in out.getvalue()
    assert VerificationRun.objects.get().is_sound
    assert Checkpoint.objects.filter(log=journal.origin(kept.centre, "access")).exists()


def test_bar_draws_one_line_over_itself():
    out = io.StringIO()
    bar = Bar(out)
    bar.begin("log a", 1000)
    bar.step(500)
    bar.step(500)
    bar.end()

    lines = out.getvalue().split("\r")
    assert "\n" not in out.getvalue()
    assert lines[1].strip() == "Checking log a: 0 %, 0 of 1,000, 0 a second"
    assert lines[-3].startswith("Checking log a: 100 %, 1,000 of 1,000")
    assert lines[-2].strip() == ""
