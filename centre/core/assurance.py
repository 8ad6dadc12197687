"""How surely a signature is a person's: by her key on the server, or a security key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from centre.core.models import Confirmation, Opening
from centre.ledger import epochs

Place = tuple[str, int]
"""A log and a position in it."""


class Assurance(StrEnum):
    """What stands behind a signature."""

    SERVER_KEY = "server_key"
    SECURITY_KEY = "security_key"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        if self is Assurance.SECURITY_KEY:
            return "Security key"
        return "Server key"


def confirmed(places: Iterable[Place], *, under: Place | None = None) -> set[Place]:
    """Of these entries, those whose actor confirmed them with a security key.

    With `under`, a log and its size then: only what was confirmed by that time.
    """
    wanted = set(places)
    rows = confirmations_of(wanted)
    if under is not None:
        table = Confirmation._meta.db_table
        made = Opening.objects.filter(table=table, row=OuterRef("pk"))
        rows = rows.filter(Exists(made.filter(stood(under))))
    return {(row.log, n) for row in rows for n in row.positions} & wanted


def confirmed_rows(rows: Sequence[Model]) -> set[UUID]:
    """Of these rows of one table, those whose act a security key confirmed."""
    table = rows[0]._meta.db_table if rows else ""
    openings = Opening.objects.filter(table=table, row__in=[row.pk for row in rows])
    at = {(log, n): row for row, log, n in openings.values_list("row", "log", "n")}
    return {row for place in confirmed(at) if (row := at[place]) is not None}


def stood(under: Place) -> Q:
    """What stood under a log's head of this size, earlier epochs included."""
    log, size = under
    return Q(log=log, n__lt=size) | Q(log__in=epochs.all_before(log))


def confirmations_of(places: Iterable[Place]) -> QuerySet[Confirmation]:
    """What may confirm one of these entries: what was confirmed around them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for log, n in places:
        wanted[log].add(n)
    around = Q(pk__in=[])
    for log, found in wanted.items():
        around |= Q(log=log, last__gte=min(found), first__lte=max(found))
    return Confirmation.objects.filter(around)
