"""Keeping the rows that tell where things are: with each event, and all anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from centre.chain_of_custody.models import CustodyEvent, Kit, Whereabouts
from centre.chain_of_custody.queries.history import (
    Package,
    contents,
    standings,
    things_of,
)
from centre.chain_of_custody.queries.whereabouts import COMPARED, row_of
from centre.chain_of_custody.rules.fold import Standing
from centre.core.models import Case

_TOLD: Final = [*(name.removesuffix("_id") for name in COMPARED), "case"]


def keep(package: Package, case: Case, standing: Standing) -> None:
    """Write where one thing is now, and everything in it if it is a kit."""
    rows = [row_of(package, case, standing)]
    if isinstance(package, Kit):
        inside = contents(package)
        stand = standings(inside)
        rows += [row_of(item, case, stand[item.pk]) for item in inside]
    keep_rows(rows)


def keep_rows(rows: Iterable[Whereabouts]) -> None:
    """Write many rows in two statements, whether they stood there before or not."""
    known = list(rows)
    for column in ("kit", "item"):
        mine = [row for row in known if getattr(row, f"{column}_id") is not None]
        Whereabouts.objects.bulk_create(
            mine, update_conflicts=True, unique_fields=[column], update_fields=_TOLD
        )


def rebuild(*, case: Case) -> int:
    """Make every row of a case anew from its events; say how many."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        things = things_of(case)
        stand = standings(things)
        Whereabouts.objects.filter(case=case).delete()
        keep_rows(row_of(thing, case, stand[thing.pk]) for thing in things)
    return len(things)


def rebuild_all() -> int:
    """The same for every case that has events; say how many rows were made."""
    with_events = CustodyEvent.objects.filter(case__isnull=False).order_by()
    cases = Case.objects.filter(pk__in=with_events.values("case"))
    return sum(rebuild(case=case) for case in cases.select_related("centre"))
