"""Destroy a case's key, after two people decided it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.chain_of_custody.queries.disposal import holding
from centre.core import references
from centre.core.actions import keys as actions
from centre.core.actions.people import unlock
from centre.core.commands import WritingCommand
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, Proposal, User
from centre.core.two_person import TwoPersonAct


class Command(WritingCommand):
    """First `propose`, then another person approves on her page, then `destroy`."""

    help = "Propose or carry out the destruction of a case's key and all its content."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which case, who, and which of the two steps."""
        parser.add_argument("step", choices=["propose", "destroy"])
        parser.add_argument("reference")
        parser.add_argument("--by", required=True, help="sign-in name")
        parser.add_argument("--words", default="", help="why, for the proposal")
        parser.add_argument(
            "--secrets", type=Path, help="file: password, one-time code"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One step."""
        code = references.normalise(options["reference"])
        case = Case.objects.select_related("centre").filter(reference=code).first()
        person = User.objects.filter(username=options["by"], is_active=True).first()
        if case is None or person is None:
            raise CommandError("There is no such case or person.")
        password, one_time = _secrets(options["secrets"])
        if not person.check_password(password):
            raise CommandError("The password is not right. Nothing was done.")
        unlock(person, password)
        try:
            if options["step"] == "propose":
                actions.propose_shredding(
                    case=case, words=options["words"], by=person, code=one_time
                )
                self.stdout.write("Proposed. Another person approves it on her page.")
            else:
                self._destroy(case, person)
        except (RuleError, AccessError) as error:
            raise CommandError(str(error)) from error

    def _destroy(self, case: Case, person: User) -> None:
        waiting = Proposal.objects.filter(
            case=case, act=TwoPersonAct.CRYPTO_SHRED, execution__isnull=True
        )
        proposal = waiting.order_by("-proposed_at").first()
        if proposal is None:
            raise CommandError("Nobody has proposed this. It is proposed first.")
        actions.shred(case=case, proposal=proposal, held_by=holding(case), by=person)
        self.stdout.write("The key is destroyed. The ledger stays.")


def _secrets(path: Path | None) -> tuple[str, str]:
    if path is None:
        return getpass.getpass("Password: "), getpass.getpass("One-time code: ")
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[0], lines[1] if len(lines) > 1 else ""
