"""The end of a request: what came back, what did not and why, and its summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, take
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.actions.request_log import lock, take_step
from centre.chain_of_custody.actions.seals import raise_question
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries import request_summary as pages
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import standings
from centre.chain_of_custody.rules import returns as rules
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.moves import Move, State
from centre.chain_of_custody.rules.request_steps import State as Stand
from centre.chain_of_custody.rules.request_steps import Step
from centre.chain_of_custody.rules.returns import Ending, Fate
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

_NOT_SETTLED = {State.IN_TRANSIT, State.MISSING}


@dataclass(frozen=True)
class Summary:
    """A request on one page, once it has ended."""

    request: EvidenceRequest
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def confirm_return(
    *, request: EvidenceRequest, endings: Mapping[int, Ending], words: str, by: User
) -> RequestStep:
    """Say for each line handed over, by its number, what became of it.

    What stays away is noted on its own chain too. What was used up against the
    condition of its release raises a discrepancy.
    """
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    lock(request)
    lines = {line.number: line for line in queries.approved_lines(request)}
    rules.check_every_line(lines, endings)
    stand = standings(_item_of(line) for line in lines.values())
    for number, line in lines.items():
        found = stand[_item_of(line).pk]
        rules.check_ending(
            number,
            endings[number],
            is_away=found.is_away and found.state not in _NOT_SETTLED,
            is_open=found.state in _NOT_SETTLED,
        )
    told = {str(number): asdict(ending) for number, ending in endings.items()}
    row = take_step(
        request,
        Step.RETURNED,
        by=by,
        at=at,
        details={"words": words, "lines": told},
    )
    for number, line in lines.items():
        _note(request, line, endings[number], by=by, at=at)
    return row


@transaction.atomic
def print_summary(*, request: EvidenceRequest, by: User) -> Summary:
    """Print a closed request on one page; that it was printed is written down."""
    at = clock.now()
    access.require(by, Permission.REQUEST_VIEW, request.centre)
    if queries.standing(request) is not Stand.CLOSED:
        raise RuleError("This request is not closed, so there is no summary yet.")
    what = f"Summary of request {request}"
    journal.looked(Kind.PRINTED, by=by, on=request.centre, at=at, what=what)
    return Summary(
        request,
        pages.facts_of(request),
        pages.rows_of(request),
        at,
        by.name,
        head_of(request.centre, at),
    )


def _note(
    request: EvidenceRequest,
    line: RequestLine,
    ending: Ending,
    *,
    by: User,
    at: datetime,
) -> None:
    if ending.fate == Fate.BACK:
        return
    words = f"Request {request}: {Fate(ending.fate).words.lower()}. {ending.words}"
    docket = take(_item_of(line), by=by, at=at, told=Told(note=words))
    event = docket.write(Move.NOTE_ADDED)
    terms = getattr(line.decision, "conditions", None)
    if ending.fate == Fate.USED_UP and not (terms and terms.may_consume):
        said = "It was used up, though not all of it was released to be used up."
        raise_question(docket, Question.OTHER, said, about=event)


def _item_of(line: RequestLine) -> Item:
    item: Item | None = line.match.item
    if item is None:
        raise RuleError(f"Line {line.number} was matched to no item.")
    return item
