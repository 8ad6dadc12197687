"""Cards, what she asked for, and what of it waits for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse

from centre.core import access
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.core.work import Task, When
from centre.portal.models import TRIES_OF_CODE, Asked, Card, Tries
from centre.portal.rules import FREE_TRIES, KEPT

MOST: Final = 50


def live_card(case: Case) -> Card | None:
    """The card that counts, if she has one."""
    return Card.objects.filter(case=case, end__isnull=True).first()


def wishes(case: Case) -> QuerySet[Asked]:
    """What she asked for, what nobody has seen to first."""
    rows = Asked.objects.filter(case=case).select_related("answered")
    return rows.order_by("answered__answered_at", "-asked_at")[:MOST]


def work(by: User, at: datetime) -> list[Task]:
    """What she asked for and nobody has seen to, and cards somebody guesses at."""
    return [*_asked(by), *_guessed_at(by, at)]


def _asked(by: User) -> list[Task]:
    rows = Asked.objects.filter(answered__isnull=True).select_related("case")
    waiting = access.within(rows, by, Permission.WISH_ANSWER)
    return [
        Task(
            when=When.TODAY,
            sentence=f"Case {asked.case}: asked for on her own page",
            action="See to it",
            href=reverse("answer_wish", args=[asked.pk]),
            reference=str(asked.case),
        )
        for asked in waiting[:MOST]
    ]


def _guessed_at(by: User, at: datetime) -> list[Task]:
    """Cards of which more numbers were tried than anybody mistypes, within a day."""
    tries = Tries.objects.filter(
        pk=Concat(Value(TRIES_OF_CODE), OuterRef("digest")),
        failures__gte=FREE_TRIES,
        last_at__gte=at - KEPT,
    )
    rows = Card.objects.filter(Exists(tries), end__isnull=True).select_related("case")
    return [
        Task(
            when=When.NOW,
            sentence=f"Case {card.case}: wrong numbers were tried on the own page. Ask "
            "whether it was she; if not, make a new card",
            action="Look at the card",
            href=reverse("card", args=[card.case.reference]),
            reference=str(card.case),
        )
        for card in access.within(rows, by, Permission.CARD_MAKE)[:MOST]
    ]


def next_steps(case: Case, by: User) -> list[tuple[str, str]]:
    """The way to her card."""
    if not access.holds(by, Permission.CARD_MAKE, case):
        return []
    return [("Her own page", reverse("card", args=[case.reference]))]
