"""The pages of a hand-over: each side sees its own acts, and the form does them."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody import actions, queries
from centre.chain_of_custody.models import HandSignature, Transfer
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.roof import work
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from tests.pdf import text_of

pytestmark = pytest.mark.usefixtures("monday")


def at(word, transfer):
    return reverse(word, args=[transfer.code])


def looked(item, seal="A1", condition="intact", package="intact", **more):
    return {
        "scanned": payload(Mark.ITEM, item.code),
        f"{item.code}-seal": seal,
        f"{item.code}-condition": condition,
        f"{item.code}-package": package,
        **more,
    }


PERSON = {
    "name": "Otieno Ouma",
    "rank": "Sergeant",
    "organisation": "Riverside Police",
    "identity_kind": "service_card",
    "identity_last4": "8841",
    "contact": "",
}
COURIER = {
    "name": "Mwangi Muli",
    "organisation": "County Couriers",
    "identity_kind": "national_id",
    "identity_last4": "0042",
    "carried_by": "Van KDA 123X",
    "method": "drawn",
    "strokes": json.dumps([[[1, 2], [3, 4]]]),
}


def errors(answer):
    assert answer.status_code == 200
    return answer.content.decode()


# Each side sees its own


def test_each_side_sees_its_own_acts(offered, custodian, investigator, browse):
    giver = browse(custodian).get(at("transfer", offered)).content.decode()
    taker = browse(investigator).get(at("transfer", offered)).content.decode()

    assert at("pick_up_transfer", offered) in giver
    assert at("cancel_transfer", offered) in giver
    assert at("receive_transfer", offered) not in giver
    assert at("hand_out_transfer", offered) not in giver
    assert at("receive_transfer", offered) in taker
    assert at("refuse_transfer", offered) in taker
    assert at("cancel_transfer", offered) not in taker
    for page in (giver, taker):
        assert "A1" not in page.replace("A1:", "")


def test_the_receiver_opens_it_by_the_code_on_the_other_screen(
    offered, investigator, browse
):
    answer = browse(investigator).post(
        reverse("find_transfer"), {"code": payload(Mark.TRANSFER, offered.code)}
    )

    assert answer.url == at("transfer", offered)


def test_another_receiver_learns_nothing_of_it(offered, lab, browse):
    page = browse(lab)

    known = errors(page.post(reverse("find_transfer"), {"code": offered.code}))
    unknown = errors(page.post(reverse("find_transfer"), {"code": "AAAAAAAAAAAAA"}))

    assert "No hand-over to you has this code" in known
    assert "No hand-over to you has this code" in unknown
    assert page.get(at("transfer", offered)).status_code == 404


# Receiving


def test_the_receiver_scans_looks_and_signs(
    offered, stored_item, investigator, browse, codes
):
    code = codes(investigator)
    answer = browse(investigator).post(
        at("receive_transfer", offered),
        looked(stored_item, temperature="4 °C", code=code),
    )

    assert answer.url == at("transfer", offered)
    assert standing(stored_item).holder == investigator.pk
    event = stored_item.custody.get(move=Move.RECEIVED)
    assert event.details["temperature"] == "4 °C"


def test_the_number_on_record_is_never_shown_to_the_receiver(
    offered, stored_item, investigator, browse
):
    page = browse(investigator).get(at("receive_transfer", offered)).content.decode()

    assert 'value="A1"' not in page
    assert ">A1<" not in page


def test_another_seal_number_is_taken_as_fact_and_told(
    offered, stored_item, investigator, browse, codes, custodian
):
    code = codes(investigator)
    told = looked(stored_item, "A7", "number_differs", code=code)
    client = browse(investigator)
    answer = client.post(at("receive_transfer", offered), told, follow=True)

    assert "differs from the record" in answer.content.decode()
    assert standing(stored_item).state is State.RECEIVED
    assert standing(stored_item).integrity is Integrity.IN_QUESTION
    assert [t for t in work(custodian, clock.now()) if "seal number" in t.sentence]


def test_a_seal_as_on_record_leads_to_no_warning(
    offered, stored_item, investigator, browse, codes, custodian
):
    told = looked(stored_item, code=codes(investigator))
    client = browse(investigator)
    answer = client.post(at("receive_transfer", offered), told, follow=True)

    assert "Received and signed" in answer.content.decode()
    assert "differs from the record" not in answer.content.decode()
    assert not [t for t in work(custodian, clock.now()) if "seal number" in t.sentence]


@pytest.mark.parametrize(
    ("scanned", "says"),
    [
        ("AAAAAAAAAAAAA", "Not part of this hand-over: AAAAAAAAAAAAA"),
        ("AAAAAAAAAAAAA", "Not scanned yet: Item"),
    ],
)
def test_a_wrong_or_missing_scan_blocks_the_set_and_both_are_listed(
    offered, stored_item, investigator, browse, codes, scanned, says
):
    code = codes(investigator)
    told = looked(stored_item, code=code) | {"scanned": scanned}
    page = errors(browse(investigator).post(at("receive_transfer", offered), told))

    assert says in page
    assert 'value="A1"' in page
    assert standing(stored_item).state is State.IN_TRANSIT


def test_a_wrong_code_signs_nothing(offered, stored_item, investigator, browse, codes):
    codes(investigator)
    told = looked(stored_item, code="000000")
    page = errors(browse(investigator).post(at("receive_transfer", offered), told))

    assert "one-time code is not right" in page
    assert standing(stored_item).state is State.IN_TRANSIT


def test_a_double_press_receives_once(
    offered, stored_item, investigator, browse, codes
):
    client, code = browse(investigator), codes(investigator)
    page = client.get(at("receive_transfer", offered))
    token = str(page.context["form"]["token"].value())
    told = looked(stored_item, code=code, token=token)

    client.post(at("receive_transfer", offered), told)
    again = client.post(at("receive_transfer", offered), told)

    assert again.url == at("transfer", offered)
    assert stored_item.custody.filter(move=Move.RECEIVED).count() == 1


# Not accepted, and back


def test_refused_and_received_back_by_the_pages(
    offered, stored_item, custodian, investigator, browse, codes
):
    browse(investigator).post(
        at("refuse_transfer", offered),
        {"reason": "leaking", "words": "A wet corner", "code": codes(investigator)},
    )
    assert offered.events.filter(move=Move.RECEIPT_REFUSED).exists()
    sentences = [task.sentence for task in queries.work(custodian, clock.now())]
    assert "Not accepted by the receiver; receive it back." in sentences

    answer = browse(custodian).post(
        at("take_back_transfer", offered),
        looked(stored_item, code=codes(custodian), temperature=""),
    )

    assert answer.url == at("transfer", offered)
    assert standing(stored_item).state is State.RECEIVED
    assert standing(stored_item).holder == custodian.pk


# Couriers and cancelling


def test_a_courier_signs_on_the_screen(offered, custodian, browse, codes):
    code = codes(custodian)
    browse(custodian).post(at("pick_up_transfer", offered), {**COURIER, "code": code})

    assert HandSignature.objects.get().details["strokes"] == [[[1, 2], [3, 4]]]
    answer = browse(custodian).get(at("cancel_transfer", offered))
    assert answer.url == at("transfer", offered)


@pytest.mark.parametrize("strokes", ["{", '{"a": 1}', "[1]", '"x"', "null"])
def test_strokes_that_are_none_are_refused_in_words(
    offered, custodian, browse, codes, strokes
):
    told = {**COURIER, "strokes": strokes, "code": codes(custodian)}
    page = errors(browse(custodian).post(at("pick_up_transfer", offered), told))

    assert "error" in page
    assert not HandSignature.objects.exists()


def test_cancelled_by_the_page(offered, stored_item, custodian, browse, codes):
    told = looked(stored_item, reason="Nobody came", code=codes(custodian))
    browse(custodian).post(at("cancel_transfer", offered), told)

    assert standing(stored_item).state is State.STORED


# Without an account


def test_handed_out_before_a_witness_with_three_signs(
    to_hand_out, stored_item, custodian, nurse, browse, codes
):
    told = {
        **looked(stored_item),
        **PERSON,
        "method": "thumb",
        "strokes": "",
        "witness": str(nurse.pk),
        "witness_code": codes(nurse),
        "code": codes(custodian),
    }
    answer = browse(custodian).post(at("hand_out_transfer", to_hand_out), told)

    assert answer.url == at("transfer", to_hand_out)
    assert standing(stored_item).state is State.OUT_OF_SYSTEM
    receipt = browse(custodian).get(at("transfer_receipt", to_hand_out))
    words = text_of(receipt.content)
    for said in (
        "One package (1)",
        "Otieno Ouma",
        "Sergeant",
        "8841",
        "Nadia Njoroge",
        "Witness",
        "thumb print",
        "What is to be done next",
        payload(Mark.TRANSFER, to_hand_out.code),
    ):
        assert said in words


def test_without_the_witness_s_own_code_nothing_is_handed_out(
    to_hand_out, stored_item, custodian, nurse, browse, codes
):
    codes(nurse)
    told = {
        **looked(stored_item),
        **PERSON,
        "method": "thumb",
        "witness": str(nurse.pk),
        "witness_code": "000000",
        "code": codes(custodian),
    }
    page = errors(browse(custodian).post(at("hand_out_transfer", to_hand_out), told))

    assert "The witness&#x27;s one-time code is not right" in page
    assert standing(stored_item).state is State.IN_TRANSIT


def test_what_was_handed_out_comes_back_by_its_page(
    to_hand_out, stored_item, custodian, nurse, outsider, browse, codes
):
    actions.hand_out(
        transfer=to_hand_out,
        seen={stored_item.code: Seen("A1")},
        receiver=outsider,
        witness=nurse,
        by=custodian,
    )
    client = browse(custodian)
    address = reverse("receive_return_item", args=[stored_item.code])
    assert address in client.get(stored_item.get_absolute_url()).content.decode()

    told = {
        **PERSON,
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "code": codes(custodian),
    }
    client.post(address, told)

    assert standing(stored_item).state is State.RECEIVED
    assert standing(stored_item).integrity is Integrity.SEALED


# With an account, back to the centre


def test_an_outside_holder_sends_back_by_her_page(
    received, stored_item, investigator, custodian, browse, codes
):
    client = browse(investigator)
    assert str(stored_item) in client.get(reverse("held")).content.decode()
    client.post(
        reverse("send_back", args=[stored_item.code]),
        {
            "seal": "A1",
            "conveyance": "By hand",
            "words": "Closed",
            "code": codes(investigator),
        },
    )
    back = Transfer.objects.exclude(pk=received.pk).get()

    browse(custodian).post(
        at("take_back_transfer", back),
        looked(stored_item, code=codes(custodian), temperature=""),
    )

    assert standing(stored_item).holder == custodian.pk
    assert not standing(stored_item).is_away


# Unannounced


def test_an_unexpected_receipt_by_the_page_alerts_who_held_it(
    offered, stored_item, custodian, lab, browse, codes
):
    told = {
        "scanned": payload(Mark.ITEM, stored_item.code),
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "words": "It came with another box",
        "code": codes(lab),
    }
    browse(lab).post(reverse("receive_unexpected"), told)

    assert standing(stored_item).holder == lab.pk
    sentences = [task.sentence for task in queries.work(custodian, clock.now())]
    assert any("turned up with somebody else" in words for words in sentences)


def test_an_unknown_code_is_told_in_words(lab, browse, codes):
    told = {
        "scanned": "AAAAAAAAAAAAA",
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "words": "It came",
        "code": codes(lab),
    }
    page = errors(browse(lab).post(reverse("receive_unexpected"), told))

    assert "No package of this centre bears this code" in page


# Late


def test_r24_page_a_late_hand_over_is_on_the_work_list_and_on_its_page(
    offered, centre, custodian, browse, later
):
    later(hours=3)
    actions.mark_overdue(centre)

    sentences = [task.sentence for task in queries.work(custodian, clock.now())]
    assert "A hand-over is overdue; nobody signed for it yet." in sentences
    page = browse(custodian).get(at("transfer", offered)).content.decode()
    assert "Nobody confirmed this in time" in page


# Lists


def test_the_list_asks_as_often_for_many_as_for_one(
    offered, custodian, investigator, stored_item, terms, browse
):
    client, address = browse(custodian), reverse("transfers")

    def count():
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        return len(caught)

    one = count()
    for _ in range(4):
        last = Transfer.objects.get(under_way__isnull=False)
        actions.cancel_transfer(
            transfer=last,
            reason="Again",
            seen={stored_item.code: Seen("A1")},
            by=custodian,
        )
        actions.release_transfer(
            case=stored_item.case,
            lines=[actions.Line(stored_item)],
            seals={stored_item.code: "A1"},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )

    assert count() == one
