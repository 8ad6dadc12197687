"""A key store of its own for every test, two cases of one centre, and the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from centre.ledger.sqlite import altering
from centre.vault import cipher, keys
from centre.vault.models import CaseKey, CentreKey, RootCheck
from tests.vault import shelf


@dataclass(frozen=True)
class Vault:
    """Where the keys and files of a test are, and whose they are."""

    root_key: Path
    blobs: Path
    centre: UUID
    case: UUID
    other_case: UUID


@pytest.fixture(scope="session")
def shelf_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    """The shelf's tables, made once beside those of the migrations."""
    with (
        django_db_blocker.unblock(),
        altering(connection),
        connection.schema_editor() as editor,
    ):
        for model in shelf.ALL:
            editor.create_model(model)


@pytest.fixture
def empty_store(
    db: None, shelf_tables: None, tmp_path: Path, settings: Any
) -> Iterator[Path]:
    """A root key and a key store that has not begun."""
    for model in (CaseKey, CentreKey, RootCheck):
        model.objects.all().delete()
    settings.VAULT_ROOT_KEY_FILE = tmp_path / "root.key"
    settings.VAULT_BLOBS = tmp_path / "blobs"
    keys.forget()
    keys.create_root_key(settings.VAULT_ROOT_KEY_FILE)
    yield tmp_path
    keys.forget()


@pytest.fixture
def vault(empty_store: Path) -> Vault:
    """One centre and two cases with keys."""
    held = Vault(
        root_key=empty_store / "root.key",
        blobs=empty_store / "blobs",
        centre=uuid4(),
        case=uuid4(),
        other_case=uuid4(),
    )
    keys.make_system_key()
    keys.make_centre_key(held.centre)
    keys.make_case_key(held.case, held.centre)
    keys.make_case_key(held.other_case, held.centre)
    return held


@pytest.fixture
def page(vault: Vault) -> shelf.Page:
    """A stored page, as it comes from the database."""
    made = shelf.Page.objects.create(
        case_id=vault.case, words="She came at dawn.", answers={"b": 2, "a": ["x"]}
    )
    return shelf.Page.objects.get(pk=made.pk)


def give_new_generation(case: UUID) -> None:
    """As a rotation will: a second key for the same case."""
    first = CaseKey.objects.get(case_id=case)
    centre = keys.centre_key(first.centre_key.centre_id)
    wrapped = cipher.wrap_key(centre, cipher.new_key(), cipher.dek_aad(case, 2))
    CaseKey.objects.create(
        case_id=case, generation=2, centre_key=first.centre_key, wrapped=wrapped
    )
    keys.forget()
