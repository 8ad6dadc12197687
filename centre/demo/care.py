"""What the examinations and the plans of the demo tell. All of it is invented."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageDraw

from centre.agencies.rules import Family
from centre.core import clock
from centre.core.models import User
from centre.demo.steps import Visit, told
from centre.forensics import actions as forensics
from centre.forensics.actions import Placed
from centre.forensics.queries import advice_on, care_inputs
from centre.forensics.rules.care import Verdict
from centre.support.actions.appointments import make_appointment
from centre.support.actions.goals import Wanted, done_step, set_goal, set_step
from centre.support.actions.plans import make_plan
from centre.support.actions.referrals import (
    Asked,
    Told,
    move_referral,
    send_referral,
)
from centre.support.actions.sessions import name_supervisor, note_session
from centre.support.rules.referrals import Move

if TYPE_CHECKING:
    from centre.forensics.models import Examination, Photograph
    from centre.support.models import Plan

_PERSON: Final = {"name": "Nadia Njoroge", "role": "Forensic nurse, NCK 4471"}


_KENYA: Final[dict[str, Any]] = {
    "adm.county": "Riverside County",
    "adm.sub_county": "Lower Riverside",
    "adm.facility_code": "99999",
    "ev.where": "Road between the market and the bridge",
    "ev.account": {
        "by": "survivor",
        "words": "He stopped the car by the bridge and would not let me out.",
    },
    "ev.n_assailants": 1,
    "ev.threat": ["verbal"],
    "ev.physical": ["grip"],
    "ev.restraint": ["weight"],
    "ev.loc": ["full"],
    "ev.acts.penis_vagina": "completed",
    "ev.acts.body_mouth": "completed",
    "ev.acts.penis_anus": "no",
    "ev.acts.penis_mouth": "no",
    "ev.ejac": ["vagina"],
    "ev.condom": "none",
    "ev.clothes.changed": "yes",
    "ev.clothes.transported": "paper",
    "ev.post.urinated": "yes",
    "ev.post.defecated": "no",
    "ev.post.bathed": "no",
    "ev.symptoms": ["pain"],
    "mh.conditions": ["none"],
    "mh.allergy": "None known",
    "mh.hiv": "negative",
    "mh.menarche": "yes",
    "mh.contraception": "none",
    "mh.pregnant_known": "no",
    "mh.parity": 1,
    "ge.weight": "62.5",
    "ge.height": "164.0",
    "ge.demeanour": ["calm"],
    "er.head": "no_injury",
    "er.mouth": "no_injury",
    "er.neck": "injury",
    "er.chest": "no_injury",
    "er.abdomen": "no_injury",
    "er.back": "no_injury",
    "er.arms": "injury",
    "er.legs": "no_injury",
    "g.position": "supine",
    "g.technique": ["inspection", "separation", "speculum"],
    "g.external": "no_injury",
    "g.vagina": "no_injury",
    "g.anus": "no_injury",
    "sp.oral": "forensic",
    "sp.skin": "forensic",
    "sp.low_vaginal": "forensic",
    "sp.high_vaginal": "forensic",
    "sp.clothing": "forensic",
    "inv.hiv": "negative",
    "inv.pregnancy": "negative",
    "tx.pep": "given",
    "tx.pep_words": "TDF/3TC/DTG, 28 tablets, batch D-2026-11",
    "tx.ec": "given",
    "tx.ec_words": "Levonorgestrel 1.5 mg, batch L-2026-07",
    "tx.stitching": "not_indicated",
    "op.role": "factual",
    "op.summary": "Two bruises of the left forearm and neck, described and drawn.",
    "dc.safe_place": "yes",
    "dc.referrals": ["police", "trauma", "shelter"],
    "dc.next": "In two weeks, at the clinic, for the second HIV test",
    "dc.certificate": "held",
    "ps.mood": "“I am tired.”",
    "ps.suicidal": "none",
    "ps.homicidal": "none",
    "ps.plan": "Session with the counsellor this week.",
    "ps.by": _PERSON,
}

_CHILD: Final[dict[str, Any]] = {
    "adm.requested_by": "guardian",
    "ev.account": {"by": "survivor", "words": "Uncle hurt me."},
    "ev.n_assailants": 1,
    "ev.loc": ["full"],
    "mh.hiv": "unknown",
    "ge.weight": "27.0",
    "ge.demeanour": ["withdrawn"],
    "ge.tanner_b": "1",
    "ge.tanner_p": "1",
    "er.head": "no_injury",
    "er.arms": "no_injury",
    "g.position": "lap",
    "g.technique": ["inspection"],
    "g.external": "no_injury",
    "op.role": "factual",
    "op.summary": "No injury seen in the regions examined.",
    "dc.safe_place": "yes",
    "dc.referrals": ["children", "trauma"],
}

_ANONYMOUS: Final[dict[str, Any]] = {
    "ev.loc": ["gaps"],
    "er.arms": "no_injury",
    "sp.skin": "forensic",
    "sp.clothing": "forensic",
    "op.role": "factual",
    "op.summary": "No injury seen in the region examined.",
    "dc.safe_place": "yes",
    "dc.referrals": ["none"],
}


def kenya() -> dict[str, Any]:
    """The adult's answers on Kenya's form."""
    return {**_base(), **_KENYA, "ev.when": told(20)}


def child() -> dict[str, Any]:
    """The child's answers: only what she agreed to."""
    return {**_base(), **_CHILD, "ev.when": told(50)}


def anonymous() -> dict[str, Any]:
    """Little is asked; two samples are kept."""
    return {**_base(), **_ANONYMOUS, "ev.when": told(9, is_about=True)}


def note_injuries(exam: Examination, nurse: User) -> None:
    """Two bruises, marked on the body map and described."""
    forensics.keep_marks(
        examination=exam,
        view_id="body_ant",
        placed=[
            Placed(1, "bruise", 0.5, 0.165, is_confirmed=True),
            Placed(2, "bruise", 0.77, 0.42, is_confirmed=True),
        ],
        revision=0,
        by=nurse,
    )
    for number, length in ((1, 22), (2, 35)):
        forensics.keep_injury(
            examination=exam,
            number=number,
            revision=1,
            by=nurse,
            kind="bruise",
            length_mm=length,
            width_mm=12,
            sized="measured",
            shape="oval",
            colours=["purple"],
            depth="superficial",
            pattern="",
            cause="He held me there.",
            cause_by="survivor",
            note="",
        )


def photograph(exam: Examination, nurse: User) -> Photograph:
    """A drawn test card in place of a photograph."""
    card = Image.new("RGB", (900, 600), "#d9cfc4")
    pen = ImageDraw.Draw(card)
    pen.ellipse((360, 220, 560, 360), fill="#8a5a78")
    pen.rectangle((60, 520, 460, 560), fill="white", outline="black")
    for at in range(60, 461, 40):
        pen.line((at, 520, at, 545), fill="black", width=3)
    pen.text((60, 40), "TEST CARD - NOT A PERSON", fill="black")
    held = io.BytesIO()
    card.save(held, "JPEG", quality=90)
    return forensics.add_photograph(
        examination=exam,
        original=held.getvalue(),
        kind="body",
        by=nurse,
        frame="close_scale",
        area="Left forearm",
        injury=2,
        scale="ruler",
        is_square=True,
        device="Clinic camera 1",
        taken_at=clock.now(),
        caption="Left forearm with scale",
    )


def follow_advice(exam: Examination, nurse: User) -> None:
    """The nurse does all that is to be offered."""
    for advice in advice_on(care_inputs(exam, clock.now())):
        if advice.verdict is Verdict.OFFER:
            forensics.answer_advice(
                examination=exam, rule=advice.rule, done="followed", by=nurse
            )


def support_adult(visit: Visit) -> None:
    """A plan in four families, a referral that closes, a session, an appointment."""
    coral, today = visit.who("coral"), today_of(visit)
    name_supervisor(
        centre=visit.centre,
        counsellor=coral,
        supervisor=visit.who("selma"),
        by=visit.who("dora"),
    )
    plan = _plan(
        visit,
        {
            "psychological": "Sleep, and not being alone in the evening",
            "shelter": "A place he does not know, for some weeks",
            "legal": "To know what happens after the report",
            "economic": "Her stall at the market while she is away",
        },
    )
    _set_goals(plan, coral, today)
    _refer(visit)
    note_session(
        case=visit.case,
        held_at=clock.now() - timedelta(minutes=50),
        minutes=45,
        mode="in_person",
        content="First session. She chose what to talk about.",
        by=coral,
    )
    make_appointment(
        case=visit.case,
        starts_at=clock.now() + timedelta(days=3),
        details={"place": "Room 2", "with_whom": "Coral", "way": ""},
        by=coral,
    )


def support_child(visit: Visit) -> None:
    """The child's own plan with one goal."""
    plan = _plan(
        visit, {"child": "School, and her mother near", "psychological": "Play"}
    )
    set_goal(
        plan=plan,
        family="child",
        wanted=Wanted(
            "“I want to go to school.”",
            due_on=today_of(visit) + timedelta(days=14),
        ),
        by=visit.who("coral"),
    )


def _set_goals(plan: Plan, coral: User, today: date) -> None:
    """One goal in each family, and a first step that is done."""
    goals = {
        family: set_goal(
            plan=plan,
            family=family,
            wanted=Wanted(words, due_on=today + timedelta(days=days)),
            by=coral,
        )
        for family, words, days in (
            ("psychological", "“I want to sleep again.”", 30),
            ("shelter", "“I want a door that locks.”", 3),
            ("legal", "“I want to know what they ask me.”", 14),
            ("economic", "“My sister can keep the stall.”", 21),
        )
    }
    step = set_step(
        goal=goals["shelter"],
        words="Call the shelter and go there with her",
        owner=coral,
        due_on=today + timedelta(days=1),
        by=coral,
    )
    done_step(step=step, seen=step.version, by=coral)


def today_of(visit: Visit) -> date:
    """The day it is at the centre."""
    return clock.local(clock.now(), visit.centre.timezone).date()


def _plan(visit: Visit, needs: Mapping[str, str]) -> Plan:
    found = {
        str(family): {
            "need": "wanted" if family in needs else "not_asked",
            "words": needs.get(family, ""),
        }
        for family in Family
    }
    return make_plan(
        case=visit.case,
        content={"summary": "", "has_children": "no", "needs": found},
        review_on=today_of(visit) + timedelta(days=14),
        by=visit.who("coral"),
    )


def _refer(visit: Visit) -> None:
    coral, today = visit.who("coral"), today_of(visit)
    referral = send_referral(
        case=visit.case,
        agency=visit.furniture.shelter,
        asked=Asked("shelter", "A safe bed for some weeks", "phone"),
        by=coral,
    )
    for move, told_ in (
        (Move.ACCEPT, Told(today, who="Duty worker", how="phone")),
        (Move.ATTEND, Told(today, who="Duty worker", how="phone")),
        (Move.CLOSE, Told(today, reason="helped", helped="yes", who="Survivor")),
    ):
        move_referral(referral=referral, move=move, told=told_, by=coral)


def _base() -> dict[str, Any]:
    return {
        "adm.type": "acute",
        "adm.requested_by": "survivor",
        "adm.start": told(0.1),
        "adm.place": "Riverside One-Stop Centre, room 1",
        "adm.examiner": _PERSON,
        "adm.methods": ["naked_eye"],
    }
