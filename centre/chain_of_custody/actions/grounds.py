"""Whether evidence may leave on a line at this very instant (R12, R13, R15).

Asked when a line is decided, when it is released and when it is received, so that what
was withdrawn or ran out in between stays in the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from centre.chain_of_custody.models import Item, Transfer
from centre.chain_of_custody.models.request_steps import LineRelease
from centre.chain_of_custody.models.requests import LineTransfer, RequestLine
from centre.chain_of_custody.rules import grounds as rules
from centre.chain_of_custody.rules.checks import ORDERS, Basis
from centre.core import consent, journal
from centre.core.errors import RuleError
from centre.core.models import Case, ConsentDecision, Registration, User
from centre.ledger.kinds import Kind

REPORT = "C16"


def ground_of(
    line: RequestLine, case: Case, at: datetime, *, recipient: str = ""
) -> ConsentDecision | None:
    """The consent a line rests on, asked anew; None where it rests on another ground.

    Raises RuleError where nothing carries the line at this moment.
    """
    basis = Basis(line.basis)
    today = at.astimezone(ZoneInfo(case.centre.timezone)).date()
    rules.check_in_force(basis, line.asked, today)
    if basis is not Basis.CONSENT:
        return None
    item = rules.consent_item(line.asked.get("scope", "item"), line.purpose)
    to = recipient or line.request.agency.code
    return consent.require(case, item, recipient=to, purpose=line.purpose, at=at)


def check_approved(lines: Iterable[RequestLine], at: datetime) -> None:
    """Each line is approved and its ground in force; else nothing leaves (R12, R13)."""
    for line in lines:
        decision = getattr(line, "decision", None)
        match = getattr(line, "match", None)
        if decision is None or not decision.is_approved or match is None:
            raise RuleError(
                f"Line {line.number} is not approved, so nothing leaves on it. "
                "Hold the item, and ask for a decision."
            )
        carrying_ground(line, match.case, at)


def carrying_ground(
    line: RequestLine, case: Case, at: datetime
) -> ConsentDecision | None:
    """The consent a line rests on; what is asked for analysis is reported too (R15)."""
    leaning = ground_of(line, case, at)
    if line.purpose == rules.ANALYSIS:
        check_may_be_analysed(case, Basis(line.basis), at)
    return leaning


def check_leaving(
    items: Sequence[Item], named: Sequence[UUID | None], at: datetime
) -> None:
    """Each item leaves on the line that was approved for it, in force now (R12, R13).

    `named` gives the line of each item, or None where it leaves on another ground.
    """
    wanted = {key for key in named if key is not None}
    rows = RequestLine.objects.select_related(
        "decision", "match__case__centre", "request__agency"
    )
    lines = rows.in_bulk(wanted)
    for item, key in zip(items, named, strict=True):
        if key is None:
            continue
        line = lines.get(key)
        match = getattr(line, "match", None)
        if line is None or match is None or match.item_id != item.pk:
            raise RuleError(
                f"{item} is not what this line of the request was approved for. "
                "Release it on its own line, or ask for a decision."
            )
    check_approved(lines.values(), at)


def check_still_approved(transfer: Transfer, at: datetime) -> None:
    """What travels may still go to its receiver: no ground ended on the way."""
    links = transfer.lines.select_related(
        "line__decision", "line__match__case__centre", "line__request__agency"
    )
    check_approved([link.line for link in links], at)


def check_may_be_analysed(case: Case, basis: Basis, at: datetime) -> None:
    """Nothing kept without a report is tested without the survivor's word (R15)."""
    if basis in ORDERS:
        return
    reported = any(
        d.item == REPORT and consent.allows(d, at) for d in consent.current(case)
    )
    if case.registration == Registration.ANONYMOUS or not reported:
        raise RuleError(
            "This evidence is kept without a report, so no laboratory tests it. It can "
            "be submitted after the survivor has decided to report, or on a court's "
            "order."
        )


def write_release(link: LineTransfer, *, by: User, at: datetime) -> LineRelease:
    """Bind who asked, decided and lets go of a line; the database compares them."""
    line = link.line
    by_letter = hasattr(line.request, "party")
    row = LineRelease.objects.create(
        link=link,
        asked_by=None if by_letter else line.request.requested_by,
        decided_by=line.decision.decided_by,
        released_by=by,
    )
    journal.record(
        Kind.REQUEST_OFFERED,
        by=by,
        on=link.transfer.case,
        at=at,
        row=row,
        stream=line.request_id,
    )
    return row
