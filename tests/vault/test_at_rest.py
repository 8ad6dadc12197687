"""Marked words are nowhere at rest: not in a database, not in a file."""

from __future__ import annotations

import secrets
from itertools import chain

import pytest

from centre.vault import files, keys
from tests.vault import raw
from tests.vault.conftest import Vault
from tests.vault.shelf import Folder, Leaf, Page, Plan, Secret

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def canary() -> str:
    """A word that occurs nowhere else."""
    return f"canary-{secrets.token_hex(16)}"


def fill(vault: Vault) -> list[str]:
    """Marked words in every kind of place, some of them changed once."""
    marks = [canary() for _ in range(9)]
    page = Page.objects.create(
        case_id=vault.case,
        words=marks[0],
        note=marks[1],
        answers={"who": marks[2], "list": [marks[3] * 20]},
    )
    page.words = marks[4]
    page.save()
    folder = Folder.objects.create(case_id=vault.case)
    Leaf.objects.create(folder=folder, words=marks[5])
    Secret.objects.create(seed=marks[6])
    plan = Plan.objects.create(case_id=vault.case, goals=marks[7])
    plan.goals = f"{marks[7]}, again"
    plan.save()
    piece = (marks[8] * 3000).encode()
    files.write([piece], blob_id=page.pk, case_id=vault.case)
    return marks


def at_rest(vault: Vault) -> bytes:
    """Every byte of both databases and of every file."""
    blobs = (p.read_bytes() for p in vault.blobs.rglob("*") if p.is_file())
    databases = (raw.everything(alias) for alias in ("default", "keys"))
    return b"\n".join(chain(databases, blobs))


def test_no_marked_word_is_found_at_rest(vault: Vault) -> None:
    marks = fill(vault)
    rest = at_rest(vault)

    for mark in marks:
        for form in (mark.encode(), mark[7:].encode(), bytes.fromhex(mark[7:])):
            assert form not in rest


def test_the_scan_finds_what_does_lie_open(vault: Vault) -> None:
    fill(vault)
    mark = canary()
    Plan.objects.create(case_id=vault.case, title=mark[:20], goals="")
    (vault.blobs / "loose").write_text(mark[::-1])

    rest = at_rest(vault)
    assert mark[:20].encode() in rest
    assert mark[::-1].encode() in rest


def test_no_key_is_found_at_rest(vault: Vault) -> None:
    fill(vault)
    rest = at_rest(vault)

    for scope in (vault.case, keys.SYSTEM_SCOPE):
        key = keys.case_key(scope)[1]
        assert key not in rest
        assert key.hex().encode() not in rest
