"""After an act: on to the security key of whoever has one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.contrib import messages

from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.queries.transfers import is_questioned
from centre.chain_of_custody.rules.moves import Move
from centre.core.actions.confirming import prepare_confirmation, prepare_proposal
from centre.core.http import StaffRequest
from centre.core.models import Proposal, User, Waiting

GRAVE: Final = frozenset(
    {
        Move.SEAL_BROKEN,
        Move.DESTROYED,
        Move.RETURNED_TO_OWNER,
        Move.DESTRUCTION_AUTHORISED,
    }
)
"""Acts on one thing that ask for a security key beside the one-time code."""


def say_done(request: StaffRequest, words: str, transfers: Iterable[Transfer]) -> None:
    """That an act on hand-overs is done, and that what was seen there differs."""
    messages.success(request, words)
    if is_questioned(transfers, request.user):
        messages.warning(
            request,
            "What you saw differs from the record. It is kept as you told it, and "
            "somebody else looks into it.",
        )


def after_transfer(transfers: Iterable[Transfer], *, back: str, by: User) -> str:
    """Where to go after an act on hand-overs: to the security key, or straight on."""
    events: list[CustodyEvent] = []
    for transfer in transfers:
        own = transfer.events.filter(actor=by).order_by("number")
        newest = own.last()
        if newest is not None:
            events += own.filter(recorded_at=newest.recorded_at)
    return _after(events, back=back, by=by)


def after_act(result: object, *, back: str, by: User) -> str:
    """Where to go after an act on a kit or item; only the grave ones ask for a key."""
    if isinstance(result, Proposal):
        return _to(prepare_proposal(proposal=result, back=back, by=by), back)
    if isinstance(result, CustodyEvent) and result.move in GRAVE:
        return _after([result], back=back, by=by)
    return back


def _after(events: list[CustodyEvent], *, back: str, by: User) -> str:
    case = events[-1].case if events else None
    if case is None:
        return back
    things = {str(event.thing) for event in events}
    what = things.pop() if len(things) == 1 else f"{len(things)} packages"
    words = f"{events[-1].get_move_display()}: {what}"
    waiting = prepare_confirmation(rows=events, on=case, words=words, back=back, by=by)
    return _to(waiting, back)


def _to(waiting: Waiting | None, back: str) -> str:
    return waiting.get_absolute_url() if waiting else back
