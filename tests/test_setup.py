"""The two commands: what they say when they cannot go on, and what they leave."""

from __future__ import annotations

import ast
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.house import ROOT
from tools import bootstrap, environment, machine, places, postgres, serve
from tools.talk import SetUpError

PATIENCE = 300


@pytest.fixture
def copy(tmp_path):
    """A checkout with nothing to install, for trying the set-up itself."""
    for name in ("tools", "Makefile"):
        source = ROOT / name
        take = shutil.copytree if source.is_dir() else shutil.copy
        take(source, tmp_path / name)
    (tmp_path / "requirements").mkdir()
    for level in places.LOCKS:
        (tmp_path / "requirements" / f"{level}.txt").touch()
    return tmp_path


def boot(folder: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"PORT", "CENTRE_HOME"}}
    return subprocess.run(
        [sys.executable, "-m", "tools.bootstrap", *words],
        cwd=folder,
        env=kept | given,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_an_old_python_is_told_so_in_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; here is 3\.9"):
        bootstrap.use_new_python()


def test_an_old_python_can_read_what_tells_it_so():
    text = Path(bootstrap.__file__).read_text(encoding="utf-8")

    ast.parse(text, feature_version=(3, 7))
    assert "from tools" not in text.split("def main")[0]


def test_an_unknown_word_is_answered_with_the_known_ones(copy):
    done = boot(copy, "rum")

    assert done.returncode == 1
    assert "Say one of: install, run" in done.stderr


def test_a_taken_port_is_said_before_anything_is_made(copy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = boot(copy, "run", PORT=port)

    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize("port", ["http", "80", "70000", "-1", ""])
def test_a_port_that_is_none_is_refused(copy, port):
    done = boot(copy, "run", PORT=port)

    assert "PORT must be a whole number from 1024 to 65535." in done.stderr


def test_a_folder_that_cannot_be_written_is_named(copy):
    (copy / "file").touch()
    done = boot(copy, "run", PORT=str(postgres.free_port()), CENTRE_HOME="file/home")

    assert done.returncode == 1
    assert "Nothing can be written in" in done.stderr
    assert "CENTRE_HOME" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_database_without_its_keys_is_never_started_over(tmp_path, monkeypatch):
    (tmp_path / "centre.sqlite3").write_bytes(b"rows")
    monkeypatch.setenv("CENTRE_HOME", str(tmp_path))

    with pytest.raises(SetUpError, match="no keys among them"):
        serve._prepare({})
    assert (tmp_path / "centre.sqlite3").read_bytes() == b"rows"


def test_without_a_network_nothing_is_left_half_done(copy):
    lock = copy / "requirements" / "run.txt"
    lock.write_text(f"pip==1.0 --hash=sha256:{'0' * 64}\n", encoding="ascii")
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "1",
    }
    done = boot(copy, "install", **nowhere)

    assert done.returncode == 1
    assert "The package registry cannot be reached." in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(copy.glob(".venv*"))


def test_a_failed_installation_leaves_the_old_environment(copy):
    assert boot(copy, "install").returncode == 0
    kept = (copy / ".venv" / "installed.json").read_bytes()
    (copy / "requirements" / "run.txt").write_text("nonsense==\n", encoding="ascii")

    assert boot(copy, "install").returncode == 1
    assert (copy / ".venv" / "installed.json").read_bytes() == kept
    assert [path.name for path in copy.glob(".venv*")] == [".venv"]


def test_the_second_installation_makes_nothing_and_a_new_lock_is_noticed(copy):
    assert "Making the environment" in boot(copy, "install").stdout
    assert "Making" not in boot(copy, "install").stdout
    (copy / "requirements" / "run.txt").write_text("# another\n", encoding="ascii")
    assert "Making the environment" in boot(copy, "install").stdout


def test_scripts_of_the_environment_name_the_place_where_it_lies(copy):
    boot(copy, "install")
    first = (copy / ".venv" / "bin" / "pip").read_bytes().splitlines()[0]

    assert first.startswith(f"#!{copy}/.venv/bin/python".encode())


def test_remains_of_a_killed_installation_are_cleared(copy):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    remains = copy / f".venv.new-{ended.pid}"
    remains.mkdir()

    boot(copy, "install")
    assert not remains.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Temporary failure in name resolution", "registry cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("ERROR: No matching distribution found", "does not hold a locked package"),
    ],
)
def test_what_pip_said_becomes_a_sentence(said, sentence):
    assert sentence in environment._cause(said)


def test_what_cannot_be_installed_is_named_with_the_command(monkeypatch):
    monkeypatch.setattr(machine, "_as_root", lambda: None)

    with pytest.raises(SetUpError, match="Run: sudo apt-get install python3-venv"):
        machine.need(["python3-venv"], "Why.")


def test_every_verb_has_a_target_with_words(copy):
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z0-9]+): +## \S", text, re.MULTILINE))

    assert set(bootstrap.VERBS) | {"help"} == explained


@pytest.mark.parametrize("verb", bootstrap.VERBS)
def test_every_verb_begins_with_a_bare_python(verb):
    """Nothing is installed yet when it is called for the first time."""
    words = f"import sys; sys.path.append('.'); from {bootstrap.VERBS[verb]} import "
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", words + verb],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""


def test_the_server_for_the_tests_is_durable_private_and_gone_afterwards(monkeypatch):
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed on this machine")
    monkeypatch.setenv("PGPORT", "1")
    with postgres.server() as server:
        with psycopg.connect(server.url("keys")) as link:
            for name in ("fsync", "full_page_writes", "data_checksums"):
                assert link.execute(f"SHOW {name}").fetchone() == ("on",)
            assert link.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url("keys").replace(server.password, "guess"))
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url("keys"))


class Running:
    """`make run` in a home of its own, until the block ends."""

    def __init__(self, home: Path, port: int) -> None:
        self.said: list[str] = []
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CENTRE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.bootstrap", "run"],
            cwd=ROOT,
            env=kept | {"CENTRE_HOME": str(home), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Running:
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Ready: "):
                return self
        raise AssertionError("".join(self.said))

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=40)
        self.process.stdout.close()


@pytest.mark.e2e
def test_run_serves_a_demo_and_the_second_start_keeps_it(tmp_path):
    port = postgres.free_port()
    with Running(tmp_path / "home", port) as first:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        link.request("GET", "/sign-in/")
        answer = link.getresponse()
        assert answer.status == 200
        assert b"<title>" in answer.read()
        link.close()
        table = "".join(first.said)
        for person in ("nadia", "kito", "ivan", "coral"):
            assert person in table

    with Running(tmp_path / "home", port) as second:
        again = "".join(second.said)
    words = re.compile(r"nurse\s+nadia\s+(\w+ \w+ \w+ \w+ \d+)")
    assert words.findall(table)
    assert words.findall(table) == words.findall(again)
