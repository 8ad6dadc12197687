"""The talk about consent: what makes it valid, and taking back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from centre.core import access, clock, consent
from centre.core.errors import AccessError, RuleError
from centre.core.models import ConsentDecision, Opening, Recipient
from centre.core.permissions import Permission
from centre.intake.actions import consent as actions
from centre.intake.rules import consent as rules
from centre.intake.rules.consent import Decision
from centre.ledger.models import Entry

HEADER = {
    "place": "private_room",
    "language": "Kiswahili",
    "interpreter": "none_needed",
    "people_present": "nobody",
    "decision_maker": "self_adult",
    "info_points": list(rules.INFO_POINTS),
    "read_aloud": "yes",
}
GUARDIAN = {
    **HEADER,
    "decision_maker": "parent_guardian",
    "maker_name": "Mother",
    "maker_is_suspect": "no",
    "assent": "assents",
}
SIGNING = {
    "teachback": "She says what she agreed to.",
    "is_free_of_pressure": "yes",
    "signature_method": "ink",
    "signed_by": "the survivor",
    "copy_given": "given",
}


@pytest.fixture
def police(centre):
    """A police unit a survivor can allow something to."""
    return Recipient.objects.create(
        centre=centre, code="agency:police", name="Riverside Police", kind="police"
    )


def sign(case, by, decisions, *, header=HEADER, **signing):
    return actions.sign_conversation(
        case=case,
        about=uuid4(),
        header=header,
        decisions=[Decision(*d) for d in decisions],
        signing={**SIGNING, **signing},
        by=by,
    )


def test_a_signed_talk_writes_one_row_for_each_item_recipient_and_purpose(case, nurse):
    sign(
        case,
        nurse,
        [
            ("C02", "centre", "", "given"),
            ("C10", "centre", "", "declined"),
            ("C18", "agency:police", "investigation", "given"),
            ("C18", "agency:police", "court", "declined"),
        ],
    )

    at = clock.now()
    assert consent.in_force(case, "C02", at=at)
    assert not consent.in_force(case, "C10", at=at)
    assert consent.in_force(case, "C18", recipient="agency:police", at=at)
    assert not consent.in_force(
        case, "C18", recipient="agency:police", purpose="court", at=at
    )
    kinds = list(Entry.objects.order_by("n").values_list("kind", flat=True))[-5:]
    assert kinds == [
        "consent.discussed",
        "consent.given",
        "consent.declined",
        "consent.given",
        "consent.declined",
    ]


def test_every_decision_is_bound_to_an_entry(case, nurse):
    sign(case, nurse, [("C02", "centre", "", "given")])

    row = ConsentDecision.objects.get()
    opening = Opening.objects.get(row=row.pk)
    assert opening.secret["payload"]["row"]["state"] == "given"


def test_taking_back_counts_at_once_and_is_written_down(case, nurse):
    sign(case, nurse, [("C02", "centre", "", "given")])

    actions.withdraw_consent(
        case=case,
        item="C02",
        recipient="centre",
        purpose="",
        told_by="survivor",
        by=nurse,
    )

    assert consent.in_force(case, "C02", at=clock.now()) is None
    assert Entry.objects.order_by("n").last().kind == "consent.withdrawn"
    with pytest.raises(RuleError, match="not given at present"):
        actions.withdraw_consent(
            case=case,
            item="C02",
            recipient="centre",
            purpose="",
            told_by="survivor",
            by=nurse,
        )


@pytest.mark.parametrize("person", ["custodian", "nurse_off_team", "coordinator"])
def test_only_the_care_team_talks_about_consent(case, person, request):
    other = request.getfixturevalue(person)

    with pytest.raises(AccessError):
        sign(case, other, [("C02", "centre", "", "given")])

    assert not ConsentDecision.objects.exists()


@pytest.mark.parametrize(
    ("header", "signing", "decisions", "words"),
    [
        ({"info_points": ["history"]}, {}, [], "Explain these points too"),
        ({}, {"signature_method": "thumb_print"}, [], "needs a witness"),
        (
            {},
            {"signature_method": "thumb_print", "witness_name": "nadia  NJOROGE"},
            [],
            "someone other than who explained",
        ),
        (
            {},
            {"is_free_of_pressure": "unsure"},
            [("C17", "agency:police", "court", "given")],
            "not free of pressure",
        ),
        (
            {},
            {},
            [
                ("C16", "agency:police", "investigation", "given"),
                ("C21", "centre", "", "given"),
            ],
            "cannot both be yes",
        ),
        ({"decision_maker": "parent_guardian"}, {}, [], "parent cannot decide"),
        (
            {
                "decision_maker": "emergency_doctrine",
                "maker_is_suspect": "no",
                "maker_name": "Duty clinician",
                "assent": "unable",
            },
            {},
            [("C04", "centre", "", "given")],
            "only treatment",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_writes_nothing(
    case, nurse, header, signing, decisions, words
):
    asked = decisions or [("C02", "centre", "", "given")]

    with pytest.raises(RuleError, match=words):
        sign(case, nurse, asked, header={**HEADER, **header}, **signing)

    assert not ConsentDecision.objects.exists()


def test_a_child_s_no_beats_the_guardian_s_yes(child_case, nurse):
    with pytest.raises(RuleError, match="does not want this"):
        sign(
            child_case,
            nurse,
            [("C03", "centre", "", "given")],
            header={**GUARDIAN, "assent": "dissents"},
        )


def test_somebody_suspected_never_consents_for_a_child(child_case, nurse):
    for answer in ("yes", "unsure", ""):
        with pytest.raises(RuleError, match="can never consent"):
            sign(
                child_case,
                nurse,
                [("C02", "centre", "", "given")],
                header={**GUARDIAN, "maker_is_suspect": answer},
            )


def test_the_talk_on_the_pages_from_beginning_to_signature(case, nurse, police, browse):
    client = browse(nurse)
    begun = client.post(reverse("consent_begin", args=[case.reference]))
    step = begun.url

    answer = client.post(step, {**HEADER, "recipients": [police.code], "version": "0"})
    while "/sign/" not in answer.url:
        page = client.get(answer.url)
        posted = {"version": "0"}
        for question, _, _ in page.context["form"].rows():
            posted[question.key] = (
                "given" if question.item.code != "C21" else "declined"
            )
        answer = client.post(answer.url, posted)
    summary = client.get(answer.url)
    signed = client.post(answer.url, SIGNING)

    assert "Hand over samples and clothing" in summary.content.decode()
    assert signed.url == reverse("consents", args=[case.reference])
    at = clock.now()
    assert consent.in_force(case, "C18", recipient=police.code, purpose="court", at=at)
    assert consent.in_force(case, "C04", at=at)


def test_no_answer_is_chosen_beforehand(case, nurse, browse):
    client = browse(nurse)
    step = client.post(reverse("consent_begin", args=[case.reference])).url
    topic = client.post(step, {**HEADER, "version": "0"}).url

    page = client.get(topic).content.decode()

    assert 'type="radio"' in page
    assert "checked" not in page


def test_a_talk_signed_in_another_tab_is_not_signed_twice(case, nurse):
    about = uuid4()
    given = {
        "case": case,
        "about": about,
        "header": HEADER,
        "decisions": [Decision("C02", "centre", "", "given")],
        "signing": SIGNING,
        "by": nurse,
    }
    actions.sign_conversation(**given)

    with pytest.raises(RuleError, match="signed already"):
        actions.sign_conversation(**given)

    assert ConsentDecision.objects.count() == 1


def test_whoever_sees_no_consents_gets_the_same_page_as_for_nothing(
    case, custodian, browse
):
    client = browse(custodian)

    assert not access.holds(custodian, Permission.CONSENT_VIEW, case)
    assert client.get(reverse("consents", args=[case.reference])).status_code == 404
