"""The medico-legal report: its sections and its wording.

It tells what was stated, seen, not seen and not done, and keeps what decides for the
court. Clinical and counselling answers are never in it: each needs its own release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from centre.forensics.actions.papers import Issued
from centre.forensics.documents import parts
from centre.forensics.documents.body import body_map
from centre.forensics.documents.boxes import SHOWN_OUTSIDE, shown_outside
from centre.forensics.documents.parts import Printout
from centre.packs.answers import Line, lines
from centre.packs.model import SPEAKERS, Kind
from centre.packs.reasons import REASONS
from centre.packs.wording import NO_ANSWER, NOT_APPLICABLE

ABSENCE: Final = (
    "Visible injury may be absent, or may have healed, after the events described. The "
    "lack of injury in this examination neither supports nor contradicts the account."
)
_NOT_DONE: Final = tuple(
    REASONS[reason] for reason in ("declined", "not_performed", "deferred")
)
_SECTION_OF: Final[Mapping[str, str]] = {
    "adm": "examiner",
    "ev": "account",
    "ev.post": "since",
    "ev.clothes": "since",
    "mh": "history",
    "ge": "examination",
    "er": "examination",
    "reg": "examination",
    "str": "examination",
    "g": "anogenital",
    "dye": "anogenital",
    "sp": "specimens",
    "df": "specimens",
    "inv": "results",
    "tx": "treatment",
    "op": "opinion",
    "dc": "next",
}
"""The section of the report a question belongs to, by the beginning of its code."""

_WHEN: Final = "ev.when"
_FROM_ROOMS: Final = frozenset({Kind.BODYMAP, Kind.PHOTO, Kind.SIGN})


def report(issued: Issued) -> bytes:
    """What was stated, found and not done, in the order a court expects."""
    out = Printout(issued, "Medico-legal report", f"Report {issued.frozen.examination}")
    found = _sorted(out)
    for number, (title, draw) in enumerate(_SECTIONS.items(), start=1):
        if draw is _findings:
            out.paper.page_break()
        out.paper.heading(f"{number}. {title}")
        draw(out, found)
    return out.paper.build()


def _sorted(out: Printout) -> dict[str, list[Line]]:
    """The lines that may be told, by the section of the report."""
    frozen = out.frozen
    found: dict[str, list[Line]] = {}
    for line in lines(frozen.pack, shown_outside(frozen), frozen.facts):
        may_be_told = line.disclosure in SHOWN_OUTSIDE and line.kind not in _FROM_ROOMS
        if may_be_told and line.words != NO_ANSWER:
            found.setdefault(_section_of(line.code), []).append(line)
    return found


def _section_of(code: str) -> str:
    parts_of = code.split(".")
    for length in range(len(parts_of), 0, -1):
        section = _SECTION_OF.get(".".join(parts_of[:length]))
        if section:
            return section
    return "examination"


Draw = Callable[[Printout, Mapping[str, list[Line]]], None]


def _told(section: str, nothing: str) -> Draw:
    """A section that prints the lines sorted into it."""

    def draw(out: Printout, found: Mapping[str, list[Line]]) -> None:
        shown = [one for one in found.get(section, []) if not _is_not_done(one)]
        applying = [one for one in shown if one.words != NOT_APPLICABLE]
        if applying:
            out.paper.pairs([(one.label, one.words) for one in applying])
        else:
            out.paper.paragraph(nothing)

    return draw


def _authority(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    parts.identification(out)
    out.paper.paragraph(
        "Made on the consents below; each was asked on its own, for its own recipient."
    )
    parts.consents(out, parts.RELIED_ON)


def _person(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    parts.identity(out)


def _times(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    frozen, answers = out.frozen, out.frozen.answers
    told = [
        (line.label, line.words)
        for line in lines(frozen.pack, answers, frozen.facts)
        if line.code == _WHEN
    ]
    hours = _hours(frozen.facts)
    out.paper.pairs(
        [
            *told,
            *([("Hours since the event when examined", hours)] if hours else []),
            ("Examination begun", out.moment(frozen.examination.begun_at)),
            ("Examination completed", out.moment(frozen.completion.completed_at)),
            ("Report printed", out.moment(out.issued.made_at)),
        ]
    )


def _hours(facts: Mapping[str, Any]) -> str:
    least, most = facts.get("hours_min"), facts.get("hours_max")
    if least is None or most is None:
        return ""
    low, high = (round(float(hours), 1) for hours in (least, most))
    return f"About {low:g}" if low == high else f"Between {low:g} and {high:g}"


def _account(out: Printout, found: Mapping[str, list[Line]]) -> None:
    """Own words first, quoted with who spoke; then what was asked."""
    out.paper.paragraph(
        "Statements are reported as they were made. The examiner was not present at "
        "the events and does not decide what happened."
    )
    told = found.get("account", [])
    spoken = [line for line in told if _speaker(out, line)]
    for line in spoken:
        who = _speaker(out, line)
        words = line.words.removeprefix(f"{who}: ")
        out.paper.quote(words, f"{line.label} ({who})")
    rest = [line for line in told if line not in spoken and line.code != _WHEN]
    _told("account", "No account was recorded.")(out, {"account": rest})


def _speaker(out: Printout, line: Line) -> str:
    """Whose words a line quotes; nobody's where a reason stands instead."""
    value = out.frozen.answers.get(line.code, {}).get("v")
    is_quoted = line.kind is Kind.VERBATIM and value
    return SPEAKERS[value["by"]] if is_quoted else ""


def _findings(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    body_map(out.paper, out.frozen)
    parts.injuries(out)


def _not_done(out: Printout, found: Mapping[str, list[Line]]) -> None:
    shown = [line for many in found.values() for line in many if _is_not_done(line)]
    if shown:
        out.paper.pairs([(line.label, line.words) for line in shown])
        out.paper.paragraph(
            "Whoever was examined may decline any step; nothing follows from it."
        )
    else:
        out.paper.paragraph("Every step that may be told here was answered.")


def _specimens(out: Printout, found: Mapping[str, list[Line]]) -> None:
    parts.samples(out)
    shown = _applying(found.get("specimens", []))
    out.paper.pairs([(line.label, line.words) for line in shown])
    out.paper.paragraph(
        "Results are not part of this report unless a laboratory's report is attached."
    )


def _photographs(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    count = len(out.frozen.photographs)
    frames = "photograph was" if count == 1 else "photographs were"
    said = f"{count} {frames} taken; the pictures are kept apart and are not printed."
    out.paper.paragraph(said if count else "No photograph was taken.")


def _treatment(out: Printout, found: Mapping[str, list[Line]]) -> None:
    shown = _applying(found.get("treatment", []))
    out.paper.pairs([(line.label, line.words) for line in shown])
    out.paper.paragraph(
        "Medicines, tests and other care are confidential and are not part of this "
        "report. This says nothing about whether there was any."
    )


def _absence(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    out.paper.paragraph(ABSENCE)


def _declaration(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    out.paper.paragraph(
        "I examined the person whom the case reference stands for. What I describe I "
        "saw myself or was told by the person named. I understand that my duty is to "
        "the court, whoever asked for this report."
    )
    out.paper.signatures([("Examiner", out.frozen.completion.completed_by)])


def _addenda(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    parts.addenda(out)


def _checking(out: Printout, found: Mapping[str, list[Line]]) -> None:
    del found
    parts.verification(out)


def _applying(found: Iterable[Line]) -> list[Line]:
    return [
        one for one in found if one.words != NOT_APPLICABLE and not _is_not_done(one)
    ]


def _is_not_done(line: Line) -> bool:
    return line.words.startswith(_NOT_DONE)


_SECTIONS: Final[Mapping[str, Draw]] = {
    "Authority and consent": _authority,
    "Examiner and circumstances": _told("examiner", "Nothing was recorded."),
    "Identity of the person": _person,
    "Times": _times,
    "Account": _account,
    "Relevant history": _told("history", "Nothing that may be told here was recorded."),
    "Since the event": _told("since", "Nothing was recorded."),
    "Examination": _told("examination", "Nothing was recorded."),
    "Injuries and body map": _findings,
    "Genital and anal findings": _told("anogenital", "Nothing was recorded."),
    "Not done or declined": _not_done,
    "Specimens and exhibits": _specimens,
    "Photographs": _photographs,
    "Treatment": _treatment,
    "Opinion": _told("opinion", "No opinion is offered."),
    "Absence of injury": _absence,
    "Next steps": _told("next", "Nothing was recorded."),
    "Declaration": _declaration,
    "Addenda": _addenda,
    "How this can be checked": _checking,
}
