"""The clock keeps the mirrors; whoever checks the records checks them too."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from centre.core import mirrors
from centre.core.verification import faults
from centre.ledger import mirror


@pytest.fixture
def folder(tmp_path, settings):
    """Where the mirrors of this centre lie."""
    settings.MIRROR = str(tmp_path / "disk")
    return tmp_path / "disk"


def test_clock_mirrors_both_logs(centre, nurse, folder):
    call_command("tick")

    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "osc.example_riverside_access.jsonl",
        "osc.example_riverside_custody.jsonl",
    ]
    assert list(faults()) == []


def test_clock_says_so_when_a_mirror_tells_another_history(centre, nurse, folder):
    call_command("tick")
    for _, path in mirrors.paths():
        path.write_bytes(path.read_bytes() + b"something\n")

    with pytest.raises(CommandError, match="The mirror was not kept"):
        call_command("tick")


def test_check_of_all_records_finds_a_changed_mirror(centre, nurse, folder, capsys):
    call_command("tick")
    _, path = next(mirrors.paths())
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)

    assert [fault.table for fault in faults()] == ["mirror"]
    with pytest.raises(SystemExit):
        call_command("mirror", check=True)
    assert "Entry 0 is not what the mirror holds" in capsys.readouterr().err


def test_mirror_on_demand_and_its_head(centre, nurse, folder, capsys):
    call_command("mirror")
    call_command("mirror", check=True)
    _, path = next(mirrors.paths())
    call_command("mirror", head=path)

    assert f"{mirror.head_of(path)[0]} entries, root " in capsys.readouterr().out


def test_mirror_without_a_folder_says_what_to_set(centre, settings):
    settings.MIRROR = ""
    with pytest.raises(CommandError, match="CENTRE_MIRROR"):
        call_command("mirror")
