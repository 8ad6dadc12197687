"""The 26 topics, and the looks they are judged by.

A value counts, and so does a reason of hers (declined, does not know) or of medicine
(unsafe, too late, not indicated). A reason of ours does not: not asked, put off, no
equipment, nobody trained. It stays in the record, and the topic stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from centre.forensics.rules.documentation.model import (
    Found,
    Look,
    Point,
    Room,
    Score,
    State,
    Topic,
)
from centre.forensics.rules.injuries import lacking

_HERS: Final = frozenset({"declined", "unknown", "unknown_source", "na"})
_NOT_DONE_SOUNDLY: Final = frozenset(
    {"stopped", "no_consent", "unsafe", "too_late", "done_elsewhere", "not_indicated"}
)
_BEFORE: Final = ("C01", "C02")
"""The consents to care and to the examination of the body."""
_MARKED: Final = "a mark on the body map"
_WITH_SCALE: Final = "close_scale"


def is_documented(answer: Mapping[str, Any] | None) -> bool:
    """Whether an answer says something a reader can rely on."""
    if not answer:
        return False
    if "v" in answer:
        return True
    reason = answer.get("r")
    if reason == "not_performed":
        return answer.get("sub") in _NOT_DONE_SOUNDLY
    return reason in _HERS


def score(found: Found) -> Score:
    """Every topic over one examination, in the order of the index."""
    return Score(tuple(Point(topic, topic.look(found)) for topic in TOPICS))


def _all_of(*codes: str) -> Callable[[Found], Look]:
    """Each of these questions that is asked; a code that ends in a dot is a family."""

    def look(found: Found) -> Look:
        here = [c for c in sorted(found.asked) if _is_one_of(c, codes)]
        return _by_codes(here, found)

    return look


def _one_of(*codes: str) -> Callable[[Found], Look]:
    """At least one of these questions."""

    def look(found: Found) -> Look:
        here = [code for code in codes if code in found.asked]
        if any(is_documented(found.answers.get(code)) for code in here):
            return Look(State.MET)
        return _by_codes(here[:1], found)

    return look


def _consented(found: Found) -> Look:
    is_met = found.consents.issuperset(_BEFORE)
    return Look(State.MET if is_met else State.OPEN, room=Room.CONSENT)


def _each_injury(
    is_met: Callable[[Mapping[str, Any]], bool], room: Room | None = None
) -> Callable[[Found], Look]:
    """Each injury by itself; nothing where none was seen."""

    def look(found: Found) -> Look:
        missing = tuple(i["number"] for i in found.injuries if not is_met(i))
        return _by_rows(found.injuries, missing, room)

    return look


def _is_described(injury: Mapping[str, Any]) -> bool:
    return not [words for words in lacking(injury) if words != _MARKED]


def _photographed(found: Found) -> Look:
    """Each injury in a photograph, unless she did not want any."""
    answer = found.answers.get("ph.log") or {}
    if "r" in answer and is_documented(answer):
        return Look(State.MET)
    shown = {frame.get("injury") for frame in found.photographs}
    missing = tuple(i["number"] for i in found.injuries if i["number"] not in shown)
    return _by_rows(found.injuries, missing, Room.PHOTOGRAPHS)


def _scaled(found: Found) -> Look:
    """Each injury that was photographed, also close up with a scale."""
    shown = {frame.get("injury") for frame in found.photographs}
    scaled = {
        f.get("injury") for f in found.photographs if f.get("frame") == _WITH_SCALE
    }
    here = [i for i in found.injuries if i["number"] in shown]
    missing = tuple(i["number"] for i in here if i["number"] not in scaled)
    return _by_rows(here, missing, Room.PHOTOGRAPHS)


def _sealed(found: Found) -> Look:
    return _packages(found, [p.is_sealed for p in found.packages])


def _handed_on(found: Found) -> Look:
    return _packages(found, [p.is_handed_on for p in found.packages])


def _packages(found: Found, met: Iterable[bool]) -> Look:
    if not found.packages:
        return Look(State.NOT_HERE)
    return Look(State.MET if all(met) else State.OPEN, room=Room.SAMPLES)


def _by_codes(here: Iterable[str], found: Found) -> Look:
    asked = tuple(here)
    if not asked:
        return Look(State.NOT_HERE)
    missing = tuple(c for c in asked if not is_documented(found.answers.get(c)))
    return Look(State.OPEN if missing else State.MET, codes=missing)


def _by_rows(
    rows: Iterable[Mapping[str, Any]], missing: tuple[int, ...], room: Room | None
) -> Look:
    if not list(rows):
        return Look(State.NOT_HERE)
    if not missing:
        return Look(State.MET)
    return Look(State.OPEN, injuries=missing, room=room)


def _is_one_of(code: str, wanted: Iterable[str]) -> bool:
    return any(code.startswith(w) if w.endswith(".") else code == w for w in wanted)


_COMPLETE: Final = "What happened and who she is"
_BODY: Final = "What was seen"
_PICTURES: Final = "Photographs"
_CHAIN: Final = "Samples and their way"
_CLOSE: Final = "Care, opinion and signature"

TOPICS: Final[tuple[Topic, ...]] = (
    Topic(
        "visit",
        _COMPLETE,
        "Where, when, by whom and in whose presence",
        "Say where and when it began, who examined, and who else was there.",
        _all_of(
            "adm.start", "adm.place", "adm.examiner", "adm.present", "adm.chaperone"
        ),
    ),
    Topic(
        "consent",
        _COMPLETE,
        "Consent to the examination",
        "Write down her decision on care and on the examination of the body.",
        _consented,
    ),
    Topic(
        "when_where",
        _COMPLETE,
        "When and where it happened",
        "Say when and where it happened, as exactly as she knows.",
        _all_of("ev.when", "ev.where", "ev.where.type"),
    ),
    Topic(
        "account",
        _COMPLETE,
        "The account in her own words",
        "Write down her own words, or where they were taken down.",
        _one_of("ev.account", "ev.account_elsewhere"),
    ),
    Topic(
        "assailants",
        _COMPLETE,
        "How many did it, and what she knows of them",
        "Say how many there were, and what she knows of each.",
        _all_of("ev.n_assailants", "ev.assailant"),
    ),
    Topic(
        "force",
        _COMPLETE,
        "Threats, weapons, force and restraint",
        "Answer the questions about threats, weapons, force and restraint.",
        _all_of("ev.threat", "ev.weapon", "ev.physical", "ev.restraint", "ev.loc"),
    ),
    Topic(
        "acts",
        _COMPLETE,
        "Each act by itself",
        "Answer each act by itself, with condom and ejaculation.",
        _all_of("ev.acts.", "ev.condom", "ev.ejac"),
    ),
    Topic(
        "since",
        _COMPLETE,
        "What was done since",
        "Say what was washed, changed, eaten or passed since then.",
        _all_of("ev.post.", "ev.clothes."),
    ),
    Topic(
        "health",
        _COMPLETE,
        "Illnesses, allergies, medicines, vaccinations",
        "Ask about illnesses, allergies, medicines and vaccinations.",
        _all_of("mh.conditions", "mh.allergy", "mh.meds", "mh.vacc.tetanus",
                "mh.vacc.hbv", "mh.hiv"),
    ),
    Topic(
        "reproductive",
        _COMPLETE,
        "Cycle, contraception, pregnancy",
        "Ask about the last period, contraception and pregnancy.",
        _all_of("mh.lmp", "mh.contraception", "mh.pregnant_known"),
    ),
    Topic(
        "state",
        _BODY,
        "Appearance and bearing",
        "Describe appearance and bearing without judging.",
        _all_of("ge.appearance", "ge.demeanour", "ge.oriented"),
    ),
    Topic(
        "vital_signs",
        _BODY,
        "Vital signs",
        "Measure pressure, pulse, breathing and temperature.",
        _all_of("ge.systolic", "ge.diastolic", "ge.pulse", "ge.breathing",
                "ge.temperature"),
    ),
    Topic(
        "body",
        _BODY,
        "The body, region by region",
        "Say of each region what was seen, or that nothing was.",
        _all_of("er.head", "er.mouth", "er.neck", "er.chest", "er.abdomen", "er.back",
                "er.arms", "er.legs"),
    ),
    Topic(
        "genital",
        _BODY,
        "The private areas, with position and method",
        "Say of each part what was seen, and in which position and how.",
        _all_of("g.position", "g.technique", "g.external", "g.hymen", "g.perineum",
                "g.vagina", "g.penis", "g.anus"),
    ),
    Topic(
        "placed",
        _BODY,
        "Each injury on the body map",
        "Mark each injury on the body map.",
        _each_injury(lambda injury: bool(injury.get("marks")), Room.BODY_MAP),
    ),
    Topic(
        "described",
        _BODY,
        "Each injury with size, shape and colour",
        "Measure and describe each injury.",
        _each_injury(_is_described),
    ),
    Topic(
        "cause",
        _BODY,
        "How each injury came about, in her words",
        "Write down what she says of each injury; “does not know” is an answer.",
        _each_injury(lambda injury: bool(injury.get("cause"))),
    ),
    Topic(
        "photographs",
        _PICTURES,
        "Each injury in a photograph",
        "Photograph each injury, or say that she did not want it.",
        _photographed,
    ),
    Topic(
        "scale",
        _PICTURES,
        "Close up with a scale",
        "Photograph each injury close up with a scale too.",
        _scaled,
    ),
    Topic(
        "specimens",
        _CHAIN,
        "Each sample: taken, or why not",
        "Say of each sample whether it was taken, or why not.",
        _all_of("sp."),
    ),
    Topic(
        "sealed",
        _CHAIN,
        "Each sample sealed",
        "Package, label and seal each sample.",
        _sealed,
    ),
    Topic(
        "handed_on",
        _CHAIN,
        "Each sample put away or handed over with a signature",
        "Put each sample away, or hand it over and have it signed for.",
        _handed_on,
    ),
    Topic(
        "care",
        _CLOSE,
        "Tests and treatment",
        "Say which tests and treatment were given, or why not.",
        _all_of("inv.hiv", "inv.pregnancy", "tx.pep", "tx.ec", "tx.sti", "tx.tetanus",
                "tx.hbv"),
    ),
    Topic(
        "after",
        _CLOSE,
        "Safety and what comes next",
        "Say whether she is safe, what she was told, and when she is seen again.",
        _all_of("dc.safe_place", "dc.info", "dc.referrals", "dc.next"),
    ),
    Topic(
        "opinion",
        _CLOSE,
        "The opinion, its reasons and its limits",
        "Write the opinion with its reasons, and what limits it.",
        _all_of("op.summary", "op.scale", "op.reason", "op.limits"),
    ),
    Topic(
        "signature",
        _CLOSE,
        "Who signs, as what, and when it ended",
        "Say in which role you sign, and when the examination ended.",
        _all_of("op.role", "adm.end"),
    ),
)  # fmt: skip
"""The index, in the order of the form."""
