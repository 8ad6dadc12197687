"""A log that holds less than is known is not served before two people say so."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from centre.core import journal, known_heads
from centre.core.actions import approvals
from centre.core.actions.cases import open_case
from centre.core.actions.restorations import accept_loss
from centre.core.actions.upkeep import tick
from centre.core.errors import AccessError, RuleError
from centre.core.models import Restoration
from centre.core.start import refuse_unsafe_start
from centre.core.verification import faults
from centre.ledger.binary import text_of
from centre.ledger.models import Entry, Head
from tests.conftest import PASSWORD


@pytest.fixture
def file(settings, tmp_path):
    """Where known heads are kept."""
    settings.KNOWN_HEADS = str(tmp_path / "known.json")
    return tmp_path / "known.json"


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """The code itself is tried in the tests of sign-in; here it is told by its word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def behind(centre, administrator, coordinator, file):
    """The custody log, of which three more entries are known."""
    log = journal.origin(centre)
    size = Head.objects.get(pk=log).size
    head = {"size": size + 3, "root": text_of(bytes(32))}
    file.write_text(json.dumps({log: head}))
    return log, size


def accept(centre, by, second, **changed):
    told = {
        "lost": known_heads.lost(),
        "words": "The disk burnt; this is the newest backup.",
        "code": "good",
        "second_code": "good",
    }
    return accept_loss(centre=centre, by=by, second=second, **{**told, **changed})


def test_the_clock_keeps_the_newest_heads(centre, file):
    tick(centre)
    known_heads.keep()

    known = known_heads.known_heads()
    assert set(known) == {journal.origin(centre, log) for log in journal.LOGS}
    assert (
        known[journal.origin(centre)].size
        == Head.objects.get(pk=journal.origin(centre)).size
    )
    assert known_heads.lost() == []


def test_what_is_known_to_be_larger_is_never_overwritten(behind, centre, file):
    tick(centre)
    before = json.loads(file.read_text())
    known_heads.keep()

    log, _ = behind
    assert json.loads(file.read_text())[log] == before[log]


def test_a_log_that_goes_on_is_not_behind(centre, nurse, file):
    tick(centre)
    known_heads.keep()
    open_case(centre=centre, registration="named", age_band="25-59", by=nurse)

    assert known_heads.lost() == []


def test_a_log_that_is_behind_stops_the_start_and_names_the_entries(behind):
    _, size = behind

    with pytest.raises(ImproperlyConfigured, match=f"entries {size} to {size + 2}"):
        refuse_unsafe_start()


def test_a_log_with_other_entries_stops_the_start(centre, file):
    log = journal.origin(centre)
    file.write_text(json.dumps({log: {"size": 1, "root": text_of(bytes(32))}}))

    with pytest.raises(ImproperlyConfigured, match="holds other entries"):
        refuse_unsafe_start()


def test_nothing_is_appended_while_a_log_is_behind(behind, centre):
    before = Entry.objects.count()
    with pytest.raises(CommandError, match="missing"):
        call_command("tick")

    assert Entry.objects.count() == before


def test_an_unreadable_file_stops_the_start(centre, file):
    file.write_text("{")

    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        refuse_unsafe_start()


def test_two_people_let_it_go_on_and_everybody_sees_it(
    behind, centre, administrator, coordinator
):
    log, size = behind
    accept(centre, administrator, coordinator)

    known_heads.refuse_while_behind()
    row = Restoration.objects.get()
    assert f"Entries {size} to {size + 2} of {log}" in row.sentence
    newest = Entry.objects.filter(log=journal.origin(centre)).latest("n")
    assert newest.kind == "ledger.recovered"
    assert list(faults()) == []


def test_one_person_alone_does_not(behind, centre, administrator):
    with pytest.raises(AccessError):
        accept(centre, administrator, administrator)
    assert known_heads.lost()


def test_who_may_not_propose_work_on_keys_accepts_nothing(
    behind, centre, nurse, coordinator
):
    with pytest.raises(AccessError):
        accept(centre, nurse, coordinator)
    assert known_heads.lost()


def test_without_a_loss_there_is_nothing_to_accept(
    centre, administrator, coordinator, file
):
    with pytest.raises(RuleError, match="Nothing is missing"):
        accept(centre, administrator, coordinator, lost=[])


def answers(monkeypatch, *typed):
    said = iter(typed)
    for place in ("commands.accept_restore", "presence"):
        monkeypatch.setattr(
            f"centre.core.management.{place}.getpass", lambda _: next(said)
        )


def accepted(first, second):
    call_command(
        "accept_restore",
        f"--first={first.username}",
        f"--second={second.username}",
        "--words=No newer backup is left.",
    )


def test_both_answer_at_the_console(behind, administrator, coordinator, monkeypatch):
    answers(monkeypatch, PASSWORD, PASSWORD, "good", "good")
    accepted(administrator, coordinator)

    assert known_heads.lost() == []


@pytest.mark.parametrize(
    "typed",
    [
        ("wrong", PASSWORD, "good", "good"),
        (PASSWORD, "wrong", "good", "good"),
        (PASSWORD, PASSWORD, "bad", "good"),
        (PASSWORD, PASSWORD, "good", "bad"),
    ],
)
def test_a_wrong_password_or_code_accepts_nothing(
    behind, administrator, coordinator, monkeypatch, typed
):
    answers(monkeypatch, *typed)

    with pytest.raises(CommandError):
        accepted(administrator, coordinator)
    assert known_heads.lost()
    assert not Restoration.objects.exists()


def test_the_same_person_twice_accepts_nothing(behind, administrator, monkeypatch):
    answers(monkeypatch, PASSWORD, PASSWORD, "good", "good")

    with pytest.raises(CommandError, match="do not hold the permission"):
        accepted(administrator, administrator)
    assert known_heads.lost()
