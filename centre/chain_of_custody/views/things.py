"""The item page and the kit page: code, line of custody, events, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody import actions
from centre.chain_of_custody.queries import clocks
from centre.chain_of_custody.queries.dossier import Dossier
from centre.chain_of_custody.queries.lists import reports_of
from centre.chain_of_custody.record_certificates import texts
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import ALONE, FINAL, STEPS, Move, State, Thing
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.acts import ACTS, Act
from centre.chain_of_custody.views.exceptions import EXCEPTIONS
from centre.core import access, clock
from centre.core.http import StaffRequest
from centre.core.models import User
from centre.core.permissions import Permission
from centre.core.policy import POLICY

_ASIDE = {
    Move.NOTE_ADDED,
    Move.POLICE_TOLD,
    Move.DISCREPANCY_RAISED,
    Move.HOLD_PLACED,
    Move.HOLD_LIFTED,
    Move.CONDITION_LOGGED,
    Move.MISSING_DECLARED,
}
GROUPS = ("now", "any time", "others")
"""The headings of what may happen next, in their order."""

_ROUTE = {"propose-unsealed", "store-unsealed"}
_UNSEALED = {State.PACKAGED, State.LABELLED}


@dataclass(frozen=True)
class Next:
    """What may happen next: a way to it, or who else does it."""

    title: str
    href: str
    who: str
    is_aside: bool

    @property
    def group(self) -> str:
        """Under which heading it stands on the page."""
        if not self.href:
            return "others"
        return "any time" if self.is_aside else "now"


@dataclass(frozen=True)
class Branch:
    """A kit or an item as the tree of a kit draws it."""

    code: str
    state: str
    href: str
    words: str
    items: tuple[Branch, ...] = ()


@require_http_methods(["GET"])
def item(request: StaffRequest, code: str) -> HttpResponse:
    """One item with its whole chain."""
    found = doors.item(request, code, Permission.ITEM_VIEW)
    told = actions.look_at(package=found, by=request.user)
    page = {
        "item": found,
        "dossier": told,
        "qr": _qr(Mark.ITEM, found.code),
        "nexts": next_acts(told, request.user),
        "clocks": clocks.of_packages([found], found.case, clock.now()),
        "may_print": access.holds(request.user, Permission.CUSTODY_REPORT, found.case),
        "may_dispose": access.holds(request.user, Permission.DISPOSAL_VIEW, found.case),
        "may_amend": access.holds(request.user, Permission.CUSTODY_AMEND, found.case),
    }
    return render(request, "chain_of_custody/item.html", page)


@require_http_methods(["GET"])
def kit(request: StaffRequest, code: str) -> HttpResponse:
    """One kit with what is in it."""
    found = doors.kit_or_stock(request, code)
    told = actions.look_at(package=found, by=request.user)
    may_print = told.case is not None and access.holds(
        request.user, Permission.CUSTODY_REPORT, told.case
    )
    page = {
        "kit": found,
        "dossier": told,
        "qr": _qr(Mark.KIT, found.code),
        "tree": tree(told),
        "nexts": next_acts(told, request.user) if told.case else [],
        "clocks": clocks.of_packages([found], told.case, clock.now())
        if told.case
        else [],
        "may_print": may_print,
        "may_give": told.case is not None
        and access.holds(request.user, Permission.ITEM_VIEW, told.case),
        "reports": reports_of(found),
        "certificates": texts().values(),
        "may_amend": told.case is not None
        and access.holds(request.user, Permission.CUSTODY_AMEND, told.case),
        "may_dispose": told.case is not None
        and access.holds(request.user, Permission.DISPOSAL_VIEW, told.case),
    }
    return render(request, "chain_of_custody/kit.html", page)


def next_acts(told: Dossier, by: User) -> list[Next]:
    """What may happen next; what somebody else does is told with who that is."""
    if told.case is None:
        return []
    thing = Thing(told.package.thing)
    every = (*ACTS, *EXCEPTIONS)
    legal = [a for a in every if thing in a.things and _is_legal(a, told.standing)]
    held = {p: access.holds(by, p, told.case) for p in {a.permission for a in legal}}
    acts = [
        Next(
            title=a.title,
            href=reverse(a.name(thing), args=[told.package.code])
            if held[a.permission]
            else "",
            who=who_may(a.permission),
            is_aside=a.move in _ASIDE,
        )
        for a in legal
    ]
    return sorted([*_way_back(told, by), *acts], key=lambda n: GROUPS.index(n.group))


def _way_back(told: Dossier, by: User) -> list[Next]:
    """What was handed out comes back by a page of its own, with two people's names."""
    if told.case is None or told.state is not State.OUT_OF_SYSTEM:
        return []
    thing = Thing(told.package.thing)
    may = access.holds(by, Permission.ITEM_RECEIVE, told.case)
    href = reverse(f"receive_return_{thing}", args=[told.package.code])
    who = who_may(Permission.ITEM_STORE)
    return [
        Next(
            title="Receive back",
            href=href if may else "",
            who=who,
            is_aside=False,
        )
    ]


def who_may(permission: Permission) -> str:
    """The roles that hold a permission, as words."""
    roles = dict.fromkeys(
        g.role.words.lower() for g in POLICY if g.permission is permission
    )
    return " or ".join(roles)


def tree(told: Dossier) -> Branch:
    """The kit and its items, for drawing."""
    return Branch(
        code=told.package.code,
        state=told.state,
        href=told.package.get_absolute_url(),
        words=f"Kit, {told.state.words}",
        items=tuple(
            Branch(i.code, s.state, i.get_absolute_url(), i.words)
            for i, s in told.items
        ),
    )


def _qr(mark: Mark, code: str) -> str:
    """The code as the label bears it, to be scanned from the screen."""
    made = segno.make(payload(mark, code), error="q")
    return made.svg_inline(scale=5, border=4, dark="#000", light="#fff")


def _is_legal(act: Act, standing: Standing) -> bool:
    step = STEPS[standing.thing].get(act.move)
    if step is None or standing.state not in step.starts or _is_idle(act, standing):
        return False
    if standing.is_in_kit and (act.move in ALONE or act.move is Move.ADDED_TO_KIT):
        return False
    if standing.is_away and act.move not in _ASIDE:
        return False
    return standing.state not in FINAL or act.move is Move.NOTE_ADDED


def _is_idle(act: Act, standing: Standing) -> bool:
    """Legal by the table, and yet nothing that is done now."""
    if act.move is Move.STORED:
        return (act.word in _ROUTE) is not (standing.state in _UNSEALED)
    if act.move is Move.SEALED:
        return bool(standing.seal)
    return act.move is Move.HOLD_LIFTED and not standing.holds
