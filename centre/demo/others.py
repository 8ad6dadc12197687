"""A child with her guardian, and a kit that is kept without report."""

from __future__ import annotations

from typing import Any, Final

from centre.core import clock
from centre.core.models import Centre, User
from centre.demo import care, steps
from centre.demo.adult import INTAKE, TRIAGE
from centre.demo.furniture import Furniture, new_kit
from centre.demo.steps import Visit
from centre.forensics import actions as forensics
from centre.intake.rules.forms import Form

CHILD_TRIAGE: Final[dict[str, Any]] = {
    **TRIAGE,
    "tri.age_known": "estimated",
    "tri.age_est": 9,
    "tri.gender": "girl",
    "tri.child_specific_danger": ["none"],
}


def child(centre: Centre, people: dict[str, User], furniture: Furniture) -> Visit:
    """A nine-year-old: her mother consents, she agrees, and she is not forced."""
    found = steps.arrive(
        centre, people, furniture, registration="named", age_band="5-9"
    )
    steps.fill_form(
        found,
        Form.TRIAGE,
        {
            **CHILD_TRIAGE,
            "tri.arrival_at": steps.told(0.3),
            "tri.incident_end": steps.told(50),
        },
    )
    steps.fill_form(
        found,
        Form.INTAKE,
        {
            **INTAKE,
            "int.names.given": "Zuri",
            "int.guardian_safe": "yes",
            "int.guardian_relation": "mother",
            "int.report_status": "undecided",
        },
    )
    steps.name_her(
        found, given_names="Zuri", family_name="Invented", guardian="Mother, present"
    )
    steps.talk(
        found,
        steps=("C01", "C02", "C03", "C06a", "C07", "C13"),
        told_to=[
            ("C26", furniture.children.code, "support", "given"),
            ("C23", furniture.counselling.code, "support", "given"),
        ],
        header={
            "decision_maker": "parent_guardian",
            "maker_name": "Mother",
            "maker_is_suspect": "no",
            "assent": "assents",
        },
        by="clara",
    )
    exam = steps.examine(found, "who-core-child", care.child(), by="clara")
    forensics.complete_examination(examination=exam, by=found.who("clara"))
    care.support_child(found)
    return found


def anonymous(centre: Centre, people: dict[str, User], furniture: Furniture) -> Visit:
    """No name, no report: two items are kept for the day she may decide otherwise."""
    found = steps.arrive(
        centre, people, furniture, registration="anonymous", age_band="18-24"
    )
    nurse = found.who("nadia")
    steps.fill_form(
        found,
        Form.TRIAGE,
        {
            **TRIAGE,
            "tri.age_est": 21,
            "tri.arrival_at": steps.told(0.5),
            "tri.incident_end": steps.told(9, is_about=True),
        },
    )
    steps.talk(
        found,
        steps=("C01", "C02", "C07", "C08", "C09", "C21"),
        told_to=[],
        header={"decision_maker": "self_adult"},
    )
    exam = steps.examine(found, "who-core-adult", care.anonymous(), by="nadia")
    kit = new_kit(centre, found.who("kito"), "MK-1002")
    steps.open_kit_for(found, kit, by="nadia")
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
        for specimen, site, method in (
            ("SKIN-SW", "left forearm", "wet_dry"),
            ("CLOTH-UNDER", "underwear", "whole"),
        )
    ]
    for number, item in enumerate(items, 1):
        packaging = "swab_box" if number == 1 else "paper_bag"
        steps.seal_up(found, item, f"S-20{number:02d}", packaging=packaging, by="nadia")
    forensics.complete_examination(examination=exam, by=nurse)
    steps.close_kit(found, kit, items, "S-2100", by="nadia")
    steps.put_away(found, kit)
    return found
