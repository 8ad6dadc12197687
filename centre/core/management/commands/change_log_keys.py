"""Two people give a centre's logs new keys, at the server's console."""

from __future__ import annotations

from getpass import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.core.actions.log_keys import change_log_keys
from centre.core.commands import WritingCommand
from centre.core.errors import AccessError, RuleError
from centre.core.management.presence import present
from centre.core.models import Centre


class Command(WritingCommand):
    """Each gives her own sign-in name, password and one-time code."""

    help = "Give the logs of a centre new keys, each vouched for by the old one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who and where; passwords and codes are asked for."""
        parser.add_argument("--centre", required=True, help="code of the centre")
        parser.add_argument("--first", required=True, help="who proposes it")
        parser.add_argument("--second", required=True, help="who approves it")
        parser.add_argument("--words", required=True, help="why, in your own words")

    def handle(self, *args: Any, **options: Any) -> None:
        """Both logs at once."""
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is None:
            raise CommandError("There is no centre of this code.")
        try:
            first, second = [present(options[name]) for name in ("first", "second")]
            changed = change_log_keys(
                centre=centre,
                words=options["words"],
                by=first,
                code=getpass(f"One-time code of {first.username}: "),
                second=second,
                second_code=getpass(f"One-time code of {second.username}: "),
            )
        except (RuleError, AccessError) as error:
            raise CommandError(str(error)) from error
        for row in changed:
            self.stdout.write(row.vkey)
        self.stdout.write("Give these verifier keys to every witness within 90 days.")
