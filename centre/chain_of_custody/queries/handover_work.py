"""What of hand-overs waits for somebody: late, refused, on its way back, unexpected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.models.requests import LineTransfer
from centre.chain_of_custody.queries.transfers import Listed, is_back, listed, told
from centre.chain_of_custody.rules.handover import Leg
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, references
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.core.work import Task, When

_MOST: Final = 200


def work(by: User, at: datetime) -> list[Task]:
    """Everything of hand-overs that this person should look at."""
    tasks: list[Task] = []
    for centre in access.centres(by, Permission.ITEM_RECEIVE):
        keeps = access.holds(by, Permission.ITEM_STORE, centre)
        rows = _reached(centre, by, keeps=keeps)
        tasks += _open_tasks(rows, by, at, keeps=keeps)
        tasks += _unexpected(centre, by, keeps=keeps)
    return tasks


def _reached(centre: Centre, by: User, *, keeps: bool) -> QuerySet[Transfer]:
    own = Q(released_by=by) | Q(receiver=by)
    if keeps:
        own |= Q(case__in=access.cases(by, Permission.ITEM_STORE))
    return Transfer.objects.filter(own, case__centre=centre)


def _open_tasks(
    rows: QuerySet[Transfer], by: User, at: datetime, *, keeps: bool
) -> Iterator[Task]:
    going = list(listed(rows.filter(under_way__isnull=False).distinct())[:_MOST])
    elsewhere = _told_elsewhere(going)
    for found in told(going, at):
        task = _task(found, by, keeps=keeps, is_told=found.transfer.pk in elsewhere)
        if task is not None:
            yield task


def _task(found: Listed, by: User, *, keeps: bool, is_told: bool) -> Task | None:
    """What this person does about one open hand-over, if anything."""
    transfer, when = found.transfer, When.NOW
    is_giver = transfer.released_by_id == by.pk
    page = "transfer"
    if found.leg is Leg.REFUSED and (keeps or is_giver):
        words = "Not accepted by the receiver; receive it back."
    elif is_back(transfer) and keeps:
        words = "On its way back to the centre; receive it when it comes."
    elif found.is_late:
        words = "A hand-over is overdue; nobody signed for it yet."
    elif transfer.receiver_id == by.pk and not is_told:
        page = "receive_transfer"
        words = "Something was released to you and waits for your signature."
    elif is_giver:
        when, words = When.WAITING, "Released by you; the receiver has not signed yet."
    else:
        return None
    action = "Receive" if page == "receive_transfer" else "Look"
    href = reverse(page, args=[transfer.code])
    return Task(when, words, action, href, reference=references.grouped(transfer.code))


def _told_elsewhere(transfers: Sequence[Transfer]) -> set[UUID]:
    """Those the receiver is told of by her request or as a submission."""
    lines = LineTransfer.objects.filter(transfer__in=transfers)
    sent = Transfer.objects.filter(events__move=Move.LAB_SUBMITTED)
    submitted = sent.filter(pk__in=[t.pk for t in transfers])
    return {*lines.values_list("transfer", flat=True)} | {
        *submitted.values_list("pk", flat=True)
    }


def _unexpected(centre: Centre, by: User, *, keeps: bool) -> Iterator[Task]:
    """What turned up elsewhere, for who held it before and for the store."""
    questions = CustodyEvent.objects.filter(
        about=OuterRef("pk"), move=Move.DISCREPANCY_RAISED
    )
    open_ones = questions.exclude(answers__move=Move.DISCREPANCY_RESOLVED)
    rows = CustodyEvent.objects.filter(
        Exists(open_ones), centre=centre, move=Move.UNEXPECTED_RECEIPT
    )
    mine = Q(counterpart=by)
    if keeps:
        mine |= Q(case__in=access.cases(by, Permission.ITEM_STORE))
    for event in rows.filter(mine).select_related("item", "kit")[:_MOST]:
        yield Task(
            When.NOW,
            f"{event.thing} turned up with somebody else, without a release on file.",
            "Look",
            event.thing.get_absolute_url() if keeps else reverse("held"),
            due=event.occurred_at,
            reference=references.grouped(event.thing.code),
        )
