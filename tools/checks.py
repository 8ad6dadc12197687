"""Every check and every test, in the order in which a failure is cheapest."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools import machine, migrated, places, postgres
from tools.environment import install
from tools.talk import SetUpError, say, step

_GATES: Final = (
    ("Types", ("mypy",)),
    ("Style", ("ruff", "check", ".")),
    ("Form", ("ruff", "format", "--check", "--quiet", ".")),
    ("Templates", ("djlint", "templates", "--lint", "--quiet")),
    ("Layers", ("lint-imports", "--no-cache")),
)
_MANAGED: Final = (
    ("Migrations", ("makemigrations", "--check", "--dry-run")),
    ("Form packs", ("check_packs",)),
    ("Deployment settings", ("check", "--deploy", "--fail-level=WARNING")),
)
_TWO_WORKERS: Final = ("-n", "2", "--dist", "worksteal")
"""A worker keeps neighbours, so that what a module furnishes is furnished once."""
_IN_A_HURRY: Final = ("synchronous_commit=off", "shared_buffers=256MB", "jit=off")
"""No power cut is tried on this server; kill tests and restores start their own."""
_DATABASES: Final = frozenset({"DATABASE_URL", "KEYS_URL"})
_NO_BROWSER: Final = "not e2e"
_STORED: Final = "stored and not e2e"
"""Whatever touches no rows was tried on SQLite and has nothing new to say."""


def check() -> None:
    """Style, templates, layers, types, migrations, packs and settings; no tests."""
    install("test")
    with _own_home() as surroundings:
        _check(surroundings)


def test() -> None:
    """All of it; the last line is the summary of the last tests."""
    install("test")
    machine.complete_for_tests()
    with _own_home() as surroundings:
        _check(surroundings)
        with _migrated(surroundings) as more:
            _test({**surroundings, **more})


def _test(surroundings: Mapping[str, str]) -> None:
    say("\n→ Tests on SQLite")
    _pytest(surroundings, *_TWO_WORKERS, "-m", _NO_BROWSER)
    say("\n→ Tests on PostgreSQL")
    copied = Path(surroundings[migrated.NAMED_BY]) / migrated.SERVER
    with postgres.server(*_IN_A_HURRY, of=copied) as server:
        urls = {"DATABASE_URL": server.url("centre"), "KEYS_URL": server.url("keys")}
        _pytest({**surroundings, **urls}, *_TWO_WORKERS, "-m", _STORED)
    say("\n→ The visits in a browser")
    _pytest(surroundings, *_TWO_WORKERS, "-m", "e2e")


@contextmanager
def _migrated(surroundings: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Databases that are up to date, for every test of the run to copy."""
    with tempfile.TemporaryDirectory(prefix="centre-migrated-") as folder:
        with step("Databases of both kinds, migrated once"):
            more = migrated.make(Path(folder), surroundings)
        yield more


def e2e() -> None:
    """The visits alone."""
    install("test")
    machine.complete_for_tests()
    with _own_home() as surroundings:
        _pytest(surroundings, "-m", "e2e")


def properties(seed: str) -> None:
    """What the tests say of every example, tried on examples nobody has seen."""
    tests = (places.ROOT / "tests").rglob("test_*.py")
    named = [str(t) for t in tests if "from hypothesis" in t.read_text("utf-8")]
    with _own_home() as surroundings:
        search = ("--hypothesis-profile=searching", f"--hypothesis-seed={seed}")
        _pytest(surroundings, *_TWO_WORKERS, *search, *named)


def fix() -> None:
    """What tools can put right without judgement."""
    install("test")
    for words in (("ruff", "check", "--fix", "."), ("ruff", "format", ".")):
        _tool(words, dict(os.environ))


def _check(surroundings: Mapping[str, str]) -> None:
    _manage(("setup",), surroundings)
    deployed = {**surroundings, "CENTRE_ORIGIN": "https://centre.example"}
    with ThreadPoolExecutor(2) as both:
        gates = [
            *(both.submit(_gate, n, _tool, words, surroundings) for n, words in _GATES),
            *(both.submit(_gate, n, _manage, words, deployed) for n, words in _MANAGED),
        ]
        wrong = [name for gate in gates for name in gate.result()]
    if wrong:
        raise SetUpError(
            f"Not right yet: {', '.join(wrong)}. What to change stands above."
        )


def _gate(
    name: str,
    run: Callable[[Sequence[str], Mapping[str, str]], int],
    words: Sequence[str],
    surroundings: Mapping[str, str],
) -> list[str]:
    """Its name if something is wrong; two gates run at a time."""
    with step(name):
        return [name] * bool(run(words, surroundings))


def _tool(words: Sequence[str], surroundings: Mapping[str, str]) -> int:
    command = [str(places.VENV / "bin" / words[0]), *words[1:]]
    return subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode


def _manage(words: Sequence[str], surroundings: Mapping[str, str]) -> int:
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), *words]
    return subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode


def _pytest(surroundings: Mapping[str, str], *words: str) -> None:
    command = [str(places.PYTHON), "-m", "pytest", "-q", *words]
    if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
        raise SetUpError("Some tests failed; they are named above.")


@contextmanager
def _own_home() -> Iterator[dict[str, str]]:
    """Surroundings in which nothing of a real centre can be touched."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CENTRE_", "PG")) and name not in _DATABASES
    }
    with tempfile.TemporaryDirectory(prefix="centre-checks-") as home:
        yield kept | {
            "CENTRE_HOME": home,
            "CENTRE_BROWSER": shutil.which("chromium") or "",
            "DJANGO_SETTINGS_MODULE": "centre.settings",
        }
