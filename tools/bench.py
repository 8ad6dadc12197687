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
from io import BytesIO
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from django.contrib.sessions.models import Session  # noqa: E402 - needs loaded apps
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from reportlab.lib.pagesizes import A4, landscape  # noqa: E402
from reportlab.platypus import LongTable, SimpleDocTemplate  # noqa: E402

from centre.chain_of_custody import actions as custody  # noqa: E402
from centre.chain_of_custody import documents  # noqa: E402
from centre.chain_of_custody.models import Kit  # noqa: E402
from centre.chain_of_custody.queries.history import standing  # noqa: E402
from centre.chain_of_custody.rules.checks import Seen  # noqa: E402
from centre.core import access, clock, journal, references  # noqa: E402
from centre.core.actions import people  # noqa: E402
from centre.core.actions.cases import open_case  # noqa: E402
from centre.core.models import Assignment, Case, User  # noqa: E402
from centre.core.permissions import Permission  # noqa: E402
from centre.demo.cast import code_now, passwords  # noqa: E402
from centre.forensics import actions as forensics  # noqa: E402
from centre.ledger.actions import append  # noqa: E402
from centre.ledger.kinds import Kind  # noqa: E402
from centre.packs.read import load  # noqa: E402

CASES: Final = 10_000
EVENTS: Final = 200
PACK: Final = "who-core-adult"
TEXT: Final = {"text", "long", "verbatim"}


def main() -> None:
    """Every figure in turn."""
    nurse, custodian = unlocked("nadia"), unlocked("kito")
    for figure in (ledger_append, section_save, case_page):
        tell(figure.__name__, *figure(nurse))
    tell("custody_pdf_200_events", *custody_pdf(custodian))


def unlocked(username: str) -> User:
    """One of the demo's people, ready to act."""
    user = User.objects.get(username=username)
    people.unlock(user, passwords()[username])
    return user


def tell(figure: str, ours: list[float], baseline: str, plain: list[float]) -> None:
    """One line for one figure: medians in milliseconds, and their ratio."""
    value, other = statistics.median(ours), statistics.median(plain)
    line = {
        "figure": figure,
        "ms": round(value, 3),
        "p95_ms": round(statistics.quantiles(ours, n=20)[-1], 3),
        "baseline": baseline,
        "baseline_ms": round(other, 3),
        "ratio": round(value / other, 2),
        "n": len(ours),
    }
    print(json.dumps(line), flush=True)


def in_turns(
    count: int, ours: Callable[[int], Any], plain: Callable[[int], Any]
) -> tuple[list[float], list[float]]:
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


def ledger_append(nurse: User) -> tuple[list[float], str, list[float]]:
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

    first, second = in_turns(300, ours, plain_create)
    return first, "one create() of an ordinary row", second


def section_save(nurse: User) -> tuple[list[float], str, list[float]]:
    """One section of an examination kept, against one ordinary row."""
    case = open_case(
        centre=nurse.memberships.get().centre,
        registration="anonymous",
        age_band="25-59",
        by=nurse,
    )
    exam = forensics.begin_examination(case=case, pack_name=PACK, by=nurse)
    texts = [q for q in load(PACK).questions if str(q.kind) in TEXT and not q.consent]
    revision = [0]

    def ours(number: int) -> None:
        kept = forensics.keep_section(
            examination=exam,
            section=texts[0].section,
            content={"answers": {texts[0].code: {"v": f"said {number}"}}},
            revision=revision[0],
            by=nurse,
        )
        revision[0] = kept.revision

    first, second = in_turns(100, ours, plain_create)
    return first, "one create() of an ordinary row", second


def case_page(nurse: User) -> tuple[list[float], str, list[float]]:
    """The case page among 10,000 cases, against the same page among a few."""
    browser = signed_in("nadia")
    page = access.cases(nurse, Permission.CASE_VIEW).order_by("opened_at")[0]
    address = page.get_absolute_url()

    def look(number: int) -> None:
        if browser.get(address).status_code != 200:  # noqa: PLR2004 - OK
            sys.exit("The case page did not answer.")

    few = [taken(look, number) for number in range(25)][5:]
    crowd(nurse, page)
    many = [taken(look, number) for number in range(25)][5:]
    return many, "the same page among the few cases of the demo", few


def crowd(nurse: User, like: Case) -> None:
    """Thousands of cases, all on this nurse's care team."""
    cases = [
        Case(
            reference=references.new(),
            centre=like.centre,
            registration=like.registration,
            age_band=like.age_band,
            opened_at=like.opened_at,
            opened_by=nurse,
        )
        for _ in range(CASES)
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


def custody_pdf(custodian: User) -> tuple[list[float], str, list[float]]:
    """The custody report of a kit with 200 events, against a bare table of 200 rows."""
    kit = next(
        kit
        for kit in Kit.objects.filter(custody__isnull=False).distinct()
        if kit.case is not None
        and access.holds(custodian, Permission.SEAL_CHECK, kit.case)
        and standing(kit).seal
    )
    for _ in range(EVENTS):
        seen = Seen(standing(kit).seal)
        custody.check_seal(package=kit, seen=seen, by=custodian)
    report = custody.print_report(package=kit, by=custodian)
    rows = [[f"{row}.{column}" for column in range(11)] for row in range(EVENTS)]

    def plain(number: int) -> None:
        paper = SimpleDocTemplate(BytesIO(), pagesize=landscape(A4))
        paper.build([LongTable(rows)])

    first, second = in_turns(5, lambda _: documents.custody_report(report), plain)
    return first, "the PDF library's own table of as many plain rows", second


if __name__ == "__main__":
    if not os.environ.get("THROWN_AWAY"):
        sys.exit("Figures are taken in a home of their own: use 'make bench'.")
    main()
