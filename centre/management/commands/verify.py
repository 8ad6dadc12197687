"""Check everything that is chained, committed to or encrypted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.chain_of_custody import verification as custody
from centre.core import verification
from centre.core.actions import verifying
from centre.core.commands import refuse_wrong_root_key
from centre.core.errors import RuleError
from centre.core.progress import Bar, Lines, Progress
from centre.ledger.verify import Fault

CHECKS: Final = {"what is computed from custody events": custody.faults}
"""What rooms check by themselves, beyond what all rooms share."""
NOT_CHECKED: Final = 2


class Command(BaseCommand):
    """Exit 0 if all is sound, 1 with each fault named, 2 if it could not be checked."""

    help = "Check the ledger, the rows it commits to and every encrypted field."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much is checked, and for whom the answer is."""
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--most", type=int, default=20, help="stop after so many faults"
        )
        parser.add_argument(
            "--incremental",
            action="store_true",
            help="only what came after the last sound check",
        )
        parser.add_argument("--log", help="only the chain of this log")
        parser.add_argument(
            "--no-signatures",
            action="store_true",
            help="the chain and the rows, not each person's signature",
        )
        parser.add_argument(
            "--keep-nothing",
            action="store_true",
            help="do not write down that there was a check",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, tell, and write down what was found."""
        refuse_wrong_root_key(returncode=NOT_CHECKED)
        sizes = verifying.newest_sizes()
        progress = self._progress(is_quiet=options["json"])
        found = []
        for fault in self._faults(progress, options):
            found.append(fault)
            if not options["json"]:
                progress.end()
                self.stderr.write(self.style.ERROR(verifying.in_words(fault)))
            if len(found) >= options["most"]:
                break
        progress.end()
        if not (options["keep_nothing"] or options["log"] or options["no_signatures"]):
            self._remember(found, sizes, is_full=not options["incremental"])
        self._tell(found, options)
        if found:
            sys.exit(1)

    def _progress(self, *, is_quiet: bool) -> Progress:
        if is_quiet:
            return Progress()
        if self.stderr.isatty():
            return Bar(sys.stderr)
        return Lines(self.stdout.write)

    def _faults(self, progress: Progress, options: dict[str, Any]) -> Iterator[Fault]:
        proves = not options["no_signatures"]
        if options["log"]:
            if options["log"] not in verification.logs():
                says = "There is no log of this name. The page “Integrity” lists them."
                raise CommandError(says, returncode=NOT_CHECKED)
            return verification.log_faults(
                options["log"], progress, with_signatures=proves
            )
        sizes = verifying.last_sound() if options["incremental"] else {}
        if options["incremental"] and not sizes:
            says = "There is no sound check to go on from. Leave --incremental out."
            raise CommandError(says, returncode=NOT_CHECKED)
        if sizes:
            return verification.new_faults(sizes, progress)
        return verification.faults(progress, checks=CHECKS, with_signatures=proves)

    def _remember(
        self, found: list[Fault], sizes: dict[str, int], *, is_full: bool
    ) -> None:
        try:
            verifying.remember(found, sizes=sizes, is_full=is_full)
        except RuleError as error:
            raise CommandError(str(error), returncode=NOT_CHECKED) from error

    def _tell(self, found: list[Fault], options: dict[str, Any]) -> None:
        if options["json"]:
            answer = {
                "sound": not found,
                "full": not (options["incremental"] or options["log"]),
                "faults": [asdict(f) for f in found],
            }
            self.stdout.write(json.dumps(answer))
        elif not found:
            self.stdout.write("Everything is sound.")
