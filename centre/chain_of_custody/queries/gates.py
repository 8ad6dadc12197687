"""What the store has to say before a case is closed or an account ends (R25, R26)."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.models.requests import LineMatch
from centre.chain_of_custody.queries import requests
from centre.chain_of_custody.queries.history import Package, standings, things_of
from centre.chain_of_custody.queries.lists import latest
from centre.chain_of_custody.rules import request_steps
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import FINAL, LAID, Move, State
from centre.core.models import Case, Centre, User

_UNSETTLED: Final = frozenset(
    {
        State.ISSUED,
        State.COLLECTED,
        State.DRYING,
        State.PACKAGED,
        State.LABELLED,
        State.SEALED,
        State.CHECKED_OUT,
        State.IN_TRANSIT,
        State.RECEIVED,
        State.OPENED,
        State.MISSING,
    }
)
"""Neither at rest in a store, nor with another organisation, nor at its end."""

_AT_REST: Final = [*LAID, Move.ADDED_TO_KIT]
_WAYS: Final[dict[State, str]] = {
    State.ISSUED: "Open it, or withdraw it from use.",
    State.IN_TRANSIT: "Receive it, or cancel the hand-over.",
    State.CHECKED_OUT: "Check it in.",
    State.MISSING: "Find it first.",
}
_PUT_AWAY: Final = "Finish it and put it away."
_DONE: Final = request_steps.ENDED | {
    request_steps.State.REFUSED,
    request_steps.State.HANDED_OVER,
}
_SHOWN: Final = 5


def case_bars(case: Case) -> list[str]:
    """Why this case cannot be closed now, each as a sentence; none if it can (R25)."""
    things = things_of(case)
    stand = standings(things)
    found: dict[State, list[Package]] = {}
    for thing in things:
        if _is_unsettled(stand[thing.pk]):
            found.setdefault(stand[thing.pk].state, []).append(thing)
    bars = [_sentence(state, listed) for state, listed in found.items()]
    return bars + _request_bars(case)


def held_by(user: User, centre: Centre | None = None) -> list[Package]:
    """What this person answers for, in her hands or on its way from her (R26)."""
    mine = Q(actor=user) | Q(counterpart=user)
    rows = latest().filter(mine).exclude(move__in=_AT_REST)
    if centre is not None:
        rows = rows.filter(centre=centre)
    events = {e.thing.pk: e for e in rows.select_related("item__case", "kit")}
    stand = standings(e.thing for e in events.values())
    return [
        event.thing
        for key, event in events.items()
        if _answers_for(user, event, stand[key])
    ]


def held_words(user: User, centre: Centre | None = None) -> list[str]:
    """The same, as a refusal names it."""
    return [str(package) for package in held_by(user, centre)]


def _answers_for(user: User, event: CustodyEvent, standing: Standing) -> bool:
    """A courier has no account: who sent it answers until somebody has received it."""
    if standing.state in FINAL or standing.is_in_kit:
        return False
    sent_it = event.move == Move.RELEASED and event.actor_id == user.pk
    return standing.holder == user.pk or (sent_it and standing.transfer is not None)


def _is_unsettled(standing: Standing) -> bool:
    if standing.is_in_kit or standing.state not in _UNSETTLED:
        return False
    return not standing.is_away or standing.state is State.IN_TRANSIT


def _sentence(state: State, things: list[Package]) -> str:
    named = ", ".join(str(thing) for thing in things[:_SHOWN])
    more = f" and {len(things) - _SHOWN} more" if len(things) > _SHOWN else ""
    return f"{named}{more}: {state.words}. {_WAYS.get(state, _PUT_AWAY)}"


def _request_bars(case: Case) -> list[str]:
    """Requests for evidence of this case that have not run their course."""
    matches = LineMatch.objects.filter(case=case).select_related("line__request")
    asked = {match.line.request for match in matches}
    going = [s for s in requests.standings(asked) if s.state not in _DONE]
    if not going:
        return []
    return [
        f"{len(going)} request(s) for its evidence have not run their course. Answer "
        "them, and close them."
    ]
