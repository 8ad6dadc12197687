"""Have the logs witnessed: over the network, or by files carried to the witness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from centre.core import anchors
from centre.core.actions.anchors import anchor, keep_answer, request_for
from centre.core.actions.stamps import keep_stamp, stamp, stamp_request
from centre.core.anchors import Known
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.models import Centre


class Command(WritingCommand):
    """Run it each day, best each hour; without a network, carry the files."""

    help = "Have each centre's custody log signed by witnesses and stamped by a TSA."

    def add_arguments(self, parser: CommandParser) -> None:
        """Nothing for the network; names and files for carrying."""
        parser.add_argument("--centre", help="code of a centre, for files")
        parser.add_argument("--witness", help="its name in the policy, for files")
        parser.add_argument(
            "--tsa", action="store_true", help="a time stamp authority, not a witness"
        )
        parser.add_argument("--request", type=Path, help="write the request here")
        parser.add_argument("--answer", type=Path, help="read the answer from here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, or write and read files."""
        try:
            if options["request"] and options["tsa"]:
                self._stamp_by_files(options)
            elif options["request"]:
                self._by_files(options)
            else:
                self._by_network(only_stamps=options["tsa"])
        except RuleError as error:
            raise CommandError(str(error)) from error

    def _by_network(self, *, only_stamps: bool) -> None:
        witnesses = [known for known in anchors.policy().witnesses if known.address]
        reached = [] if only_stamps else witnesses
        if not reached and not settings.TSA:
            raise CommandError(
                "The policy names no witness with an address, and CENTRE_TSA no time "
                "stamp authority."
            )
        for centre in Centre.objects.order_by("code"):
            for known in reached:
                self.stdout.write(str(anchor(centre, known)))
            if settings.TSA:
                self.stdout.write(str(stamp(centre)))

    def _stamp_by_files(self, options: dict[str, Any]) -> None:
        centre = Centre.objects.filter(code=options["centre"]).first()
        if centre is None:
            raise CommandError("Name a centre.")
        path: Path = options["request"]
        if options["answer"] is None:
            path.write_bytes(stamp_request(centre))
            self.stdout.write("Written. Carry it to the authority.")
            return
        row = keep_stamp(
            centre=centre,
            asked=path.read_bytes(),
            answer=options["answer"].read_bytes(),
        )
        self.stdout.write(str(row))

    def _by_files(self, options: dict[str, Any]) -> None:
        centre = Centre.objects.filter(code=options["centre"]).first()
        known = _named(options["witness"])
        if centre is None or known is None:
            raise CommandError("Name a centre and a witness of the policy.")
        path: Path = options["request"]
        if options["answer"] is None:
            path.write_bytes(request_for(centre, known))
            self.stdout.write("Written. Carry it to the witness.")
            return
        status, _, answer = (
            options["answer"].read_text(encoding="utf-8").partition("\n")
        )
        if status != "200":
            raise CommandError(f"The witness refused ({status}): {answer.strip()}")
        row = keep_answer(
            centre=centre, asked=known, body=path.read_bytes(), answer=answer
        )
        self.stdout.write(str(row))


def _named(name: str | None) -> Known | None:
    return next((k for k in anchors.policy().witnesses if k.name == name), None)
