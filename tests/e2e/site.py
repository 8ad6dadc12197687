"""A centre of its own for the browser: own home, own port, the production server."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from centre.core import clock, totp

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20_000
"""Milliseconds that one step of a busy machine may take."""


@dataclass
class Site:
    """A running centre and what its people carry with them."""

    origin: str
    home: Path
    known: dict[str, Any]
    used: dict[str, int] = field(default_factory=dict)
    signed_in: dict[str, Any] = field(default_factory=dict)
    ahead: int = 0
    """Seconds by which the centre's clock was put forward."""

    def code(self, who: str) -> str:
        """The code on this person's phone; each counts once, a step either side."""
        step = max(self.this_step(), self.used.get(who, 0) + 1)
        while step > self.this_step() + totp.TOLERANCE:
            self.put_forward(totp.STEP_SECONDS)
        self.used[who] = step
        moment = datetime.fromtimestamp(step * totp.STEP_SECONDS, tz=UTC)
        return totp.code_at(self.known["seeds"][who], moment)

    def this_step(self) -> int:
        """The time step of the codes that are shown now."""
        return (int(clock.now().timestamp()) + self.ahead) // totp.STEP_SECONDS

    def put_forward(self, seconds: int) -> None:
        """Let this time go by at the centre at once, sooner than we sit it out."""
        self.ahead += seconds
        tell_ahead(self.home, self.ahead)

    def seat(self, browser: Browser, who: str, **how: Any) -> Page:
        """A screen of her own at which somebody has signed in through the pages.

        She does so once, and comes back to it at other screens while it holds: each
        sign-in uses up a code, and the next one is half a minute away.
        """
        kept = self.signed_in.get(who)
        page = screen(browser, storage_state=kept, **how).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{self.origin}/")
        if page.get_by_label("Sign-in name").count():
            self._sign_in(page, who)
            self.signed_in[who] = page.context.storage_state()
        return page

    def _sign_in(self, page: Page, who: str) -> None:
        page.get_by_label("Sign-in name").fill(who)
        page.get_by_label("Password").fill(self.known["passwords"][who])
        page.get_by_role("button", name="Sign in").click()
        page.locator("[name=code]").fill(self.code(who))
        page.locator("main form button").first.click()
        page.wait_for_url(f"{self.origin}/")


def screen(browser: Browser, **how: Any) -> BrowserContext:
    """A browser profile of its own, as large as a desk's screen unless said."""
    how.setdefault("viewport", {"width": 1280, "height": 800})
    return browser.new_context(locale="en-GB", timezone_id="Africa/Nairobi", **how)


def tell_ahead(home: Path, seconds: int) -> None:
    """Write down how far ahead the clock is; whoever reads finds a whole number."""
    told = ahead_file(home)
    half = told.with_suffix(".half")
    half.write_text(str(seconds), encoding="ascii")
    half.replace(told)


def ahead_file(home: Path) -> Path:
    """Where the server of this home reads how far ahead its clock is."""
    return home.with_suffix(".ahead")


def furnished(folder: Path) -> dict[str, Any]:
    """Make a furnished centre in this folder, or take it as another worker left it."""
    folder.mkdir(exist_ok=True)
    told = folder / "told.json"
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not told.exists():
            at = surroundings(folder / "home")
            run_in(at, "manage.py", "setup")
            said = run_in(at, "-m", "tests.e2e.furnish").splitlines()[-1]
            told.write_text(said, encoding="utf-8")
    return dict(json.loads(told.read_text(encoding="utf-8")))


def surroundings(home: Path) -> dict[str, str]:
    """What a program of the centre in this home is told."""
    given = os.environ.items()  # noqa: TID251 - handed on to the server
    kept = {k: v for k, v in given if k not in {"DATABASE_URL", "KEYS_URL"}}
    told = {"CENTRE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "centre.settings"}
    return kept | told


@contextmanager
def served(home: Path, made: Path) -> Iterator[Site]:
    """Serve a copy of the furnished centre until the tests are over."""
    known = furnished(made)
    shutil.copytree(made / "home", home)
    port = free_port()
    origin = f"http://localhost:{port}"
    more = {
        "CENTRE_ORIGIN": origin,
        "CENTRE_AHEAD": str(ahead_file(home)),
        "PORT": str(port),
    }
    tell_ahead(home, 0)
    command = [sys.executable, "-m", "gunicorn", "--config", "tools/server.py"]
    server = subprocess.Popen(
        [*command, "tests.e2e.wsgi:application"],
        cwd=ROOT,
        env=surroundings(home) | more,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert any(line.startswith("Ready") for line in server.stdout)
        yield Site(origin, home, known)
    finally:
        server.terminate()
        server.wait(timeout=40)
        server.stdout.close()


def run_in(told: dict[str, str], *words: str) -> str:
    """What a Python program says in these surroundings."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
