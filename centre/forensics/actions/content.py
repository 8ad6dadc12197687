"""What a completed examination consists of, and what the software itself puts in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from centre.core.models import ConsentDecision, User
from centre.forensics.models import Examination, Photograph, SampleTaken
from centre.forensics.queries import injuries
from centre.forensics.rules.care.told import Told, bmi
from centre.packs.model import Kind, Pack, Required

FORMAT: Final = "centre-examination/1"


def with_rooms(
    examination: Examination, pack: Pack, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers with what this room itself gives: marks and photographs."""
    given = dict(answers)
    asked = [q for q in pack.questions if q.kind in {Kind.BODYMAP, Kind.PHOTO}]
    found = _from_room(examination) if asked else {}
    for question in asked:
        value = found[question.kind]
        if value:
            given[question.code] = {"v": value}
        elif "v" in given.get(question.code, {}):
            del given[question.code]
    return given


def with_computed(
    examination: Examination,
    pack: Pack,
    answers: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """The answers with what the software knows and nobody enters."""
    computed = _computed(examination, answers, by=by, at=at)
    system = (q.code for q in pack.questions if q.required is Required.SYSTEM)
    return {**answers, **{c: {"v": computed[c]} for c in system if c in computed}}


def content_of(
    examination: Examination,
    pack: Pack,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    relied: Mapping[str, list[str]],
    *,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """Everything that is frozen, as canonical JSON takes it."""
    return {
        "format": FORMAT,
        "case": examination.case.reference,
        "examination": examination.reference,
        "begun_at": examination.begun_at.isoformat(),
        "completed_at": at.isoformat(),
        "completed_by": str(by.pk),
        "pack": {
            "name": pack.name,
            "version": pack.version,
            "fingerprint": pack.fingerprint,
        },
        "facts": dict(facts),
        "answers": dict(answers),
        "injuries": [
            {"number": row.number, "revision": row.revision, **row.details}
            for row in injuries.current(examination)
        ],
        "photographs": [
            {"number": p.number, "sha256": p.sha256, "size": p.size, **p.details}
            for p in Photograph.objects.filter(examination=examination)
        ],
        "samples": _samples(examination),
        "consents": _consents(examination, relied),
    }


def _samples(examination: Examination) -> list[dict[str, Any]]:
    rows = SampleTaken.objects.filter(examination=examination).select_related("item")
    return [
        {
            "item": row.item.code,
            "specimen": row.specimen,
            "site": row.item.site,
            "side": row.item.side,
            "taken_at": row.taken_at.isoformat(),
        }
        for row in rows.order_by("taken_at", "item__code")
    ]


def _consents(
    examination: Examination, relied: Mapping[str, list[str]]
) -> list[dict[str, str]]:
    """The decisions that answers, injuries and photographs stand on."""
    ids = {one for many in relied.values() for one in many}
    for row in injuries.current(examination):
        ids.update(row.details.get("consents", []))
    for photograph in Photograph.objects.filter(examination=examination):
        ids.add(photograph.details["consent"])
    rows = ConsentDecision.objects.filter(case=examination.case, pk__in=ids)
    return [{"id": str(d.pk), "item": d.item, "state": d.state} for d in rows]


def _from_room(examination: Examination) -> dict[Kind, list[dict[str, Any]]]:
    found = injuries.current(examination)
    frames = Photograph.objects.filter(examination=examination)
    return {
        Kind.BODYMAP: [
            {"injury": row.number, "view": mark["view"]}
            for row in found
            for mark in row.details.get("marks", [])
        ],
        Kind.PHOTO: [{"photograph": p.number, "sha256": p.sha256} for p in frames],
    }


def _computed(
    examination: Examination,
    answers: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """What the software knows and nobody enters."""
    case = examination.case
    earlier = Examination.objects.filter(case=case, begun_at__lt=examination.begun_at)
    index = bmi(Told(answers, {}, at.date()))
    computed = {
        "adm.exam_no": earlier.count() + 1,
        "adm.clock_source": "server",
        "adm.completed_at": at.isoformat(),
        "adm.completed_by": {"name": by.name},
        "int.case_no": case.reference,
        "int.anon_mode": case.registration,
        "ge.bmi": None if index is None else format(index, "f"),
    }
    return {code: value for code, value in computed.items() if value is not None}
