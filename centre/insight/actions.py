"""Making a year's return, and taking it out of the centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.actions.upkeep import newest_head
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.insight import queries, rules
from centre.insight.models import Return
from centre.insight.suppression import Figures, figures_of
from centre.ledger.kinds import Kind


class Form(StrEnum):
    """As what a return leaves the centre."""

    PAPER = "pdf"
    FILE = "csv"


@dataclass(frozen=True)
class Told:
    """A return as it leaves the centre."""

    centre: Centre
    year: int
    figures: Figures
    number: str
    made_at: datetime
    taken_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def make_return(*, centre: Centre, year: int, by: User) -> Return:
    """Count a year that is over, hide the small numbers, and keep what is left."""
    at = clock.now()
    access.require(by, Permission.FIGURES_TELL, centre)
    centre = Centre.objects.select_for_update().get(pk=centre.pk)
    rules.check_year(year, this_year=clock.local(at, centre.timezone).year)
    made = Return.objects.filter(centre=centre, year=year)
    rules.check_unmade(year, is_made=made.exists())
    found = queries.figures(centre, *queries.year_of(centre, year))
    row = Return.objects.create(
        centre=centre, year=year, figures=found.as_json(), made_at=at, made_by=by
    )
    journal.record(Kind.RETURN_MADE, by=by, on=centre, at=at, row=row, stream=centre.pk)
    return row


@transaction.atomic
def take_out(*, row: Return, form: Form, by: User) -> Told:
    """Print a return or take its file; that it left is written down."""
    at = clock.now()
    centre = row.centre
    access.require(by, Permission.FIGURES_TELL, centre)
    number = references.new()
    facts = {"document": "return", "year": row.year, "as": form, "number": number}
    journal.record(Kind.DOCUMENT_ISSUED, by=by, on=centre, at=at, facts=facts)
    journal.looked(Kind.PRINTED, by=by, on=centre, at=at, what=str(row))
    log = journal.origin(centre)
    return Told(
        centre=centre,
        year=row.year,
        figures=figures_of(row.figures),
        number=number,
        made_at=row.made_at,
        taken_at=at,
        by=by.name,
        head=LedgerHead.of(newest_head(log=log, at=at).note),
    )
