"""Requests of people who are signed in, and looking things up within reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from centre.core.access import within
from centre.core.errors import AccessError
from centre.core.models import Case, Membership, User
from centre.core.permissions import Permission

M = TypeVar("M", bound=Model)
V = TypeVar("V", bound=Callable[..., Any])


class StaffRequest(HttpRequest):
    """A request whose person passed both factors; middleware sees to it."""

    user: User
    membership: Membership


def within_or_404(
    rows: QuerySet[M],
    request: StaffRequest,
    permission: Permission,
    *,
    path: str = "case",
    **lookup: Any,
) -> M:
    """The one row within reach, of a case that `path` leads to; else the one 404."""
    asked_for = rows.filter(**lookup)
    reached = within(asked_for, request.user, permission, path=path)
    return one_or_404(reached, asked_for, request, permission, path=path)


def one_or_404(
    reached: QuerySet[M],
    asked_for: QuerySet[Any],
    request: StaffRequest,
    permission: Permission,
    *,
    path: str = "case",
) -> M:
    """The one row that is reached; out of reach and missing are the same 404.

    Both are noted, so that the auditor reads who asked, and neither the page nor the
    time it takes tells whether there is anything: at the case that was asked for, or
    where there is none, at the person's own post.
    """
    found = reached.first()
    if found is not None:
        return found
    cases = Case.objects.select_related("centre")
    case = cases.filter(pk__in=asked_for.values(path)).first()
    raise AccessError(request.user, permission, case or request.membership.centre)


def open_to_strangers(view: V) -> V:
    """Mark a view that needs no sign-in; the page matrix lists each."""
    view.open_to_strangers = True  # type: ignore[attr-defined]
    return view


def half_signed_in(view: V) -> V:
    """Mark a view for a person who gave the password but not yet the code."""
    view.half_signed_in = True  # type: ignore[attr-defined]
    return view


def open_when_locked(view: V) -> V:
    """Mark a view that works on a locked screen."""
    view.open_when_locked = True  # type: ignore[attr-defined]
    return view


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Where to go next, if it is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or default
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if ours else default
