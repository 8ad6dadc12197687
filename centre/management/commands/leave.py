"""Somebody leaves: account, roles and signing key end in one act."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.core.actions.set_up import SYSTEM, system_actor
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.management.commands.enrol import find_centre
from centre.core.models import User
from centre.endings import leave


class Command(WritingCommand):
    """What she wrote and signed stays; she signs in no more."""

    help = "End a person's account: no sign-in, no role, no key from now on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who leaves which centre."""
        parser.add_argument("username", help="sign-in name, such as nadia")
        parser.add_argument("--centre", help="its code; needed if there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """End the account, in the name of the system."""
        centre = find_centre(options["centre"])
        posts = User.objects.filter(memberships__centre=centre, is_active=True)
        user = posts.filter(username=options["username"]).distinct().first()
        if user is None or user.username == SYSTEM:
            raise CommandError("Nobody with this sign-in name works at this centre.")
        try:
            leave(user=user, centre=centre, by=system_actor())
        except RuleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.name} can no longer sign in. Her record stays.")
