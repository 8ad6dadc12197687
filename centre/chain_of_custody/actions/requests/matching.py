"""Matching: which item of the store each line means, and whom to ask further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from centre.chain_of_custody.actions.grounds import ground_of
from centre.chain_of_custody.actions.request_log import lock, take_step
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.request_steps import LinePart
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineMatch,
    RequestLine,
)
from centre.chain_of_custody.rules import grounds
from centre.chain_of_custody.rules.checks import ORDERS, Basis
from centre.chain_of_custody.rules.request_steps import Step
from centre.core import access, clock, journal
from centre.core.errors import ConsentError, RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def match_request(
    *,
    request: EvidenceRequest,
    found: Mapping[UUID, Item | Sequence[Item] | None],
    by: User,
) -> list[LineMatch]:
    """Say which items of the store each line means, or that there is none.

    A line that asks for several gets a part for each further item, decided by itself.
    Where consent is missing the survivor is to be asked; where another ground is given
    it goes to legal review.
    """
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    lock(request)
    lines = list(request.lines.all())
    if LineMatch.objects.filter(line__in=lines).exists():
        raise RuleError("This request is matched already. Go on to the decision.")
    matches = []
    for line in lines:
        first, *more = _items(line, found.get(line.pk))
        matches.append(_match(request, line, first, by=by, at=at))
        for item in more:
            part = _add_part(request, line, by=by, at=at)
            matches.append(_match(request, part, item, by=by, at=at))
    _ask_further(request, matches, by=by, at=at)
    return matches


def _match(
    request: EvidenceRequest,
    line: RequestLine,
    item: Item | None,
    *,
    by: User,
    at: datetime,
) -> LineMatch:
    if item is not None:
        access.require(by, Permission.ITEM_VIEW, item.case)
    match = LineMatch.objects.create(
        line=line,
        item=item,
        case=item.case if item else None,
        matched_by=by,
        matched_at=at,
    )
    journal.record(
        Kind.REQUEST_MATCHED,
        by=by,
        on=item.case if item else request.centre,
        at=at,
        row=match,
        stream=request.pk,
    )
    return match


def _items(line: RequestLine, found: Item | Sequence[Item] | None) -> list[Item | None]:
    items = [found] if isinstance(found, Item) else list(found or [])
    several = line.asked.get("scope") in {grounds.Scope.ALL, grounds.Scope.TYPE}
    if len(items) > 1 and not several:
        raise RuleError(f"Line {line.number} asks for one item. Give one code.")
    if len({item.pk for item in items}) != len(items):
        raise RuleError(f"Line {line.number} names an item twice. Give each code once.")
    if len({item.case_id for item in items}) > 1:
        raise RuleError(
            f"Line {line.number}: these items are not of one case. Look at the codes."
        )
    return [*items] or [None]


def _add_part(
    request: EvidenceRequest, line: RequestLine, *, by: User, at: datetime
) -> RequestLine:
    number = request.lines.count() + 1
    part = RequestLine.objects.create(
        request=request,
        number=number,
        basis=line.basis,
        purpose=line.purpose,
        asked=line.asked,
    )
    link = LinePart.objects.create(line=part, of=line)
    for row in (part, link):
        journal.record(
            Kind.REQUEST_MATCHED,
            by=by,
            on=request.centre,
            at=at,
            row=row,
            stream=request.pk,
        )
    return part


def _ask_further(
    request: EvidenceRequest, matches: Sequence[LineMatch], *, by: User, at: datetime
) -> None:
    """Whom else to ask before a decision: the survivor, or whoever knows the law."""
    for match in matches:
        if match.case is None or match.line.basis != Basis.CONSENT:
            continue
        if not _has_consent(match, at):
            take_step(
                request,
                Step.SURVIVOR_ASKED,
                by=by,
                at=at,
                line=match.line,
                case=match.case,
            )
    needs_law = ORDERS | {Basis.STATUTE}
    if any(m.item_id and m.line.basis in needs_law for m in matches):
        take_step(request, Step.LEGAL_ASKED, by=by, at=at)


def _has_consent(match: LineMatch, at: datetime) -> bool:
    if match.case is None:
        return False
    try:
        ground_of(match.line, match.case, at)
    except ConsentError:
        return False
    return True
