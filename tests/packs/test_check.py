"""Packs are held against each other, and the command says what it finds."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from centre.packs import check
from centre.packs.apps import packs_hold

SECOND = ('name = "visit"', 'name = "other"')


def test_the_delivered_packs_hold():
    assert check.faults() == []
    assert packs_hold() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('kind = "bool3"', 'kind = "bool"'), "p.pregnant: kind differs"),
        (('unit = "kg"', 'unit = "g"'), "b.weight: unit differs"),
        (("sensitivity = 2", "sensitivity = 3"), "p.sex: sensitivity differs"),
        (("46098-0", "46098-1"), None),
        (('code = "46098-0"', 'choice = "male", code = "46098-0"'), "several things"),
        (('"case.reference"', '"case.number"'), None),
        (('"case.reference"', '"kase.number"'), "no pack has the question kase.number"),
    ],
)
def test_two_packs_must_mean_the_same(write, change, says):
    folder = write()
    write(SECOND, change, name="other")
    found = check.faults(folder.parents[1])
    assert [says in fault for fault in found] == ([True] if says else [])


def test_choices_may_be_fewer_but_not_others(write):
    folder = write()
    fewer = ('["bruise", "cut"]', '["bruise", "cut", "burn"]')
    more_words = ('cut = "Cut"', 'cut = "Cut"\nburn = "Burn"')
    write(SECOND, fewer, more_words, name="other")
    assert check.faults(folder.parents[1]) == []
    other = ('["pale", "sweating", "none"]', '["pale", "cold", "none"]')
    words = ('sweating = "Sweating"', 'cold = "Cold"')
    write(('name = "visit"', 'name = "third"'), other, words, name="third")
    assert "b.signs: choices differs" in check.faults(folder.parents[1])[0]


def test_a_faulty_pack_is_reported_beside_a_good_one(write):
    folder = write()
    write(SECOND, ("places = 1", "places = 9"), name="other")
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="1 faults found"):
        call_command("check_packs", str(folder.parents[1]), stdout=out, stderr=err)
    assert "visit 1.0: draft, 2 sections, 15 questions, 4 boxes" in out.getvalue()
    assert "other/1.0: question b.weight: places must lie" in err.getvalue()


def test_the_command_lists_the_delivered_packs():
    out = io.StringIO()
    call_command("check_packs", stdout=out)
    assert "centre-triage 1.0" in out.getvalue()
    assert "centre-intake 1.0" in out.getvalue()
