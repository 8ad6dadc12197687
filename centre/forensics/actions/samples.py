"""A specimen becomes an item of evidence the moment it is taken."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from centre.chain_of_custody import actions as custody
from centre.chain_of_custody.queries.history import standings, things_of
from centre.chain_of_custody.rules.moves import State, Thing
from centre.core import access, clock, journal
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.forensics.actions.examinations import lock_open
from centre.forensics.models import Examination, SampleTaken
from centre.ledger.kinds import Kind

if TYPE_CHECKING:
    from centre.chain_of_custody.models import Item, Kit


@transaction.atomic
def take_sample(
    *,
    examination: Examination,
    specimen: str,
    site: str,
    method: str,
    collected_at: datetime,
    by: User,
    side: str = "",
    kit: Kit | None = None,
    **taking: Any,
) -> Item:
    """Take a sample into custody, into the case's open kit if there is one."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.EXAMINATION_EDIT, case)
    lock_open(examination)
    item = custody.collect_item(
        case=case,
        kit=kit or open_kit(case),
        specimen=specimen,
        site=site,
        side=side,
        method=method,
        collected_at=collected_at,
        by=by,
        **taking,
    )
    row = SampleTaken.objects.create(
        examination=examination,
        case=case,
        item=item,
        specimen=specimen,
        taken_at=collected_at,
    )
    journal.record(Kind.SAMPLE_TAKEN, by=by, on=case, at=at, row=row)
    return item


def open_kit(case: Case) -> Kit | None:
    """The kit of a case that is open for collection."""
    kits = [t for t in things_of(case) if t.thing is Thing.KIT]
    stand = standings(kits)
    found = next((k for k in kits if stand[k.pk].state is State.OPENED), None)
    return cast("Kit | None", found)
