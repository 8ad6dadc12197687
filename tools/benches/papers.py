"""What a long chain costs: its report, its page, its bundle."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db import connection

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.models import CustodyEvent, Kit
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules.checks import Seen
from centre.core import access
from centre.core.actions import people
from centre.core.models import User
from centre.core.permissions import Permission
from centre.demo.cast import passwords

LONG: Final = 500
SHORT: Final = 20
TIMES: Final = 5


def figures() -> Iterator[dict[str, Any]]:
    """The custody report of 500 events against the same of 20, drawn and read."""
    custodian = User.objects.get(username="kito")
    people.unlock(custodian, passwords()["kito"])
    kit = _sealed_kit(custodian)
    _lengthen(kit, custodian, SHORT)
    few = _median(lambda: _paper(kit, custodian))
    few_page = _median(lambda: actions.look_at(package=kit, by=custodian))
    _lengthen(kit, custodian, LONG)
    many = _median(lambda: _paper(kit, custodian))
    many_page = _median(lambda: actions.look_at(package=kit, by=custodian))
    yield _figure(f"custody_report_of_{LONG}_events", f"of {SHORT} events", many, few)
    yield _figure(f"chain_of_{LONG}_events_read", f"of {SHORT}", many_page, few_page)


def _sealed_kit(custodian: User) -> Kit:
    return next(
        kit
        for kit in Kit.objects.filter(custody__isnull=False).distinct()
        if kit.case is not None
        and access.holds(custodian, Permission.SEAL_CHECK, kit.case)
        and standing(kit).seal
    )


def _lengthen(kit: Kit, custodian: User, events: int) -> None:
    seen = Seen(standing(kit).seal)
    for _ in range(events - CustodyEvent.objects.filter(kit=kit).count()):
        actions.check_seal(package=kit, seen=seen, by=custodian)


def _paper(kit: Kit, custodian: User) -> None:
    documents.custody_report(actions.print_report(package=kit, by=custodian))


def _median(act: Callable[[], Any]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def _figure(name: str, baseline: str, value: float, other: float) -> dict[str, Any]:
    return {
        "figure": name,
        "database": connection.vendor,
        "ratio": round(value / other, 2),
        "baseline": f"the same {baseline}",
        "value_ms": round(value, 2),
        "baseline_ms": round(other, 2),
        "n": TIMES,
    }
