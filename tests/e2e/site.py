"""A centre of its own for the browser: own home, own port, the production server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
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

    def code(self, who: str) -> str:
        """The code on this person's phone; each counts once, a step either side."""
        step = max(this_step(), self.used.get(who, 0) + 1)
        while step > this_step() + totp.TOLERANCE:
            time.sleep(0.5)
        self.used[who] = step
        moment = datetime.fromtimestamp(step * totp.STEP_SECONDS, tz=UTC)
        return totp.code_at(self.known["seeds"][who], moment)

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


def this_step() -> int:
    """The time step of the codes that are shown now."""
    return int(clock.now().timestamp()) // totp.STEP_SECONDS


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """Make a centre in this home and serve it until the tests are over."""
    port = free_port()
    origin = f"http://localhost:{port}"
    given = os.environ.items()  # noqa: TID251 - handed on to the server
    kept = {k: v for k, v in given if k not in {"DATABASE_URL", "KEYS_URL"}}
    surroundings = kept | {
        "CENTRE_HOME": str(home),
        "CENTRE_ORIGIN": origin,
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "centre.settings",
    }
    run_in(surroundings, "manage.py", "setup")
    told = run_in(surroundings, "-m", "tests.e2e.furnish").splitlines()[-1]
    command = [sys.executable, "-m", "gunicorn", "--config", "tools/server.py"]
    server = subprocess.Popen(
        [*command, "centre.wsgi:application"],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert any(line.startswith("Ready") for line in server.stdout)
        yield Site(origin, home, json.loads(told))
    finally:
        server.terminate()
        server.wait(timeout=40)
        server.stdout.close()


def run_in(surroundings: dict[str, str], *words: str) -> str:
    """What a Python program says in these surroundings."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings,
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
