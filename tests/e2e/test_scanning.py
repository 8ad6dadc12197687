"""A scanner's Enter leads on, and the camera fills in what it reads."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visit

SCANNED = "O1:K:ABCDEFGHJKL:M"
EYES = f"""
  window.BarcodeDetector = class {{
    async detect() {{ return [{{ rawValue: "{SCANNED}" }}]; }}
  }};
  navigator.mediaDevices.getUserMedia = async () => {{
    const canvas = document.createElement("canvas");
    canvas.getContext("2d");
    const stream = canvas.captureStream(5);
    window.tracks = stream.getTracks();
    return stream;
  }};
"""
BLIND = """
  window.BarcodeDetector = class {};
  navigator.mediaDevices.getUserMedia = async () => { throw new Error("no"); };
"""


@pytest.fixture
def at_the_kit(site, sit):
    """A nurse before the field for a kit's code; her browser prepared beforehand."""

    def come(script=""):
        nurse = sit("nadia")
        if script:
            nurse.context.add_init_script(script)
        case = visit.open_case(nurse, site.origin)
        nurse.goto(f"{site.origin}/custody/cases/{case}/issue-kit/")
        return nurse

    return come


def test_a_scanners_enter_leads_to_the_next_field_and_sends_nothing(at_the_kit):
    nurse = at_the_kit()
    where = nurse.url
    nurse.locator('[name="kit"]').focus()
    nurse.keyboard.type(SCANNED)
    nurse.keyboard.press("Enter")

    expect(nurse.locator('[name="is_intact"]').first).to_be_focused()
    expect(nurse.locator('[name="kit"]')).to_have_value(SCANNED)
    assert nurse.url == where
    assert nurse.locator("[data-error-summary]").count() == 0


def test_without_a_reader_in_the_browser_no_camera_is_offered(at_the_kit):
    nurse = at_the_kit("delete window.BarcodeDetector;")

    expect(nurse.get_by_role("button", name="Use the camera")).to_have_count(0)


def test_the_camera_fills_the_field_and_stops(at_the_kit):
    nurse = at_the_kit(EYES)
    nurse.get_by_role("button", name="Use the camera").click()

    expect(nurse.locator('[name="kit"]')).to_have_value(SCANNED)
    expect(nurse.locator("dialog.camera")).to_have_count(0)
    states = nurse.evaluate("window.tracks.map((track) => track.readyState)")
    assert states == ["ended"]


def test_a_camera_that_is_refused_says_what_to_do(at_the_kit):
    nurse = at_the_kit(BLIND)
    nurse.get_by_role("button", name="Use the camera").click()
    expect(nurse.locator("dialog.camera")).to_contain_text("Type the code")

    nurse.get_by_role("button", name="Stop the camera").click()
    expect(nurse.locator('[name="kit"]')).to_be_focused()
