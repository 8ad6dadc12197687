"""What the pages of a request show: to the centre everything, to the requester little.

Before the decision all states read alike to the requester, whatever the store holds;
a refusal and a stop carry one neutral word each.
"""

from __future__ import annotations

from typing import Any, Final

from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import Location
from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import packages_around, standings
from centre.chain_of_custody.queries.request_progress import gone_lines
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.grounds import Requester, Scope
from centre.chain_of_custody.rules.request_acts import VERDICTS, Answer
from centre.chain_of_custody.rules.request_steps import (
    GONE,
    HANDED_OVER,
    LABORATORY,
    OPEN,
    PATH,
    STATE_WORDS,
    STOPPED_WORDS,
    TO_HAND_OVER,
    Progress,
    State,
    Step,
    place_on_path,
)
from centre.chain_of_custody.rules.request_steps import state as state_of
from centre.chain_of_custody.rules.requests import NOT_RELEASED, REASON_WORDS
from centre.chain_of_custody.rules.returns import sentence
from centre.chain_of_custody.statutes import statutes
from centre.core.models import User

DETAILS: Final = ("unit_case_no", "quoted", "collector", "urgency", "offence")
_CLOSED_TO_LINES: Final = OPEN | {State.WITHDRAWN, State.EXPIRED}
_ITS_OWN: Final = {Step.INFO_ASKED, Step.INFO_GIVEN, Step.DISPUTED}
_ITS_ANSWERS: Final = {Step.DISPUTE_ANSWERED, Step.PICKUP_SCHEDULED, Step.CLOSED}


def words_for_requester(standing: queries.Standing) -> str:
    """Where a request stands, as its requester may know it."""
    return _outside_words(standing.state)


def for_requester(found: EvidenceRequest, by: User) -> dict[str, Any]:
    """The requester's page of one request."""
    progress = queries.progress(found)
    state = state_of(progress)
    is_mine = found.requested_by_id == by.pk
    is_open = state in _CLOSED_TO_LINES
    return {
        "found": found,
        "state": _outside_words(state),
        "path": _path(_outside_state(state), progress),
        "lines": [
            _outside_line(line, is_open=is_open)
            for line in queries.lines_of(found)
            if not (is_open and _is_part(line))
        ],
        "steps": _outside_steps(found),
        "may_withdraw": is_mine and state in OPEN | TO_HAND_OVER,
        "may_answer": is_mine and state is State.NEEDS_INFO,
        "may_dispute": is_mine and state in {State.REFUSED, State.APPROVED_PARTIAL},
        "is_offered": state is State.OFFERED,
        "is_handed_over": state in GONE | {State.CONSENT_WITHDRAWN, State.CLOSED},
        "is_answered": state not in _CLOSED_TO_LINES,
    }


def for_centre(found: EvidenceRequest) -> dict[str, Any]:
    """The centre's page of one request."""
    progress = queries.progress(found)
    state = state_of(progress)
    lines = queries.lines_of(found)
    gone = gone_lines(line.pk for line in lines)
    party = getattr(found, "party", None)
    return {
        "found": found,
        "state": STATE_WORDS[state],
        "path": _path(state, progress),
        "party": party,
        "party_kind": Requester(party.kind).words if party else "",
        "rows": [row(line, is_gone=line.pk in gone) for line in lines],
        "steps": [_told(step) for step in queries.steps_of(found)],
        "papers": list(found.papers.all()),
        "duplicates": queries.duplicates_of(found) if state in OPEN else [],
        "is_handed_over": state in GONE,
        "is_closed": state is State.CLOSED,
        "is_answered": state not in _CLOSED_TO_LINES,
    }


def row(line: RequestLine, *, is_gone: bool = False) -> dict[str, Any]:
    """One line as the centre sees it."""
    match = getattr(line, "match", None)
    decision = getattr(line, "decision", None)
    return {
        "line": line,
        "scope": Scope(line.asked.get("scope", "item")).words,
        "basis": Basis(line.basis).words,
        "ground": _ground(line),
        "item": match.item if match else None,
        "is_matched": match is not None,
        "decision": decision,
        "conditions": _conditions(decision),
        "why": REASON_WORDS.get(decision.reason, "") if decision else "",
        "is_gone": is_gone,
        "is_part": _is_part(line),
    }


def to_pick(found: EvidenceRequest) -> list[dict[str, Any]]:
    """The exact scan set: each package with its place, its seal and how it travels."""
    items = (line.match.item for line in queries.approved_lines(found))
    packages = packages_around(item for item in items if item is not None)
    stand = standings(packages)
    places = _places({s.place for s in stand.values() if s.place})
    return [
        {
            "package": package,
            "seal": stand[package.pk].seal,
            "state": stand[package.pk].state.words,
            "place": places.get(stand[package.pk].place),
            "needs": _needs(package),
            "integrity": stand[package.pk].integrity.words,
        }
        for package in packages
    ]


def _places(keys: set[Any]) -> dict[Any, Any]:
    return dict(Location.objects.in_bulk(keys))


def _needs(package: Any) -> str:
    kind = getattr(package, "kind", "")
    known = catalogue()
    return " or ".join(map(known.words_of_class, getattr(kind, "storage", ())))


def _outside_state(state: State) -> State:
    return State.SUBMITTED if state in OPEN - {State.NEEDS_INFO} else state


def _outside_words(state: State) -> str:
    if state is State.CONSENT_WITHDRAWN:
        return STOPPED_WORDS
    return STATE_WORDS[_outside_state(state)]


def _outside_line(line: RequestLine, *, is_open: bool) -> dict[str, Any]:
    decision = getattr(line, "decision", None)
    answer, item = "Waiting", None
    if not is_open and decision is not None:
        item = line.match.item if decision.is_approved else None
        answer = f"Released: {item}" if item else NOT_RELEASED
    return {
        "line": line,
        "basis": Basis(line.basis).words,
        "answer": answer,
        "item": item,
        "conditions": _conditions(decision) if item else "",
    }


def _outside_steps(found: EvidenceRequest) -> list[dict[str, Any]]:
    wanted = _ITS_OWN | _ITS_ANSWERS
    return [_told(s) for s in queries.steps_of(found) if s.step in wanted]


def _told(step: RequestStep) -> dict[str, Any]:
    code = {**VERDICTS, **{a.value: a.words for a in Answer}}.get(step.code, step.code)
    return {
        "words": Step(step.step).words,
        "code": code.replace("_", " "),
        "step": step,
        "said": "; ".join(_said(step.details)),
    }


def _said(details: dict[str, Any]) -> list[str]:
    """The words of a step, and what became of each line if it says so."""
    words = details.get("words") or details.get("named", "")
    lines = details.get("lines", {})
    became = [sentence(int(number), told) for number, told in lines.items()]
    return [*([words] if words else []), *became]


def _ground(line: RequestLine) -> str:
    told = line.asked
    law = statutes().get(told.get("statute", ""))
    parts = [
        law.label if law else "",
        told.get("basis_reference", ""),
        told.get("authority", ""),
        told.get("dated_on", ""),
        f"until {told['valid_until']}" if told.get("valid_until") else "",
    ]
    return ", ".join(part for part in parts if part)


def _conditions(decision: Any) -> str:
    terms = getattr(decision, "conditions", None) if decision else None
    if terms is None:
        return ""
    back = f"back by {terms.return_by:%d %b %Y}" if terms.return_by else ""
    tests = terms.details.get("tests", "")
    used = "" if terms.may_consume else "not all of it may be used up"
    return "; ".join(part for part in (back, tests, used) if part)


def _is_part(line: RequestLine) -> bool:
    return hasattr(line, "part")


def _path(state: State, progress: Progress) -> list[dict[str, Any]]:
    """The stops of the path; one that was never made has no tick, wherever it ended."""
    here = place_on_path(state)
    passed_by = {
        stop
        for stop, count in (
            (HANDED_OVER, progress.received),
            (LABORATORY, progress.submitted),
        )
        if not count
    }
    return [
        {
            "words": words,
            "is_here": number == here,
            "is_done": here is not None and number < here and words not in passed_by,
        }
        for number, (words, _) in enumerate(PATH)
    ]
