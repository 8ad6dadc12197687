"""From kept without report to reported, and back while that is still possible."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, take
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.disposal import REPORT, reporting_of
from centre.chain_of_custody.queries.history import Package, standings, things_of
from centre.chain_of_custody.rules.checks import check_words
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import FINAL, Move, State
from centre.core import access, clock, consent
from centre.core.actions.approvals import sign
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission

_NOT_YET: frozenset[State] = frozenset({State.PLANNED, State.STOCKED})


@transaction.atomic
def change_reporting(
    *,
    case: Case,
    reporting: str,
    police_reference: str,
    words: str,
    by: User,
    code: str,
) -> list[CustodyEvent]:
    """Write down that the survivor now reports, or takes her report back.

    Police clocks start on the day of this change. Taking a report back is refused once
    a laboratory has opened a seal.
    """
    at = clock.now()
    access.require(by, Permission.REPORTING_CHANGE, case)
    wanted = _wanted(reporting)
    held = reporting_of(case, at)
    check_words(words, "how she told you, and who was present")
    if wanted is held and _is_written(case):
        raise RuleError("This is how the case stands already.")
    things = _things(case)
    if wanted is Reporting.REPORTED:
        _check_wish(case, at, police_reference)
    elif _is_at_lab(case):
        raise RuleError(
            "A laboratory has opened a seal of this case, so the report cannot be "
            "taken back here. Tell the police of her wish, and write that down."
        )
    sign(by, code)
    details = {"police_reference": police_reference.strip(), "before": held.value}
    told = Told(note=words)
    return [
        take(thing, by=by, at=at, case=case, told=told).write(
            Move.REPORTING_CHANGED, reason_code=wanted.value, details=details
        )
        for thing in things
    ]


@transaction.atomic
def tell_police(
    *,
    package: Package,
    words: str,
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
) -> CustodyEvent:
    """Write down that the police were told there is evidence for them to fetch.

    Only of what is reported: what is kept without a report is nobody's to tell.
    """
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.POLICE_TELL, case)
    check_words(words, "which unit was told, and how")
    if reporting_of(case, at) is not Reporting.REPORTED:
        raise RuleError(
            "The survivor has not reported, so the police are not told of this. If she "
            "wishes to report, write her decision down first."
        )
    told = Told(occurred_at, late_reason, words)
    return take(package, by=by, at=at, told=told).write(Move.POLICE_TOLD)


def _wanted(reporting: str) -> Reporting:
    if reporting not in {Reporting.REPORTED, Reporting.UNREPORTED}:
        raise RuleError("Choose whether she reports, or keeps it without a report.")
    return Reporting(reporting)


def _is_written(case: Case) -> bool:
    return CustodyEvent.objects.filter(case=case, move=Move.REPORTING_CHANGED).exists()


def _things(case: Case) -> list[Package]:
    """What the change is written on: kits and loose items that have not ended."""
    things = things_of(case)
    stand = standings(things)
    found = [
        t
        for t in things
        if stand[t.pk].state not in FINAL | _NOT_YET and not stand[t.pk].is_in_kit
    ]
    if not found:
        raise RuleError("There is no evidence of this case that could be reported.")
    return found


def _check_wish(case: Case, at: datetime, police_reference: str) -> None:
    agreed = [d for d in consent.current(case) if d.item == REPORT]
    if not any(consent.allows(d, at) for d in agreed):
        raise RuleError(
            "There is no signed decision to report in force. Talk about consent first "
            "and let her sign, then write the change down."
        )
    check_words(police_reference, "the number of the police's case, or “none yet”")


def _is_at_lab(case: Case) -> bool:
    opened = CustodyEvent.objects.filter(
        case=case, move__in=[Move.LAB_STARTED, Move.SEAL_BROKEN]
    )
    return opened.exists()
