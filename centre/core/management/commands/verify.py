"""Check everything that is chained, committed to or encrypted."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from centre.core import clock, verification
from centre.core.models import VerificationRun
from centre.ledger.verify import Fault


class Command(BaseCommand):
    """Exit 0 if all is sound; else name each fault and exit 1."""

    help = "Check the ledger, the rows it commits to and every encrypted field."

    def add_arguments(self, parser: CommandParser) -> None:
        """Output for people, or for programs."""
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--most", type=int, default=20, help="stop after so many faults"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and tell."""
        quiet = options["json"]
        found = []
        for fault in verification.faults(None if quiet else self._tell):
            found.append(fault)
            if not quiet:
                self.stderr.write(self.style.ERROR(in_words(fault)))
            if len(found) >= options["most"]:
                break
        _remember(found)
        if quiet:
            faults = [asdict(f) for f in found]
            self.stdout.write(json.dumps({"sound": not found, "faults": faults}))
        elif not found:
            self.stdout.write("Everything is sound.")
        if found:
            sys.exit(1)

    def _tell(self, what: str, count: int) -> None:
        self.stdout.write(f"Checking {what}" + (f" ({count})" if count else ""))


def _remember(found: list[Fault]) -> None:
    VerificationRun.objects.create(
        at=clock.now(),
        is_sound=not found,
        fault_count=len(found),
        first_fault=in_words(found[0])[:300] if found else "",
    )


def in_words(fault: Fault) -> str:
    """One fault as a sentence that names table and row."""
    place = f" (log {fault.log}, position {fault.n})" if fault.log else ""
    return f"{fault.table}, row {fault.row}: {fault.says}{place}."
