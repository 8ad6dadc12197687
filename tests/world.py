"""A whole centre, for what concerns every page: the adult visit and what is under way.

It is made by the acts of the demo, so that no page is tried on an impossible state.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

DATABASES = ("default", "keys")


@dataclass
class World:
    """People by sign-in name, their passwords, and what there is to look at."""

    people: dict[str, Any]
    passwords: dict[str, str]
    things: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Built once a module and undone afterwards; each test undoes what it does."""
    with django_db_blocker.unblock(), ExitStack() as undone:
        for alias in DATABASES:
            undone.enter_context(transaction.atomic(using=alias))
            undone.callback(transaction.set_rollback, True, using=alias)
        made = build()
        with django_db_blocker.block():
            yield made


def build() -> World:
    """The centre with its people, and one of everything."""
    from centre.core.actions.set_up import open_centre
    from centre.demo import adult
    from centre.demo.cast import enrol_cast, passwords
    from centre.demo.furniture import furnish

    centre = open_centre(
        code="riverside", name="Riverside One-Stop Centre", timezone="Africa/Nairobi"
    )
    people = enrol_cast(centre)
    furniture = furnish(centre, people)
    made = World(people, passwords())
    _strangers(made, centre, furniture)
    visit = adult.visit(centre, people, furniture)
    made.things = {
        "centre": centre,
        "furniture": furniture,
        "case": visit.case,
        **_of_the_visit(visit.case),
        **_under_way(visit, furniture),
    }
    return made


def _strangers(made: World, centre: Any, furniture: Any) -> None:
    """People beside the team: off it, at an agency, at another centre."""
    from centre.agencies.actions import add_member
    from centre.core.actions.set_up import open_centre
    from centre.core.permissions import Role
    from tests.conftest import PASSWORD, enrol

    elsewhere = open_centre(
        code="hillside", name="Hillside One-Stop Centre", timezone="Africa/Nairobi"
    )
    for username, name, role, place in (
        ("nora", "Nora Nekesa", Role.NURSE, centre),
        ("sabi", "Sabi Soita", Role.SHELTER, centre),
        ("leo", "Leo Lagat", Role.LEGAL, centre),
        ("lara", "Lara Lemayian", Role.LAB, centre),
        ("nell", "Nell Naliaka", Role.NURSE, elsewhere),
        ("kara", "Kara Kiprono", Role.CUSTODIAN, elsewhere),
    ):
        made.people[username] = enrol(username, name, role, place)
        made.passwords[username] = PASSWORD
    add_member(
        agency=furniture.shelter.agency,
        user=made.people["sabi"],
        unit="Night desk",
        by=made.people["dora"],
    )


def _of_the_visit(case: Any) -> dict[str, Any]:
    """What the adult visit left behind, by a word for each."""
    from centre.chain_of_custody.models import Item, Kit, Location, Transfer
    from centre.chain_of_custody.models.requests import EvidenceRequest
    from centre.core.models import ConsentDecision
    from centre.forensics.models import Examination
    from centre.support.models import Appointment, Goal, Plan, SessionNote, Step

    return {
        "completed": Examination.objects.get(case=case),
        "consent": ConsentDecision.objects.filter(case=case, state="given").first(),
        "item": Item.objects.filter(case=case).first(),
        "kit": Kit.objects.filter(custody__case=case).first(),
        "place": Location.objects.first(),
        "transfer": Transfer.objects.get(case=case),
        "held": _held_things(case)[0],
        "handed_over": EvidenceRequest.objects.get(),
        "plan": Plan.objects.get(case=case),
        "goal": Goal.objects.filter(plan__case=case, steps__isnull=False).get(),
        "step": Step.objects.get(goal__plan__case=case),
        "session": SessionNote.objects.get(case=case),
        "appointment": Appointment.objects.get(case=case),
    }


def _held_things(case: Any) -> list[Any]:
    """What the investigator received and has not given on."""
    from centre.chain_of_custody.queries.transfers import held_by
    from centre.core.models import User

    return held_by(User.objects.get(username="ivan"))


def _under_way(visit: Any, furniture: Any) -> dict[str, Any]:
    """Things somebody is still to act on: one of each."""
    return {
        **_backlog(visit),
        **_examination(visit),
        **_requests(visit),
        "referral": _referral(visit, furniture),
        "discrepancy": _discrepancy(visit),
        "proposal": _proposal(visit),
        "report": _report(visit),
        "inventory": _inventory(visit),
        "spot_check": _spot_check(visit),
        **_security_keys(visit),
        "document": _document(visit),
        "told": _told(visit),
        **_own_page(visit),
        "post": _post(),
        "examiner": visit.who("nadia"),
    }


def _post() -> Any:
    """Somebody's role."""
    from centre.core.models import Membership

    return Membership.objects.get(user__username="nora")


def _own_page(visit: Any) -> dict[str, Any]:
    """Her card, one that ended, and two things she asked for, one seen to."""
    from centre.portal.actions import cards, own

    pin, nadia = "482915", visit.who("nadia")
    for _ in range(2):
        made = cards.make_card(case=visit.case, pin=pin, again=pin, by=nadia)
    mine = {"code": made.code, "pin": pin, "address": "203.0.113.7"}
    asked = [
        own.wish(**mine, wish="question", words=words)
        for words in ("When can I come?", "Who has it now?")
    ]
    cards.answer_wish(asked=asked[0], words="We talked on Monday.", by=nadia)
    return {"card": made.card, "wish": asked[1]}


def _told(visit: Any) -> Any:
    """The return of last year, in which nothing happened yet."""
    from centre.core import clock
    from centre.insight import actions

    last = clock.now().year - 1
    return actions.make_return(centre=visit.centre, year=last, by=visit.who("dora"))


def _examination(visit: Any) -> dict[str, Any]:
    from centre.demo import care
    from centre.forensics import actions

    nadia = visit.who("nadia")
    found = actions.begin_examination(
        case=visit.case, pack_name="who-core-adult", by=nadia
    )
    care.note_injuries(found, nadia)
    care.photograph(found, nadia)
    return {"examination": found}


def _request(visit: Any) -> Any:
    from datetime import timedelta

    from centre.chain_of_custody.actions import requests
    from centre.core import clock

    asked = requests.Asked("Swab", "consent", "", "investigation")
    details = {"unit_case_no": "OB 9", "quoted": "", "collector": "Ivan", "urgency": ""}
    return requests.request_evidence(
        centre=visit.centre,
        lines=[asked],
        details=details,
        needed_by=clock.now().date() + timedelta(days=3),
        by=visit.who("ivan"),
    )


def _requests(visit: Any) -> dict[str, Any]:
    """A request with its scan, a draft, and a line to ask the survivor about."""
    from centre.chain_of_custody.actions.request_drafts import keep_draft
    from centre.chain_of_custody.actions.request_papers import keep_paper
    from centre.chain_of_custody.actions.requests import (
        Asked,
        match_request,
        request_evidence,
    )
    from centre.chain_of_custody.models import Item

    ivan = visit.who("ivan")
    found = _request(visit)
    for_lab = request_evidence(
        centre=visit.centre,
        lines=[Asked("Swab", "consent", "", "analysis")],
        details={"unit_case_no": "OB 10"},
        needed_by=None,
        by=ivan,
    )
    item = Item.objects.filter(case=visit.case).first()
    match_request(
        request=for_lab,
        found={for_lab.lines.get().pk: item},
        by=visit.who("kito"),
    )
    paper = keep_paper(request=found, content=b"%PDF-1.7 x", kind="order", by=ivan)
    return {
        "request": found,
        "to_ask": for_lab.steps.get(step="survivor_asked"),
        "draft": keep_draft(centre=visit.centre, content={}, by=ivan),
        "paper": paper,
    }


def _referral(visit: Any, furniture: Any) -> Any:
    from centre.support.actions.referrals import Asked, send_referral

    return send_referral(
        case=visit.case,
        agency=furniture.shelter,
        asked=Asked("shelter", "A bed for her sister too", "phone"),
        by=visit.who("coral"),
    )


def _report(visit: Any) -> Any:
    from centre.chain_of_custody.actions import print_report
    from centre.chain_of_custody.models import IssuedReport, Item

    item = Item.objects.filter(case=visit.case).first()
    report = print_report(package=item, by=visit.who("kito"))
    return IssuedReport.objects.get(number=report.number)


def _document(visit: Any) -> Any:
    from centre.chain_of_custody.actions.attachments import attach_document
    from centre.chain_of_custody.models import Item

    item = Item.objects.filter(case=visit.case).first()
    kito = visit.who("kito")
    event = attach_document(package=item, content=b"%PDF-1.7 y", kind="order", by=kito)
    return event.attachment


def _inventory(visit: Any) -> Any:
    from centre.chain_of_custody.actions.inventory import begin_inventory
    from centre.chain_of_custody.models import Location

    place = Location.objects.filter(centre=visit.centre).first()
    return begin_inventory(place=place, by=visit.who("kito"))


def _spot_check(visit: Any) -> Any:
    """One that was looked for, and one that was not yet."""
    from centre.chain_of_custody.actions.spot_checks import (
        draw_spot_check,
        end_spot_check,
    )
    from centre.chain_of_custody.queries.inventory import drawn

    kito = visit.who("kito")
    looked_for = draw_spot_check(centre=visit.centre, count=1, by=kito)
    [thing] = drawn(looked_for)
    lines = [thing.place.code, thing.thing.code]
    end_spot_check(spot_check=looked_for, lines=lines, by=kito)
    return draw_spot_check(centre=visit.centre, count=1, by=kito)


def _backlog(visit: Any) -> dict[str, Any]:
    """A list that waits, and one that was taken over, with its scan."""
    from centre.chain_of_custody.actions import backlog, backlog_drafts
    from centre.chain_of_custody.models import Location
    from centre.core.models import TotpDevice
    from centre.demo.cast import code_now
    from tests.chain_of_custody.backlog_lists import old, sheet

    place, kito = Location.objects.first(), visit.who("kito")
    waits = sheet(old("W/1", place))
    done = backlog_drafts.begin_draft(
        centre=visit.centre, content=sheet(old("D/1", place, scan="a.pdf")), by=kito
    )
    backlog_drafts.add_scan(draft=done, name="a.pdf", content=b"%PDF-1.7 z", by=kito)
    TotpDevice.objects.filter(user=kito).update(last_step=-1)
    taken = backlog.take_over_backlog(draft=done, code=code_now("kito"), by=kito)
    return {
        "backlog": taken,
        "backlog_scan": taken.scans.get(),
        "backlog_draft": backlog_drafts.begin_draft(
            centre=visit.centre, content=waits, by=kito
        ),
    }


def _proposal(visit: Any) -> Any:
    from centre.core.actions import approvals
    from centre.core.models import TotpDevice
    from centre.core.two_person import TwoPersonAct
    from centre.demo.cast import code_now

    # The visit was built within one half-minute, and a code counts once.
    TotpDevice.objects.filter(user=visit.who("kito")).update(last_step=-1)
    return approvals.propose(
        act=TwoPersonAct.CUSTODY_VOID,
        on=visit.case,
        payload={"event": "none"},
        words="The wrong item was scanned.",
        by=visit.who("kito"),
        code=code_now("kito"),
    )


def _security_keys(visit: Any) -> dict[str, Any]:
    """The investigator's key, one act confirmed with it, and one that waits."""
    from centre.chain_of_custody.models import CustodyEvent
    from centre.core.actions import confirming, passkeys
    from centre.core.models import TotpDevice
    from centre.demo.cast import code_now
    from tests.soft_key import ORIGIN, SoftKey, challenge_in

    ivan, key = visit.who("ivan"), SoftKey()
    TotpDevice.objects.filter(user=ivan).update(last_step=-1)
    about: dict[str, Any] = {
        "rows": CustodyEvent.objects.filter(actor=ivan),
        "on": visit.case,
        "words": "Received",
        "back": "/",
    }
    with override_settings(CENTRE_ORIGIN=ORIGIN):
        made = passkeys.register_passkey(
            by=ivan,
            name="Blue key",
            credential=key.registered(bytes(32)),
            challenge=bytes(32),
            code=code_now("ivan"),
        )
        asked = confirming.prepare_confirmation(**about, by=ivan)
        assert asked is not None
        answer = key.signed(challenge_in(confirming.options_for(asked)))
        confirming.confirm_act(waiting=asked, credential=answer, by=ivan)
        waiting = confirming.prepare_confirmation(**about, by=ivan)
    return {"passkey": made, "waiting": waiting}


def _discrepancy(visit: Any) -> Any:
    from centre.chain_of_custody.actions import issue_kit, raise_discrepancy
    from centre.demo.furniture import new_kit

    kit = new_kit(visit.centre, visit.who("kito"), "MK-9")
    issue_kit(kit=kit, case=visit.case, is_intact=True, by=visit.who("kito"))
    return raise_discrepancy(
        package=kit, question="other", words="A corner is torn.", by=visit.who("kito")
    )
