"""An adult the morning after: Kenya's form, five items, police, a support plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from centre.chain_of_custody.actions import handover
from centre.chain_of_custody.actions import requests as asking
from centre.chain_of_custody.queries import requests as reading
from centre.chain_of_custody.queries.history import packages_around, standing
from centre.chain_of_custody.rules.checks import Seen
from centre.core import clock, totp
from centre.core.models import Centre, TotpDevice, User
from centre.demo import care, steps
from centre.demo.furniture import Furniture, new_kit
from centre.demo.steps import Visit
from centre.forensics import actions as forensics
from centre.intake.rules.forms import Form

if TYPE_CHECKING:
    from centre.chain_of_custody.models import Item

HOURS_AGO: Final = 20
SAMPLES: Final = (
    ("ORAL-SW", "mouth", "dry", "swab_box"),
    ("SKIN-SW", "neck", "wet_dry", "swab_box"),
    ("LVAG-SW", "low vagina", "dry", "swab_box"),
    ("HVAG-SW", "high vagina", "dry", "swab_box"),
    ("CLOTH-UNDER", "underwear worn after", "whole", "paper_bag"),
)

TRIAGE: Final[dict[str, Any]] = {
    "tri.arrival_mode": "friend_family",
    "tri.private_ask": "yes",
    "tri.abc": ["none"],
    "tri.vitals.heart_rate": {"n": "88", "u": "/min"},
    "tri.strang": "no",
    "tri.bleed_genital": "none",
    "tri.suicide_now": "no",
    "tri.safety_now": "no",
    "tri.age_known": "estimated",
    "tri.age_est": 27,
    "tri.sex_recorded": "female",
    "tri.gender": "woman",
    "tri.organs": ["uterus_ovaries", "vagina", "breasts"],
    "tri.language": "swa",
    "tri.interp_need": "no",
    "tri.disability": ["none"],
    "tri.pregnant_known": "no",
    "tri.intox": "no",
    "tri.priority": "orange",
    "tri.needs_first": ["safe_room", "clothes"],
}

INTAKE: Final[dict[str, Any]] = {
    "int.anon_mode": "named",
    "int.names.given": "Amani",
    "int.names.family": "Invented",
    "int.address_safe": "no",
    "int.referred_by": "family",
    "int.prior_facility": "no",
    "int.report_status": "wants_to",
    "int.violence_types": ["penetration", "physical"],
    "int.setting": ["transport"],
    "int.examiner_sex_pref": "female",
    "int.companion_in_exam": "no",
    "int.lives": ["listened", "asked_needs", "validated", "safety", "supported"],
    "int.safe_tonight": "yes",
    "int.needs": ["medical", "forensic", "counselling", "shelter", "police"],
}


def visit(centre: Centre, people: dict[str, User], furniture: Furniture) -> Visit:
    """The whole visit, from the door to the plan."""
    found = steps.arrive(
        centre, people, furniture, registration="named", age_band="25-59"
    )
    arrive(found)
    agree(found)
    items = examine(found)
    hand_over(found, items)
    care.support_adult(found)
    return found


def arrive(found: Visit) -> None:
    """Triage, intake, who she is, how to reach her."""
    steps.fill_form(
        found,
        Form.TRIAGE,
        {
            **TRIAGE,
            "tri.arrival_at": steps.told(0.2),
            "tri.incident_end": steps.told(HOURS_AGO),
        },
    )
    steps.fill_form(found, Form.INTAKE, INTAKE)
    steps.name_her(
        found,
        given_names="Amani",
        family_name="Invented",
        born_on="about 1999",
        address="Invented Lane, Riverside",
    )
    steps.reach_her(
        found,
        may_contact="yes",
        channel="call",
        number="+254 700 000 000",
        times="weekdays 10 to 12",
        leave_message="no",
        code_word="garden",
        home_is_safe="no",
    )


def agree(found: Visit) -> None:
    """She agrees to the examination, to the police, to shelter and counselling."""
    police, rooms = found.furniture.police.code, found.furniture
    steps.talk(
        found,
        steps=[*steps.STEPS, "C29", "C31"],
        told_to=[
            ("C16", police, "investigation", "given"),
            ("C17", police, "investigation", "given"),
            ("C18", police, "investigation", "given"),
            ("C18", police, "court", "given"),
            ("C19", police, "investigation", "declined"),
            ("C20", police, "investigation", "declined"),
            ("C23", rooms.counselling.code, "support", "given"),
            ("C24", rooms.shelter.code, "support", "given"),
            ("C25", rooms.legal.code, "support", "deferred"),
        ],
        header={"decision_maker": "self_adult"},
    )


def examine(found: Visit) -> list[Item]:
    """Kenya's form, two injuries, a photograph, five samples, then complete."""
    nurse = found.who("nadia")
    kit = new_kit(found.centre, found.who("kito"), "MK-1001")
    steps.open_kit_for(found, kit, by="nadia")
    exam = steps.examine(found, "ke-moh-363", care.kenya(), by="nadia")
    care.note_injuries(exam, nurse)
    care.photograph(exam, nurse)
    items = [
        forensics.take_sample(
            examination=exam,
            kit=kit,
            specimen=specimen,
            site=site,
            side="",
            method=method,
            collected_at=clock.now(),
            by=nurse,
        )
        for specimen, site, method, _ in SAMPLES
    ]
    for number, (item, sample) in enumerate(zip(items, SAMPLES, strict=True), 1):
        steps.seal_up(found, item, f"S-10{number:02d}", packaging=sample[3], by="nadia")
    care.follow_advice(exam, nurse)
    forensics.complete_examination(examination=exam, by=nurse)
    steps.close_kit(found, kit, items, "S-1100", by="nadia")
    steps.put_away(found, kit)
    return items


def hand_over(found: Visit, items: Sequence[Item]) -> None:
    """Police ask, the centre decides line by line, both sides sign."""
    ivan, kito, dora = (found.who(n) for n in ("ivan", "kito", "dora"))
    request = asking.request_evidence(
        centre=found.centre,
        lines=[
            asking.Asked(item.kind.name, "consent", "", "investigation")
            for item in items
        ],
        details={
            "unit_case_no": "OB 14/06/2026",
            "quoted": "",
            "collector": "Ivan Irungu, Sergeant, RV 2217",
            "urgency": "",
        },
        needed_by=clock.now().date() + timedelta(days=3),
        by=ivan,
    )
    lines = reading.lines_of(request)
    asking.match_request(
        request=request,
        found={line.pk: item for line, item in zip(lines, items, strict=True)},
        by=kito,
    )
    asking.decide_request(
        request=request,
        decisions=[asking.Decided(line, is_approved=True) for line in lines],
        by=dora,
    )
    packages = packages_around(items)
    seals = {package.code: standing(package).seal for package in packages}
    handover.offer_handover(
        request=request,
        seals=seals,
        scanned=list(seals),
        carried=handover.Carried("Police vehicle, by hand", "Keep dry"),
        code=code_of(kito),
        by=kito,
    )
    handover.accept_handover(
        request=request,
        seen={code: Seen(seal) for code, seal in seals.items()},
        scanned=list(seals),
        code=code_of(ivan),
        by=ivan,
    )


def code_of(user: User) -> str:
    """The code on this person's phone at this moment."""
    return totp.code_at(TotpDevice.objects.get(user=user).seed, clock.now())
