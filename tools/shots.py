"""Pictures of the key pages, for looking at before a change lands.

Everybody of the demo signs in once, looks at the work she has under way and follows the
links from her work list. Each kind of page is taken once per person: on a phone, on a
desk, and in the dark. Two of the pictures are those of the README.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tools import places

OUT: Final = places.BUILD / "shots"
README: Final = {
    "worklist.png": "kito-home-desk.png",
    "handover.png": "ivan-evidence-mine-x-receive-desk.png",
}
MOST_PAGES: Final = 30
LOOKS: Final = (
    ("phone", 360, 740, "light"),
    ("desk", 1280, 800, "light"),
    ("dark", 1280, 800, "dark"),
)
FLAGS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)
_NOT_FOLLOWED: Final = re.compile(
    r"/(exit|away|sign-out|sign-in|lock|static|original|receipt)\b"
)
_OWN_NAME: Final = re.compile(r"[A-Z0-9-]{6,}|[0-9a-f-]{32,36}|\d+")
_OK: Final = 200
_PATIENCE: Final = 40


def main() -> None:
    """Every person in turn."""
    browser_path = os.environ.get("CENTRE_BROWSER") or shutil.which("chromium")
    if browser_path is None:
        sys.exit("Pictures need a browser: sudo apt-get install chromium")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    origin = os.environ["CENTRE_ORIGIN"]
    first = under_way()
    with served(origin), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        take_door(browser, origin)
        for username, password in people().items():
            page = browser.new_page()
            sign_in(page, origin, username, password)
            take_all(page, origin, username, first.get(username, []))
            page.close()
        browser.close()
    for name, source in README.items():
        shutil.copy(OUT / source, places.ROOT / "docs" / "shots" / name)
    print(f"{len(list(OUT.glob('*.png')))} pictures lie in {OUT}.")


def people() -> dict[str, str]:
    """Sign-in names and passwords of the demo."""
    kept = Path(os.environ["CENTRE_HOME"], "demo.json").read_text(encoding="utf-8")
    return dict(json.loads(kept))


@contextmanager
def served(origin: str) -> Iterator[None]:
    """The production server, for as long as the pictures are taken."""
    command = [sys.executable, "-m", "gunicorn", "--config", "tools/server.py"]
    server = subprocess.Popen(
        [*command, "centre.wsgi:application"],
        cwd=places.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in server.stdout or ():
            if line.startswith("Ready"):
                yield
                return
        sys.exit(f"The server did not start at {origin}.")
    finally:
        server.terminate()
        server.wait(timeout=_PATIENCE)


def take_door(browser: Browser, origin: str) -> None:
    """The page that everybody sees first."""
    page = browser.new_page()
    page.goto(f"{origin}/sign-in/")
    take(page, "everybody", "/sign-in/")
    page.close()


def under_way() -> dict[str, list[str]]:
    """Work half done is made in the demo's home; whose pages it leads to."""
    return dict(json.loads(told_by("-m", "tools.under_way")))


def told_by(*words: str) -> str:
    """The last line that a Python program of ours prints."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=places.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def take_all(page: Page, origin: str, username: str, first: list[str]) -> None:
    """What this person has under way, and what her work list leads to."""
    waiting = ["/", *first]
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        kind = _OWN_NAME.sub("x", address)
        if kind in seen:
            continue
        seen.add(kind)
        answer = page.goto(origin + address)
        if answer is None or answer.status != _OK:
            continue
        take(page, username, address)
        waiting += links(page, origin)
    print(f"  {username}: {len(seen)} kinds of page", flush=True)


def sign_in(page: Page, origin: str, username: str, password: str) -> None:
    """By both factors; a code that was just used is waited out."""
    page.goto(f"{origin}/sign-in/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("main form button")
    until = time.monotonic() + _PATIENCE
    while "/sign-in/code/" in page.url and time.monotonic() < until:
        page.fill("input[name=code]", told_by("manage.py", "code", username))
        page.click("main form button")
        page.wait_for_load_state()
        time.sleep(1)


def links(page: Page, origin: str) -> list[str]:
    """Addresses of this site that the page leads to by a plain link."""
    found: list[Any] = page.locator("a[href]").evaluate_all(
        "all => all.map(one => one.href)"
    )
    inside = [
        str(link).removeprefix(origin) for link in found if str(link).startswith(origin)
    ]
    paths = [link.split("#")[0].split("?")[0] for link in inside]
    return [path for path in dict.fromkeys(paths) if not _NOT_FOLLOWED.search(path)]


def take(page: Page, who: str, address: str) -> None:
    """One page in every look."""
    name = re.sub(r"[^a-z0-9]+", "-", _OWN_NAME.sub("x", address).lower()).strip("-")
    for look, width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        time.sleep(0.05)
        page.screenshot(path=OUT / f"{who}-{name or 'home'}-{look}.png", full_page=True)


if __name__ == "__main__":
    main()
