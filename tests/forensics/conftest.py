"""Examinations of the cast, every one made by the acts themselves."""

from __future__ import annotations

import io
import secrets

import pytest
from PIL import Image

from centre.core import clock
from centre.core.models import ConsentConversation, ConsentDecision
from centre.ledger.kinds import Kind
from centre.packs import answers as pack_answers
from centre.packs.reasons import POLICIES

STEPS = ("C01", "C02", "C03", "C04", "C05", "C06a", "C06b", "C06c", "C07", "C09",
         "C10", "C11", "C12", "C13", "C14", "C15")  # fmt: skip
PACK = "who-core-adult"


@pytest.fixture
def decide(nurse):
    """Let the survivor decide on an item of consent, in a talk of its own."""
    from centre.core import journal

    def decided(case, item, *, state="given", by=None):
        at = clock.now()
        by = by or nurse
        talk = ConsentConversation.objects.create(
            case=case,
            reference=secrets.token_hex(5),
            begun_at=at,
            signed_at=at,
            explained_by=by,
            wording="en-1",
            wording_sha256="0" * 64,
            decision_maker="survivor",
            is_free_of_pressure=True,
            details={},
        )
        journal.record(Kind.CONSENT_DISCUSSED, by=by, on=case, at=at, row=talk)
        decision = ConsentDecision.objects.create(
            case=case,
            conversation=talk,
            number=ConsentDecision.objects.filter(case=case).count() + 1,
            item=item,
            recipient="centre",
            purpose="",
            state=state,
            valid_from=at,
            decided_at=at,
            taken_by=by,
            details={},
        )
        journal.record(Kind.CONSENT_GIVEN, by=by, on=case, at=at, row=decision)
        return decision

    return decided


@pytest.fixture
def consented(case, decide):
    """A case whose survivor agrees to every step of the examination."""
    for item in STEPS:
        decide(case, item)
    return case


@pytest.fixture
def examination(consented, nurse):
    """An examination just begun."""
    from centre.forensics import actions

    return actions.begin_examination(case=consented, pack_name=PACK, by=nurse)


@pytest.fixture
def marked(examination, nurse):
    """The same with one bruise marked on the front of the body."""
    mark(examination, nurse)
    return examination


@pytest.fixture
def completed(examination, nurse):
    """A completed examination."""
    from centre.forensics import actions

    fill(examination, nurse)
    actions.complete_examination(examination=examination, by=nurse)
    return examination


def mark(examination, by, *, number=1, kind="bruise", view="body_ant", revision=0):
    """Put one mark in the middle of a region of a view."""
    from centre.forensics import actions
    from centre.forensics.body_map import views

    place = views.load(view).regions[0].place
    placed = [actions.Placed(number, kind, place.x, place.y)]
    return actions.keep_marks(
        examination=examination,
        view_id=view,
        placed=placed,
        revision=revision,
        by=by,
    )


def describe(examination, by, *, number=1, revision=1, **told):
    """Describe an injury so that nothing of it is lacking."""
    from centre.forensics import actions

    described = {
        "kind": "bruise",
        "sized": "measured",
        "length_mm": 25,
        "shape": "oval",
        "colours": ["red", "purple"],
        **told,
    }
    return actions.keep_injury(
        examination=examination, number=number, revision=revision, by=by, **described
    )


def fill(examination, by, given=None):
    """Keep every section: the given values, and a reason for everything else."""
    from centre.forensics import actions
    from centre.forensics.queries.facts import pack_of

    pack, facts = pack_of(examination), actions.facts_of(examination)
    answers = {}
    for section in pack.sections:
        kept = {}
        for question in section.questions:
            if pack_answers.is_asked(question, {**answers, **kept}, facts):
                kept[question.code] = answer_of(question, given or {})
        keep(examination, by, section.code, {c: a for c, a in kept.items() if a})
        answers.update(kept)


def keep(examination, by, section, answers, *, revision=0):
    """Keep one section."""
    from centre.forensics import actions

    return actions.keep_section(
        examination=examination,
        section=section,
        content={"answers": answers},
        revision=revision,
        by=by,
    )


def answer_of(question, given):
    """The value given, or the first reason that fits the question."""
    if question.code in given:
        return {"v": given[question.code]}
    reasons = [r for r in POLICIES[question.absent] if r != "na"]
    if not reasons:
        return plain_value(question)
    reason = {"r": reasons[0]}
    if reasons[0] == "not_performed":
        reason["sub"] = "not_indicated"
    return reason


def plain_value(question):
    """A value for a question that takes no reason."""
    simple = {
        "bool": "no",
        "bool3": "no",
        "choice": question.choices[0] if question.choices else None,
        "multi": [question.choices[-1]] if question.choices else None,
        "text": "nothing to add",
        "long": "nothing to add",
        "person": {"name": "Nadia Njoroge"},
        "datetime": moment_now(),
        "date": f"{clock.now():%Y-%m-%d}",
        "int": 1,
        "repeat": [],
    }
    value = simple.get(str(question.kind))
    return {"v": value} if value is not None else None


def moment_now():
    """This moment as the forms keep it."""
    from centre.packs.partial import read

    local = clock.local(clock.now(), "Africa/Nairobi")
    return read(f"{local:%Y-%m-%d %H:%M}", clock.ZoneInfo("Africa/Nairobi")).to_json()


def picture(size=(64, 48), kind="JPEG", colour="brown", **options):
    """The bytes of an invented photograph."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def add(examination, by, *, kind="body", original=None, **frame):
    """Add a photograph."""
    from centre.forensics import actions

    told = {"frame": "close", "area": "left forearm", "scale": "ruler", **frame}
    return actions.add_photograph(
        examination=examination,
        original=picture() if original is None else original,
        kind=kind,
        by=by,
        **told,
    )
