"""docs/access-matrix.md says what the policy says."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from centre.core.management.commands import print_access_matrix
from centre.core.permissions import Permission, Role
from centre.core.policy import POLICY, Grant, no_case
from tests.house import ROOT

PAGE = ROOT / "docs" / "access-matrix.md"


def test_the_page_is_what_the_policy_prints():
    printed = StringIO()
    call_command("print_access_matrix", stdout=printed)

    assert PAGE.read_text(encoding="utf-8") == printed.getvalue(), (
        "Run: manage.py print_access_matrix > docs/access-matrix.md"
    )


def test_every_permission_stands_once():
    text = PAGE.read_text(encoding="utf-8")

    assert [p for p in Permission if text.count(f"| `{p}` |") != 1] == []


def test_one_more_grant_makes_the_page_stale(monkeypatch):
    more = Grant(Role.ADMINISTRATOR, Permission.IDENTITY_OPEN, no_case)
    monkeypatch.setattr(print_access_matrix, "POLICY", (*POLICY, more))

    assert print_access_matrix.page() != PAGE.read_text(encoding="utf-8")


def test_a_grant_is_shown_under_its_role_with_its_scope():
    rows = print_access_matrix.page().splitlines()
    head = next(row for row in rows if row.startswith("| act |")).split(" | ")
    opened = next(row for row in rows if row.startswith("| `case.open` |")).split(" | ")
    cells = dict(zip(head, opened, strict=True))

    assert cells["Forensic nurse"] == "C"
    assert cells["Investigator"] == ""
