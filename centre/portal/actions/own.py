"""What she does at her own page, with her code and her number; nothing else opens it.

Every try costs the same: one look for the card, one password hash. What is wrong, what
is locked and what does not exist are one answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from centre.chain_of_custody.queries.her_steps import HerSteps, her_steps
from centre.core import clock, journal
from centre.core.actions.set_up import system_actor
from centre.ledger.kinds import Kind
from centre.portal import rules
from centre.portal.codes import bound, digest, once_read, source
from centre.portal.models import TRIES_OF_CODE, Asked, Card, Tries


@transaction.atomic
def look(*, code: str, pin: str, address: str) -> HerSteps | None:
    """Her steps, or None, which never says why."""
    at = clock.now()
    card = _card(code, pin, address, at)
    if card is None:
        return None
    journal.looked(Kind.READ, by=None, on=card.case, at=at, what="Own page")
    return her_steps(card.case)


@transaction.atomic
def wish(*, code: str, pin: str, address: str, wish: str, words: str) -> Asked | None:
    """Keep what she asks for, for the people who care for her; None as above."""
    at = clock.now()
    card = _card(code, pin, address, at)
    if card is None:
        return None
    rules.check_wish(wish, words)
    row = Asked.objects.create(
        case=card.case, card=card, wish=wish, words=words, asked_at=at
    )
    journal.record(
        Kind.SURVIVOR_WISHED,
        by=system_actor(),
        on=card.case,
        at=at,
        row=row,
        stream=card.pk,
    )
    return row


@transaction.atomic
def is_first(mark: str) -> bool:
    """Whether a page is sent for the first time, and not again out of the history.

    A browser offers to send it once more when somebody goes back after she has left.
    """
    at = clock.now()
    read = once_read(mark)
    if read is None:
        return False
    _, is_new = Tries.objects.get_or_create(pk=f"once:{read}", defaults={"last_at": at})
    return is_new


def _card(typed: str, pin: str, address: str, at: datetime) -> Card | None:
    """The card this code and number open, if another try counts now."""
    code = rules.code_of(typed)
    keys = {
        TRIES_OF_CODE + digest(code): rules.FREE_TRIES,
        f"source:{source(address)}": rules.SOURCE_TRIES,
        f"hour:{at:%Y-%m-%d %H}": rules.TRIES_AN_HOUR,
    }
    may_try = _counted(keys, at)
    cards = Card.objects.select_related("case__centre")
    card = cards.filter(digest=digest(code), end__isnull=True).first()
    is_right = check_password(bound(code, pin), card.hashed if card else _nobody())
    if not (card and is_right and may_try):
        return None
    _forgive(keys, TRIES_OF_CODE + digest(code))
    return card


def _forgive(keys: Iterable[str], own: str) -> None:
    """A right try does not count; of the code itself no earlier wrong one either.

    Of the source they do: whoever has a card could else begin anew with each look.
    """
    Tries.objects.filter(pk__in=keys).update(failures=F("failures") - 1)
    Tries.objects.filter(pk=own).delete()


def _counted(keys: dict[str, int], at: datetime) -> bool:
    """Count a try before it is made, so that many at once do not slip through."""
    Tries.objects.filter(last_at__lt=at - rules.KEPT).delete()
    for key in sorted(keys):
        Tries.objects.get_or_create(pk=key, defaults={"last_at": at})
    rows = list(Tries.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    waits = [rules.waits_until(r.failures, r.last_at, free=keys[r.pk]) for r in rows]
    if any(until and at < until for until in waits):
        return False
    for row in rows:
        row.failures, row.last_at = row.failures + 1, at
        row.save(update_fields=["failures", "last_at"])
    return True


@cache
def _nobody() -> str:
    """The hash of no number, for codes that do not exist."""
    return make_password(bound("", ""))
