"""Nothing is served on unsafe settings or under a wrong key."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from centre.core.checks import databases_are_safe, wrong_settings
from centre.core.start import refuse_unsafe_start
from centre.environment import origin, sqlite_pragmas, whole
from centre.ledger.sqlite import altering
from centre.vault.errors import RootKeyError
from centre.vault.keys import check_root_key
from centre.vault.root import create_root_key

UNSAFE = {
    "sqlite": ("PRAGMA recursive_triggers=OFF", "recursive_triggers"),
    "postgresql": ("SET synchronous_commit=off", "synchronous_commit"),
}
SAFE = {
    "sqlite": "PRAGMA recursive_triggers=ON",
    "postgresql": "SET synchronous_commit=on",
}


def test_the_databases_of_the_tests_run_with_safe_settings(db):
    assert wrong_settings("default") == []
    assert wrong_settings("keys") == []


def test_an_unsafe_setting_is_named_and_stops_the_start(centre):
    unsafe, name = UNSAFE[connection.vendor]
    with altering(connection), connection.cursor() as cursor:
        cursor.execute(unsafe)
    try:
        found = databases_are_safe(None, databases=["default"])
        with pytest.raises(ImproperlyConfigured, match=name):
            refuse_unsafe_start()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(SAFE[connection.vendor])

    assert [message.id for message in found] == ["core.E001"]
    assert name in found[0].msg


def test_a_wrong_root_key_stops_the_start(centre, monkeypatch, tmp_path):
    create_root_key(tmp_path / "other.key")
    monkeypatch.setattr(settings, "VAULT_ROOT_KEY_FILE", tmp_path / "other.key")

    with pytest.raises(RootKeyError):
        check_root_key()


def test_an_old_sqlite_is_never_run_with_a_write_ahead_log():
    old, new = sqlite_pragmas((3, 51, 2)), sqlite_pragmas((3, 51, 3))

    assert old[:2] == ("journal_mode=TRUNCATE", "synchronous=EXTRA")
    assert new[:2] == ("journal_mode=WAL", "synchronous=FULL")


@pytest.mark.parametrize(
    "address", ["ftp://centre.example", "http://centre.example", "https://a.b/c", "x"]
)
def test_nonsense_in_the_environment_fails_loudly(address, monkeypatch):
    monkeypatch.setenv("CENTRE_ORIGIN", address)
    with pytest.raises(ImproperlyConfigured, match="CENTRE_ORIGIN"):
        origin("CENTRE_ORIGIN", "")

    monkeypatch.setenv("CENTRE_IDLE_SECONDS", "soon")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        whole("CENTRE_IDLE_SECONDS", 900, least=60, most=3600)
