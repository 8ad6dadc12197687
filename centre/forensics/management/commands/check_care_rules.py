"""Say what is wrong with the rules of care, or who stands for them."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from centre.forensics.rules.care import CarePack, load
from centre.forensics.rules.care.model import Matter
from centre.packs.errors import PackError


class Command(BaseCommand):
    """Read the rules of care strictly, before anybody relies on them."""

    help = "Checks the rules of care and prints their matters and fingerprint."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A clinical lead may check a file before this centre works by it."""
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=settings.CARE_RULES,
            help="the file of the rules; those in force if none is named",
        )

    def handle(self, *_args: Any, file: Path, **_options: Any) -> None:
        """Print a line a matter, or the first fault with its place."""
        try:
            pack = load(file)
        except (OSError, PackError) as error:
            raise CommandError(f"The rules of care cannot be read: {error}") from error
        self.stdout.write(_head(pack))
        for matter in pack.matters:
            self.stdout.write(_line(matter))


def _head(pack: CarePack) -> str:
    signed = "not signed"
    if pack.is_signed_off:
        signed = f"signed by {pack.signed_by} on {pack.signed_on}"
    return f"{pack}: {signed}, fingerprint {pack.fingerprint}"


def _line(matter: Matter) -> str:
    cases, doses, remarks = matter.cases, matter.doses, matter.remarks
    verified = [case.verified for case in cases]
    verified += [dose.verified for dose in doses]
    verified += [remark.verified for remark in remarks]
    return (
        f"{matter.code}: {len(cases)} cases, {len(doses)} doses, "
        f"{len(remarks)} remarks, {verified.count(False)} of them recalled"
    )
