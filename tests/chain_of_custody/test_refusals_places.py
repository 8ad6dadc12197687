"""What is refused of kits and places: what lies in it, and where it lies.

Each act is refused, then done once more with that one guard switched off.
"""

from __future__ import annotations

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.moves import State
from tests.chain_of_custody.refusing import at, let_through, refused, turned_away

pytestmark = pytest.mark.usefixtures("monday")

WORDS = "The lamp was broken"


@pytest.fixture
def urine(collect, seal_up):
    """Sealed urine, which belongs in the cold."""
    return seal_up(collect("URINE-TOX", "urine", method="voided"), "U1")


@pytest.fixture
def filled(kit, collect, seal_up, nurse):
    """An open kit with one sealed item in it."""
    item = seal_up(collect(kit=kit), "A1")
    actions.add_to_kit(item=item, kit=kit, by=nurse)
    return kit


# R10: with its kit


def test_r10_action_control_what_lies_in_a_kit_moves_with_it(
    sealed_kit, shelf, custodian, monkeypatch
):
    item = Item.objects.get(specimen="VULV-SW")

    def put_away():
        actions.store(package=item, place=shelf, by=custodian)

    with refused("Move the kit"):
        put_away()

    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    put_away()
    assert item.custody.filter(place=shelf).exists()


def test_r10_page_what_lies_in_a_kit_moves_with_it(
    sealed_kit, shelf, custodian, browse
):
    client, typed = browse(custodian), {"place": shelf.code, "note": WORDS}
    item = Item.objects.get(specimen="VULV-SW")

    turned_away(client, at("store", item), typed, "Move the kit", kept=[WORDS])
    let_through(client, at("store", sealed_kit), typed)


# R19: a place that is fit


def test_r19_action_control_what_needs_the_cold_lies_in_the_cold(
    urine, shelf, custodian, monkeypatch
):
    def put_away():
        actions.store(package=urine, place=shelf, by=custodian)

    with refused("give the reason why it has to lie there"):
        put_away()

    monkeypatch.setattr(checks, "check_storage", lambda accepted, place, **why: None)
    put_away()
    assert standing(urine).place == shelf.pk


def test_r19_page_what_needs_the_cold_lies_in_the_cold_or_says_why(
    urine, shelf, custodian, browse
):
    client, page = browse(custodian), at("store", urine)
    typed = {"place": shelf.code, "note": WORDS}

    turned_away(client, page, typed, "refrigerator or freezer", kept=[WORDS])
    let_through(client, page, typed | {"unfit_reason": "Power cut"})
    assert urine.custody.filter(reason_code="unfit_place").exists()


# R28: what is listed is what lies in it


def test_r28_action_control_a_kit_is_sealed_with_what_is_listed(
    filled, nurse, monkeypatch
):
    def seal():
        actions.seal_kit(kit=filled, scanned=[], seal="K1", kind="tape", by=nurse)

    with refused("note what was not taken"):
        seal()

    monkeypatch.setattr(checks, "check_contents", lambda listed, scanned: None)
    seal()
    assert standing(filled).state is State.SEALED


def test_r28_page_a_kit_is_sealed_with_what_is_listed(filled, shelf, nurse, browse):
    client, page = browse(nurse), at("seal", filled)
    typed = {"scanned": shelf.code, "seal": "K1", "kind": "tape", "note": WORDS}
    inside = Item.objects.get(specimen="VULV-SW")
    true = typed | {"scanned": payload(Mark.ITEM, inside.code)}

    turned_away(client, page, typed, "1 not scanned", kept=[WORDS, shelf.code])
    let_through(client, page, true)
