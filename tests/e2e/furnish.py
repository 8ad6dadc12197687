"""Make the home of a test a centre: its people, its agencies, its store, three kits.

Run as `python -m tests.e2e.furnish` after `manage.py setup`; it prints, as JSON, what
the people of the test carry with them: passwords, seeds, codes on shelves and boxes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

from tools import migrated


def main() -> None:
    """Migrate and furnish."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    quiet = {"interactive": False, "verbosity": 0}
    migrated.put_into(settings.CENTRE_HOME)
    call_command("migrate", **quiet)
    call_command("migrate", database="keys", **quiet)
    call_command("collectstatic", **quiet)
    sys.stdout.write("\n" + json.dumps(furnished()))


def furnished() -> dict[str, Any]:
    """The centre, by the acts of its people."""
    from centre.core.actions.set_up import open_centre
    from centre.core.models import TotpDevice
    from centre.demo.cast import enrol_cast, passwords
    from centre.demo.furniture import furnish, new_kit

    centre = open_centre(
        code="riverside", name="Riverside One-Stop Centre", timezone="Africa/Nairobi"
    )
    people = enrol_cast(centre)
    made = furnish(centre, people)
    kits = [new_kit(centre, people["kito"], f"MK-{n}") for n in (1, 2, 3)]
    seeds = {d.user.username: d.seed for d in TotpDevice.objects.select_related("user")}
    agencies = ("police", "shelter", "counselling", "legal")
    return {
        "passwords": passwords(),
        "seeds": seeds,
        "kits": [kit.code for kit in kits],
        "shelf": made.shelf.code,
        "agencies": {name: getattr(made, name).code for name in agencies},
        "agency_keys": {name: str(getattr(made, name).pk) for name in agencies},
        "approved": [approved(centre, people, made, n) for n in range(4)],
    }


def approved(centre: Any, people: Any, made: Any, number: int) -> dict[str, str]:
    """A request of the police with one item in store that may be handed over."""
    from centre.chain_of_custody import actions as custody
    from centre.chain_of_custody.actions import requests as asking
    from centre.chain_of_custody.queries.requests import lines_of
    from centre.core import clock
    from centre.demo import adult, steps

    seal = f"E2E{number}"
    visit = steps.arrive(centre, people, made, registration="named", age_band="25-59")
    adult.agree(visit)
    item = custody.collect_item(
        case=visit.case,
        kit=None,
        specimen="SKIN-SW",
        site="neck",
        side="",
        method="dry",
        collected_at=clock.now(),
        by=visit.who("nadia"),
    )
    steps.seal_up(visit, item, seal, packaging="swab_box", by="nadia")
    steps.put_away(visit, item)
    request = asking.request_evidence(
        centre=centre,
        lines=[asking.Asked("Swab", "consent", "", "investigation")],
        details={"unit_case_no": f"OB {number}", "quoted": "", "collector": "Ivan"},
        needed_by=None,
        by=visit.who("ivan"),
    )
    asking.match_request(
        request=request, found={lines_of(request)[0].pk: item}, by=visit.who("kito")
    )
    decided = [asking.Decided(line, is_approved=True) for line in lines_of(request)]
    asking.decide_request(request=request, decisions=decided, by=visit.who("dora"))
    return {"request": request.reference, "item": item.code, "seal": seal}


if __name__ == "__main__":
    main()
