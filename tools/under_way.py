"""Work that is under way, for the pictures: the demo's own visits are all finished.

Run in a demo's home; prints, as JSON, who has which page to look at.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from django.urls import reverse  # noqa: E402 - needs loaded apps

from centre.chain_of_custody.actions import handover  # noqa: E402
from centre.chain_of_custody.actions import requests as asking  # noqa: E402
from centre.chain_of_custody.models import Item, Location  # noqa: E402
from centre.chain_of_custody.models.requests import EvidenceRequest  # noqa: E402
from centre.chain_of_custody.queries.requests import lines_of  # noqa: E402
from centre.core import clock, totp  # noqa: E402
from centre.core.actions import people  # noqa: E402
from centre.core.models import (  # noqa: E402
    Centre,
    Recipient,
    TotpDevice,
    User,
)
from centre.demo import adult, care, steps  # noqa: E402
from centre.demo.cast import passwords  # noqa: E402
from centre.demo.furniture import Furniture  # noqa: E402
from centre.demo.steps import Visit  # noqa: E402
from centre.forensics import actions as forensics  # noqa: E402
from centre.forensics.models import Examination  # noqa: E402

SAMPLES = (("SKIN-SW", "neck"), ("ORAL-SW", "mouth"), ("LVAG-SW", "low vagina"))


def main() -> None:
    """An examination half done, and a request at each of its stages."""
    found = visit()
    adult.arrive(found)
    adult.agree(found)
    examination = examine(found)
    items = [sample(found, examination, *one) for one in SAMPLES]
    for number, item in enumerate(items, 1):
        steps.seal_up(
            found, item, f"S-30{number:02d}", packaging="swab_box", by="nadia"
        )
        if number < len(SAMPLES):
            steps.put_away(found, item)
    offered, matched, asked = (ask(found, item) for item in items)
    match(found, offered, items[0])
    decide(found, offered)
    match(found, matched, items[1])
    offer(found, offered, items[0])
    print(json.dumps(pages(found, examination, offered, matched, asked)))


def visit() -> Visit:
    """A new case with the demo's people and furniture."""
    centre = Centre.objects.get()
    team = {name: User.objects.get(username=name) for name in passwords()}
    for name, user in team.items():
        people.unlock(user, passwords()[name])
    return steps.arrive(
        centre, team, furniture(centre), registration="named", age_band="25-59"
    )


def furniture(centre: Centre) -> Furniture:
    """The bodies and places that stand in the demo already."""
    kinds = {
        "police": "police",
        "shelter": "shelter",
        "counselling": "counselling",
        "legal": "legal_aid",
        "children": "child_protection",
    }
    bodies = {
        name: Recipient.objects.get(centre=centre, kind=kind)
        for name, kind in kinds.items()
    }
    rooms = Location.objects.filter(centre=centre)
    shelf, fridge = rooms.get(name="Shelf 1"), rooms.get(name="Refrigerator 1")
    return Furniture(**bodies, shelf=shelf, fridge=fridge)


def examine(found: Visit) -> Examination:
    """Kenya's form, begun: injuries and a photograph, most sections still open."""
    nurse = found.who("nadia")
    examination = forensics.begin_examination(
        case=found.case, pack_name="ke-moh-363", by=nurse
    )
    care.note_injuries(examination, nurse)
    care.photograph(examination, nurse)
    return examination


def sample(found: Visit, examination: Examination, specimen: str, site: str) -> Item:
    """One sample, taken without a kit."""
    return forensics.take_sample(
        examination=examination,
        kit=None,
        specimen=specimen,
        site=site,
        side="",
        method="dry",
        collected_at=clock.now(),
        by=found.who("nadia"),
    )


def ask(found: Visit, item: Item) -> EvidenceRequest:
    """The investigator asks for one item."""
    details = {
        "unit_case_no": "OB 22/06/2026",
        "quoted": "",
        "collector": "Ivan Irungu, Sergeant, RV 2217",
        "urgency": "",
    }
    return asking.request_evidence(
        centre=found.centre,
        lines=[asking.Asked(item.kind.name, "consent", "", "investigation")],
        details=details,
        needed_by=None,
        by=found.who("ivan"),
    )


def match(found: Visit, request: EvidenceRequest, item: Item) -> None:
    """The custodian matches its one line."""
    (line,) = lines_of(request)
    asking.match_request(request=request, found={line.pk: item}, by=found.who("kito"))


def decide(found: Visit, request: EvidenceRequest) -> None:
    """The coordinator approves it."""
    decisions = [asking.Decided(line, is_approved=True) for line in lines_of(request)]
    asking.decide_request(request=request, decisions=decisions, by=found.who("dora"))


def offer(found: Visit, request: EvidenceRequest, item: Item) -> None:
    """The custodian releases it."""
    kito = found.who("kito")
    handover.offer_handover(
        request=request,
        seals={item.code: "S-3001"},
        scanned=[item.code],
        carried=handover.Carried("Police vehicle, by hand", "Keep dry"),
        code=fresh_code(kito),
        by=kito,
    )


def fresh_code(user: User) -> str:
    """A code this person has not used yet; one that is spent is waited out."""
    device = TotpDevice.objects.get(user=user)
    while totp.matching_step(device, adult.code_of(user), clock.now()) is None:
        time.sleep(1)
    return adult.code_of(user)


def pages(
    found: Visit,
    examination: Examination,
    offered: EvidenceRequest,
    matched: EvidenceRequest,
    asked: EvidenceRequest,
) -> dict[str, list[str]]:
    """Who has which page to look at, besides what her work list leads to."""
    case = found.case.reference

    def of(name: str, *more: Any) -> str:
        return reverse(name, args=[examination.reference, *more])

    return {
        "nadia": [
            of("examination_section", "a-visit"),
            of("examination_section", "a-body"),
            of("examination_map", "body_ant"),
            of("injury", 1),
            of("photographs"),
            of("samples"),
            of("advice"),
            of("examination_review"),
            reverse("consents", args=[case]),
            reverse("consent_talk", args=[case, examination.pk, "header"]),
        ],
        "kito": [reverse("match_request", args=[asked.reference])],
        "dora": [reverse("decide_request", args=[matched.reference])],
        "ivan": [reverse("handover_accept", args=[offered.reference])],
    }


if __name__ == "__main__":
    main()
