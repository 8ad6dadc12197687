"""A hand-over on two screens, on one tablet, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.hands import fill, follow, press, said

PHONE = {"width": 360, "height": 740}
MACHINE = "O1:{}:{}:{}"


def machine(mark, code):
    """What a scanner reads from the label."""
    return MACHINE.format(mark, code[:-1], code[-1])


def release(site, page, ready, scanned=None):
    """The custodian scans the set, reads the seal and signs."""
    page.goto(f"{site.origin}/evidence/requests/{ready['request']}/offer/")
    told = {
        "scanned": scanned or machine("I", ready["item"]),
        f"{ready['item']}-seal": ready["seal"],
        "conveyance": "By hand",
        "code": site.code("kito"),
    }
    fill(page, told)
    press(page, "Sign and release")


def look(ready):
    return {
        "scanned": machine("I", ready["item"]),
        f"{ready['item']}-seal": ready["seal"],
        f"{ready['item']}-condition": "intact",
        f"{ready['item']}-package": "intact",
    }


def transfer_code(page):
    return re.search(r"/transfers/(\w+)/", page.url)[1]


def fits(page):
    """The page is not wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False])
def test_two_people_at_two_screens(site, sit, script):
    ready = site.known["approved"][0 if script else 1]
    kito = sit("kito", java_script_enabled=script)
    ivan = sit("ivan", java_script_enabled=script, viewport=PHONE)
    kito.goto(f"{site.origin}/evidence/requests/{ready['request']}/offer/")
    if script:
        kito.locator("[name=scanned]").fill("AAAAAAAAAAAAA\n")
        count = kito.locator("[data-scan-count]")
        expect(count).to_contain_text("1 of 1 not scanned yet. 1 code does not belong")
        kito.locator("[name=scanned]").fill(machine("I", ready["item"]))
        expect(count).to_contain_text("All are scanned")
        expect(kito.locator("li.scanned")).to_have_count(1)
    release(site, kito, ready)
    assert "Released" in said(kito)

    ivan.goto(f"{site.origin}/custody/receive/")
    fill(ivan, {"code": machine("T", transfer_code(kito))})
    press(ivan, "Open the hand-over")
    follow(ivan, "Receive")
    expect(ivan.locator("main")).not_to_contain_text(ready["seal"])
    assert not script or fits(ivan)
    fill(ivan, {**look(ready), "code": site.code("ivan")})
    press(ivan, "Sign and receive")

    assert "Received and signed" in said(ivan)
    expect(ivan.get_by_role("link", name="Receipt (PDF)")).to_be_visible()
    kito.reload()
    expect(kito.get_by_role("link", name="Receipt (PDF)")).to_be_visible()


def test_a_courier_draws_a_signature_and_the_receiver_does_not_accept(site, sit):
    ready = site.known["approved"][2]
    kito, ivan = sit("kito"), sit("ivan", viewport=PHONE)
    release(site, kito, ready)
    follow(kito, "Give to a courier")
    courier = {
        "name": "Mwangi Muli",
        "organisation": "County Couriers",
        "identity_kind": "national_id",
        "identity_last4": "0042",
        "carried_by": "Van KDA 123X",
    }
    fill(kito, courier)
    kito.locator("canvas").scroll_into_view_if_needed()
    box = kito.locator("canvas").bounding_box()
    kito.mouse.move(box["x"] + 20, box["y"] + 20)
    kito.mouse.down()
    kito.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    kito.mouse.up()
    expect(kito.locator("[name=method][value=drawn]")).to_be_checked()
    grave = [
        fault["id"]
        for fault in Axe().run(kito).response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert grave == []
    fill(kito, {"code": site.code("kito")})
    press(kito, "Sign: given to the courier")
    assert "The courier carries it" in said(kito)

    ivan.goto(kito.url)
    follow(ivan, "Do not accept")
    told = {"reason": "leaking", "words": "A wet corner", "code": site.code("ivan")}
    fill(ivan, told)
    press(ivan, "Sign: not accepted")
    assert "goes back" in said(ivan)
    kito.reload()
    expect(kito.get_by_role("link", name="Receive back")).to_be_visible()
