"""The steps of a visit at the screen, each by the person whose step it is."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from centre.chain_of_custody.rules.codes import Mark, payload
from centre.core import clock, references
from centre.demo import steps
from centre.intake.rules.consent import INFO_POINTS
from tests.e2e.hands import fill, fill_form, follow, press, put, said

HEADER = {
    "place": "private_room",
    "language": "Kiswahili",
    "interpreter": "none_needed",
    "people_present": "nobody",
    "decision_maker": "self_adult",
    "read_aloud": "yes",
    "info_points": list(INFO_POINTS),
}
SIGNING = {
    "teachback": "She said in her own words what she agreed to.",
    "is_free_of_pressure": "yes",
    "signature_method": "ink",
    "signed_by": "the survivor",
    "copy_given": "declined_safety",
}
RECIPIENTS = ("police", "shelter", "counselling")
GIVEN = {*steps.STEPS, "C29", "C31", "C23", "C24"}
TO_POLICE = {"C16", "C17", "C18"}


@dataclass
class Sealed:
    """What was sealed: the codes of items and their seals, and the kit's."""

    items: list[str]
    kit: str
    kit_seal: str


def open_case(nurse: Page, origin: str, *, registration: str = "named") -> str:
    """Open a case; its reference as the address has it."""
    nurse.goto(origin)
    follow(nurse, "Open a case")
    fill(nurse, {"registration": registration, "age_band": "25-59"})
    press(nurse, "Open the case")
    found = re.search(r"/cases/([^/]+)/triage/", nurse.url)
    assert found is not None
    return found[1]


def go_to_case(page: Page, origin: str, case: str) -> None:
    """Go to the page of a case."""
    page.goto(f"{origin}/cases/{case}/")


def fill_long_form(page: Page, told: dict[str, Any]) -> None:
    """Triage or intake from the section that is shown to its end."""
    fill_form(page, told, done="/review/")
    press(page, "Finish")
    assert "is finished" in said(page)


def talk(page: Page, agencies: dict[str, str], *, given: set[str] = GIVEN) -> None:
    """A talk about consent from its first screen to the signature."""
    press(page, "Begin a talk about consent")
    fill(page, HEADER)
    put(page, "recipients", [agencies[name] for name in RECIPIENTS])
    press(page, "Go on")
    while not page.url.endswith("/sign/"):
        decide(page, given, agencies["police"])
        press(page, "Go on")
    fill(page, SIGNING)
    press(page, "Sign")


def decide(page: Page, given: set[str], police: str) -> None:
    """Each question of one screen is read aloud and answered."""
    names = page.locator("main input[type=radio]").evaluate_all(
        "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        item, recipient, _ = name.split("|")
        is_given = item in (TO_POLICE if recipient == police else given)
        put(page, name, "given" if is_given else "declined")


def mark_injuries(nurse: Page, examination: str) -> None:
    """Two bruises: one touched on the picture, one chosen in the list; described."""
    nurse.goto(f"{examination}map/body_ant/")
    picture = nurse.locator("[data-map-picture]")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.165})
    rows = nurse.locator("[data-mark-row]")
    rows.nth(0).locator('[name$="-kind"]').select_option("bruise")
    nurse.get_by_role("button", name="Add a mark from the list").click()
    rows.nth(1).locator('[name$="-kind"]').select_option("bruise")
    rows.nth(1).locator('[name$="-region"]').select_option(label="Forearm, front, left")
    press(nurse, "Keep the marks")
    assert "The marks are kept" in said(nurse)
    for number, length in ((1, "22"), (2, "35")):
        nurse.goto(f"{examination}injuries/{number}/")
        told = {
            "kind": "bruise",
            "sized": "measured",
            "length_mm": length,
            "width_mm": "12",
            "shape": "oval",
            "colours": ["purple"],
            "depth": "superficial",
            "cause": "He held me there.",
            "cause_by": "survivor",
        }
        fill(nurse, told)
        press(nurse, "Keep")


def photograph(nurse: Page, examination: str) -> bytes:
    """A drawn test card is taken in; its bytes."""
    card = io.BytesIO()
    Image.new("RGB", (900, 600), "#d9cfc4").save(card, "JPEG", quality=90)
    nurse.goto(f"{examination}photographs/")
    nurse.locator("[name=original]").set_input_files(
        {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": card.getvalue()}
    )
    told = {
        "kind": "body",
        "frame": "close_scale",
        "area": "Left forearm",
        "injury": "2",
        "scale": "ruler",
        "caption": "Left forearm with scale",
    }
    fill(nurse, told)
    press(nurse, "Keep the photograph")
    assert "is kept" in said(nurse)
    return card.getvalue()


def open_kit(nurse: Page, origin: str, case: str, kit: str) -> None:
    """A kit from stock is given to the case and opened at the bedside."""
    nurse.goto(f"{origin}/custody/cases/{case}/issue-kit/")
    fill(nurse, {"kit": payload(Mark.KIT, kit), "is_intact": "yes"})
    press(nurse, nurse.locator("main form button").last.inner_text())
    nurse.goto(f"{origin}/custody/kits/{kit}/open/")
    put(nurse, "seal_was_intact", "yes")
    press(nurse, "Open")
    assert "The kit is open" in said(nurse)


def take_samples(
    nurse: Page, examination: str, samples: Sequence[tuple[str, str, str, str]]
) -> list[str]:
    """Each sample becomes an item; their codes in the order they were taken."""
    codes: list[str] = []
    for specimen, site, method, _ in samples:
        nurse.goto(f"{examination}samples/")
        fill(nurse, {"specimen": specimen, "site": site, "method": method})
        press(nurse, "Take the sample")
        listed = nurse.locator("main table a[href*='/custody/items/']").evaluate_all(
            "all => all.map(one => one.pathname.split('/')[3])"
        )
        codes += [code for code in listed if code not in codes]
    return codes


def seal_up(
    nurse: Page, origin: str, codes: list[str], packagings: Sequence[str], kit: str
) -> Sealed:
    """Package, label, seal and put each item into the kit; then seal the kit."""
    for number, (code, packaging) in enumerate(zip(codes, packagings, strict=True), 1):
        item = f"{origin}/custody/items/{code}"
        nurse.goto(f"{item}/package/")
        fill(nurse, {"packaging": packaging, "is_dry": "yes"})
        press(nurse, "Package")
        nurse.goto(f"{item}/label/")
        put(nurse, "scanned", payload(Mark.ITEM, code))
        press(nurse, "Label")
        nurse.goto(f"{item}/seal/")
        fill(nurse, {"seal": f"S{kit[:4]}{number}", "kind": "bag"})
        press(nurse, "Seal")
        nurse.goto(f"{item}/add-to-kit/")
        put(nurse, "kit", payload(Mark.KIT, kit))
        press(nurse, "Add to a kit")
    seal = f"S{kit[:4]}99"
    nurse.goto(f"{origin}/custody/kits/{kit}/seal/")
    scanned = "\n".join(payload(Mark.ITEM, code) for code in codes)
    fill(nurse, {"scanned": scanned, "seal": seal, "kind": "bag"})
    press(nurse, "Seal")
    assert "The kit is sealed" in said(nurse)
    return Sealed(codes, kit, seal)


def put_away(custodian: Page, origin: str, kit: str, place: str) -> None:
    """The custodian scans the shelf."""
    custodian.goto(f"{origin}/custody/kits/{kit}/store/")
    fill(custodian, {"place": payload(Mark.LOCATION, place), "temperature": "21"})
    press(custodian, "Put away")
    assert "Put away" in said(custodian)


def ask(investigator: Page, origin: str, sealed: Sealed) -> str:
    """The investigator asks for each item; the request's reference."""
    investigator.goto(f"{origin}/evidence/ask/")
    due = (clock.now() + timedelta(days=3)).date()
    told = {
        "unit_case_no": "OB 14/06",
        "purpose": "investigation",
        "needed_by": due.isoformat(),
        "collector": "Ivan Irungu, Sergeant, RV 2217",
    }
    fill(investigator, told)
    for number, code in enumerate(sealed.items):
        put(investigator, f"lines-{number}-what", references.grouped(code))
        put(investigator, f"lines-{number}-basis", "consent")
    press(investigator, "Send the request")
    expect(investigator.locator("main")).to_contain_text("Waiting")
    return investigator.url.rstrip("/").rpartition("/")[2]


def match(custodian: Page, origin: str, request: str, sealed: Sealed) -> None:
    """The custodian says which item each line means."""
    custodian.goto(f"{origin}/evidence/requests/{request}/match/")
    boxes = custodian.locator("main form input[type=text]")
    for number, code in enumerate(sealed.items):
        boxes.nth(number).fill(payload(Mark.ITEM, code))
    press(custodian, "Keep the match")
    assert "Matched" in said(custodian)


def approve(coordinator: Page, origin: str, request: str) -> None:
    """The coordinator decides every line: hand over."""
    coordinator.goto(f"{origin}/evidence/requests/{request}/decide/")
    for answer in coordinator.locator("main [value=yes]").all():
        answer.check()
    press(coordinator, "Decide")
    assert "Decided" in said(coordinator)


def offer(
    custodian: Page, origin: str, request: str, sealed: Sealed, code: str
) -> None:
    """The custodian reads the seal and signs the release."""
    custodian.goto(f"{origin}/evidence/requests/{request}/offer/")
    fill(
        custodian,
        {
            "scanned": sealed.kit,
            f"{sealed.kit}-seal": sealed.kit_seal,
            "conveyance": "Police vehicle, by hand",
            "conditions": "Keep dry",
            "code": code,
        },
    )
    press(custodian, "Sign and release")
    assert "Released" in said(custodian)


def receive(
    investigator: Page, origin: str, request: str, kit: str, **typed: str
) -> None:
    """The investigator types what stands on the seal, and signs."""
    investigator.goto(f"{origin}/evidence/mine/{request}/receive/")
    told = {
        "scanned": kit,
        f"{kit}-seal": typed["seal"],
        f"{kit}-condition": "intact",
        f"{kit}-package": "intact",
        "code": typed["code"],
    }
    fill(investigator, told)
    press(investigator, "Sign and receive")


def post_for_paper(page: Page, origin: str, address: str) -> bytes:
    """A paper that a button prints, as the browser would save it."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        f"{origin}{address}",
        form={"csrfmiddlewaretoken": token},
        headers={"Origin": origin},
    )
    assert answer.ok, answer.status
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()
