"""The key store: begun once, refused under a wrong root key, destroyed for good."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from argon2.low_level import Type, hash_secret_raw
from django.db import connections
from django.test.utils import CaptureQueriesContext

from centre.vault import cipher, keys, root
from centre.vault.errors import (
    KeyDestroyedError,
    NoKeyError,
    RootKeyError,
    VaultError,
)
from centre.vault.models import CaseKey, CentreKey, RootCheck
from centre.vault.routers import KeysRouter
from tests.vault import raw
from tests.vault.conftest import Vault
from tests.vault.shelf import Page

WORDS = "seven quiet rivers at dawn"

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def counts() -> tuple[int, int, int]:
    """How many rows the key store holds."""
    stores = (RootCheck, CentreKey, CaseKey)
    checks, centres, cases = (store.objects.count() for store in stores)
    return checks, centres, cases


def put_another_root_key(vault: Vault) -> None:
    """As after a restore with the wrong key file."""
    vault.root_key.unlink()
    keys.create_root_key(vault.root_key)
    keys.forget()


def test_a_store_begins_once(empty_store: Path) -> None:
    keys.make_system_key()
    first = keys.case_key(keys.SYSTEM_SCOPE)
    keys.make_system_key()

    assert keys.case_key(keys.SYSTEM_SCOPE) == first
    assert counts() == (1, 1, 1)


def test_the_first_centre_begins_the_store(empty_store: Path) -> None:
    keys.make_centre_key(uuid4())

    keys.check_root_key()
    assert keys.case_key(keys.SYSTEM_SCOPE)[0] == 1


def test_every_case_has_a_key_of_its_own(vault: Vault) -> None:
    generation, key = keys.case_key(vault.case)

    assert (generation, len(key)) == (1, 32)
    assert key != keys.case_key(vault.other_case)[1]
    assert keys.case_key_of(vault.case, 1) == key
    assert keys.case_keys(vault.case) == [(1, key)]


def test_no_key_lies_open_in_the_store(vault: Vault) -> None:
    store = raw.everything("keys")

    for scope in (vault.case, keys.SYSTEM_SCOPE):
        assert keys.case_key(scope)[1] not in store
    assert keys.centre_key(vault.centre) not in store
    wrapped = CaseKey.objects.get(case_id=vault.case).wrapped
    assert wrapped is not None
    assert bytes(wrapped) in store, "the scan would not find anything"


def test_a_second_key_is_refused(vault: Vault) -> None:
    with pytest.raises(VaultError, match="already"):
        keys.make_case_key(vault.case, vault.centre)
    with pytest.raises(VaultError, match="already"):
        keys.make_centre_key(vault.centre)


def test_a_case_of_no_centre_is_refused(vault: Vault) -> None:
    with pytest.raises(NoKeyError):
        keys.make_case_key(uuid4(), uuid4())


def test_an_unknown_case_or_generation_has_no_key(vault: Vault) -> None:
    with pytest.raises(NoKeyError):
        keys.case_key(uuid4())
    with pytest.raises(NoKeyError):
        keys.case_key_of(vault.case, 2)


def test_the_right_root_key_is_accepted(vault: Vault) -> None:
    keys.check_root_key()


def test_a_wrong_root_key_is_refused_and_writes_nothing(vault: Vault) -> None:
    before = counts()
    put_another_root_key(vault)

    with pytest.raises(RootKeyError, match="does not open this key store"):
        keys.check_root_key()
    with pytest.raises(RootKeyError):
        keys.make_system_key()
    with pytest.raises(RootKeyError):
        keys.make_centre_key(uuid4())
    with pytest.raises(RootKeyError):
        keys.make_case_key(uuid4(), vault.centre)
    with pytest.raises(RootKeyError):
        keys.case_key(vault.case)
    assert counts() == before


def test_a_missing_root_key_is_refused(vault: Vault) -> None:
    vault.root_key.unlink()

    with pytest.raises(RootKeyError, match="cannot be found"):
        keys.check_root_key()


def test_an_empty_store_is_not_served(empty_store: Path) -> None:
    with pytest.raises(RootKeyError, match="empty"):
        keys.check_root_key()


def test_a_store_without_its_check_is_refused(vault: Vault) -> None:
    RootCheck.objects.all().delete()

    with pytest.raises(RootKeyError, match="lost"):
        keys.make_centre_key(uuid4())
    with pytest.raises(RootKeyError, match="lost"):
        keys.make_case_key(uuid4(), vault.centre)
    assert not RootCheck.objects.exists()


def test_a_wrapped_key_copied_to_another_case_does_not_open(vault: Vault) -> None:
    mine = CaseKey.objects.get(case_id=vault.case)
    CaseKey.objects.filter(case_id=vault.other_case).update(wrapped=mine.wrapped)
    keys.forget()

    with pytest.raises(VaultError):
        keys.case_key(vault.other_case)


def test_a_destroyed_key_is_gone_and_stays_gone(vault: Vault) -> None:
    wrapped = CaseKey.objects.get(case_id=vault.case).wrapped
    assert wrapped is not None

    keys.destroy_case_key(vault.case)

    with pytest.raises(KeyDestroyedError):
        keys.case_key(vault.case)
    with pytest.raises(VaultError, match="already"):
        keys.make_case_key(vault.case, vault.centre)
    assert keys.case_key(vault.other_case)
    assert bytes(wrapped) not in raw.everything("keys")


def test_only_a_case_key_can_be_destroyed(vault: Vault) -> None:
    with pytest.raises(VaultError, match="never destroyed"):
        keys.destroy_case_key(keys.SYSTEM_SCOPE)
    with pytest.raises(NoKeyError):
        keys.destroy_case_key(uuid4())


def test_keys_are_remembered_for_a_second_and_no_longer(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 100.0
    monkeypatch.setattr(keys, "_now", lambda: moment)
    with CaptureQueriesContext(connections["keys"]) as queries:
        keys.case_key(vault.case)
        moment = 100.9
        keys.case_key(vault.case)
        assert len(queries) == 1
        moment = 101.1
        keys.case_key(vault.case)
        assert len(queries) == 2


def test_many_keys_are_fetched_at_once(vault: Vault) -> None:
    with CaptureQueriesContext(connections["keys"]) as queries:
        keys.warm([vault.case, vault.other_case, keys.SYSTEM_SCOPE])
        for scope in (vault.case, vault.other_case, keys.SYSTEM_SCOPE):
            keys.case_key(scope)

    assert len(queries) == 1


def test_memory_is_bounded(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_REMEMBERED", 1)
    keys.warm([vault.case])
    keys.warm([vault.other_case])

    assert not keys.is_fresh(vault.case)
    assert keys.is_fresh(vault.other_case)


def test_only_the_owner_can_read_the_root_key(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    keys.create_root_key(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert len(path.read_text().strip()) == 44


def test_a_root_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    keys.create_root_key(path)
    before = path.read_text()

    with pytest.raises(RootKeyError, match="already"):
        keys.create_root_key(path)
    assert path.read_text() == before


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o600 | 0o020])
def test_a_root_key_that_others_can_read_is_refused(vault: Vault, mode: int) -> None:
    vault.root_key.chmod(mode)

    with pytest.raises(RootKeyError, match="Others may read"):
        keys.check_root_key()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not base64 at all",
        "c2hvcnQ=",
        "argon2id 8 1 1",
        "scrypt 8 1 1 c2FsdA==",
        "argon2id 8 x 1 AAAAAAAAAAAAAAAAAAAAAA==",
        "\xff",
    ],
)
def test_a_root_key_file_of_no_known_form_is_refused(
    vault: Vault, tmp_path: Path, settings: Any, content: str
) -> None:
    path = tmp_path / "other.key"
    path.write_bytes(content.encode("latin-1"))
    path.chmod(0o400)
    words = tmp_path / "words"
    words.write_text("a long enough passphrase")
    words.chmod(0o400)
    settings.VAULT_ROOT_KEY_FILE = path
    settings.VAULT_PASSPHRASE_FILE = words

    with pytest.raises(RootKeyError):
        root.provider()


def test_the_root_key_tells_nothing_about_itself(vault: Vault) -> None:
    held = root.provider()

    assert held.healthy()
    assert len(held.id) == 8
    assert "key" not in repr(held).replace("RootKey", "").lower()


@pytest.fixture
def passphrase(
    empty_store: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A root key made from a passphrase, cheaply."""
    monkeypatch.setattr(root, "MEMORY_KIB", 64)
    monkeypatch.setattr(root, "ITERATIONS", 1)
    settings.VAULT_ROOT_KEY_FILE = empty_store / "phrase.key"
    words = empty_store / "words"
    words.write_text(f"{WORDS}\n")
    words.chmod(0o400)
    settings.VAULT_PASSPHRASE_FILE = words
    keys.create_root_key(settings.VAULT_ROOT_KEY_FILE, passphrase=WORDS)
    return words


def test_a_passphrase_can_stand_for_the_root_key(passphrase: Path) -> None:
    centre, case = uuid4(), uuid4()
    keys.make_centre_key(centre)
    keys.make_case_key(case, centre)

    keys.check_root_key()
    assert keys.case_key(case)[0] == 1


def test_a_wrong_passphrase_is_refused(passphrase: Path) -> None:
    keys.make_system_key()
    passphrase.chmod(0o600)
    passphrase.write_text("seven quiet rivers at dusk and more")
    passphrase.chmod(0o400)

    with pytest.raises(RootKeyError):
        keys.check_root_key()


def test_a_passphrase_that_was_not_given_is_refused(
    passphrase: Path, settings: Any
) -> None:
    settings.VAULT_PASSPHRASE_FILE = None

    with pytest.raises(RootKeyError, match="needs its passphrase"):
        keys.make_system_key()


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RootKeyError, match="at least"):
        keys.create_root_key(tmp_path / "root.key", passphrase=WORDS[:5])
    assert not (tmp_path / "root.key").exists()


def test_a_passphrase_key_of_the_past_is_the_same_today(
    tmp_path: Path, settings: Any
) -> None:
    """Frozen: what a salt, a cost and a passphrase make must never move."""
    path, words = tmp_path / "root.key", tmp_path / "words"
    path.write_text("argon2id 64 1 1 AAECAwQFBgcICQoLDA0ODw==\n")
    words.write_text(WORDS)
    for file in (path, words):
        file.chmod(0o400)
    settings.VAULT_ROOT_KEY_FILE, settings.VAULT_PASSPHRASE_FILE = path, words

    assert root.provider().id == "5fb97b7a"
    raw_key = hash_secret_raw(WORDS.encode(), bytes(range(16)), 1, 64, 1, 32, Type.ID)
    assert cipher.key_id(raw_key).hex() == "5fb97b7a"


def test_key_rows_lie_in_their_own_database_only(vault: Vault) -> None:
    for alias, here in (("keys", True), ("default", False)):
        tables = connections[alias].introspection.table_names()
        assert ("vault_case_key" in tables) is here
        assert ("django_content_type" in tables) is not here


def test_no_relation_crosses_between_the_databases(vault: Vault) -> None:
    router = KeysRouter()
    key, page = CaseKey.objects.first(), Page(case_id=vault.case)
    assert key is not None

    assert router.allow_relation(key, key.centre_key) is True
    assert router.allow_relation(key, page) is False
    assert router.allow_relation(page, page) is None
    assert router.db_for_write(Page) is None
