"""Under a wrong, broken or missing key nothing is served and nothing is written."""

from __future__ import annotations

import hashlib
import importlib
import io
import pkgutil

import pytest
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from centre.core.commands import WritingCommand
from centre.core.models import Centre
from centre.core.outage import SHUT
from centre.core.start import refuse_unsafe_start
from centre.intake.models import Identity
from centre.ledger.models import Entry
from centre.vault import keys, root
from centre.vault.errors import RootKeyError
from centre.vault.models import CentreKey
from tests.house import ROOT
from tests.vault import raw

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

HOMES = (
    "centre.management.commands",
    "centre.core.management.commands",
    "centre.chain_of_custody.management.commands",
    "centre.packs.management.commands",
)
WITHOUT_KEYS = {
    "setup": "makes what is missing; refuses to make a second root key",
    "migrate": "changes tables, not what is in them",
    "grant_rights": "changes rights in PostgreSQL only",
    "restore": "fills an empty home, and asks for the root key itself",
    "recovery_shares": "brings a key back; its two other steps refuse by themselves",
    "mirror": "copies entries, which are not encrypted, to files",
    "verify": "tells which key is wrong; refuses only without the root key",
    "signer": "has a key of its own, and no database",
    "witness": "has a key of its own, and no database",
    "cast": "only reads",
    "code": "only reads",
    "print_access_matrix": "only reads",
    "check_packs": "only reads",
}


def commands() -> dict[str, BaseCommand]:
    """Every command of the project by name; of two with a name the roof's counts."""
    found: dict[str, BaseCommand] = {}
    for home in HOMES:
        package = importlib.import_module(home)
        for module in pkgutil.iter_modules(package.__path__):
            made = importlib.import_module(f"{home}.{module.name}").Command()
            found.setdefault(module.name, made)
    return found


@pytest.fixture
def key_file(centre, settings, tmp_path):
    """This centre's root key in a file that a test may spoil."""
    path = tmp_path / "root.key"
    root.write_key(path, root.held_key())
    settings.VAULT_ROOT_KEY_FILE = path
    keys.forget()
    return path


def missing(path):
    path.unlink()


def another(path):
    path.unlink()
    root.create_root_key(path)


def cut_short(path):
    path.chmod(0o600)
    path.write_text(path.read_text()[:-9] + "\n")


def emptied(path):
    path.chmod(0o600)
    path.write_text("")


def readable_by_others(path):
    path.chmod(0o644)


def a_centres_key_is_another(path):
    """Of the right form, but wrapped under a root key nobody has."""
    stranger = root.HeldRootKey(b"s" * 32)
    row = CentreKey.objects.get(centre_id=Centre.objects.get().pk)
    row.wrapped = stranger.wrap(b"k" * 32, b"aad")
    row.save()


def the_check_is_lost(path):
    with connections["keys"].cursor() as cursor:
        cursor.execute("DELETE FROM vault_root_check")


SPOILS = {
    missing: "cannot be found",
    another: "does not open this key store",
    cut_short: "no known form|wrong length",
    emptied: "no known form|wrong length",
    readable_by_others: "Others may read",
    a_centres_key_is_another: "A key in the key store does not open",
    the_check_is_lost: "lost the check",
}


@pytest.fixture(params=SPOILS, ids=lambda spoil: spoil.__name__)
def spoilt(request, key_file):
    """What a refusal says, once the key is spoilt."""
    request.param(key_file)
    keys.forget()
    return SPOILS[request.param]


def everything() -> str:
    """A digest of every byte of both databases."""
    found = b"".join(raw.everything(alias) for alias in ("default", "keys"))
    return hashlib.sha256(found).hexdigest()


def test_every_command_that_writes_tries_the_keys_first():
    """A command that is added later cannot be forgotten."""
    free = {n for n, c in commands().items() if not isinstance(c, WritingCommand)}

    assert free == set(WITHOUT_KEYS)


def test_nothing_is_served(spoilt):
    with pytest.raises(RootKeyError, match=spoilt):
        refuse_unsafe_start()


def test_no_command_writes(spoilt):
    before, said = everything(), {}
    for name, command in commands().items():
        if isinstance(command, WritingCommand):
            with pytest.raises(CommandError, match=spoilt) as refused:
                command.execute()
            said[name] = refused.value.returncode

    assert len(said) > 12
    assert set(said.values()) == {1}
    assert everything() == before


@pytest.mark.parametrize(
    "words", [("tick",), ("recovery_shares", "make"), ("rotate_keys", "--root")]
)
def test_commands_refuse_as_they_are_called(spoilt, words):
    before = everything()

    with pytest.raises(CommandError, match=spoilt):
        call_command(*words, stdout=io.StringIO())

    assert everything() == before


def test_a_check_says_that_it_could_not_be_made(key_file):
    another(key_file)
    keys.forget()
    before = everything()

    with pytest.raises(CommandError, match="does not open") as refused:
        call_command("verify", stdout=io.StringIO())

    assert refused.value.returncode == 2
    assert everything() == before


def test_with_the_right_key_all_goes_on(key_file):
    """The negative control."""
    keys.check_keys(may_be_empty=False)
    call_command("tick")

    assert Entry.objects.exists()


def test_no_second_root_key_is_made_beside_a_key_store(key_file, settings, tmp_path):
    settings.CENTRE_HOME = settings.KEY_DIR = settings.VAULT_BLOBS = tmp_path
    key_file.unlink()
    before = everything()

    with pytest.raises(CommandError, match="recovery"):
        call_command("setup")

    assert not key_file.exists()
    assert everything() == before


def test_a_page_says_so_and_keeps_what_was_typed(case, nurse, browse, key_file):
    page = browse(nurse)
    another(key_file)
    keys.forget()

    answer = page.post(
        f"/intake/cases/{case.reference}/identity/", {"given_names": "Amani"}
    )

    assert answer.status_code == 503
    assert SHUT in answer.content.decode()
    assert "Amani" in answer.content.decode()
    assert not Identity.objects.exists()


def test_every_command_is_known():
    assert all((ROOT / home.replace(".", "/")).is_dir() for home in HOMES)
