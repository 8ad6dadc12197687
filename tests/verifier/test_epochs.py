"""A bundle made after a loss holds what both epochs know of a history."""

from __future__ import annotations

import hashlib
import json

import pytest

from centre.core import journal
from centre.core.actions.restorations import accept_loss
from centre.core.known_heads import KnownHead, Lost
from centre.core.verification import faults
from centre.ledger import canonical
from centre.ledger.models import Entry, Head
from tests.verifier.thief import found


@pytest.fixture
def after_a_loss(handed_over, administrator, coordinator):
    """The bundle of a kit whose centre went on in a second epoch."""
    centre = handed_over.case.centre
    log = journal.origin(centre)
    size = Head.objects.get(pk=log).size
    lost = Lost(log, size, KnownHead(size + 3, bytes(32)))
    accept_loss(
        centre=centre,
        lost=[lost],
        words="The disk burnt.",
        by=administrator,
        code="good",
        second=coordinator,
        second_code="good",
    )
    handed_over.case.centre.refresh_from_db()
    return handed_over


@pytest.fixture
def files(after_a_loss, export):
    """What the bundle holds."""
    return export()


def test_the_bundle_holds_under_both_logs(files, check):
    code, words = check(files)

    assert (code, "HOLDS" in words) == (0, True)


def test_what_lies_before_is_a_bundle_of_its_own(files, check):
    before = {
        n.removeprefix("before/"): raw
        for n, raw in files.items()
        if n.startswith("before/")
    }
    code, words = check(before)

    assert (code, "HOLDS" in words) == (0, True)


def test_the_history_is_whole_over_both_epochs(files, after_a_loss):
    log = journal.origin(after_a_loss.case.centre)
    mine = Entry.objects.filter(stream=after_a_loss.pk.bytes)
    older = mine.exclude(log=log).order_by("sseq")
    first = mine.get(log=log, sseq=0)

    assert {f"before/entries/{e.n}.json" for e in older} <= set(files)
    assert f"entries/{first.n}.json" in files
    assert first.content.statement.refs[0] == bytes(older.last().leaf)
    assert "entries/0.json" in files
    assert list(faults()) == []


def test_openings_of_both_epochs_are_disclosed(files):
    assert any(name.startswith("before/openings/") for name in files)
    assert any(name.startswith("openings/") for name in files)


def told_anew(files):
    """The same files with manifests that tell of them, the inner one first."""
    kept = dict(files)
    for prefix in ("before/", ""):
        name = f"{prefix}manifest.json"
        manifest = json.loads(kept[name])
        manifest["files"] = {
            one.removeprefix(prefix): hashlib.sha256(raw).hexdigest()
            for one, raw in kept.items()
            if one.startswith(prefix) and one != name
        }
        kept[name] = canonical.encode(manifest)
    return kept


def test_history_of_which_a_part_before_is_left_out_is_not_whole(files, after_a_loss):
    log = journal.origin(after_a_loss.case.centre)
    older = Entry.objects.filter(stream=after_a_loss.pk.bytes).exclude(log=log)
    n = older.order_by("sseq")[1].n
    names = [f"entries/{n}.json", f"proofs/{n}.tlog-proof", f"openings/{n}.json"]
    forged = {k: raw for k, raw in files.items() if k[7:] not in names}

    assert found(told_anew(files)) == ""
    assert "was not whole before" in found(told_anew(forged))


def test_history_that_ended_earlier_before_does_not_hang_together(files, after_a_loss):
    log = journal.origin(after_a_loss.case.centre)
    older = Entry.objects.filter(stream=after_a_loss.pk.bytes).exclude(log=log)
    n = older.order_by("sseq").last().n
    names = [f"entries/{n}.json", f"proofs/{n}.tlog-proof", f"openings/{n}.json"]
    forged = {k: raw for k, raw in files.items() if k[7:] not in names}

    assert "does not go on where its history ended" in found(told_anew(forged))


def test_changed_entry_before_is_named_with_its_folder(files):
    name = next(n for n in files if n.startswith("before/entries/"))
    forged = {**files, name: files[name].replace(b'"role":"', b'"role":"x')}

    assert f"({name})" in found(told_anew(forged))
