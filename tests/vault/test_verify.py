"""The check opens everything and names what does not open."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import F

from centre.vault import files, keys, verify
from centre.vault.models import CaseKey, CentreKey
from tests.vault import raw, shelf
from tests.vault.conftest import Vault
from tests.vault.shelf import Folder, Leaf, Page, Plan, Secret

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def filled(vault: Vault) -> Page:
    """Something in every table, with an empty column and two versions of a plan."""
    page = Page.objects.create(case_id=vault.case, words="words", answers={"a": 1})
    Page.objects.create(case_id=vault.other_case, words="words", note="note")
    folder = Folder.objects.create(case_id=vault.case)
    Leaf.objects.create(folder=folder, words="leaf")
    Secret.objects.create(seed="seed")
    plan = Plan.objects.create(case_id=vault.case, goals="goals")
    plan.save()
    return page


def found() -> list[verify.Fault]:
    """Every fault of the shelf."""
    keys.forget()
    return list(verify.faults(shelf.ALL))


def test_a_sound_store_has_no_fault(filled: Page) -> None:
    assert found() == []


def test_every_table_of_every_app_is_checked(vault: Vault) -> None:
    assert list(verify.faults()) == []
    assert "vault" in {m._meta.app_label for m in apps.get_models()}


def test_a_planted_value_is_named(filled: Page) -> None:
    raw.plant(filled, "words", b"planted words")

    (fault,) = found()
    assert (fault.table, fault.row) == ("shelf_page", str(filled.pk))
    assert "words" in fault.says
    assert "planted" not in fault.says


def test_every_fault_of_a_row_is_named(filled: Page) -> None:
    raw.plant(filled, "words", raw.stored(filled, "answers"))
    raw.plant(filled, "answers", b"")

    assert len(found()) == 2


def test_a_value_by_way_of_a_relation_and_a_secret_are_checked(filled: Page) -> None:
    leaf, secret = Leaf.objects.get(), Secret.objects.get()
    raw.plant(leaf, "words", b"x")
    raw.plant(secret, "seed", b"x")

    assert {f.table for f in found()} == {"shelf_leaf", "shelf_secret"}


def test_history_is_checked(filled: Page) -> None:
    shelf.HISTORY._default_manager.update(case_id=uuid4())

    assert [f.table for f in found()] == ["shelf_historicalplan"] * 2


def test_what_a_destroyed_key_encrypted_is_no_fault(vault: Vault, filled: Page) -> None:
    keys.destroy_case_key(vault.case)
    assert found() == []

    raw.plant(Page.objects.get(case_id=vault.other_case), "note", b"x")
    assert len(found()) == 1


def test_a_spoilt_case_key_is_named(vault: Vault, filled: Page) -> None:
    CaseKey.objects.filter(case_id=vault.case).update(wrapped=b"\x01" * 65)

    tables = {(f.table, f.row) for f in found()}
    assert ("vault_case_key", str(vault.case)) in tables
    assert ("shelf_page", str(filled.pk)) in tables


def test_a_spoilt_centre_key_is_named(vault: Vault, filled: Page) -> None:
    CentreKey.objects.filter(centre_id=vault.centre).update(generation=F("id") + 7)

    assert ("vault_centre_key", str(vault.centre)) in {
        (f.table, f.row) for f in found()
    }


def test_under_a_wrong_root_key_that_alone_is_said(vault: Vault, filled: Page) -> None:
    vault.root_key.unlink()
    keys.create_root_key(vault.root_key)

    (fault,) = found()
    assert fault.table == "vault_root_check"


def test_many_rows_of_many_cases_need_few_key_queries(vault: Vault) -> None:
    for _ in range(30):
        case = uuid4()
        keys.make_case_key(case, vault.centre)
        Page.objects.create(case_id=case, words="words")

    assert found() == []


def test_files_are_checked_from_what_is_recorded(vault: Vault, tmp_path: Path) -> None:
    sound, gone = uuid4(), uuid4()
    kept = files.write([b"kept"], blob_id=sound, case_id=vault.case)
    recorded = [
        (sound, vault.case, kept.sha256, kept.cipher_sha256),
        (gone, vault.case, kept.sha256, kept.cipher_sha256),
    ]

    (fault,) = verify.blob_faults(recorded, table="forensics_photo")
    assert (fault.table, fault.row) == ("forensics_photo", str(gone))
    assert "missing" in fault.says
