"""Say everything that is wrong with the form packs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from centre.packs import check, read
from centre.packs.errors import PackError
from centre.packs.model import Pack, every


class Command(BaseCommand):
    """Read every pack strictly and against all others; list the packs that hold."""

    help = "Checks the form packs and prints their fingerprints."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """An author may check packs that lie outside the delivered ones."""
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=read.DATA,
            help="the folder that holds <name>/<version>/pack.toml",
        )

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        """Print a line a pack, or every fault."""
        faults = check.faults(folder)
        for fault in faults:
            self.stderr.write(fault)
        for path in sorted(folder.glob("*/*/pack.toml")):
            self._print_pack(path.parent)
        if faults:
            raise CommandError(f"{len(faults)} faults found in the form packs.")

    def _print_pack(self, folder: Path) -> None:
        try:
            pack = read.read_folder(folder)
        except PackError:
            return
        self.stdout.write(_line(pack))


def _line(pack: Pack) -> str:
    questions = sum(1 for _ in every(pack.questions))
    return (
        f"{pack}: {pack.status}, {len(pack.sections)} sections, "
        f"{questions} questions, {len(pack.boxes)} boxes, "
        f"fingerprint {pack.fingerprint[:16]}"
    )
