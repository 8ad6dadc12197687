"""Figures: one JSON line each, a ratio against a baseline measured beside it.

Milliseconds differ from machine to machine; the ratio to a named plain thing, taken
in turns in the same run, says what our own work costs.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from django.contrib.sessions.models import Session  # noqa: E402 - needs loaded apps
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from centre.chain_of_custody import actions as custody  # noqa: E402
from centre.chain_of_custody import documents  # noqa: E402
from centre.chain_of_custody.models import CustodyEvent, Kit  # noqa: E402
from centre.chain_of_custody.queries.history import standing  # noqa: E402
from centre.chain_of_custody.rules.checks import Seen  # noqa: E402
from centre.core import access, clock, journal, references  # noqa: E402
from centre.core.actions import people  # noqa: E402
from centre.core.actions.cases import open_case  # noqa: E402
from centre.core.models import Assignment, Case, Draft, User  # noqa: E402
from centre.core.permissions import Permission  # noqa: E402
from centre.demo.cast import code_now, passwords  # noqa: E402
from centre.demo.filling import fill  # noqa: E402
from centre.forensics import actions as forensics  # noqa: E402
from centre.ledger.actions import append  # noqa: E402
from centre.ledger.kinds import Kind  # noqa: E402
from centre.packs.read import load  # noqa: E402
from tools import benches  # noqa: E402
from tools.volumes import volumes  # noqa: E402

FEW: Final = 10
MANY: Final = volumes().cases
SHORT: Final = 20
LONG: Final = 200
PACK: Final = "who-core-adult"
WARM: Final = 3

Times = tuple[list[float], list[float]]


def main() -> None:
    """Every figure in turn, here and on the other database."""
    nurse, custodian = unlocked("nadia"), unlocked("kito")
    ordinary = "one create() of an ordinary row"
    tell("ledger_append", ordinary, ledger_append(nurse))
    tell("section_save", "one create() of one encrypted row", section_save(nurse))
    few = f"the same page with {FEW} cases"
    tell(f"case_page_of_{MANY}_cases", few, case_page(nurse))
    short = f"the same paper of {SHORT} events"
    tell(f"custody_pdf_of_{LONG}_events", short, custody_pdf(custodian))
    for module in iter_modules(benches.__path__):
        for figure in import_module(f"tools.benches.{module.name}").figures():
            print(json.dumps(figure), flush=True)


def unlocked(username: str) -> User:
    """One of the demo's people, ready to act."""
    user = User.objects.get(username=username)
    people.unlock(user, passwords()[username])
    return user


def tell(figure: str, baseline: str, times: Times) -> None:
    """One line for one figure: medians in milliseconds, and their ratio."""
    value, other = map(statistics.median, times)
    line = {
        "figure": figure,
        "database": connection.vendor,
        "ratio": round(value / other, 2),
        "baseline": baseline,
        "value_ms": round(value, 2),
        "baseline_ms": round(other, 2),
        "n": len(times[0]),
    }
    print(json.dumps(line), flush=True)


def in_turns(
    count: int, ours: Callable[[int], Any], plain: Callable[[int], Any]
) -> Times:
    """Milliseconds of both, one after the other, so that both meet the same machine."""
    first, second = [], []
    for number in range(count):
        first.append(taken(ours, number))
        second.append(taken(plain, number))
    return first, second


def taken(act: Callable[[int], Any], number: int) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    act(number)
    return (time.perf_counter() - began) * 1000


@transaction.atomic
def plain_create(number: int) -> None:
    """One ordinary row in a transaction of its own."""
    Session.objects.create(
        session_key=f"bench-{uuid.uuid4().hex[:20]}",
        session_data="x" * 600,
        expire_date=clock.now() + timedelta(seconds=number),
    )


def ledger_append(nurse: User) -> Times:
    """One signed, chained entry against one ordinary row."""
    log = journal.origin(nurse.memberships.get().centre)

    @transaction.atomic
    def ours(number: int) -> None:
        append(
            log=log,
            kind=Kind.READ,
            stream=uuid.uuid4().bytes,
            commit=number.to_bytes(32, "big"),
            signer=nurse.signer,
            role="nurse",
            at=clock.now(),
        )

    return in_turns(volumes().samples(300), ours, plain_create)


def section_save(nurse: User) -> Times:
    """One filled section of an examination kept, against one encrypted row."""
    case = open_case(
        centre=nurse.memberships.get().centre,
        registration="anonymous",
        age_band="25-59",
        by=nurse,
    )
    exam = forensics.begin_examination(case=case, pack_name=PACK, by=nurse)
    kept: dict[str, dict[str, Any]] = {}
    fill(load(PACK), {}, forensics.facts_of(exam), kept.__setitem__)
    section, answers = max(kept.items(), key=lambda pair: len(pair[1]))
    revision = [0]

    def ours(number: int) -> None:
        draft = forensics.keep_section(
            examination=exam,
            section=section,
            content={"answers": answers},
            revision=revision[0],
            by=nurse,
        )
        revision[0] = draft.revision

    @transaction.atomic
    def plain(number: int) -> None:
        Draft.objects.create(
            case=case,
            about=uuid.uuid4(),
            section=section,
            kept_at=clock.now(),
            kept_by=nurse,
            content={"answers": answers},
        )

    return in_turns(volumes().samples(100), ours, plain)


def case_page(nurse: User) -> Times:
    """The case page among thousands of cases, against the same page among a few."""
    browser = signed_in("nadia")
    page = access.cases(nurse, Permission.CASE_VIEW).order_by("opened_at")[0]
    address = page.get_absolute_url()

    def look(number: int) -> None:
        if browser.get(address).status_code != 200:  # noqa: PLR2004 - OK
            sys.exit("The case page did not answer.")

    def looked(cases: int) -> list[float]:
        crowd(nurse, page, cases - Case.objects.count())
        return [taken(look, number) for number in range(20 + WARM)][WARM:]

    few = looked(FEW)
    return looked(MANY), few


def crowd(nurse: User, like: Case, count: int) -> None:
    """So many more cases, all on this nurse's care team."""
    cases = [
        Case(
            reference=references.new(),
            centre=like.centre,
            registration=like.registration,
            age_band=like.age_band,
            opened_at=like.opened_at,
            opened_by=nurse,
        )
        for _ in range(count)
    ]
    Case.objects.bulk_create(cases, batch_size=500)
    held = [
        Assignment(case=case, user=nurse, role="nurse", started_at=case.opened_at)
        for case in cases
    ]
    Assignment.objects.bulk_create(held, batch_size=500)


def signed_in(username: str) -> Client:
    """A browser after both factors, by the pages a person would use."""
    browser = Client(SERVER_NAME="127.0.0.1")
    known = {"username": username, "password": passwords()[username]}
    browser.post("/sign-in/", known)
    answer = browser.post("/sign-in/code/", {"code": code_now(username)}, follow=True)
    if answer.wsgi_request.path.startswith("/sign-in/code"):
        sys.exit("The code was not taken; run this again in half a minute.")
    return browser


def custody_pdf(custodian: User) -> Times:
    """The custody report of a kit with many events, against its report with a few."""
    kit = next(
        kit
        for kit in Kit.objects.filter(custody__isnull=False).distinct()
        if kit.case is not None
        and access.holds(custodian, Permission.SEAL_CHECK, kit.case)
        and standing(kit).seal
    )

    def printed(events: int) -> list[float]:
        while CustodyEvent.objects.filter(kit=kit).count() < events:
            seen = Seen(standing(kit).seal)
            custody.check_seal(package=kit, seen=seen, by=custodian)
        return [taken(paper, number) for number in range(7 + WARM)][WARM:]

    def paper(number: int) -> None:
        documents.custody_report(custody.print_report(package=kit, by=custodian))

    few = printed(SHORT)
    return printed(LONG), few


if __name__ == "__main__":
    if not os.environ.get("THROWN_AWAY"):
        sys.exit("Figures are taken in a home of their own: use 'make bench'.")
    main()
