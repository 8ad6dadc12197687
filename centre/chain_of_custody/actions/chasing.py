"""Writing to an agency that does not fetch what was reported; each letter is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.docket import case_of, lock
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models import ChaseLetter, Item, Kit
from centre.chain_of_custody.queries import chasing as queries
from centre.chain_of_custody.queries.clocks import of_packages
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules import chasing as rules
from centre.chain_of_custody.rules.clocks import Reading
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, Recipient, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

PICK_UP = "reported"


@dataclass(frozen=True)
class Letter:
    """What a letter says: a code and days; nothing of a person or of what was taken."""

    row: ChaseLetter
    code: str
    thing: str
    days: int
    clock: Reading | None
    centre: Centre
    by: str
    head: LedgerHead


@transaction.atomic
def print_chase_letter(*, package: Package, agency: Recipient, by: User) -> Letter:
    """Issue the next letter about a thing, a step firmer than the one before."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.ITEM_RELEASE, case)
    case = lock(case)
    waits = _waiting(package, case, by, at)
    if not queries.police(case.centre).filter(pk=agency.pk).exists():
        raise RuleError("Choose a police unit that is listed here.")
    before = queries.letters_about(package)
    newest = before.first()
    rules.check_time(newest.issued_at if newest else None, at)
    head = head_of(case.centre, at)
    row = ChaseLetter.objects.create(
        number=references.new(),
        case=case,
        kit=package if isinstance(package, Kit) else None,
        item=package if isinstance(package, Item) else None,
        agency=agency,
        step=rules.next_step(before.count()),
        waits_since=waits.since,
        log=head.origin,
        log_size=head.size,
        issued_at=at,
        issued_by=by,
    )
    journal.record(
        Kind.DOCUMENT_ISSUED, by=by, on=case, at=at, row=row, stream=package.pk
    )
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=str(row))
    clocks = of_packages([package], case, at)
    running = (c for c in clocks if c.policy.start == PICK_UP)
    return Letter(
        row=row,
        code=package.code,
        thing=package.thing.value,
        days=waits.days,
        clock=next(running, None),
        centre=case.centre,
        by=by.name,
        head=head,
    )


def _waiting(package: Package, case: Case, by: User, at: datetime) -> queries.Unfetched:
    for one in queries.unfetched(case.centre, by, at, of=case):
        if one.package.pk == package.pk:
            return one
    raise RuleError(
        "This is not waiting to be fetched: it is not reported for a month yet, or it "
        "does not lie in the store."
    )
