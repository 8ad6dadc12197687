"""One centre and one browser for all visits of a run; a screen for each person."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.site import served

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Everything in this folder drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    """A small furnished centre behind the production server.

    Workers that run side by side furnish one and serve a copy each.
    """
    own = tmp_path_factory.getbasetemp()
    made = (own if worker_id == "master" else own.parent) / "furnished"
    with served(tmp_path_factory.mktemp("e2e") / "home", made) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(site):
    """Debian's own browser, without a window.

    It closes before the server does, which waits for connections left open.
    """
    named = os.environ.get("CENTRE_BROWSER")  # noqa: TID251 - as the set-up found it
    path = named or shutil.which("chromium")
    if not path:
        pytest.skip("Chromium is not installed: sudo apt-get install chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def sit(site, chromium):
    """Let somebody sign in at a screen of her own; it is cleared away afterwards."""
    seats = []

    def sat(who, **how):
        seats.append(site.seat(chromium, who, **how))
        return seats[-1]

    yield sat
    for page in seats:
        page.context.close()
