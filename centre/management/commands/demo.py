"""Load the demo: an invented centre, invented people, three invented visits."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from centre.core.actions.set_up import open_centre
from centre.core.actions.upkeep import tick
from centre.core.commands import WritingCommand
from centre.core.models import Centre
from centre.demo import adult, backlog, others, own_page
from centre.demo.cast import enrol_cast
from centre.demo.furniture import furnish, new_kit


class Command(WritingCommand):
    """Everything goes through the same acts as in a real centre."""

    help = "Load three invented visits, by the same acts as in a real centre."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load into an empty home only, and never where real people sign in."""
        if settings.HTTPS:
            raise CommandError("The demo is only for this machine, not for a server.")
        if Centre.objects.exists():
            self.stdout.write("There is a centre here already; nothing was loaded.")
            return
        self._tell("Opening the centre and enrolling its people")
        centre = open_centre(
            code="riverside",
            name="Riverside One-Stop Centre",
            timezone="Africa/Nairobi",
        )
        people = enrol_cast(centre)
        furniture = furnish(centre, people)
        self._tell("Visit 1 of 3: an adult, Kenya's form, five items to the police")
        own_page.card(adult.visit(centre, people, furniture))
        self._tell("Visit 2 of 3: a child of nine with her guardian's consent")
        others.child(centre, people, furniture)
        self._tell("Visit 3 of 3: an anonymous kit kept without report")
        others.anonymous(centre, people, furniture)
        self._tell("Three things of an old register, as a list")
        backlog.old_kits(centre, people, furniture)
        for number in range(1003, 1006):
            new_kit(centre, people["kito"], f"MK-{number}")
        tick(centre)
        self._tell("The demo is loaded.")

    def _tell(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
