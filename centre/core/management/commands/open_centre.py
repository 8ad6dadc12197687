"""Open a centre: its key, its two logs, and the system as its first actor."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_slug

from centre.core import journal
from centre.core.actions.set_up import open_centre
from centre.core.commands import WritingCommand
from centre.core.models import Centre

EXAMPLE_HOST: Final = "osc.example"
MOST_CODE: Final = 20
MOST_NAME: Final = 120


class Command(WritingCommand):
    """Once for each centre; afterwards `enrol` gives it its first administrator."""

    help = "Open a centre under a short code. Code and ledger host are fixed for good."

    def add_arguments(self, parser: CommandParser) -> None:
        """Code, name, and where its clocks stand."""
        parser.add_argument("code", help="short word for logs, such as riverside")
        parser.add_argument("name", help="the name people read")
        parser.add_argument("--timezone", default=settings.TIME_ZONE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it, or say what stands in the way."""
        code, name, zone = options["code"], options["name"].strip(), options["timezone"]
        _check_words(code, name, zone)
        if settings.HTTPS and settings.LEDGER_HOST == EXAMPLE_HOST:
            raise CommandError(
                "Set CENTRE_LEDGER_HOST to a host name of your own first. It becomes "
                "part of every log's name and cannot be changed later."
            )
        if Centre.objects.filter(code=code).exists():
            raise CommandError("There is a centre with this code already.")
        centre = open_centre(code=code, name=name, timezone=zone)
        self.stdout.write(f"{centre.name} is open. Its logs, fixed for good:")
        for log in journal.LOGS:
            self.stdout.write(f"  {journal.origin(centre, log)}")
        self.stdout.write(
            "Next: manage.py enrol SIGN-IN-NAME NAME administrator "
            f"--centre {centre.code}"
        )


def _check_words(code: str, name: str, zone: str) -> None:
    try:
        validate_slug(code)
    except ValidationError as error:
        raise CommandError("A code has letters, digits, - and _ only.") from error
    if len(code) > MOST_CODE:
        raise CommandError(f"A code has at most {MOST_CODE} letters.")
    if not name or len(name) > MOST_NAME:
        raise CommandError(f"A name has 1 to {MOST_NAME} letters.")
    if zone not in available_timezones():
        raise CommandError("No such time zone. Write it like Africa/Nairobi.")
