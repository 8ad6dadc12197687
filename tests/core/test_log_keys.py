"""The logs get new keys by two people and the old key's word, and both sign a while."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from centre.core import bundle, journal, log_signing
from centre.core.actions import approvals
from centre.core.actions.cases import open_case
from centre.core.actions.log_keys import change_log_keys
from centre.core.actions.upkeep import checkpoint
from centre.core.errors import AccessError, RuleError
from centre.core.models import SystemKey
from centre.core.verification import faults
from centre.ledger import checkpoint as notes
from centre.ledger import log_keys
from centre.ledger import policy as ledger_policy
from centre.ledger.errors import LedgerError
from centre.ledger.models import Entry, Head, LogKey
from centre.ledger.signing import Signer, new_seed
from tests.conftest import PASSWORD
from tests.core.test_verification import behind_the_back


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """The code itself is tried in the tests of sign-in; here it is told by its word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


def change(centre, by, second, *, code="good"):
    return change_log_keys(
        centre=centre,
        words="Ten years are enough.",
        by=by,
        code="good",
        second=second,
        second_code=code,
    )


@pytest.fixture
def changed(centre, administrator, coordinator):
    """The custody log of a centre whose logs have new keys."""
    change(centre, administrator, coordinator)
    return journal.origin(centre)


def grown(centre, nurse):
    open_case(centre=centre, registration="named", age_band="25-59", by=nurse)
    return checkpoint(centre)


def test_both_keys_sign_for_a_while(changed, centre, nurse):
    old, new = log_keys.of(changed).every
    made = grown(centre, nurse)

    assert old != new
    assert notes.verify(made.note, vkey=old).size == made.size
    assert notes.verify(made.note, vkey=new).size == made.size


def test_after_the_while_only_the_new_key_signs(changed, centre, nurse):
    old, new = log_keys.of(changed).every
    later = Entry.objects.filter(log=changed).latest("n").at + log_signing.BOTH_SIGN
    with time_machine.travel(later + timedelta(days=1), tick=False):
        made = grown(centre, nurse)

        assert notes.verify(made.note, vkey=new)
        with pytest.raises(LedgerError, match="did not sign"):
            notes.verify(made.note, vkey=old)
        assert list(faults()) == []


def test_everything_is_sound_before_and_after_a_second_change(
    changed, centre, nurse, administrator, coordinator
):
    grown(centre, nurse)
    change(centre, administrator, coordinator)
    grown(centre, nurse)

    assert len(log_keys.of(changed).every) == 3
    assert Head.objects.get(pk=changed).vkey == log_keys.of(changed).first
    assert list(faults()) == []


def test_a_bundle_names_the_keys_in_order_and_shows_the_hand_over(
    changed, centre, nurse
):
    made = grown(centre, nurse)
    wanted = bundle.Wanted(changed, [centre.pk.bytes])
    files = bundle.bundle(wanted, made)
    named = LogKey.objects.get(log=changed)

    lines = files["policy.txt"].decode().splitlines()
    assert [f"log {key}" for key in log_keys.of(changed).every] == lines[:2]
    policy = ledger_policy.read(files["policy.txt"].decode())
    assert policy.verify(files["checkpoint.note"].decode()).size == made.size
    assert f"entries/{named.n}.json" in files
    assert b64encode(bytes(named.signature)) in files[f"openings/{named.n}.json"]


def test_a_wrong_second_code_changes_nothing(centre, administrator, coordinator):
    with pytest.raises(RuleError):
        change(centre, administrator, coordinator, code="bad")

    assert not LogKey.objects.exists()
    assert not SystemKey.objects.filter(purpose__contains="#").exists()


def test_nobody_changes_a_key_alone_or_without_the_permission(
    centre, administrator, coordinator, nurse
):
    for by, second in ((administrator, administrator), (nurse, coordinator)):
        with pytest.raises(AccessError):
            change(centre, by, second)
    assert not LogKey.objects.exists()


def says():
    return {fault.says for fault in faults()}


def test_a_head_the_old_key_alone_signed_after_the_change_is_named(
    changed, centre, nurse
):
    made = grown(centre, nurse)
    text, _, signed = made.note.partition("\n\n")
    old = signed.splitlines(keepends=True)[1]
    behind_the_back(
        "ledger_checkpoint",
        f"update ledger_checkpoint set note = %s where id = {made.pk}",
        f"{text}\n\n{old}",
    )

    assert "The log's key did not sign the checkpoint." in says()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("vkey", "", "was not handed over by the key before it"),
        ("signature", bytes(64), "was not handed over by the key before it"),
        ("n", 1, "No entry of the log names this key."),
    ],
)
def test_a_changed_key_row_is_named(changed, column, value, said):
    stranger = Signer.from_seed(new_seed())
    value = notes.vkey(changed, stranger.public_key) if value == "" else value
    behind_the_back(
        "ledger_key",
        f"update ledger_key set {column} = %s where log = '{changed}'",
        value,
    )

    assert any(said in one for one in says())


def test_a_key_row_that_is_gone_is_named(changed):
    behind_the_back("ledger_key", "delete from ledger_key where log = %s", changed)

    assert "The key that this entry names is not on file." in says()


def test_a_planted_key_is_named(changed, centre):
    stranger = Signer.from_seed(new_seed())
    vkey, signature, _ = log_keys.handed_over(changed, stranger, stranger)
    LogKey.objects.create(log=changed, n=2, vkey=vkey, signature=signature)

    assert any("was not handed over" in one for one in says())


def test_both_answer_at_the_console(
    centre, administrator, coordinator, monkeypatch, capsys
):
    typed = iter([PASSWORD, PASSWORD, "good", "good"])
    for place in ("commands.change_log_keys", "presence"):
        monkeypatch.setattr(
            f"centre.core.management.{place}.getpass", lambda _: next(typed)
        )
    who = [f"--first={administrator.username}", f"--second={coordinator.username}"]
    call_command("change_log_keys", f"--centre={centre.code}", *who, "--words=Time.")

    assert log_keys.of(journal.origin(centre)).every[-1] in capsys.readouterr().out
    with pytest.raises(CommandError, match="no centre"):
        call_command("change_log_keys", "--centre=nowhere", *who, "--words=Time.")
