"""The key pages of each role, looked over by axe: nothing serious on any of them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e import visit

GRAVE = {"serious", "critical"}
PAGES = {
    "kito": ("", "custody/store/", "custody/stock/", "evidence/requests/"),
    "ivan": ("", "evidence/ask/", "evidence/mine/"),
    "dora": ("", "agencies/", "integrity/", "support/supervisors/"),
    "coral": ("", "support/caseload/", "account/"),
    "aude": ("access-log/",),
}


def grave(page):
    """Serious faults of the page that is shown, each with the elements it concerns."""
    return [
        (page.url, fault["id"], [node["html"][:160] for node in fault["nodes"]])
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in GRAVE
    ]


@pytest.mark.parametrize("who", list(PAGES))
def test_the_pages_of_a_role_have_no_serious_fault(who, site, sit):
    page = sit(who)
    found = []
    for address in PAGES[who]:
        page.goto(f"{site.origin}/{address}")
        found += grave(page)
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_visit_have_no_serious_fault(scheme, site, sit):
    nurse, origin = sit("nadia", color_scheme=scheme), site.origin
    found = grave(nurse)
    case = visit.open_case(nurse, origin)
    found += grave(nurse)
    nurse.goto(f"{origin}/intake/cases/{case}/consent/")
    visit.talk(nurse, site.known["agencies"])
    found += grave(nurse)
    nurse.goto(f"{origin}/forensics/cases/{case}/examination/begin/")
    found += grave(nurse)
    nurse.locator("[value=ke-moh-363]").check()
    nurse.get_by_role("button", name="Begin").click()
    nurse.wait_for_url("**/sections/**")
    found += grave(nurse)
    here = nurse.url.partition("sections/")[0]
    for page in ("map/body_ant/", "photographs/", "samples/", "advice/", "review/"):
        nurse.goto(here + page)
        found += grave(nurse)
    visit.go_to_case(nurse, origin, case)
    found += grave(nurse)
    assert found == []
