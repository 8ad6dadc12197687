"""Two cases lived through, with a marked word wherever something can be typed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.at_rest.marks import Marks
from tools.kill_rounds import Scene


@dataclass
class Found:
    """What was lived through."""

    first: Any
    second: Any
    nurse: Any
    coordinator: Any
    photographs: list[Any]


def live(scene: Scene, marks: Marks) -> Found:
    """Both cases, the requests of the police, and the pages."""
    from centre.core.actions import people
    from centre.core.models import User
    from centre.demo import cast, steps
    from tools.under_way import furniture

    known = cast.passwords()
    (scene.folder / "demo.json").unlink()
    team = {name: User.objects.get(username=name) for name in known}
    for name, user in team.items():
        seed = people.unlock(user, known[name])
        if name == "nadia":
            marks.told("her signing key", seed)
            marks.told("her password", known[name].encode())
    second = steps.arrive(
        scene.centre,
        team,
        furniture(scene.centre),
        registration="named",
        age_band="25-59",
    )
    _agree(second)
    first = steps.Visit(second.centre, team, second.furniture, scene.exam.case)
    photographs = []
    for which, visit in (("first", first), ("second", second)):
        exam = scene.exam if visit is first else _examination(visit)
        _identity(visit, marks, which)
        _forms(visit, exam, marks, which)
        photographs.append(_photograph(visit, exam, marks, which))
        _support(visit, marks, which)
    _evidence(first, scene.kit, marks)
    _request(first, marks)
    _pages(first, known["nadia"], marks)
    return Found(first.case, second.case, team["nadia"], team["dora"], photographs)


def photographs_open(found: Found, marks: Marks) -> list[bool]:
    """Whether each original, once decrypted, does hold its mark."""
    from centre.vault import files

    words = [marks.words[f"{w}: in the picture's file"] for w in ("first", "second")]
    return [
        word in b"".join(files.read(row.blob_id, row.case_id))
        for row, word in zip(found.photographs, words, strict=True)
    ]


def _agree(visit: Any) -> None:
    from centre.demo import adult

    adult.agree(visit)


def _examination(visit: Any) -> Any:
    from centre.forensics import actions

    return actions.begin_examination(
        case=visit.case, pack_name="who-core-adult", by=visit.who("nadia")
    )


def _identity(visit: Any, marks: Marks, which: str) -> None:
    from centre.demo import steps

    steps.name_her(
        visit,
        given_names=marks.word(f"{which}: name"),
        id_number=marks.digits(f"{which}: identity card"),
        address=marks.word(f"{which}: address"),
    )
    steps.name_her(visit, given_names=marks.word(f"{which}: name, corrected"))
    steps.reach_her(
        visit,
        may_contact="yes",
        channel="call",
        number=marks.digits(f"{which}: telephone"),
        code_word=marks.word(f"{which}: code word"),
    )


def _forms(visit: Any, exam: Any, marks: Marks, which: str) -> None:
    from centre.forensics import actions as forensics
    from centre.intake.actions import forms
    from centre.intake.rules.forms import Form

    nadia = visit.who("nadia")
    for revision, label in enumerate(("story", "story, typed on")):
        story = " ".join([marks.word(f"{which}: {label}")] * 40)
        answers = {"answers": {"int.names.known_as": {"v": story}}}
        forms.keep_section(
            case=visit.case,
            form=Form.INTAKE,
            section="registration",
            content=answers,
            revision=revision,
            by=nadia,
        )
    section, question = _place_for_words(exam.pack)
    told = marks.word(f"{which}: finding")
    forensics.keep_section(
        examination=exam,
        section=section,
        content={"answers": {question: {"v": told}}},
        revision=exam.case.drafts.filter(section=section, about=exam.pk).count(),
        by=nadia,
    )


def _place_for_words(pack: str) -> tuple[str, str]:
    """A section of this form and a question in it that takes words."""
    from centre.packs.read import load

    for section in load(pack).sections:
        for question in section.questions:
            if question.kind in {"text", "long_text"}:
                return section.code, question.code
    raise AssertionError


def _photograph(visit: Any, exam: Any, marks: Marks, which: str) -> Any:
    from PIL import Image

    from centre.forensics import actions as forensics

    held = io.BytesIO()
    word = marks.word(f"{which}: in the picture's file")
    card = Image.new("RGB", (320, 240), "#d9cfc4")
    card.save(held, "JPEG", comment=word.encode())
    return forensics.add_photograph(
        examination=exam,
        original=held.getvalue(),
        kind="body",
        by=visit.who("nadia"),
        frame="close_scale",
        area=marks.word(f"{which}: area"),
        scale="ruler",
        device=marks.word(f"{which}: camera"),
        caption=marks.word(f"{which}: caption"),
    )


def _support(visit: Any, marks: Marks, which: str) -> None:
    from centre.demo import care
    from centre.support.actions import goals, plans

    coral, today = visit.who("coral"), care.today_of(visit)
    soon = today + timedelta(days=3)
    plan = care._plan(visit, {"shelter": marks.word(f"{which}: need")})
    plans.revise_plan(
        plan=plan,
        seen=plan.version,
        content={**plan.content, "summary": marks.word(f"{which}: summary")},
        review_on=soon,
        by=coral,
    )
    words = marks.word(f"{which}: goal")
    goal = goals.set_goal(
        plan=plan, family="shelter", wanted=goals.Wanted(words, due_on=soon), by=coral
    )
    words = marks.word(f"{which}: goal, changed")
    goals.revise_goal(
        goal=goal, seen=goal.version, wanted=goals.Wanted(words, due_on=soon), by=coral
    )
    words = marks.word(f"{which}: step")
    goals.set_step(goal=goal, words=words, owner=coral, due_on=soon, by=coral)
    _talks(visit, marks, which)


def _talks(visit: Any, marks: Marks, which: str) -> None:
    from centre.core import clock
    from centre.support.actions.appointments import make_appointment
    from centre.support.actions.sessions import note_session

    coral = visit.who("coral")
    note_session(
        case=visit.case,
        held_at=clock.now() - timedelta(minutes=50),
        minutes=45,
        mode="in_person",
        content=marks.word(f"{which}: session"),
        by=coral,
    )
    place = marks.word(f"{which}: appointment")
    make_appointment(
        case=visit.case,
        starts_at=clock.now() + timedelta(days=3),
        details={"place": place, "with_whom": "Coral", "way": ""},
        by=coral,
    )


def _evidence(visit: Any, kit: Any, marks: Marks) -> None:
    from centre.chain_of_custody import actions as custody

    words = marks.word("note on the kit")
    custody.add_note(package=kit, words=words, by=visit.who("nadia"))


def _request(visit: Any, marks: Marks) -> None:
    from centre.chain_of_custody.actions import requests
    from centre.chain_of_custody.actions.request_drafts import keep_draft
    from centre.chain_of_custody.actions.request_papers import keep_paper

    ivan = visit.who("ivan")
    request = requests.request_evidence(
        centre=visit.centre,
        lines=[
            requests.Asked(
                marks.word("what is asked for"), "consent", "", "investigation"
            )
        ],
        details={
            "unit_case_no": marks.word("the police's number"),
            "quoted": marks.word("what the police quote"),
            "collector": marks.word("who would fetch it"),
            "urgency": "",
        },
        needed_by=None,
        by=ivan,
    )
    paper = f"%PDF-1.7 {marks.word('scan of an order')}".encode()
    keep_paper(request=request, content=paper, kind="order", by=ivan)
    content = {"lines": marks.word("draft of a request")}
    keep_draft(centre=visit.centre, content=content, by=ivan)


def _pages(visit: Any, password: str, marks: Marks) -> None:
    """What somebody types into pages, right and wrong, and into addresses."""
    from django.core.management import call_command
    from django.test import Client

    from centre.demo.cast import code_now

    def typed(label: str) -> str:
        return marks.word(f"typed: {label}")

    call_command("collectstatic", interactive=False, verbosity=0)
    browser = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    wrong = {"username": "nadia", "password": typed("a wrong password")}
    browser.post("/sign-in/", wrong)
    mistaken = {"username": typed("a password as name"), "password": "x" * 16}
    browser.post("/sign-in/", mistaken)
    browser.post("/sign-in/", {"username": "nadia", "password": password})
    browser.post("/sign-in/code/", {"code": typed("a wrong code")})
    browser.post("/sign-in/code/", {"code": code_now("nadia")}, follow=True)
    browser.post("/search/", {"code": typed("search")})
    browser.get(f"/cases/{typed('a reference')}/")
    browser.get("/", {"q": typed("a question")})
    browser.get("/", HTTP_USER_AGENT=typed("a browser"), HTTP_REFERER=typed("a page"))
    at = f"/intake/cases/{visit.case.reference}"
    browser.post(f"{at}/identity/", {"given_names": typed("name"), "token": "nonsense"})
    browser.post(f"{at}/contact/", {"number": typed("number")})
    browser.post(f"{at}/intake/contact/", {"int.address.place": typed("place")})
    browser.post(f"{at}/nowhere/{uuid4()}/", {"words": typed("into the void")})
    browser.cookies["csrftoken"] = typed("a cookie")
    browser.get(f"{at}/identity/")
