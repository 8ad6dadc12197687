"""The logs' keys lie with a signer apart, which signs no rewritten history."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from centre.core import clock, journal
from centre.core.actions import approvals
from centre.core.actions.cases import open_case
from centre.core.actions.log_keys import change_log_keys
from centre.core.actions.upkeep import checkpoint, newest_head
from centre.core.errors import RuleError
from centre.core.management.cosigning import read_keys
from centre.core.models import SystemKey
from centre.core.verification import faults
from centre.ledger import checkpoint as notes
from centre.ledger import wire
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.witness import LogSigner, State, answer
from tests.core.losses import BurntError


@pytest.fixture
def signer(centre, settings, tmp_path):
    """The signer on a socket of its own, with the keys of both logs."""
    settings.SIGNER = f"unix:{tmp_path}/signer.sock"
    call_command("hand_keys_to_signer", f"--to={tmp_path}/keys.json")
    state = State(tmp_path / "state.json")
    state.begin()
    role = LogSigner(read_keys(tmp_path / "keys.json"))

    def answering(body):
        return answer(body, role=role, state=state, time=int(clock.now().timestamp()))

    server = wire.server(settings.SIGNER, answering)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def grow(centre, nurse):
    open_case(centre=centre, registration="named", age_band="25-59", by=nurse)


def test_the_application_holds_no_log_key_and_the_heads_are_signed(
    signer, centre, nurse
):
    log = journal.origin(centre)
    grow(centre, nurse)
    made = checkpoint(centre)
    grow(centre, nurse)
    call_command("tick")

    assert not SystemKey.objects.filter(purpose__startswith="osc.").exists()
    assert notes.verify(made.note, vkey=Head.objects.get(pk=log).vkey)
    assert signer.heads()[log].size == Head.objects.get(pk=log).size
    assert list(faults()) == []


def test_that_the_keys_were_handed_over_stands_in_the_log(signer, centre):
    newest = Entry.objects.filter(log=journal.origin(centre)).latest("n")

    assert newest.kind == "key.rotated"
    with pytest.raises(CommandError, match="already"):
        call_command("hand_keys_to_signer", "--to=x")


def test_a_shorter_log_is_not_signed(signer, centre, nurse):
    with suppress(BurntError), transaction.atomic():
        grow(centre, nurse)
        checkpoint(centre)
        raise BurntError

    with pytest.raises(RuleError, match="entries are missing"):
        checkpoint(centre)


def test_a_signer_that_has_signed_more_stops_the_clock(
    signer, centre, nurse, settings, tmp_path
):
    settings.KNOWN_HEADS = str(tmp_path / "known.json")
    call_command("tick")
    with suppress(BurntError), transaction.atomic():
        grow(centre, nurse)
        checkpoint(centre)
        raise BurntError
    before = Entry.objects.count()

    with pytest.raises(CommandError, match="are known: entries"):
        call_command("tick")
    assert Entry.objects.count() == before


def test_another_history_is_not_signed(signer, centre, nurse):
    with suppress(BurntError), transaction.atomic():
        grow(centre, nurse)
        checkpoint(centre)
        raise BurntError
    for _ in range(2):
        grow(centre, nurse)

    with pytest.raises(RuleError, match="The signer refuses"):
        checkpoint(centre)


def test_a_paper_within_an_act_bears_the_newest_head_that_was_signed(
    signer, centre, nurse
):
    made = checkpoint(centre)
    grow(centre, nurse)

    assert newest_head(log=made.log, at=clock.now()) == made
    assert Checkpoint.objects.filter(log=made.log).latest("size") == made


def test_a_signer_that_does_not_answer_is_told_in_words(centre, nurse, settings):
    settings.SIGNER = "http://127.0.0.1:9"
    SystemKey.objects.exclude(purpose="system").delete()

    with pytest.raises(RuleError, match="does not answer"):
        checkpoint(centre)
    with pytest.raises(CommandError, match="does not answer"):
        call_command("tick")


def test_log_keys_are_not_changed_behind_the_signer(
    signer, centre, administrator, coordinator, monkeypatch
):
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")

    with pytest.raises(RuleError, match="signer that runs apart"):
        change_log_keys(
            centre=centre,
            words="Time.",
            by=administrator,
            code="good",
            second=coordinator,
            second_code="good",
        )


def test_without_an_address_no_key_leaves(centre, tmp_path):
    with pytest.raises(CommandError, match="CENTRE_SIGNER"):
        call_command("hand_keys_to_signer", f"--to={tmp_path}/keys.json")
    assert SystemKey.objects.count() > 1
