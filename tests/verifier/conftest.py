"""A bundle of a handed-over kit, made by the acts, and the verifier on its own."""

from __future__ import annotations

import io
import runpy
import shutil
import subprocess
import sys
import zipfile

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.documents import record_certificate
from centre.chain_of_custody.rules.checks import Seen
from centre.core.actions import approvals
from tests.chain_of_custody.conftest import *  # noqa: F403 - the same furniture
from tests.house import ROOT
from tools import workshop

VERIFIER = ROOT / "verifier" / "osc_verify.py"


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """One-time codes are tried in the tests of sign-in."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def handed_over(sealed_kit, shelf, custodian, investigator, terms):
    """A kit with two items that went all the way to the investigator."""
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    actions.print_report(package=sealed_kit, by=custodian)
    transfer = actions.release_transfer(
        case=sealed_kit.case,
        lines=[actions.Line(item) for item in sealed_kit.items.all()],
        seals={sealed_kit.code: "K1"},
        terms=terms,
        receiver=investigator,
        by=custodian,
    )
    actions.receive_transfer(
        transfer=transfer, seen={sealed_kit.code: Seen("K1")}, by=investigator
    )
    return sealed_kit


@pytest.fixture
def export(handed_over, custodian):
    """The bundle's files, by name."""

    def exported(**how):
        given = {
            "packages": [handed_over],
            "by": custodian,
            "code": "good",
            "certify": record_certificate,
            **how,
        }
        return unzipped(export_evidence(**given))

    return exported


@pytest.fixture(scope="module")
def drawer():
    """Where what was exported once lies for all tests of a module."""
    return {}


@pytest.fixture
def exported(request, drawer):
    """The files of one bundle; the furniture is put up only where it is missing."""
    if "court" not in drawer:
        drawer["court"] = request.getfixturevalue("export")()
    return drawer["court"]


def unzipped(content):
    """The files of a zip, without the folder they stand in."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        return {n.partition("/")[2]: archive.read(n) for n in names}


@pytest.fixture
def check(tmp_path, capsys):
    """Run the verifier on files in a folder: its exit code and its words."""
    main = runpy.run_path(str(VERIFIER))["main"]

    def checked(files, *words):
        folder = tmp_path / "bundle"
        shutil.rmtree(folder, ignore_errors=True)
        for name, raw in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        code = main([str(folder), *map(str, words)])
        return code, capsys.readouterr().out

    return checked


def alone(path, *words):
    """The same as a stranger would: in a process and a folder that know no project."""
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path), *map(str, words)],
        capture_output=True,
        text=True,
        cwd=path.parent,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def honest() -> workshop.Log:
    """The log as it was written."""
    return workshop.write(workshop.story())
