"""Everything works by plain forms: a browser without JavaScript keeps a visit too."""

from __future__ import annotations

from playwright.sync_api import expect

from centre.demo import adult, care, steps
from tests.e2e import visit
from tests.e2e.hands import fill, fill_section, press, said


def test_a_visit_is_kept_by_plain_posts(site, sit):
    nurse, origin = sit("nadia", java_script_enabled=False), site.origin
    case = visit.open_case(nurse, origin, registration="anonymous")
    told = {
        **adult.TRIAGE,
        "tri.arrival_at": steps.told(0.2),
        "tri.incident_end": steps.told(3),
    }
    visit.fill_long_form(nurse, told)

    nurse.goto(f"{origin}/intake/cases/{case}/consent/")
    visit.talk(nurse, site.known["agencies"])
    assert "is signed" in said(nurse)

    nurse.goto(f"{origin}/forensics/cases/{case}/examination/begin/")
    fill(nurse, {"pack_name": "ke-moh-363"})
    press(nurse, "Begin")
    here = nurse.url
    fill_section(nurse, care.kenya())
    nurse.goto(here)
    place = nurse.locator('[name="adm.place"]')
    expect(place).to_have_value("Riverside One-Stop Centre, room 1")
