"""After a loss the centre goes on in new logs that hang together with the old ones."""

from __future__ import annotations

from base64 import b64decode

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from centre.core import journal, known_heads, mirrors
from centre.core.actions import approvals
from centre.core.actions.cases import open_case
from centre.core.actions.restorations import accept_loss
from centre.core.actions.upkeep import tick
from centre.core.errors import RuleError
from centre.core.models import Centre, Opening, Restoration
from centre.core.verification import faults, logs
from centre.ledger import canonical, epochs
from centre.ledger.entry import commitment
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry, Head
from tests.core.losses import write_and_lose
from tests.ledger.conftest import take_guards_down


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """The code itself is tried in the tests of sign-in; here it is told by its word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def case(centre, nurse):
    """A case that stood in the log before the backup."""
    return open_case(centre=centre, registration="named", age_band="25-59", by=nurse)


@pytest.fixture
def burnt(case, centre, nurse, administrator, coordinator, settings, tmp_path):
    """The centre after a restore: it knows from outside that more was written."""
    settings.KNOWN_HEADS = str(tmp_path / "known.json")
    settings.MIRROR = str(tmp_path / "mirror")
    tick(centre)
    write_and_lose(centre, nurse)
    return Head.objects.get(pk=journal.origin(centre))


@pytest.fixture
def gone_on(burnt, centre, administrator, coordinator):
    """The centre after two people let it go on."""
    accept(centre, administrator, coordinator)
    return journal.origin(centre)


def accept(centre, by, second, *, second_code="good"):
    accept_loss(
        centre=centre,
        lost=known_heads.lost(),
        words="The disk burnt; this is the newest backup.",
        by=by,
        code="good",
        second=second,
        second_code=second_code,
    )


def test_after_the_restore_nothing_is_served_or_appended(burnt):
    with pytest.raises(ImproperlyConfigured, match="are missing"):
        known_heads.refuse_while_behind()


def test_both_logs_go_on_under_new_names_and_the_old_ones_stay(gone_on, centre, burnt):
    assert Centre.objects.get().epoch == 2
    assert gone_on == f"{burnt.log}/epoch-2"
    assert logs() == sorted(journal.origins(centre))
    assert len(logs()) == 4


def test_the_log_that_lost_entries_takes_none_any_more(gone_on, burnt, case, nurse):
    open_case(centre=case.centre, registration="named", age_band="25-59", by=nurse)

    assert Head.objects.get(pk=burnt.log).size == burnt.size


def test_the_first_entry_tells_what_is_left_what_is_lost_and_hangs_on_it(
    gone_on, burnt, centre
):
    first = Entry.objects.get(log=gone_on, n=0)
    opening = Opening.objects.get(log=gone_on, n=0)
    told = opening.secret["payload"]["facts"]
    known = known_heads.known_heads()[burnt.log]

    assert first.kind == Kind.LEDGER_GENESIS
    assert first.content.statement.refs == (bytes(burnt.last_leaf),)
    assert told["before"] == burnt.log
    assert told["size"] == burnt.size
    assert told["root"] == known_heads.root_at(burnt.log, burnt.size).hex()
    assert (told["known_size"], told["known_root"]) == (known.size, known.root.hex())
    salt = b64decode(opening.secret["salt"])
    payload = canonical.encode(opening.secret["payload"])
    assert commitment(salt, payload) == first.commit


def test_what_is_left_of_the_old_log_is_signed_at_its_end(gone_on, burnt):
    newest = Checkpoint.objects.filter(log=burnt.log).order_by("-size").first()

    assert newest.size == burnt.size


def test_both_epochs_are_sound_and_served(gone_on, case, nurse, centre):
    open_case(centre=centre, registration="named", age_band="25-59", by=nurse)
    tick(centre)
    known_heads.keep()
    mirrors.keep()

    known_heads.refuse_while_behind()
    assert list(faults()) == []


def test_a_stream_goes_on_from_its_newest_entry_before(gone_on, burnt, centre):
    begun = Entry.objects.filter(log=gone_on, stream=centre.pk.bytes, sseq=0).get()
    older = Entry.objects.filter(log=burnt.log, stream=centre.pk.bytes)

    assert begun.content.statement.sprev is None
    assert begun.content.statement.refs[0] == bytes(older.latest("sseq").leaf)


def test_a_batch_goes_on_from_the_streams_before_as_well(gone_on, nurse, centre):
    for who in (nurse, None, None):
        journal.looked(Kind.READ, by=who, on=centre, at=centre.opened_at, what="Plan")
    older = journal.origins(centre)[1]
    tick(centre)
    mirrors.keep()

    rows = Entry.objects.filter(log=journal.origin(centre, journal.ACCESS))
    first = rows.get(stream=centre.pk.bytes, sseq=0)
    last = Entry.objects.filter(log=older, stream=centre.pk.bytes).latest("sseq")
    assert first.content.statement.refs == (bytes(last.leaf),)
    assert list(faults()) == []


def test_two_losses_make_three_epochs_of_one_history(
    gone_on, case, centre, nurse, administrator, coordinator
):
    write_and_lose(centre, nurse)
    accept(centre, administrator, coordinator)
    mirrors.keep()

    log = journal.origin(centre)
    assert log.endswith("/epoch-3")
    assert epochs.all_before(log) == [gone_on, gone_on.removesuffix("/epoch-2")]
    assert Restoration.objects.filter(log=gone_on).exists()
    assert list(faults()) == []


def test_a_wrong_second_code_opens_no_epoch(burnt, centre, administrator, coordinator):
    with pytest.raises(RuleError):
        accept(centre, administrator, coordinator, second_code="bad")

    assert Centre.objects.get().epoch == 1
    assert not Head.objects.filter(log__contains="epoch").exists()


def changed(statement, *params):
    take_guards_down()
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def says():
    return {fault.says for fault in faults()}


def test_an_entry_added_to_a_log_that_ended_is_named(gone_on, burnt, nurse, case):
    case.centre.epoch = 1
    journal.record(Kind.CASE_CLOSED, by=nurse, on=case, at=case.opened_at)

    assert "The log does not begin where the one before it ends." in says()


def test_an_old_log_that_was_removed_is_named(gone_on, burnt):
    changed("DELETE FROM ledger_head WHERE log = %s", burnt.log)

    assert "The log this one goes on from is gone." in says()


def test_an_epoch_that_is_taken_back_is_named(gone_on):
    changed("UPDATE core_centre SET epoch = 1")

    assert any("epoch" in one for one in says())
