"""The pages of the store: what a person sees, does and is refused there."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions, queries
from centre.chain_of_custody.models import CustodyEvent, Item, Kit, Location
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import State
from centre.core import clock
from centre.core.models import AccessNote
from centre.ledger.kinds import Kind

LONG = "x" * 10_000


def url(word, thing):
    return reverse(f"{word}_{thing.thing}", args=[thing.code])


def test_the_whole_way_by_hand(
    monday, case, consented, nurse, custodian, stocked_kit, shelf, browse
):
    hers, his = browse(nurse), browse(custodian)

    hers.post(
        reverse("issue_kit", args=[case.reference]),
        {"kit": stocked_kit.code, "is_intact": "yes"},
    )
    hers.post(url("open", stocked_kit), {"seal_was_intact": "yes"})
    sample = {
        "specimen": "VULV-SW",
        "site": "vulva",
        "side": "",
        "kit": str(stocked_kit.pk),
        "method": "wet_dry",
        "collected_at": "2026-06-01T11:30",
        "count": "2",
    }
    answer = hers.post(reverse("collect_item", args=[case.reference]), sample)
    item = Item.objects.get()
    assert answer.url == item.get_absolute_url()
    hers.post(url("package", item), {"packaging": "swab_box", "is_dry": "yes"})
    hers.post(url("label", item), {"scanned": f"O1:I:{item.code[:-1]}:{item.code[-1]}"})
    hers.post(url("seal", item), {"seal": "KE-1", "kind": "tape"})
    hers.post(url("add_to_kit", item), {"kit": stocked_kit.code})
    hers.post(
        url("seal", stocked_kit), {"scanned": item.code, "seal": "KE-2", "kind": "bag"}
    )
    his.post(url("store", stocked_kit), {"place": shelf.code})

    assert standing(stocked_kit).state is State.STORED
    assert standing(item).place == shelf.pk
    page = hers.get(item.get_absolute_url()).content.decode()
    for said in ("KE1", "Nadia Njoroge", "Kito Kamau", "with the kit", "In store"):
        assert said in page


@pytest.fixture
def pages(stored_item, stocked_kit):
    """Every page about things of the store."""
    return {
        "item": stored_item.get_absolute_url(),
        "kit": stocked_kit.get_absolute_url(),
        "evidence": reverse("case_evidence", args=[stored_item.case.reference]),
        "collect": reverse("collect_item", args=[stored_item.case.reference]),
        "store": reverse("store"),
        "stock": reverse("stock"),
        "places": reverse("places"),
        "move": url("move", stored_item),
        "seal": url("seal", stored_item),
    }


@pytest.mark.parametrize(
    ("person", "opens"),
    [
        ("nurse", {"item", "evidence", "collect", "seal"}),
        (
            "custodian",
            {"item", "kit", "evidence", "store", "stock", "places", "move"},
        ),
        ("coordinator", {"store"}),
        ("counsellor", set()),
        ("investigator", set()),
        ("auditor", set()),
        ("administrator", set()),
        ("nurse_off_team", set()),
        ("custodian_elsewhere", {"store", "stock", "places"}),
    ],
)
def test_each_door_opens_for_whom_it_should(pages, person, opens, request, browse):
    client = browse(request.getfixturevalue(person))

    got = {name for name, page in pages.items() if client.get(page).status_code == 200}

    assert got == opens


def test_out_of_reach_looks_like_missing(stored_item, custodian_elsewhere, browse):
    client = browse(custodian_elsewhere)

    beyond = client.get(stored_item.get_absolute_url())
    missing = client.get(reverse("item", args=["NOSUCHCODE"]))

    assert beyond.status_code == missing.status_code == 404
    assert beyond.content == missing.content


def test_looking_is_written_down(stored_item, custodian, browse):
    browse(custodian).get(stored_item.get_absolute_url())

    note = AccessNote.objects.get(kind=Kind.READ)
    assert (note.user, note.case) == (custodian, stored_item.case)
    assert note.what == str(stored_item)


def test_a_wrong_seal_number_comes_back_with_a_sentence(stored_item, custodian, browse):
    seen = {"seal": "A9", "condition": "intact", "package_condition": "intact"}

    answer = browse(custodian).post(url("check_seal", stored_item), seen)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "not the one on record" in page
    assert 'value="A9"' in page
    assert ">A1<" not in page
    assert '"A1"' not in page
    assert standing(stored_item).integrity is Integrity.SEALED


def test_a_double_submit_is_one_act(stored_item, custodian, browse):
    client = browse(custodian)
    given = {"words": "Seen once", "token": str(uuid.uuid4())}

    first = client.post(url("add_note", stored_item), given)
    second = client.post(url("add_note", stored_item), given)

    assert first.status_code == second.status_code == 302
    assert stored_item.custody.filter(move="note.added").count() == 1


@pytest.mark.parametrize(
    "words", ["\x00", "🙂 مرحبا", "<script>alert(1)</script>", LONG, "\u202egnp.exe"]
)
def test_any_text_is_kept_or_refused_with_a_sentence(
    stored_item, custodian, browse, words
):
    client = browse(custodian)

    answer = client.post(url("add_note", stored_item), {"words": words})

    assert answer.status_code in {200, 302}
    page = client.get(stored_item.get_absolute_url())
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("0001-01-01T00:00", "year back"),
        ("9999-12-31T23:59", "future"),
        ("2026-13-45T99:99", "valid date"),
        ("yesterday", "valid date"),
    ],
)
def test_impossible_times_get_a_sentence(stored_item, custodian, browse, when, says):
    given = {"words": "Seen", "occurred_at": when}

    answer = browse(custodian).post(url("add_note", stored_item), given)

    assert answer.status_code == 200
    assert says in answer.content.decode()


def test_consent_taken_back_between_page_and_submit(
    monday, consented, nurse, decide, browse
):
    client = browse(nurse)
    address = reverse("collect_item", args=[consented.reference])
    assert client.get(address).status_code == 200
    decide(consented, "C10", state="declined")

    answer = client.post(
        address,
        {
            "specimen": "VULV-SW",
            "site": "vulva",
            "method": "wet",
            "collected_at": "2026-06-01T11:30",
            "count": "1",
        },
    )

    assert "the survivor decided no" in answer.content.decode()
    assert not Item.objects.exists()


def test_what_may_happen_next_says_who_signs(sealed_item, nurse, browse):
    page = browse(nurse).get(sealed_item.get_absolute_url()).content.decode()

    assert url("add_to_kit", sealed_item) in page
    assert url("store", sealed_item) not in page
    assert "Put away" in page
    assert "Signs: evidence custodian" in page


def test_a_resolved_discrepancy_leaves_the_list(
    stored_item, custodian, coordinator, browse
):
    question = actions.raise_discrepancy(
        package=stored_item, question="other", words="A stain", by=custodian
    )
    client = browse(coordinator)
    address = reverse("resolve_discrepancy", args=[question.pk])
    assert address in client.get(reverse("store")).content.decode()
    assert "A stain" in client.get(address).content.decode()

    client.post(address, {"outcome": "explained", "words": "Ink"})

    assert address not in client.get(reverse("store")).content.decode()


def test_the_custodians_work_names_what_waits(sealed_item, custodian, nurse, shelf):
    assert [t.action for t in queries.work(custodian, clock.now())] == ["Put away"]
    assert queries.work(nurse, clock.now()) == []
    actions.store(package=sealed_item, place=shelf, by=custodian)
    assert queries.work(custodian, clock.now()) == []


def test_the_nurses_work_names_what_is_not_sealed(collect, nurse, custodian):
    collect()

    [task] = queries.work(nurse, clock.now())

    assert "1 item(s)" in task.sentence
    assert queries.work(custodian, clock.now()) == []


def test_the_timeline_is_for_those_who_may_see_items(
    stored_item, custodian, counsellor, nurse
):
    rows = queries.timeline(stored_item.case, custodian)

    assert [r.what.split(":")[0] for r in rows][-1] == "Put away"
    assert queries.timeline(stored_item.case, counsellor) == []
    assert queries.find(stored_item.code, nurse) == stored_item.get_absolute_url()
    assert queries.find(stored_item.code, counsellor) is None


def test_stock_and_places_are_opened_by_hand(custodian, browse):
    client = browse(custodian)
    client.post(
        reverse("stock"),
        {"kind": "child", "lot": "L-9", "expires_on": "2027-01-31"},
    )
    client.post(
        reverse("places"), {"name": "Freezer", "kind": "unit", "storage_class": "FRZ"}
    )

    assert Kit.objects.get().lot == "L-9"
    assert Location.objects.get().storage_class == "FRZ"
    assert "Freezer" in client.get(reverse("places")).content.decode()


@pytest.fixture
def many_more(collect, seal_up, shelf, custodian):
    """Fill the store with five items more."""

    def fill():
        for n in range(5):
            item = seal_up(collect(), f"B{n}")
            actions.store(package=item, place=shelf, by=custodian)

    return fill


@pytest.mark.parametrize(("page", "most"), [("item", 30), ("evidence", 16)])
def test_a_page_costs_the_same_however_much_there_is(
    page, most, pages, many_more, custodian, browse, django_assert_max_num_queries
):
    client = browse(custodian)
    with django_assert_max_num_queries(most):
        client.get(pages[page])
    many_more()
    item = Item.objects.get(custody__seal_after="A1", custody__move="item.sealed")
    for n in range(5):
        actions.add_note(package=item, words=f"Note {n}", by=custodian)

    with django_assert_max_num_queries(most):
        client.get(pages[page])


def test_the_store_costs_the_same_however_full_it_is(
    pages, many_more, custodian, browse, django_assert_max_num_queries
):
    client = browse(custodian)
    with django_assert_max_num_queries(30):
        client.get(pages["store"])
    many_more()

    with django_assert_max_num_queries(30):
        client.get(pages["store"])


def test_a_kit_costs_the_same_however_much_is_in_it(
    sealed_kit, custodian, nurse, browse, django_assert_max_num_queries
):
    client = browse(custodian)
    with django_assert_max_num_queries(37):
        page = client.get(sealed_kit.get_absolute_url())
    assert page.content.decode().count("kit-tree") >= 1
    assert CustodyEvent.objects.filter(kit=sealed_kit).count() == 3
