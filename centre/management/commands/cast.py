"""Who can sign in to the demo, and how."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from centre.demo import own_page
from centre.demo.cast import CAST, code_now, passwords


class Command(BaseCommand):
    """A table for whoever just started the demo."""

    help = "Print who can sign in to the demo: role, name, password, code of now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table, or say that there is no demo here."""
        known = passwords()
        if not known:
            self.stdout.write("This is not a demo: accounts are made by 'enrol'.")
            return
        self.stdout.write(f"\nStart at {settings.CENTRE_ORIGIN}/\n\n")
        self.stdout.write(_line("Role", "Sign-in", "Password", "Code now", "Does"))
        for person in CAST:
            self.stdout.write(
                _line(
                    person.role.words,
                    person.username,
                    known[person.username],
                    code_now(person.username),
                    person.does,
                )
            )
        self.stdout.write(
            "\nA code lasts 30 seconds and counts once. For a fresh one:\n"
            "  make code NAME=nadia\n"
        )
        card = own_page.kept()
        if card:
            address = f"{settings.CENTRE_ORIGIN}/steps/"
            self.stdout.write(
                f"\nThe survivor of the first visit: {address}, "
                f"code {card['code']}, number {card['pin']}\n"
            )


def _line(role: str, username: str, password: str, code: str, does: str) -> str:
    return f"{role:<22} {username:<8} {password:<34} {code:<9} {does}"
