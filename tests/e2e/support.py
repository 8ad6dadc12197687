"""What the counsellor does at her screen: join, plan, set a goal, refer, follow up."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from centre.core import clock
from tests.e2e.hands import fill, follow, press, said
from tests.e2e.site import Site


def carry(page: Page, site: Site, case: str) -> None:
    """The whole of it."""
    join(page, case)
    plan(page, site.origin, case)
    refer(page, site, case)


def join(page: Page, case: str) -> None:
    """Find the case by its exact code and join its care team."""
    page.locator("#frame-code").fill(case)
    page.get_by_role("button", name="Find").click()
    press(page, "Join the care team")
    assert "care team" in said(page)


def plan(page: Page, origin: str, case: str) -> None:
    """A plan with one goal and one step."""
    page.goto(f"{origin}/support/cases/{case}/plan/new/")
    due = clock.now().date() + timedelta(days=14)
    told = {
        "summary": "I want my life back.",
        "has_children": "no",
        "shelter_need": "wanted",
        "shelter_words": "A place he does not know, for some weeks",
        "review_on": due.isoformat(),
    }
    fill(page, told)
    press(page, page.locator("main form button").last.inner_text())
    here = page.url
    page.goto(f"{here}goals/new/shelter/")
    fill(page, {"words": "I want a door that locks.", "due_on": due.isoformat()})
    press(page, page.locator("main form button").last.inner_text())
    page.goto(here)
    expect(page.locator("main")).to_contain_text("I want a door that locks.")


def refer(page: Page, site: Site, case: str) -> None:
    """A referral is sent, accepted, attended and closed with its outcome."""
    page.goto(f"{site.origin}/support/cases/{case}/referrals/new/")
    told = {
        "family": "shelter",
        "agency": site.known["agency_keys"]["shelter"],
        "urgency": "usual",
        "needs": "A safe bed for some weeks",
        "channel": "phone",
    }
    fill(page, told)
    press(page, page.locator("main form button").last.inner_text())
    here = page.url
    answered = {"who": "Duty worker", "how": "phone"}
    closed = {"reason": "helped", "helped": "yes"}
    for move, words in (("accept", answered), ("attend", {}), ("close", closed)):
        page.goto(f"{here}{move}/")
        fill(page, words)
        press(page, page.locator("main form button").last.inner_text())
        assert "Noted" in said(page)
    follow(page, "Work")
