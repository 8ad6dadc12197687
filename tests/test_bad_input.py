"""What goes wrong in a real centre, on the real pages: one test for each.

Each gets a clear sentence, loses nothing that was typed, writes nothing by halves, and
is never a fault of the server.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from centre.core import clock
from tests.world import world

__all__ = ["world"]

LOOKING = {"core.AccessNote", "core.Opening", "ledger.Entry", "ledger.Head",
           "ledger.Checkpoint", "sessions.Session"}  # fmt: skip
ZONE = "Africa/Nairobi"
MANY_SCRIPTS = "قالت: لا أعرف 🌧️ ሰላም"


@pytest.fixture(autouse=True)
def later():
    """Some minutes after the visit, so that every code is a fresh one."""
    with time_machine.travel(clock.now() + timedelta(minutes=10)) as traveller:
        yield traveller


@pytest.fixture
def at(world, db, browse):
    """Somebody at her screen."""

    def seated(who):
        return browse(world.people[who], world.passwords[who])

    return seated


def rows():
    """How many rows of each kind there are, and how many files; looking left out."""
    counted = {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.label not in LOOKING
    }
    blobs = settings.VAULT_BLOBS.rglob("*")
    return counted | {"files": sum(1 for path in blobs if path.is_file())}


@contextmanager
def nothing_written():
    """No row and no file more or less than before."""
    before = rows()
    yield
    assert rows() == before


def told(response):
    """The page as it reads; never a fault of the server."""
    assert response.status_code < 500
    return unescape(response.content.decode())


def summary(page):
    """What stands at the head of the form; said once."""
    _, *found = page.split('<div class="error-summary"')
    assert len(found) == 1
    return found[0].partition("</div>")[0]


def code_of(world, who):
    from centre.demo.adult import code_of

    return code_of(world.people[who])


@pytest.fixture
def sealed(world, db):
    """One sample, sealed and put away, asked for, and decided on."""
    from centre.chain_of_custody.actions import requests as asking
    from centre.chain_of_custody.queries.requests import lines_of
    from centre.demo import steps
    from centre.demo.steps import Visit
    from centre.forensics import actions as forensics

    visit = Visit(
        world.things["centre"],
        world.people,
        world.things["furniture"],
        world.things["case"],
    )
    item = forensics.take_sample(
        examination=world.things["examination"],
        kit=None,
        specimen="SKIN-SW",
        site="neck",
        side="",
        method="wet_dry",
        collected_at=clock.now(),
        by=visit.who("nadia"),
    )
    steps.seal_up(visit, item, "S777", packaging="swab_box", by="nadia")
    steps.put_away(visit, item)
    request = world.things["request"]
    (line,) = lines_of(request)
    asking.match_request(request=request, found={line.pk: item}, by=visit.who("kito"))
    (line,) = lines_of(request)
    asking.decide_request(
        request=request,
        decisions=[asking.Decided(line, is_approved=True)],
        by=visit.who("dora"),
    )
    return item


@pytest.fixture
def offered(world, sealed):
    """The same, released to the investigator."""
    from centre.chain_of_custody.actions import handover

    handover.offer_handover(
        request=world.things["request"],
        seals={sealed.code: "S777"},
        scanned=[sealed.code],
        carried=handover.Carried("By hand"),
        code=code_of(world, "kito"),
        by=world.people["kito"],
    )
    return sealed


def receipt_of(item, *, seal, code):
    return {
        "scanned": item.code,
        f"{item.code}-seal": seal,
        f"{item.code}-condition": "intact",
        f"{item.code}-package": "intact",
        "code": code,
    }


def own(world, page):
    return f"/evidence/mine/{world.things['request'].reference}/{page}/"


def offer_of(world):
    return f"/evidence/requests/{world.things['request'].reference}/offer/"


def release_of(item, code, seal="S777"):
    return {
        "scanned": item.code,
        f"{item.code}-seal": seal,
        "conveyance": "Car 2",
        "code": code,
    }


def examination(world, page):
    return f"/forensics/examinations/{world.things['examination'].reference}/{page}/"


# The hand-over


def test_a_wrong_seal_number(world, at, offered):
    ivan, code = at("ivan"), code_of(world, "ivan")
    with nothing_written():
        page = told(
            ivan.post(
                own(world, "receive"), receipt_of(offered, seal="S778", code=code)
            )
        )
    assert "This seal number is not the one on record." in page
    assert 'value="S778"' in page
    right = receipt_of(offered, seal="S777", code=code)
    assert ivan.post(own(world, "receive"), right).status_code == 302


def test_a_wrong_seal_number_at_the_release(world, at, sealed):
    typed = release_of(sealed, code_of(world, "kito"), seal="S000")
    with nothing_written():
        page = told(at("kito").post(offer_of(world), typed))
    assert "The seal number you typed is not the one on record." in page
    assert 'value="Car 2"' in page


def test_a_receipt_before_the_release(world, at, sealed):
    ivan = at("ivan")
    typed = receipt_of(sealed, seal="S777", code=code_of(world, "ivan"))
    with nothing_written():
        answer = ivan.post(own(world, "receive"), typed, follow=True)
        assert "Nothing is released to you on this request now." in told(answer)
        paper = ivan.get(own(world, "receipt"))
    assert paper.status_code == 409
    assert "receipt" in told(paper)


def test_the_same_person_on_both_sides(world, at, sealed):
    from centre.core import middleware
    from centre.core.actions import people
    from centre.core.actions.set_up import system_actor
    from centre.core.permissions import Role

    post = people.grant_role(
        user=world.people["ivan"],
        role=Role.CUSTODIAN,
        centre=world.things["centre"],
        by=system_actor(),
    )
    ivan = at("ivan")
    session = ivan.session
    session[middleware.MEMBERSHIP] = str(post.pk)
    session.save()
    with nothing_written():
        typed = release_of(sealed, code_of(world, "ivan"))
        page = told(ivan.post(offer_of(world), typed))
    assert "One person cannot be on both sides of a hand-over." in page


def test_a_one_time_code_that_was_used_or_is_old(world, at, sealed, later):
    kito, code = at("kito"), code_of(world, "kito")
    later.shift(timedelta(minutes=2))
    with nothing_written():
        page = told(kito.post(offer_of(world), release_of(sealed, code)))
    assert "Your one-time code is not right or was used before." in page
    assert 'value="S777"' in page
    fresh = release_of(sealed, code_of(world, "kito"))
    assert kito.post(offer_of(world), fresh).status_code == 302


def test_a_one_time_code_at_the_door_counts_once(world, db, client):
    known = {"username": "kito", "password": world.passwords["kito"]}
    for words in ("You are signed in", "This code is not right or was used before."):
        client.post("/sign-in/", known)
        answer = client.post(
            "/sign-in/code/", {"code": code_of(world, "kito")}, follow=True
        )
        assert words in told(answer)
        client.post("/sign-out/")


# Consent


def test_consent_withdrawn_between_page_and_submit(world, at):
    nadia, case = at("nadia"), world.things["case"]
    assert nadia.get(examination(world, "samples")).status_code == 200
    withdraw(world, "C09", "centre", "")
    typed = sample(clock.now())
    with nothing_written():
        page = told(nadia.post(examination(world, "samples"), typed))
    assert "consent" in summary(page)
    assert "Left side of the neck" in page
    assert case is not None


def test_consent_withdrawn_between_decision_and_release(world, at, sealed):
    kito = at("kito")
    assert kito.get(offer_of(world)).status_code == 200
    police = world.things["furniture"].police.code
    withdraw(world, "C18", police, "investigation")
    with nothing_written():
        typed = release_of(sealed, code_of(world, "kito"))
        page = told(kito.post(offer_of(world), typed))
    assert "consent" in summary(page).lower()
    assert 'value="Car 2"' in page


def withdraw(world, item, recipient, purpose):
    from centre.intake.actions.consent import withdraw_consent

    withdraw_consent(
        case=world.things["case"],
        item=item,
        recipient=recipient,
        purpose=purpose,
        told_by="survivor",
        by=world.people["nadia"],
    )


def sample(moment):
    local = clock.local(moment, ZONE)
    return {
        "specimen": "SKIN-SW",
        "site": "Left side of the neck",
        "method": "wet_dry",
        "collected_at": f"{local:%Y-%m-%dT%H:%M}",
        "count": "1",
    }


# Records that are sealed


def test_a_sealed_section_is_not_edited(world, at):
    from centre.forensics.models import Completion

    found = world.things["completed"]
    address = f"/forensics/examinations/{found.reference}/sections/a-visit/"
    before = Completion.objects.get(examination=found).content_sha256
    with nothing_written():
        answer = at("nadia").post(address, {"adm.place": "Elsewhere", "version": "1"})
    assert answer.status_code == 409
    assert "complete" in told(answer)
    assert Completion.objects.get(examination=found).content_sha256 == before


def test_two_people_on_one_section_see_both_versions(world, at):
    nadia, clara = at("nadia"), at("clara")
    address = examination(world, "sections/visit")
    assert (
        nadia.post(address, {"adm.place": "Room 1", "version": "0"}).status_code < 400
    )
    with nothing_written():
        answer = clara.post(address, {"adm.place": "Room 2", "version": "0"})
    assert answer.status_code == 409
    page = told(answer)
    assert "Room 1" in page
    assert "Room 2" in page


# Twice, too long, impossible, strange


def test_a_double_submit_does_it_once(world, at):
    from centre.core.models import Case

    nadia, before = at("nadia"), Case.objects.count()
    typed = {
        "registration": "anonymous",
        "age_band": "25-59",
        "token": "7c1e7a52-8a52-4d0b-9f5e-0a0d5b8c9d10",
    }
    first, second = (nadia.post("/intake/cases/new/", typed) for _ in range(2))
    assert first.url == second.url
    assert Case.objects.count() == before + 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": "31", "month": "2", "year": "2026", "time": "10:00"}, "day"),
        ({"day": "1", "month": "1", "year": "20261", "time": "10:00"}, "four digits"),
        ({"day": "1", "month": "1", "year": "2026", "time": "25:61"}, "time"),
    ],
)
def test_impossible_dates(world, at, typed, sentence):
    nadia, address = at("nadia"), examination(world, "sections/visit")
    posted = {f"adm.start__{part}": value for part, value in typed.items()}
    page = told(nadia.post(address, {**posted, "version": "0"}))
    assert sentence in summary(page)
    again = told(nadia.get(address))
    assert f'value="{typed["year"]}"' in again
    assert f'value="{typed["time"]}"' in again


def test_a_sample_from_the_future(world, at):
    with nothing_written():
        typed = sample(clock.now() + timedelta(days=2))
        page = told(at("nadia").post(examination(world, "samples"), typed))
    assert "This time lies in the future." in page
    assert "Left side of the neck" in page


@pytest.mark.parametrize(
    "words", ["She said so. " * 769, MANY_SCRIPTS], ids=["10,000 signs", "scripts"]
)
def test_long_and_strange_text_is_kept_as_it_is(world, at, words):
    nadia, address = at("nadia"), f"/support/cases/{reference(world)}/sessions/new/"
    local = clock.local(clock.now() - timedelta(hours=1), ZONE)
    typed = {
        "held_at": f"{local:%Y-%m-%dT%H:%M}",
        "minutes": "50",
        "mode": "in_person",
        "content": words,
    }
    assert nadia.get(address).status_code == 404
    answer = at("coral").post(address, typed, follow=True)
    assert words.strip() in told(answer)


def test_ten_thousand_signs_and_one(world, at):
    address = f"/forensics/examinations/{world.things['completed'].reference}/addendum/"
    words = "x" * 10_001
    with nothing_written():
        page = told(at("nadia").post(address, {"reason": "Found", "text": words}))
    assert "10000" in page.replace(",", "")
    assert words in page


def test_text_with_a_nul_loses_the_nul_alone(world, at):
    address = examination(world, "sections/visit")
    nadia = at("nadia")
    told(nadia.post(address, {"adm.place": "Room\x00 3", "version": "0"}))
    page = told(nadia.get(address))
    assert "\x00" not in page
    assert "Room" in page


def test_markup_is_only_text(world, at):
    address = examination(world, "sections/visit")
    nadia = at("nadia")
    nadia.post(address, {"adm.place": "<script>alert(1)</script>", "version": "0"})
    assert b"<script>alert(1)" not in nadia.get(address).content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.jpg", b"%PDF-1.7 this is a paper"),
        ("picture.png", b"\x89PNG\r\n\x1a\n and then nothing"),
        ("page.jpg", b"<html><script>alert(1)</script></html>"),
        ("empty.jpg", b""),
    ],
)
def test_a_file_of_the_wrong_kind(world, at, name, content):
    typed = {
        "original": SimpleUploadedFile(name, content, "image/jpeg"),
        "kind": "body",
        "frame": "close",
        "area": "Left forearm",
        "scale": "ruler",
    }
    with nothing_written():
        page = told(at("nadia").post(examination(world, "photographs"), typed))
    assert "photograph" in summary(page) or "empty" in summary(page)
    assert 'value="Left forearm"' in page


# The network, the session


def test_a_save_that_meets_a_locked_screen_is_kept_after_unlocking(world, at):
    nadia, address = at("nadia"), examination(world, "sections/visit")
    typed = {"adm.place": "Room 4", "version": "0"}
    nadia.post("/lock/")
    with nothing_written():
        cut = nadia.post(address, typed, headers={"X-Kept-By": "page"})
    assert cut.status_code == 401
    nadia.post("/unlock/", {"password": world.passwords["nadia"]})
    kept = nadia.post(address, typed, headers={"X-Kept-By": "page"})
    assert kept.json()["version"] == 1


def test_a_save_whose_answer_was_lost_is_not_a_second_version(world, at):
    nadia, address = at("nadia"), examination(world, "sections/visit")
    typed = {"adm.place": "Room 5", "version": "0"}
    answers = [
        nadia.post(address, typed, headers={"X-Kept-By": "page"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert 'value="Room 5"' in told(nadia.get(address))


def test_a_post_cut_off_in_the_middle_is_refused_whole(world, at):
    address = f"/support/cases/{reference(world)}/sessions/new/"
    with nothing_written():
        page = told(at("coral").post(address, {"held_at": "2026-"}))
    assert "When did the session begin?" in summary(page)


def reference(world):
    return world.things["case"].reference
