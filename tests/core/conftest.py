"""Homes whose rows lie in the kind of database these tests run against."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

import pytest
from django.conf import settings

from tests.core.homes import Home, make_home, new_databases, on_server


def _is_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.fixture(scope="module")
def databases():
    """Makes names and addresses of empty databases; all are gone afterwards."""
    with ExitStack() as gone:

        def make(*, are_migrated=False):
            if not _is_postgresql():
                return {}
            mark = secrets.token_hex(4)
            names = {"DATABASE_URL": f"home_{mark}", "KEYS_URL": f"home_keys_{mark}"}
            for name in names.values():
                drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
                gone.callback(on_server, drop)
            return new_databases(names, are_migrated=are_migrated)

        yield make


@pytest.fixture(scope="module")
def opened_home(tmp_path_factory, databases) -> Home:
    """A centre with people, before any backup."""
    home = make_home(tmp_path_factory.mktemp("centre"), **databases(are_migrated=True))
    home.done("enrol", "sami", "Sami Sang", "administrator")
    return home


@pytest.fixture
def empty_home(opened_home, tmp_path, databases):
    """A clean machine with nothing but the root key, to restore on."""
    folder = tmp_path / "clean"
    folder.mkdir()
    sqlite = {
        "DATABASE_URL": f"sqlite://{folder}/centre.sqlite3",
        "KEYS_URL": f"sqlite://{folder}/keys/keys.sqlite3",
    }
    own = {"CENTRE_HOME": str(folder), **(databases() or sqlite)}
    surroundings = {**opened_home.surroundings, **own}
    return Home(folder, surroundings, opened_home.identity)
