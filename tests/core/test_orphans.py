"""Files of acts that failed are swept; no file that is or will be needed ever is."""

from __future__ import annotations

import io
import os
import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings as given
from django.core.management import call_command
from django.db import connection, connections, transaction

from centre.core import clock, orphans
from centre.core.actions.upkeep import sweep_files
from centre.core.verification import faults
from centre.ledger.models import Entry
from centre.vault import files
from tests.core.test_verification import behind_the_back

IS_SQLITE = given.DATABASES["default"]["ENGINE"] == "centre.ledger.sqlite"
only_postgresql = pytest.mark.skipif(IS_SQLITE, reason="One writes at a time there.")
LONG_AGO = orphans.REST + timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAULT_BLOBS = tmp_path / "blobs"


def aged(blob: UUID) -> UUID:
    """The file as if it had been written days ago."""
    then = (clock.now() - LONG_AGO).timestamp()
    os.utime(files.path_of(blob), (then, then))
    return blob


def written(case) -> UUID:
    """A file without a row, as an act leaves it behind that fails later."""
    blob = uuid4()
    files.write([b"what was in it"], blob_id=blob, case_id=case.pk)
    return blob


@pytest.fixture
def photograph(case, nurse):
    """A photograph with its row; both files as if they were old."""
    from centre.demo import care
    from centre.forensics import actions
    from tests.chain_of_custody.conftest import decide

    for code in ("C01", "C06a", "C13"):
        decide.__wrapped__(nurse)(case, code)
    exam = actions.begin_examination(case=case, pack_name="who-core-adult", by=nurse)
    row = care.photograph(exam, nurse)
    for path in orphans._rested(clock.now() + timedelta(minutes=1)):
        aged(UUID(path.name))
    return row


def test_the_file_of_an_act_that_failed_later_is_removed_and_counted(case):
    with transaction.atomic():
        blob = aged(written(case))
        transaction.set_rollback(True)

    assert sweep_files() == orphans.Swept(gone=1, kept=0)
    assert not files.exists(blob)
    assert Entry.objects.filter(kind="files.swept").count() == 1
    assert sweep_files().gone == 0
    assert Entry.objects.filter(kind="files.swept").count() == 1


def test_a_file_left_half_written_is_removed(case):
    path = files.path_of(aged(written(case)))
    path.rename(path.with_name(f".{path.name}.0abc"))

    assert sweep_files().gone == 1


def test_a_file_that_was_written_a_moment_ago_stays(case):
    blob = written(case)

    assert sweep_files().gone == 0
    assert files.exists(blob)


def test_a_file_that_a_row_names_stays(photograph):
    assert sweep_files() == orphans.Swept(0, 0)
    assert files.exists(photograph.blob_id)
    assert list(faults()) == []


def test_a_row_kept_while_files_are_listed_keeps_its_file(case, monkeypatch):
    """The rows are asked after the files: the other way round this one would go."""
    blob, listed = aged(written(case)), orphans._rested

    def meanwhile(since):
        found = list(listed(since))
        monkeypatch.setattr(orphans, "_named", lambda: iter([blob.hex]))
        return iter(found)

    monkeypatch.setattr(orphans, "_rested", meanwhile)

    assert sweep_files() == orphans.Swept(0, 0)
    assert files.exists(blob)


def test_a_file_whose_row_was_taken_away_stays_and_is_told(photograph):
    behind_the_back(
        "forensics_photograph",
        "UPDATE forensics_photograph SET blob_id = %s",
        uuid4().hex if connection.vendor == "sqlite" else uuid4(),
    )
    said = io.StringIO()
    call_command("sweep_files", stdout=said)

    assert files.exists(photograph.blob_id)
    assert "1 files stay" in said.getvalue()


@pytest.fixture
def swept_elsewhere():
    """What somebody on another connection sweeps, who sees no row of this act."""

    def sweep() -> int:
        found: list[int] = []

        def run() -> None:
            found.append(orphans.sweep(at=clock.now()).gone)
            connections.close_all()

        other = threading.Thread(target=run)
        other.start()
        other.join()
        return found[0]

    return sweep


@pytest.mark.postgres
@only_postgresql
def test_the_file_of_an_act_under_way_stays(photograph, swept_elsewhere):
    """Its row is not to be seen yet; what keeps the file is that it is new."""
    os.utime(files.path_of(photograph.blob_id))

    assert swept_elsewhere() == 1  # the copy, which is made to look old
    assert files.exists(photograph.blob_id)
