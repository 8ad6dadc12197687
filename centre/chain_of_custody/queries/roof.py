"""What the home page and the case page show of the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.urls import reverse

from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries import chasing, clock_work, handover_work
from centre.chain_of_custody.queries.lists import (
    awaiting_put_away,
    checked_out,
    kits_within,
    open_questions,
    stock_levels,
    with_examiner,
)
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, references
from centre.core.models import Case, Centre, User
from centre.core.permissions import Permission, Role
from centre.core.timeline import Row
from centre.core.work import Task, When

LANE: Final = "evidence"


def timeline(case: Case, by: User) -> list[Row]:
    """The custody events of a case, for who may see its items."""
    if not access.holds(by, Permission.ITEM_VIEW, case):
        return []
    rows = CustodyEvent.objects.filter(case=case).select_related("item", "kit")
    return [_row(event) for event in rows]


def work(by: User, at: datetime) -> list[Task]:
    """What waits for this person in the store or at the bedside."""
    tasks: list[Task] = []
    for centre in access.centres(by, Permission.ITEM_STORE):
        tasks += _store_tasks(centre, by)
        if not access.holds(by, Permission.DISCREPANCY_RESOLVE, centre):
            tasks += _answered_by_others(centre, by)
    for centre in access.centres(by, Permission.DISCREPANCY_RESOLVE):
        tasks += _question_tasks(centre, by)
    for centre in access.centres(by, Permission.KIT_STOCK):
        tasks += _stock_tasks(centre, at)
    for centre in access.centres(by, Permission.ITEM_RELEASE):
        tasks += _chase_tasks(centre, by, at)
    tasks += _bedside_tasks(by)
    return [*tasks, *handover_work.work(by, at), *clock_work.work(by, at)]


def next_steps(case: Case, by: User) -> list[tuple[str, str]]:
    """The way to this case's evidence, with how much is not sealed yet."""
    if not access.holds(by, Permission.ITEM_VIEW, case):
        return []
    href = reverse("case_evidence", args=[case.reference])
    waiting = len(with_examiner(Item.objects.filter(case=case)))
    more = f" ({waiting} not sealed yet)" if waiting else ""
    return [(f"Evidence{more}", href)]


def find(code: str, by: User) -> str | None:
    """The page of the kit or item with this code, if it is within reach.

    What was taken over is found by its number in the old register too.
    """
    wanted = read_scan(code)
    item = access.within(Item.objects.all(), by, Permission.ITEM_VIEW)
    kit = kits_within(by, Permission.KIT_VIEW)
    stocks = access.centres(by, Permission.KIT_STOCK)
    stocked = Kit.objects.filter(centre__in=stocks, custody__isnull=True)
    for rows in (item, kit, stocked):
        found = rows.filter(code=wanted).first()
        if found is not None:
            return found.get_absolute_url()
    old = item.filter(earlier__number=" ".join(code.upper().split())).first()
    return old.get_absolute_url() if old else None


def _row(event: CustodyEvent) -> Row:
    thing = event.thing
    return Row(
        when=_when(event),
        what=f"{event.get_move_display()}: {thing}",
        who=Role(event.actor_role).words
        if event.actor_role in set(Role)
        else event.actor_role,
        lane=LANE,
        href=thing.get_absolute_url(),
        recorded=event.recorded_at,
    )


def _when(event: CustodyEvent) -> datetime:
    """A timeline has hours, which an old paper seldom knew."""
    is_earlier = event.move == Move.TAKEN_OVER
    return event.recorded_at if is_earlier else event.occurred_at


def _store_tasks(centre: Centre, by: User) -> Iterator[Task]:
    for waiting in awaiting_put_away(centre, by):
        yield Task(
            When.NOW,
            f"{waiting.package} is sealed and waits to be put away.",
            "Put away",
            reverse(f"store_{waiting.package.thing}", args=[waiting.package.code]),
            due=waiting.since,
            reference=references.grouped(waiting.case.reference),
        )
    for out in checked_out(centre, by):
        yield Task(
            When.WAITING,
            f"{out.package} is checked out of the store.",
            "Check in",
            reverse(f"check_in_{out.package.thing}", args=[out.package.code]),
            reference=references.grouped(out.case.reference),
        )


def _answered_by_others(centre: Centre, by: User) -> Iterator[Task]:
    """What a custodian has to know of, though somebody else resolves it."""
    for event in open_questions(centre, by):
        yield Task(
            When.WAITING,
            f"{Question(event.reason_code).words}: {event.thing}. Nothing leaves with "
            "it until somebody else has resolved it.",
            "Look",
            event.thing.get_absolute_url(),
            due=event.occurred_at,
        )


def _stock_tasks(centre: Centre, at: datetime) -> Iterator[Task]:
    """What is to be ordered, and what has expired on the shelf."""
    for level in stock_levels(centre, clock.local(at, centre.timezone).date()):
        if level.is_low:
            left = level.count - level.expired
            yield Task(
                When.TODAY,
                f"Kits of the kind {level.kind}: {left} left, to be ordered at "
                f"{level.threshold}.",
                "Look at the stock",
                reverse("stock"),
            )
        if level.expired:
            yield Task(
                When.TODAY,
                f"Kits of the kind {level.kind}: {level.expired} expired.",
                "Withdraw them",
                reverse("stock"),
            )


def _chase_tasks(centre: Centre, by: User, at: datetime) -> Iterator[Task]:
    count = chasing.to_write_to(centre, by, at)
    if count:
        yield Task(
            When.TODAY,
            f"Reported a month ago or more, and fetched by nobody: {count}.",
            "Write to the police",
            reverse("unfetched"),
        )
    alone = len(chasing.without_unit(centre, by, at))
    if alone:
        yield Task(
            When.TODAY,
            f"Reported a week ago or more, and no police unit is on record: {alone}.",
            "Find the unit",
            reverse("unfetched"),
        )


def _question_tasks(centre: Centre, by: User) -> Iterator[Task]:
    for event in open_questions(centre, by):
        yield Task(
            When.NOW,
            f"A discrepancy about {event.thing} waits to be resolved.",
            "Resolve",
            reverse("resolve_discrepancy", args=[event.pk]),
            due=event.occurred_at,
        )


def _bedside_tasks(by: User) -> Iterator[Task]:
    counted: dict[Case, int] = {}
    mine = access.within(Item.objects.all(), by, Permission.ITEM_COLLECT)
    for item in with_examiner(mine):
        counted[item.case] = counted.get(item.case, 0) + 1
    for case, number in counted.items():
        yield Task(
            When.NOW,
            f"{number} item(s) of this case are not sealed yet.",
            "Go on",
            reverse("case_evidence", args=[case.reference]),
            reference=references.grouped(case.reference),
        )
