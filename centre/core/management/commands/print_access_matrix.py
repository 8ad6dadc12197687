"""The access matrix, printed from the policy table and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.core.management.base import BaseCommand

from centre.core.permissions import Permission, Role
from centre.core.policy import POLICY, Scope, care_team, no_case, own_centre

SIGNS: Final[dict[Scope, str]] = {care_team: "T", own_centre: "C", no_case: "H"}

CHAPTERS: Final[dict[str, tuple[str, ...]]] = {
    "The case cover": ("case", "care_team", "exclusion"),
    "Arrival and consent": ("identity", "triage", "intake", "contact", "consent"),
    "Examination": ("examination", "addendum", "photo", "report"),
    "Evidence": ("kit", "item", "seal", "discrepancy", "custody", "location"),
    "Requests and hand-over": ("evidence", "request", "handover"),
    "Support": (
        "plan",
        "goal",
        "step",
        "session",
        "supervisor",
        "referral",
        "appointment",
    ),
    "Agencies": ("agency",),
    "The centre itself": ("person", "access_log", "own_access", "integrity", "pack"),
}
REST: Final = "Other"

HEAD: Final = """\
# Access matrix

Printed by `manage.py print_access_matrix` from `centre/core/policy.py`. Do not edit it
by hand: a test compares this page with the table.

| sign | reaches |
|---|---|
| T | cases of one's own centre on whose care team one is today |
| C | every case of one's own centre, and the centre itself |
| H | one's own centre itself; no case by this grant alone |
| empty | nothing |

What the table cannot show:

- A person excluded from a case is outside every cell of that case.
- Whoever holds several roles at a centre has the grants of all of them.
- An act that rests on consent asks for it at that very moment.
- A session note opens to its author and her named supervisor only.
- A request, a hand-over or a referral opens only to the officer or the agency it
  concerns, and nobody is ever both sides of a hand-over.
"""


class Command(BaseCommand):
    """`manage.py print_access_matrix > docs/access-matrix.md`."""

    help = "Print the access matrix as docs/access-matrix.md holds it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the page."""
        self.stdout.write(page(), ending="")


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_tables(), *_without_any()]) + "\n"


def _tables() -> Iterator[str]:
    roles = [role for role in Role if any(g.role is role for g in POLICY)]
    head = "| act | " + " | ".join(role.words for role in roles) + " |"
    for chapter, permissions in _chapters():
        yield f"## {chapter}\n"
        yield head
        yield "|---" * (len(roles) + 1) + "|"
        for permission in permissions:
            cells = " | ".join(_cell(role, permission) for role in roles)
            yield f"| `{permission}` | {cells} |"
        yield ""


def _chapters() -> Iterator[tuple[str, list[Permission]]]:
    chapter_of = {s: c for c, subjects in CHAPTERS.items() for s in subjects}
    for chapter in (*CHAPTERS, REST):
        own = [p for p in Permission if chapter_of.get(_subject(p), REST) == chapter]
        if own:
            yield chapter, own


def _without_any() -> Iterator[str]:
    silent = [r.words for r in Role if not any(g.role is r for g in POLICY)]
    unheld = [
        f"`{p}`" for p in Permission if not any(g.permission is p for g in POLICY)
    ]
    yield "## Nothing\n"
    yield f"Roles without any permission: {', '.join(silent) or 'none'}.\n"
    yield f"Permissions that no role holds: {', '.join(unheld) or 'none'}."


def _cell(role: Role, permission: Permission) -> str:
    held = {
        SIGNS[grant.scope]
        for grant in POLICY
        if grant.role is role and grant.permission is permission
    }
    return " ".join(sorted(held))


def _subject(permission: Permission) -> str:
    return permission.split(".")[0]
