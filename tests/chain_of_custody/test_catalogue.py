"""The catalogue: every edition stays as it was, and windows advise without blocking."""

from __future__ import annotations

from itertools import pairwise

import pytest

from centre.chain_of_custody import catalogue
from centre.chain_of_custody.catalogue import Window
from centre.chain_of_custody.rules.windows import Worth, advise, phrase
from centre.core.consent_items import ITEMS

KEPT = {
    "2026.1": "ef9e0e11cc4434836ded8578030afc0de1116fe06ff609346b2c62164cd8be18",
    "2026.2": "03ff06e6fe5d7873585bc6793018e43fc1b34eba4f4608a7c21bc61e98762e17",
    "2026.3": "ee8e91b7dd473689b6ab5418d315a94c81d4b0e8edbd79983f4ba1aecfed238b",
}
"""An edition is never changed once something may have been collected under it."""


def text():
    return (catalogue.FOLDER / f"{catalogue.IN_FORCE}.toml").read_text(encoding="utf-8")


def window(hours, **more):
    return Window(
        hours, more.pop("source", "A study"), more.pop("verified", True), **more
    )


def test_every_edition_is_as_it_was_when_it_was_issued():
    found = {e: catalogue.catalogue(e).fingerprint for e in catalogue.editions()}
    assert found == KEPT


def test_the_catalogue_is_whole():
    known = catalogue.catalogue()

    assert len(known.specimens) == 37
    for specimen in known.specimens.values():
        assert not specimen.consent or specimen.consent in ITEMS
        assert specimen.storage or not specimen.is_collected
        assert not (specimen.wet and specimen.fits_kit)
    assert known.specimens["BLOOD-TOX"].storage == ("REF",)


@pytest.mark.parametrize("edition", catalogue.editions())
def test_the_default_order_goes_from_outside_to_inside(edition):
    order = [s.code for s in catalogue.catalogue(edition).in_order()]
    way = ["ORAL-SW", "VULV-SW", "PANAL-SW", "LVAG-SW", "HVAG-SW", "ECX-SW", "ANAL-SW"]

    assert all(order.index(one) < order.index(other) for one, other in pairwise(way))


def test_another_protocol_has_another_order_of_the_same_things():
    known = catalogue.catalogue()
    usual, other = known.in_order(), known.in_order("anal_first")

    assert set(usual) == set(other)
    assert other.index(known.specimens["ANAL-SW"]) < other.index(
        known.specimens["VULV-SW"]
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "DEBRIS"', 'code = "URINE-TOX"'),
        ('storage = ["AMB"]', 'storage = ["HOT"]'),
        ('kind = "physical"', 'kind = "spiritual"'),
        ("hours_to_class = 24", "hour_to_class = 24"),
        ("{ hours = 168, ", "{ "),
        ("{ hours = 168, ", "{ hours = 168, since = 168, "),
        ("{ hours = 168, ", "{ hours = 168, colour = 1, "),
        ('acts = ["bite"]', 'acts = ["bitten"]'),
        ("[orders.default]", "[orders.usual]"),
        ('"CTRL-SW", "DOC",', '"CTRL-SW",'),
    ],
)
def test_a_faulty_catalogue_is_refused(old, new):
    assert old in text()
    with pytest.raises(catalogue.CatalogueError):
        catalogue.read(text().replace(old, new, 1).encode())


def test_an_edition_nobody_issued_is_refused():
    with pytest.raises(catalogue.CatalogueError, match="no edition"):
        catalogue.catalogue("2019.1")


@pytest.mark.parametrize(
    ("hours", "worth"),
    [
        ((10, 12), Worth.INSIDE),
        ((24, 24), Worth.INSIDE),
        ((24.01, 24.01), Worth.DIFFERS),
        ((48, 48), Worth.DIFFERS),
        ((48.01, 60), Worth.BEYOND),
        (None, Worth.UNKNOWN),
    ],
)
def test_windows_are_open_to_their_last_hour(hours, worth):
    assert advise([window(48), window(24)], hours=hours).worth is worth


@pytest.mark.parametrize(
    ("hours", "worth"),
    [((47, 47.9), Worth.EARLY), ((48, 48), Worth.INSIDE), ((168.1, 170), Worth.BEYOND)],
)
def test_a_window_may_open_late(hours, worth):
    assert advise([window(168, since=48)], hours=hours).worth is worth


def test_a_window_for_one_act_or_age_counts_only_there():
    terms = [window(168, act="grip"), window(72, age="before puberty"), window(48)]

    assert [t.hours for t in advise(terms, hours=(1, 1)).terms] == [48, 168]
    assert [t.hours for t in advise(terms, hours=(1, 1), acts=["bite"]).terms] == [48]
    child = advise(terms, hours=(1, 1), acts=["bite"], age="before puberty")
    assert [t.hours for t in child.terms] == [48, 72]


def test_the_own_jurisdiction_stands_first():
    terms = [window(24, jurisdiction="US"), window(48, jurisdiction="GB")]

    assert advise(terms, hours=(1, 1), jurisdiction="GB").terms[0].hours == 48


def test_without_any_window_the_advice_is_to_collect():
    advice = advise([], hours=(500, 500))

    assert advice.worth is Worth.UNKNOWN
    assert "collect" in advice.worth.words


def test_what_was_not_read_in_its_source_says_so():
    assert phrase(window(48, source="Recall", verified=False)) == (
        "48 h (Recall, unverified)"
    )
