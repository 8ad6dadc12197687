"""Backups are sealed, whole and signed; a restore proves itself or is refused."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from pyrage import x25519

from centre.core.backup import manifest
from centre.core.errors import RuleError
from tests.core.homes import Home, make_home
from tools import postgres

IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "centre.ledger.sqlite"


@pytest.fixture(scope="module")
def made(opened_home) -> Path:
    """A backup's manifest."""
    return opened_home.back_up()


@pytest.fixture
def copy(made, tmp_path) -> Path:
    """A copy of that backup, to be spoilt; the manifest in it."""
    out = made.parent.parent
    for name in (out.name, f"{out.name}-keys"):
        shutil.copytree(out.parent / name, tmp_path / name)
    return tmp_path / out.name / made.parent.name / made.name


def keys_of(path: Path) -> Path:
    out = path.parent.parent
    return out.parent / f"{out.name}-keys" / path.parent.name / path.name


def restore(home, path, *words):
    return home.manage("restore", str(path), f"--identity={home.identity}", *words)


def flip(path: Path, at: int) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def test_a_restore_brings_everything_back_and_proves_it(made, empty_home):
    told = restore(empty_home, made)

    assert told.returncode == 0, told.stderr
    assert "Everything is sound." in told.stdout
    assert "Everything is sound." in empty_home.done("verify")


def test_a_backup_is_written_into_the_ledger(made, opened_home):
    listed = manifest.read(opened_home.back_up()).content["census"]
    before = manifest.read(made).content["census"]
    size = {log["log"]: log["size"] for log in before["logs"]}

    grown = [log["log"] for log in listed["logs"] if log["size"] > size[log["log"]]]
    assert grown == ["osc.example/riverside/custody"]


def test_the_server_cannot_open_its_own_backup(made, opened_home, tmp_path):
    """Nothing in its home is an identity, and the sealed files hold no plain row."""
    homes = [p for p in opened_home.folder.rglob("*") if p.is_file()]
    assert all(b"AGE-SECRET-KEY-" not in path.read_bytes() for path in homes)
    other = tmp_path / "another"
    other.write_text(f"{x25519.Identity.generate()}\n")

    for sealed in (made.parent / "data.age", keys_of(made).parent / "keys.age"):
        content = sealed.read_bytes()
        assert content.startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert b"riverside" not in content
        assert b"SQLite format 3" not in content


def test_another_identity_opens_nothing(made, empty_home, tmp_path):
    other = tmp_path / "another"
    other.write_text(f"{x25519.Identity.generate()}\n")
    empty_home.identity = other

    told = restore(empty_home, made)
    assert told.returncode == 1
    assert "the identity is not one it was sealed for" in told.stderr


def test_a_byte_changed_anywhere_in_a_manifest_counts(copy):
    """Every 16th byte from one that is drawn, so that in time each has its turn."""
    for at in range(secrets.randbelow(16), copy.stat().st_size, 16):
        flip(copy, at)
        with pytest.raises(RuleError, match="was changed or is not one"):
            manifest.read(copy)
        flip(copy, at)
    assert manifest.read(copy)


@pytest.mark.parametrize("part", ["data", "keys"])
@pytest.mark.parametrize("at", [0, 150, -1])
def test_a_changed_file_is_refused_by_name_before_anything_is_written(
    copy, empty_home, part, at
):
    folder = copy.parent if part == "data" else keys_of(copy).parent
    flip(folder / f"{part}.age", at)

    told = restore(empty_home, copy, f"--keys={keys_of(copy)}")
    assert told.returncode == 1
    assert f"{part}.age is not the one that was backed up" in told.stderr
    assert "Restoring" not in told.stdout


def test_a_missing_file_is_refused_by_name(copy, empty_home):
    (copy.parent / "data.age").unlink()

    told = restore(empty_home, copy, f"--keys={keys_of(copy)}")
    assert "data.age of this backup is missing" in told.stderr


def test_a_manifest_signed_by_somebody_else_is_refused(copy, empty_home):
    """Whoever can write the disk can seal for the recipients, but not sign for us."""
    from centre.ledger.signing import Signer

    stranger = Signer.from_seed(bytes(32))
    for path in (copy, keys_of(copy)):
        content = manifest.read(path).content
        path.unlink()
        manifest.write(path.parent, content, signer=stranger)

    told = restore(empty_home, copy, f"--keys={keys_of(copy)}")
    assert told.returncode == 1
    assert "not signed by this centre's own key" in told.stderr


def test_the_key_that_must_have_signed_can_be_named(made, empty_home):
    told = restore(empty_home, made, "--signed-by=k:00")

    assert told.returncode == 1
    assert "signed with another key" in told.stderr


def test_nothing_is_restored_over_a_centre(made, opened_home):
    told = restore(opened_home, made)

    assert told.returncode == 1
    assert "empty" in told.stderr
    assert "Everything is sound." in opened_home.done("verify")


def test_nothing_is_restored_without_the_root_key(made, empty_home, tmp_path):
    empty_home.surroundings["CENTRE_ROOT_KEY"] = str(tmp_path / "not-there")

    told = restore(empty_home, made)
    assert told.returncode == 1
    assert "The root key is not here" in told.stderr


def test_keys_older_than_the_data_are_refused(made, opened_home, empty_home):
    newer = opened_home.back_up()

    told = restore(empty_home, newer, f"--keys={keys_of(made)}")
    assert told.returncode == 1
    assert "The keys are older than the data" in told.stderr


def test_newer_keys_open_older_data(made, opened_home, empty_home):
    newer = opened_home.back_up()

    told = restore(empty_home, made, f"--keys={keys_of(newer)}")
    assert told.returncode == 0, told.stderr


def test_a_backup_older_than_what_is_known_is_told_and_not_gone_on_with(
    made, opened_home, empty_home, tmp_path
):
    opened_home.back_up()
    opened_home.done("tick")
    known = tmp_path / "known.json"
    shutil.copy(opened_home.folder / "known_heads.json", known)
    empty_home.surroundings["CENTRE_KNOWN_HEADS"] = str(known)

    told = restore(empty_home, made)
    assert told.returncode == 0, told.stderr
    assert "are missing" in told.stderr
    for words in (("tick",), ("backup", f"--out={tmp_path / 'new'}")):
        refused = empty_home.manage(*words)
        assert refused.returncode == 1
        assert "Nothing is served or appended." in refused.stderr
        assert "Traceback" not in refused.stderr


def test_old_generations_are_pruned_and_remains_cleared(opened_home, tmp_path):
    out = tmp_path / "pruned"
    (out / ".making-old").mkdir(parents=True)
    for _ in range(3):
        opened_home.done("backup", f"--out={out}", "--keep=2")

    kept = [path.name for path in out.iterdir() if path.name != "blobs"]
    assert len(kept) == 2
    assert all(re.match(r"\d{8}T\d{6}Z-[0-9a-f]{6}$", name) for name in kept)


def test_a_drill_times_proves_and_leaves_nothing(made, opened_home):
    told = opened_home.done(
        "restore_drill", str(made), f"--identity={opened_home.identity}"
    )

    assert re.search(r"Restored and sound in [\d.]+ s\.", told)


def test_a_drill_of_a_spoilt_backup_says_so(copy, opened_home):
    flip(copy.parent / "data.age", 200)

    told = opened_home.manage(
        "restore_drill",
        str(copy),
        f"--keys={keys_of(copy)}",
        f"--identity={opened_home.identity}",
    )
    assert told.returncode == 1
    assert "data.age is not the one that was backed up" in told.stderr


@pytest.mark.parametrize(
    ("surroundings", "says"),
    [
        ({"CENTRE_BACKUP_RECIPIENTS": ""}, "Nobody is named who could open a backup"),
        ({"CENTRE_BACKUP_RECIPIENTS": "age1nonsense"}, "beginning with 'age1'"),
    ],
)
def test_without_a_recipient_nothing_is_backed_up(
    opened_home, tmp_path, surroundings, says
):
    told = opened_home.manage("backup", f"--out={tmp_path / 'new'}", **surroundings)

    assert told.returncode == 1
    assert says in told.stderr
    assert not (tmp_path / "new").exists()


def test_data_and_keys_never_lie_together(opened_home, tmp_path):
    out = tmp_path / "one"
    told = opened_home.manage("backup", f"--out={out}", f"--keys-out={out}")

    assert told.returncode == 1
    assert "different folders" in told.stderr


def test_a_manifest_says_no_more_than_sizes_and_digests(made):
    content = manifest.read(made).content
    listed = json.dumps(content["census"]["tables"])

    assert set(content["census"]["tables"]["core_user"]) == {"rows", "digest"}
    assert "sami" not in listed


def test_a_plain_copy_of_a_file_in_use_is_not_a_backup(tmp_path):
    """The negative control: pages spilt by an open act stand in the copied file."""
    path, copied = tmp_path / "live", tmp_path / "copied"
    live = sqlite3.connect(path)
    live.executescript("PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=5;")
    live.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, half TEXT)")
    live.executemany("INSERT INTO t VALUES (?, 'old')", [(n,) for n in range(20_000)])
    live.commit()
    live.execute("UPDATE t SET half = 'new and longer than before'")

    shutil.copy(path, copied)
    with pytest.raises(sqlite3.DatabaseError) as spoilt:
        _check_whole(copied)
    assert spoilt.value.args
    live.rollback()

    asked = sqlite3.connect(tmp_path / "asked")
    live.backup(asked)
    assert _check_whole(tmp_path / "asked") == {"old"}
    for opened in (live, asked):
        opened.close()


def _check_whole(path: Path) -> set[str]:
    """The values in a file that holds one moment; an error if it holds two."""
    opened = sqlite3.connect(path)
    try:
        [(says,)] = opened.execute("PRAGMA integrity_check(1)").fetchall()
        found = {half for (half,) in opened.execute("SELECT DISTINCT half FROM t")}
    finally:
        opened.close()
    if says != "ok" or len(found) != 1:
        raise sqlite3.DatabaseError("two moments in one file")
    return found


@pytest.mark.postgres
@pytest.mark.skipif(IS_SQLITE, reason="SQLite has no roles.")
def test_under_roles_of_their_own_the_application_backs_up_and_the_owner_restores(
    tmp_path,
):
    """Their rights are granted anew, so that the server works on what came back."""
    psycopg = pytest.importorskip("psycopg")
    with postgres.server() as server:
        home = make_home(tmp_path, **server.as_deployed(), CENTRE_ONE_ROLE="no")
        made = home.back_up()
        clean = Home(tmp_path / "clean", dict(home.surroundings), home.identity)
        clean.surroundings["CENTRE_HOME"] = str(clean.folder)
        with psycopg.connect(server.url("postgres"), autocommit=True) as opened:
            for name in postgres.DATABASES:
                opened.execute(f"DROP DATABASE {name} WITH (FORCE)")
                opened.execute(f"CREATE DATABASE {name} OWNER {postgres.OWNER}")

        told = restore(clean, made)
        assert told.returncode == 0, told.stderr
        assert "Everything is sound." in clean.done("verify", MIGRATE_URL="")
        clean.done("enrol", "sami", "Sami Sang", "administrator", MIGRATE_URL="")
