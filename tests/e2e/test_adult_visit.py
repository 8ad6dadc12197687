"""The adult visit from the door to the plan, by five people at five screens."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from centre.core import references
from centre.demo import adult, care, steps
from centre.packs.read import load
from tests.e2e import support, visit
from tests.e2e.hands import fill, fill_form, follow, press, said
from tests.forensics.test_documents import flowing, squeezed
from tests.pdf import raw_text_of

IDENTITY = {
    "given_names": "Amani",
    "family_name": "Invented",
    "born_on": "about 1999",
    "address": "Invented Lane, Riverside",
}
CONTACT = {
    "may_contact": "yes",
    "channel": "call",
    "number": "+254 700 000 000",
    "times": "weekdays 10 to 12",
    "leave_message": "no",
    "code_word": "garden",
    "home_is_safe": "no",
}


def test_one_visit_goes_through_the_whole_centre(site, sit):
    nurse, origin = sit("nadia"), site.origin
    case = arrive(nurse, origin)
    visit.talk(nurse, site.known["agencies"])
    assert "is signed" in said(nurse)

    kit = site.known["kits"][0]
    examination, shown, sealed = examine(nurse, origin, case, kit)
    paper = visit.post_for_paper(nurse, origin, f"{examination}form/")
    compare(paper, shown, sealed)

    request = hand_over(site, sit, sealed)
    counsellor = sit("coral")
    support.carry(counsellor, site, case)
    visit.go_to_case(nurse, origin, case)
    expect(nurse.locator("main")).to_contain_text("Shelter")
    assert request


def arrive(nurse, origin):
    """She is met, triaged, asked, named; the safe way to reach her is kept."""
    case = visit.open_case(nurse, origin)
    told = {
        **adult.TRIAGE,
        "tri.arrival_at": steps.told(0.2),
        "tri.incident_end": steps.told(adult.HOURS_AGO),
    }
    visit.fill_long_form(nurse, told)
    expect(nurse.locator("main")).to_contain_text("20 h")
    nurse.goto(f"{origin}/intake/cases/{case}/intake/")
    visit.fill_long_form(nurse, adult.INTAKE)
    follow(nurse, "Who she is")
    fill(nurse, IDENTITY)
    press(nurse, "Keep")
    follow(nurse, "Safe contact")
    fill(nurse, CONTACT)
    press(nurse, "Keep")
    follow(nurse, "Consent")
    return case


def examine(nurse, origin, case, kit):
    """Kenya's form, two injuries, a photograph, five samples in a sealed kit."""
    visit.open_kit(nurse, origin, case, kit)
    nurse.goto(f"{origin}/forensics/cases/{case}/examination/begin/")
    fill(nurse, {"pack_name": "ke-moh-363"})
    press(nurse, "Begin")
    path = re.search(r"/forensics/examinations/[^/]+/", nurse.url)
    assert path is not None
    here = origin + path[0]
    visit.mark_injuries(nurse, here)
    visit.photograph(nurse, here)
    nurse.goto(here)
    shown = fill_form(nurse, care.kenya(), done="/review/")
    codes = visit.take_samples(nurse, here, adult.SAMPLES)
    packagings = [sample[3] for sample in adult.SAMPLES]
    sealed = visit.seal_up(nurse, origin, codes, packagings, kit)
    nurse.goto(f"{here}review/")
    expect(nurse.locator("main")).to_contain_text("Nothing is missing.")
    press(nurse, "Complete and sign")
    assert "complete" in said(nurse)
    return path[0], shown, sealed


def compare(paper, shown, sealed):
    """Every box of the printed form holds what the screen showed of its answers."""
    boxes = boxes_of(paper)
    compared, faults = 0, []
    for box, told in boxes.items():
        for code in box.maps:
            for words in shown.get(code, []):
                compared += 1
                if (
                    squeezed(words.partition(":")[0] if "Not done" in words else words)
                    not in told
                ):
                    faults.append(
                        f"{box.form} {box.box}, {code}: {words!r} in {told!r}"
                    )
    assert faults == []
    assert compared > 120
    custody = next(told for box, told in boxes.items() if box.box == "custody")
    for code in sealed.items:
        assert squeezed(references.grouped(code)) in custody
    names = next(told for box, told in boxes.items() if box.box == "names")
    assert "Amani" in names
    contacts = next(told for box, told in boxes.items() if box.box == "contacts")
    assert "InventedLane" not in contacts


def boxes_of(paper):
    """The words of each box of the official form, cut out of the paper in order."""
    read, boxes = flowing(paper), load("ke-moh-363").boxes
    starts, at = [], 0
    for box in boxes:
        at = read.find(squeezed(box.label), at)
        assert at >= 0, f"{box.form} {box.box} is not printed"
        starts.append(at)
        at += len(squeezed(box.label))
    ends = [*starts[1:], len(read)]
    return {
        box: read[start:end]
        for box, start, end in zip(boxes, starts, ends, strict=True)
    }


def hand_over(site, sit, sealed):
    """Put away, asked for, matched, decided, released, received, receipt in hand."""
    origin = site.origin
    custodian = sit("kito")
    visit.put_away(custodian, origin, sealed.kit, site.known["shelf"])
    investigator = sit("ivan")
    request = visit.ask(investigator, origin, sealed)
    visit.match(custodian, origin, request, sealed)
    coordinator = sit("dora")
    visit.approve(coordinator, origin, request)
    visit.offer(custodian, origin, request, sealed, site.code("kito"))
    visit.receive(
        investigator, origin, request, sealed.kit,
        seal=sealed.kit_seal, code=site.code("ivan"),
    )  # fmt: skip
    assert "receipt is ready" in said(investigator)
    receipt = investigator.request.get(f"{origin}/evidence/mine/{request}/receipt/")
    told = squeezed(raw_text_of(receipt.body()))
    for words in (sealed.kit_seal, "Kito Kamau", "Ivan Irungu"):
        assert squeezed(words) in told
    custodian.goto(f"{origin}/custody/kits/{sealed.kit}/")
    expect(custodian.locator("main")).to_contain_text("Ivan Irungu")
    return request
