"""What scanning a full shelf costs: two thousand things, against a tenth of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from centre.chain_of_custody import actions as custody
from centre.chain_of_custody.actions import inventory
from centre.core import clock
from centre.core.actions import people as accounts
from centre.core.models import Case, Centre, Recipient, User
from centre.demo import adult, steps
from centre.demo.cast import passwords
from centre.demo.furniture import Furniture
from centre.demo.steps import Visit
from tools.volumes import volumes

TENTH: Final = 10
_A_CASE: Final = 20
"""Things of one case."""


def figures() -> Iterator[dict[str, Any]]:
    """One shelf, scanned and closed when a tenth lies on it and when all does."""
    first = _visit()
    codes: list[str] = []
    shelf = first.furniture.shelf
    visit = first
    spent = {}
    for count in (volumes().shelf // TENTH, volumes().shelf):
        while len(codes) < count:
            if len(codes) % _A_CASE == 0:
                visit = _another(first)
            codes.append(_put_away(visit, len(codes)))
        began = time.perf_counter()
        row = inventory.begin_inventory(place=shelf, by=first.who("kito"))
        inventory.keep_scans(inventory=row, lines=codes, by=first.who("kito"))
        end = inventory.close_inventory(inventory=row, by=first.who("kito"))
        spent[count] = (time.perf_counter() - began) * 1000
        if (end.seen, end.not_seen, end.elsewhere) != (count, 0, 0):
            raise SystemExit("The inventory did not find what was put there.")
    few, many = spent.values()
    yield {
        "figure": f"inventory_of_{len(codes)}_items",
        "database": connection.vendor,
        "ratio": round(many / few, 2),
        "baseline": f"the same with {len(codes) // TENTH}",
        "value_ms": round(many, 1),
        "baseline_ms": round(few, 1),
        "n": 1,
    }


def _visit() -> Visit:
    """The demo's people, and a shelf on which nothing else lies."""
    known = {one.username: one for one in User.objects.all()}
    people = {name: known[name] for name in passwords()}
    for name, phrase in passwords().items():
        accounts.unlock(people[name], phrase)
    centre = Case.objects.order_by("opened_at")[0].centre
    listed = {one.kind: one for one in Recipient.objects.filter(centre=centre)}
    shelf = custody.open_location(
        centre=centre,
        name="Room of a full shelf",
        kind="room",
        by=people["kito"],
        storage_class="AMB",
    )
    furniture = Furniture(
        police=listed["police"],
        shelter=listed["shelter"],
        counselling=listed["counselling"],
        legal=listed["legal_aid"],
        children=listed["child_protection"],
        shelf=shelf,
        fridge=shelf,
    )
    return _arrived(centre, people, furniture)


def _another(visit: Visit) -> Visit:
    return _arrived(visit.centre, visit.people, visit.furniture)


def _arrived(centre: Centre, people: dict[str, User], furniture: Furniture) -> Visit:
    found = steps.arrive(
        centre, people, furniture, registration="anonymous", age_band="25-59"
    )
    adult.agree(found)
    return found


def _put_away(visit: Visit, number: int) -> str:
    item = custody.collect_item(
        case=visit.case,
        kit=None,
        specimen="SKIN-SW",
        site="neck",
        side="",
        method="dry",
        collected_at=clock.now(),
        by=visit.who("nadia"),
    )
    steps.seal_up(visit, item, f"SH{number}", packaging="swab_box", by="nadia")
    steps.put_away(visit, item)
    return str(item.code)
