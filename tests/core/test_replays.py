"""Lost entries come back out of the mirror, if they verify, and not otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from centre.core import journal, known_heads, mirrors
from centre.core.actions.cases import open_case
from centre.core.actions.upkeep import tick
from centre.core.models import Opening, Replay, Restoration
from centre.core.verification import faults
from centre.ledger import mirror
from centre.ledger.binary import text_of
from centre.ledger.models import Entry, Head
from tests.core.losses import write_and_lose


@pytest.fixture
def folder(tmp_path, settings, centre, nurse):
    """The mirrors of a centre that fell back to its backup."""
    settings.KNOWN_HEADS = str(tmp_path / "known.json")
    settings.MIRROR = str(tmp_path / "mirror")
    tick(centre)
    mirrors.keep()
    return tmp_path / "mirror"


@pytest.fixture
def fallen(folder, centre, nurse):
    """The custody log, and how much of it the backup brought back."""
    write_and_lose(centre, nurse)
    log = journal.origin(centre)
    return log, Head.objects.get(pk=log).size


def test_entries_are_back_byte_for_byte_and_the_centre_is_served(fallen, folder):
    log, size = fallen
    known = known_heads.known_heads()[log]
    call_command("replay_mirror")

    back = Replay.objects.get(log=log)
    assert (back.first, back.size) == (size, known.size)
    assert known_heads.root_at(log, known.size) == known.root
    lines = mirror.path_of(folder, log).read_bytes().splitlines()
    rows = Entry.objects.filter(log=log, n__lt=known.size).order_by("n")
    assert [bytes(row.entry) for row in rows] == lines
    known_heads.refuse_while_behind()


def test_what_came_back_has_no_content_and_the_check_knows_it(fallen, centre, nurse):
    log, size = fallen
    call_command("replay_mirror")
    open_case(centre=centre, registration="named", age_band="25-59", by=nurse)
    tick(centre)
    mirrors.keep()

    assert Entry.objects.filter(log=log, kind="ledger.replayed").exists()
    assert not Opening.objects.filter(log=log, n=size).exists()
    assert list(faults()) == []
    assert not Restoration.objects.exists()


def test_a_second_run_puts_nothing_back(fallen, capsys):
    call_command("replay_mirror")
    call_command("replay_mirror")

    assert "nothing that the logs do not hold" in capsys.readouterr().out
    assert Replay.objects.count() == 1


def changed(path, change):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(change(lines)))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:-1], lines[-1].replace(b'"v":1', b'"v":2')],
        lambda lines: [*lines[:-1], lines[-1].replace(b'"s":"', b'"s":"AAAA', 1)],
        lambda lines: [*lines[:-2], lines[-1]],
        lambda lines: [*lines[:-2], lines[-1], lines[-2]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[1:],
    ],
    ids=[
        "a word",
        "a signature",
        "one missing",
        "two swapped",
        "one twice",
        "head cut",
    ],
)
def test_nothing_comes_back_out_of_a_mirror_that_was_changed(fallen, folder, change):
    log, size = fallen
    changed(mirror.path_of(folder, log), change)

    with pytest.raises(CommandError, match="was put back"):
        call_command("replay_mirror")
    assert Head.objects.get(pk=log).size == size
    assert not Replay.objects.exists()


def test_a_mirror_that_differs_from_a_known_head_is_refused(fallen, settings):
    log, size = fallen
    other = {log: {"size": size + 1, "root": text_of(bytes(32))}}
    Path(settings.KNOWN_HEADS).write_text(json.dumps(other), encoding="utf-8")

    with pytest.raises(CommandError, match="does not agree with what is known"):
        call_command("replay_mirror")
    assert Head.objects.get(pk=log).size == size


def test_a_mirror_alone_stops_the_start(fallen, settings):
    settings.KNOWN_HEADS = ""

    with pytest.raises(ImproperlyConfigured, match="are missing"):
        known_heads.refuse_while_behind()


def test_a_mirror_that_cannot_be_read_stops_no_start(folder, centre):
    mirror.path_of(folder, journal.origin(centre)).write_bytes(b"something\n")

    assert known_heads.lost() == []


def test_the_page_tells_what_came_back(coordinator, fallen, browse):
    call_command("replay_mirror")
    page = browse(coordinator).get("/integrity/")

    assert "put back out of the mirror" in page.content.decode()
