"""The plan of collection: ordered, weighed, and never in the way."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from centre.chain_of_custody.queries.plan import choices, plan, protocol
from centre.chain_of_custody.rules.windows import Worth


def codes(rows):
    return [row.specimen.code for row in rows]


def test_the_acts_call_for_their_specimens_and_what_always_holds(case):
    rows = plan(case, acts=["bite"], hours=(30, 30))

    assert codes(rows) == ["BITE-SW", "BUCC-REF", "BLD-REF", "DOC"]
    assert rows[0].because == ("bite",)
    assert rows[0].advice.worth is Worth.INSIDE


def test_nothing_is_left_out_for_being_late(case):
    rows = plan(case, acts=["oral penetration"], hours=(400, 400))

    assert codes(rows)[0] == "ORAL-SW"
    assert rows[0].advice.worth is Worth.BEYOND


def test_without_acts_everything_usual_is_listed(case):
    found = codes(plan(case, acts=[], hours=None))

    assert "HVAG-SW" in found
    assert "HAIR-REF" not in found


def test_what_was_done_stands_beside_its_specimen(case, sealed_item):
    rows = plan(case, acts=["grip"], hours=(1, 1))
    done = {row.specimen.code: row.done for row in rows if row.done}

    assert [item for item, _ in done[sealed_item.specimen]] == [sealed_item]


def test_another_protocol_changes_the_order(case, settings):
    asked = {"acts": ["anal penetration", "vaginal penetration"], "hours": None}
    usual = codes(plan(case, **asked))
    settings.COLLECTION_ORDER = "anal_first"

    assert codes(plan(case, **asked)) != usual
    assert sorted(codes(plan(case, **asked))) == sorted(usual)


def test_an_unknown_protocol_is_said_loudly(settings):
    settings.COLLECTION_ORDER = "alphabetical"

    with pytest.raises(ImproperlyConfigured, match="anal_first"):
        protocol()


def test_choices_tell_the_windows():
    named = dict(choices())

    assert named["ORAL-SW"] == "Oral swabs · 24 or 48 h"
    assert named["CTRL-SW"] == "Control swab with the same water"
    assert dict(choices((60, 60)))["ORAL-SW"].endswith("h (longer ago)")


def test_the_page_keeps_nothing_and_begins_the_sample(case, nurse, browse):
    page = browse(nurse)
    where = f"/custody/cases/{case.reference}/plan/"
    shown = page.post(where, {"acts": ["bite"], "hours": "100"}).content.decode()
    assert "Longer ago than published cases" in shown

    begun = page.post(
        f"/custody/cases/{case.reference}/collect/", {"begin": "BITE-SW"}
    ).content.decode()
    assert '<option value="BITE-SW" selected>' in begun
    assert 'value="skin"' in begun
    assert "This field is required" not in begun


@pytest.mark.parametrize("hours", ["-1", "nan", "soon", "9999999"])
def test_hours_that_are_none_get_a_sentence(case, nurse, browse, hours):
    where = f"/custody/cases/{case.reference}/plan/"
    answer = browse(nurse).post(where, {"hours": hours, "acts": ["bite"]})

    assert answer.status_code == 200
    assert "error" in answer.content.decode()


def test_a_specimen_nobody_knows_begins_an_empty_form(case, nurse, browse):
    where = f"/custody/cases/{case.reference}/collect/"

    assert browse(nurse).post(where, {"begin": "NOTHING"}).status_code == 200
