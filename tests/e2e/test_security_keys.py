"""Both sides of a hand-over confirm it with a passkey, at a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.hands import fill, press
from tests.e2e.test_hand_over import PHONE, fits, look, release, transfer_code

PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def keyed(site, sit):
    """Give a screen a passkey of its own, and its person registers it.

    Afterwards she takes it out of use, so that others are asked for no key of hers.
    """
    holders = []

    def register(who, page):
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
        page.goto(f"{site.origin}/account/keys/")
        fill(page, {"name": "Blue key"})
        page.locator("[data-passkey] [name=code]").fill(site.code(who))
        press(page, "Register a security key")
        expect(page.locator(".messages")).to_contain_text("The security key is regist")
        expect(page.locator("main")).to_contain_text("Blue key")
        holders.append((who, page))
        return devtools, made["authenticatorId"]

    yield register
    for who, page in holders:
        page.goto(f"{site.origin}/account/keys/")
        page.locator("main summary").first.click()
        own = page.locator("main details form")
        own.locator("[name=code]").fill(site.code(who))
        own.get_by_role("button").click()
        expect(page.locator("main")).to_contain_text("out of use since")


def grave(page):
    """What the checker of accessibility holds against the page."""
    found = Axe().run(page).response["violations"]
    return [f["id"] for f in found if f["impact"] in {"serious", "critical"}]


def confirm(page):
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Confirm with your security key"
    )
    assert grave(page) == []
    press(page, "Use the security key")
    expect(page.locator(".messages")).to_contain_text("Confirmed with your security")


def test_both_sides_confirm_with_a_passkey(site, sit, keyed):
    ready = site.known["approved"][3]
    kito, ivan = sit("kito"), sit("ivan", viewport=PHONE)
    keyed("kito", kito)
    keyed("ivan", ivan)
    assert grave(ivan) == []
    assert fits(ivan)
    release(site, kito, ready)
    confirm(kito)
    assert "/transfers/" in kito.url

    ivan.goto(f"{site.origin}/custody/transfers/{transfer_code(kito)}/receive/")
    fill(ivan, {**look(ready), "code": site.code("ivan")})
    press(ivan, "Sign and receive")
    assert fits(ivan)
    confirm(ivan)

    kito.reload()
    expect(kito.locator("main")).to_contain_text("Signed (security key)")
    assert kito.locator("main").inner_text().count("Signed (security key)") == 2


def test_key_that_is_not_unlocked_loses_nothing_that_was_typed(site, sit, keyed):
    page = sit("nadia")
    devtools, key = keyed("nadia", page)
    locked = {"authenticatorId": key, "isUserVerified": False}
    devtools.send("WebAuthn.setUserVerified", locked)
    fill(page, {"name": "Another"})
    page.locator("[data-passkey] [name=code]").fill("000000")
    page.get_by_role("button", name="Register a security key").click()

    expect(page.locator("[data-passkey-says]")).to_contain_text("Try once more")
    expect(page.locator("[name=name]")).to_have_value("Another")
