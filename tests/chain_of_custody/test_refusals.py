"""What the store refuses by number, through the page: a sentence, and nothing lost.

Each case is sent twice: wrong, which must write nothing and keep what was typed, and
right, which must go through; so no page refuses for another reason than it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.models import CustodyEvent, Item
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.ledger.models import Entry

pytestmark = pytest.mark.usefixtures("monday")

WORDS = "The lamp was broken"


@dataclass(frozen=True)
class Sent:
    """One page, what is typed wrongly on it, and what would have been right."""

    thing: str
    word: str
    by: str
    wrong: dict[str, str]
    right: dict[str, str]
    says: str
    kept: str = WORDS
    more: dict[str, str] = field(default_factory=lambda: {"note": WORDS})


@pytest.fixture
def labelled(collect, nurse, sealed_item):
    """A second item, labelled and not sealed; seal A1 is on the first."""
    item = collect("ORAL-SW", "mouth")
    actions.package_item(item=item, packaging="swab_box", is_dry=True, by=nurse)
    actions.label_item(item=item, scanned=item.code, by=nurse)
    return item


@pytest.fixture
def packaged(collect, nurse):
    """An item in its first packaging, without a label."""
    item = collect()
    actions.package_item(item=item, packaging="swab_box", is_dry=True, by=nurse)
    return item


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


CASES = {
    "R6 a time to come": Sent(
        "sealed_item",
        "store",
        "custodian",
        {"occurred_at": "2026-06-01T18:30"},
        {"occurred_at": ""},
        "future",
    ),
    "R6 a time long past without a reason": Sent(
        "sealed_item",
        "check_seal",
        "nurse",
        {"occurred_at": "2026-05-20T10:00", "late_reason": ""},
        {"occurred_at": "", "late_reason": ""},
        "late",
        more={
            "seal": "A1",
            "condition": "intact",
            "package_condition": "intact",
            "note": WORDS,
        },
    ),
    "R8 a seal number used before": Sent(
        "labelled",
        "seal",
        "nurse",
        {"seal": "A1"},
        {"seal": "A2"},
        "used",
        more={"kind": "tape", "note": WORDS},
    ),
    "R9 another number and still intact": Sent(
        "stored_item",
        "check_seal",
        "custodian",
        {"seal": "B9", "condition": "intact"},
        {"seal": "B9", "condition": "number_differs"},
        "This seal number is not the one on record",
        more={"package_condition": "intact", "note": WORDS},
    ),
    "R19 a place of another kind": Sent(
        "urine",
        "store",
        "custodian",
        {"unfit_reason": ""},
        {"unfit_reason": "Power cut"},
        "refrigerator or freezer",
    ),
    "R28 a kit that holds more than was scanned": Sent(
        "filled",
        "seal",
        "nurse",
        {"scanned": "nothing of it"},
        {"scanned": "all of it"},
        "not scanned",
        more={"seal": "K1", "kind": "tape", "note": WORDS},
    ),
}


@pytest.fixture
def typed(shelf):
    """What goes to the page: the scans of this world, and the case's own words."""

    def given(sent, which):
        data = {"place": shelf.code, **sent.more, **which}
        if sent.thing == "filled":
            inside = Item.objects.get(specimen="VULV-SW")
            codes = {"all of it": inside.code, "nothing of it": shelf.code}
            data["scanned"] = codes[which["scanned"]]
        return data

    return given


@pytest.mark.parametrize("name", CASES)
def test_the_page_refuses_in_a_sentence_and_loses_nothing(name, typed, request, browse):
    sent = CASES[name]
    thing = request.getfixturevalue(sent.thing)
    client = browse(request.getfixturevalue(sent.by))
    page = reverse(f"{sent.word}_{thing.thing}", args=[thing.code])
    before = (CustodyEvent.objects.count(), Entry.objects.count())

    answer = client.post(page, typed(sent, sent.wrong))

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert sent.says in shown.split("<main", 1)[1]
    assert sent.kept in shown
    assert (CustodyEvent.objects.count(), Entry.objects.count()) == before

    done = client.post(page, typed(sent, sent.right))
    assert done.status_code == 302
    assert CustodyEvent.objects.count() > before[0]


@pytest.mark.parametrize(
    ("thing", "word", "by", "data", "says"),
    [
        ("packaged", "seal", "nurse", {"seal": "S1", "kind": "tape"}, "R7"),
        ("packaged", "store", "custodian", {}, "R7"),
        ("inside", "store", "custodian", {}, "R10"),
    ],
)
def test_what_cannot_be_now_is_refused_by_its_page_too(
    thing, word, by, data, says, request, shelf, browse
):
    if thing == "inside":
        request.getfixturevalue("sealed_kit")
        found = Item.objects.get(specimen="VULV-SW")
    else:
        found = request.getfixturevalue(thing)
    client = browse(request.getfixturevalue(by))
    page = reverse(f"{word}_{found.thing}", args=[found.code])
    before = (CustodyEvent.objects.count(), Entry.objects.count())

    answer = client.post(page, {"place": shelf.code, "note": WORDS, **data})

    expected = {"R7": "seal", "R10": "lies in a kit"}[says]
    assert answer.status_code == 200
    assert expected in answer.content.decode().split('class="error', 1)[1]
    assert (CustodyEvent.objects.count(), Entry.objects.count()) == before


def test_r28_a_scan_of_the_kit_s_own_list_is_what_seals_it(filled, nurse, browse):
    inside = Item.objects.get(specimen="VULV-SW")
    page = reverse("seal_kit", args=[filled.code])
    data = {"scanned": payload(Mark.ITEM, inside.code), "seal": "K1", "kind": "tape"}

    assert browse(nurse).post(page, data).status_code == 302
