"""Write the evidence bundle of an item, a kit or a case to a file."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.chain_of_custody import queries as custody
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.documents import record_certificate
from centre.core.actions.people import unlock
from centre.core.commands import WritingCommand
from centre.core.errors import AccessError, RuleError
from centre.core.models import User


class Command(WritingCommand):
    """Somebody with the right to it signs the export with password and code."""

    help = "Write the evidence bundle of an item, a kit or a case, and its verifier."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, where to, who, for whom."""
        parser.add_argument("code", help="code of an item, a kit or a case")
        parser.add_argument("--out", required=True, type=Path, help="a new .zip file")
        parser.add_argument("--by", required=True, help="sign-in name of who exports")
        parser.add_argument(
            "--profile", default="court", choices=["court", "investigator"]
        )
        parser.add_argument(
            "--whole", action="store_true", help="the whole log, not proofs alone"
        )
        parser.add_argument(
            "--documents", action="store_true", help="their documents too, for a court"
        )
        parser.add_argument(
            "--secrets", type=Path, help="file with password and one-time code"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sign, export, write; never over a file that is there."""
        out: Path = options["out"]
        if out.exists():
            raise CommandError("There is a file of this name already. It stays.")
        person = User.objects.filter(username=options["by"], is_active=True).first()
        packages = custody.things_of_code(options["code"])
        if person is None or not packages:
            raise CommandError("There is no such person, or nothing with this code.")
        password, code = _secrets(options["secrets"])
        if not person.check_password(password):
            raise CommandError("The password is not right. Nothing was exported.")
        unlock(person, password)
        try:
            content = export_evidence(
                packages=packages,
                by=person,
                code=code,
                profile=options["profile"],
                is_whole=options["whole"],
                has_documents=options["documents"],
                certify=record_certificate,
            )
        except (RuleError, AccessError) as error:
            raise CommandError(str(error)) from error
        with out.open("xb") as file:
            file.write(content)
        self.stdout.write(f"Written: {len(content)} bytes. Check it with the verifier.")


def _secrets(path: Path | None) -> tuple[str, str]:
    if path is None:
        return getpass.getpass("Password: "), getpass.getpass("One-time code: ")
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[0], lines[1]
