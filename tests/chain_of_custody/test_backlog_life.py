"""What was taken over is a thing like any other: listed, moved, corrected, ended."""

from __future__ import annotations

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import amendments
from centre.chain_of_custody.actions.backlog_drafts import begin_draft
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.actions.inventory import (
    begin_inventory,
    close_inventory,
    keep_scans,
)
from centre.chain_of_custody.actions.reports import export_provenance
from centre.chain_of_custody.models import CustodyEvent, Seal
from centre.chain_of_custody.queries import chasing, dashboard, lists
from centre.chain_of_custody.queries.dossier import dossier
from centre.chain_of_custody.queries.gates import case_bars, held_by
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.roof import find, timeline
from centre.chain_of_custody.queries.seal_log import lines, seals
from centre.chain_of_custody.rules import backlog as rules
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.verification import faults
from tests.chain_of_custody.backlog_lists import old, sheet
from tests.chain_of_custody.test_provenance import conforms
from tests.verifier.conftest import alone

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def kept(take_over, shelf):
    """One old kit, reported, under the seal OLD174."""
    row = old("17/4", shelf, reporting="reported", police_number="OB 1")
    return take_over(row)[0]


def test_it_stands_on_every_list_of_what_lies_here(kept, shelf, centre, custodian):
    (event,) = lists.in_store(centre, custodian)
    line = lists.waiting(event)
    assert (line.package, line.place, line.is_earlier) == (kept, "Shelf 1", True)
    assert lists.lying_at(shelf) == [kept]
    assert lists.awaiting_put_away(centre, custodian) == []
    assert dict(dashboard.by_state(centre, custodian)) == {"In store": 1}
    assert dashboard.quality(centre, custodian).late == 1


def test_it_is_in_nobody_s_hands_and_bars_no_end(kept, custodian):
    assert held_by(custodian) == []
    assert case_bars(kept.case) == []


def test_what_was_reported_and_never_fetched_is_chased(kept, centre, custodian, later):
    later(days=31)
    found = chasing.unfetched(centre, custodian, clock.now())
    assert [one.package for one in found] == [kept]


def test_it_is_found_by_its_old_number_too(kept, custodian, custodian_elsewhere):
    assert find(" 17/4 ", custodian) == kept.get_absolute_url()
    assert find("17/4", custodian_elsewhere) is None


def test_an_inventory_finds_it(kept, shelf, custodian):
    begun = begin_inventory(place=shelf, by=custodian)
    keep_scans(inventory=begun, lines=[kept.code], by=custodian)
    assert close_inventory(inventory=begun, by=custodian).seen == 1


def test_its_seal_is_looked_at_and_it_moves_like_any_other(kept, fridge, custodian):
    actions.check_seal(package=kept, seen=Seen("OLD174"), by=custodian)
    actions.move(package=kept, place=fridge, reason="Asked by the court", by=custodian)

    stands = standing(kept)
    assert (stands.place, stands.integrity) == (fridge.pk, Integrity.SEALED)
    assert list(faults()) == []


def test_the_seal_log_does_not_say_that_we_put_its_seal_on(kept, centre):
    (line,) = lines(seals(centre))
    assert (line.number, line.on) == ("OLD174", str(kept))
    assert (line.applied_at, line.applied_by) == (
        None,
        "Somebody before this record began",
    )


def test_the_coordinator_opens_its_case_though_nobody_is_named(
    kept, browse, coordinator
):
    answer = browse(coordinator).get(kept.case.get_absolute_url())
    assert answer.status_code == 200
    assert str(kept.case) in answer.content.decode()


def test_the_line_of_hands_begins_when_it_was_taken_over(kept):
    """Who had it before is what the paper says, not what this record knows."""
    (holding,) = dossier(kept).holdings
    assert (holding.holder, holding.since) == ("The store", kept.registered_at)


def test_the_case_s_timeline_makes_up_no_hour(kept, custodian):
    """It tells when the thing was taken over; the paper's day is on its own page."""
    (row,) = timeline(kept.case, custodian)
    assert row.when == row.recorded == kept.registered_at


def test_other_systems_are_told_that_it_is_by_the_paper(kept, custodian):
    content = export_provenance(package=kept, by=custodian).decode()
    assert "Entered late. By the earlier record: March 2019. Seal OLD174." in content


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_its_export_conforms_and_its_bundle_holds_without_this_project(
    kept, custodian, tmp_path, monkeypatch
):
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: True)
    sound, says = conforms(export_provenance(package=kept, by=custodian), tmp_path)
    assert sound, says
    path = tmp_path / "evidence.zip"
    path.write_bytes(export_evidence(packages=[kept], by=custodian, code=""))

    code, said = alone(path)

    assert code == 0, said
    assert "1 histories are whole, from their first entry" in said


def test_a_better_time_is_amended_by_two_people(
    kept, custodian, coordinator, monkeypatch
):
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: True)
    event = kept.custody.get()
    asked = amendments.propose_amendment(
        event=event,
        field="occurred_at",
        new="2019-03-15T08:30:00+00:00",
        reason="misread",
        words="The other book has the hour.",
        by=custodian,
        code="",
    )
    approvals.approve(proposal=asked, by=coordinator, code="")
    amendments.carry_out_correction(proposal=asked, by=custodian)

    line = dossier(kept).told[0]
    assert line.when == "15 Mar 2019 11:30"
    assert line.was == {"when": "March 2019"}
    assert list(faults()) == []


def test_it_is_never_void(kept, custodian, monkeypatch):
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: True)
    with pytest.raises(RuleError, match="stays in the store's record"):
        amendments.propose_void(
            event=kept.custody.get(),
            reason="wrong_thing",
            words="Not ours.",
            by=custodian,
            code="",
        )


@pytest.mark.parametrize(
    "more", [{"old_number": "17/4", "seal": "NEW"}, {"seal": "old-17 4"}]
)
def test_what_came_in_meanwhile_is_refused_by_the_database(
    kept, upload, sign, shelf, monkeypatch, more
):
    """Two lists at once: whoever comes second is refused whole."""
    monkeypatch.setattr(rules, "faults_known", lambda rows, known: [])
    draft = upload(old("N/1", shelf), old("N/2", shelf) | more)
    with pytest.raises(RuleError, match="came into the store while"):
        sign(draft)
    assert CustodyEvent.objects.count() == 1
    assert Seal.objects.count() == 1


def test_one_number_may_stand_in_two_stores(
    kept, centre_elsewhere, custodian_elsewhere, codes
):
    from centre.chain_of_custody.actions.backlog import take_over_backlog

    place = actions.open_location(
        centre=centre_elsewhere,
        name="Shelf",
        kind="shelf",
        storage_class="AMB",
        by=custodian_elsewhere,
    )
    draft = begin_draft(
        centre=centre_elsewhere,
        content=sheet(old("17/4", place, seal="none")),
        by=custodian_elsewhere,
    )
    made = take_over_backlog(
        draft=draft, code=codes(custodian_elsewhere), by=custodian_elsewhere
    )
    assert standing(made.numbers.get().item).state is State.STORED
    assert kept.custody.get().move == Move.TAKEN_OVER
