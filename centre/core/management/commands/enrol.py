"""Enrol a person from the server's own console, such as the first administrator."""

from __future__ import annotations

import secrets
from getpass import getpass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_slug

from centre.core import references
from centre.core.actions.people import enrol_person
from centre.core.actions.set_up import SYSTEM, system_actor
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.models import Centre
from centre.core.permissions import Role

FIRST_PASSWORD: Final = 20
"""20 signs of 26 are 94 bits; in groups they can be read out."""
MOST_USERNAME: Final = 40
MOST_NAME: Final = 120


class Command(WritingCommand):
    """Everybody after the first administrator is enrolled on the page People."""

    help = "Enrol a person with a first password, which is printed once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, as what, where; and whether to type the password oneself."""
        parser.add_argument("username", help="sign-in name, such as nadia")
        parser.add_argument("name", help="the person's name, in quotation marks")
        parser.add_argument("role", choices=[str(role) for role in Role])
        parser.add_argument("--centre", help="its code; needed if there are several")
        parser.add_argument(
            "--ask", action="store_true", help="ask for the first password instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Enrol her in the name of the system, and say what comes next."""
        username, name = options["username"], options["name"].strip()
        _check_names(username, name)
        centre = find_centre(options["centre"])
        password = _asked() if options["ask"] else _made()
        try:
            enrol_person(
                username=username,
                name=name,
                password=password,
                role=Role(options["role"]),
                centre=centre,
                by=system_actor(),
            )
        except RuleError as error:
            raise CommandError(str(error)) from error
        role = Role(options["role"]).words.lower()
        self.stdout.write(f"{name} is enrolled at {centre.name} as {role}.")
        if not options["ask"]:
            self.stdout.write(f"First password, shown only now: {password}")
        self.stdout.write(
            "Hand it over in person. At the first sign-in she sets up her second "
            "factor; then she changes the password under “Your account”."
        )


def find_centre(code: str | None) -> Centre:
    """The centre with this code, or the only one there is."""
    centres = Centre.objects.order_by("code")
    chosen = centres.filter(code=code) if code else centres
    found = list(chosen[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise CommandError("There are several centres. Say which one with --centre.")
    if code:
        raise CommandError("There is no centre with this code.")
    raise CommandError("There is no centre yet. Open one with 'open_centre' first.")


def _check_names(username: str, name: str) -> None:
    try:
        validate_slug(username)
    except ValidationError as error:
        raise CommandError(
            "A sign-in name has letters, digits, - and _ only."
        ) from error
    if len(username) > MOST_USERNAME or username == SYSTEM:
        raise CommandError("Choose another sign-in name.")
    if not name or len(name) > MOST_NAME:
        raise CommandError(f"A name has 1 to {MOST_NAME} letters.")


def _made() -> str:
    signs = (secrets.choice(references.ALPHABET) for _ in range(FIRST_PASSWORD))
    return references.grouped("".join(signs))


def _asked() -> str:
    password = getpass("First password: ")
    if password != getpass("The same once more: "):
        raise CommandError("The two were not the same. Nothing was done.")
    return password
