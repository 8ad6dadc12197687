"""Make the home of a test a centre: its people, its agencies, its store, three kits.

Run as `python -m tests.e2e.furnish` after `manage.py setup`; it prints, as JSON, what
the people of the test carry with them: passwords, seeds, codes on shelves and boxes.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django


def main() -> None:
    """Migrate and furnish."""
    django.setup()
    from django.core.management import call_command

    quiet = {"interactive": False, "verbosity": 0}
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
    }


if __name__ == "__main__":
    main()
