"""Two people accept, at the server's console, that known entries are gone."""

from __future__ import annotations

from collections.abc import Sequence
from getpass import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.core import journal
from centre.core.actions.restorations import accept_loss
from centre.core.commands import WritingCommand
from centre.core.errors import AccessError, RuleError
from centre.core.known_heads import Lost, lost
from centre.core.management.presence import present
from centre.core.models import Centre, User


class Command(WritingCommand):
    """Each gives her own sign-in name, password and one-time code."""

    help = "Let two people accept that a restored log is older than what is known."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who; passwords and codes are asked for."""
        parser.add_argument("--first", required=True, help="who proposes to go on")
        parser.add_argument("--second", required=True, help="who approves it")
        parser.add_argument("--words", required=True, help="why, in your own words")

    def handle(self, *args: Any, **options: Any) -> None:
        """One centre after the other."""
        behind = lost()
        if not behind:
            raise CommandError("No log is behind what is known. Nothing to accept.")
        for found in behind:
            self.stdout.write(str(found))
        who = [options["first"], options["second"]]
        try:
            first, second = [present(name) for name in who]
            for centre in Centre.objects.order_by("code"):
                ours = [f for f in behind if f.log in journal.origins(centre)]
                if ours:
                    _accept(centre, ours, first, second, options["words"])
        except (RuleError, AccessError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Accepted and written down. The centre may be served again.")


def _accept(
    centre: Centre, ours: Sequence[Lost], first: User, second: User, words: str
) -> None:
    """Both codes are asked for before anything is written."""
    accept_loss(
        centre=centre,
        lost=ours,
        words=words,
        by=first,
        code=getpass(f"One-time code of {first.username}: "),
        second=second,
        second_code=getpass(f"One-time code of {second.username}: "),
    )
