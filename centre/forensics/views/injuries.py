"""The body map with its list, and the page of one injury."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.actions import ChangedError, Opened, Placed
from centre.forensics.body_map import marks as drawing
from centre.forensics.body_map import views as all_views
from centre.forensics.body_map.forms import MarkList, mark_list
from centre.forensics.body_map.views import View
from centre.forensics.forms import InjuryForm, RemoveInjuryForm
from centre.forensics.models import Injury
from centre.forensics.queries import injuries as queries
from centre.forensics.rules.injuries import TRAPS
from centre.forensics.views import doors

_MOST_DIGITS: Final = 8


@require_http_methods(["GET", "POST"])
def body_map(request: StaffRequest, reference: str, view: str) -> HttpResponse:
    """One view of the body: the picture, and the list that is its equal."""
    opened = doors.opened(request, reference, Permission.EXAMINATION_EDIT)
    if opened.is_complete:
        return redirect(opened.examination)
    shown = _views_for(opened)
    here = next((v for v in shown if v.id == view), None)
    if here is None:
        raise Http404
    before = queries.numbers(opened.examination)
    page = _Map(request, opened, here, shown, before)
    if request.method == "GET":
        return page.show(mark_list(here, initial=page.rows()))
    return page.keep(mark_list(here, request.POST))


@require_http_methods(["GET", "POST"])
def injury(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """One injury in words and numbers."""
    opened = doors.opened(request, reference, Permission.EXAMINATION_EDIT)
    found = _standing(opened, number)
    if opened.is_complete:
        return redirect(opened.examination)
    initial = {**found.details, "revision": found.revision}
    form = InjuryForm(request.POST or None, initial=initial)
    is_kept = form.perform(
        actions.keep_injury,
        examination=opened.examination,
        number=number,
        by=request.user,
    )
    if is_kept:
        messages.success(request, f"Injury {number} is kept.")
        return redirect(_map_of(opened, found))
    return _show_injury(request, opened, found, form)


@require_POST
def remove(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """Take out an injury that was noted by mistake."""
    opened = doors.opened(request, reference, Permission.EXAMINATION_EDIT)
    form = RemoveInjuryForm(request.POST)
    is_removed = form.perform(
        actions.remove_injury,
        examination=opened.examination,
        number=number,
        by=request.user,
    )
    if is_removed:
        messages.success(request, f"Injury {number} is taken out.")
    else:
        for sentences in form.errors.values():
            messages.error(request, " ".join(map(str, sentences)))
    first = _views_for(opened)[0]
    return redirect("examination_map", reference, first.id)


class _Map:
    """The page of one view of the body."""

    def __init__(
        self,
        request: StaffRequest,
        opened: Opened,
        here: View,
        shown: Iterable[View],
        before: queries.Numbers,
    ) -> None:
        self.request, self.opened, self.here = request, opened, here
        self.shown, self.before = shown, before
        self.standing = list(before.standing.values())

    def rows(self) -> list[dict[str, Any]]:
        """The marks that stand on this view."""
        return queries.rows_on(self.here, self.standing)

    def keep(self, listed: MarkList) -> HttpResponse:
        """Keep the list as it was posted; what is wrong is said on the same page."""
        if not listed.is_valid():
            return self.show(listed)
        try:
            actions.keep_marks(
                examination=self.opened.examination,
                view_id=self.here.id,
                placed=list(map(_placed, listed.kept)),
                revision=_seen(self.request),
                by=self.request.user,
            )
        except ChangedError as error:
            return self.show(listed, str(error), theirs=self.rows(), status=409)
        except RuleError as error:
            return self.show(listed, str(error), status=409)
        messages.success(self.request, "The marks are kept.")
        return redirect(self._address(self.here))

    def show(
        self,
        listed: MarkList,
        error: str = "",
        *,
        theirs: Iterable[dict[str, Any]] = (),
        status: int = 200,
    ) -> HttpResponse:
        """The picture, the list beside it, and the injuries that are noted."""
        found = queries.marks_of(self.standing)
        page = doors.around(self.request, self.opened.examination) | {
            "view": self.here,
            "marks": drawing.draw(self.here, found),
            "list": listed,
            "error": error,
            "theirs": [_words_of_row(self.here, row) for row in theirs],
            "action": f"{self._address(self.here)}?seen={self.before.revision}",
            "next_number": self.before.following,
            "choices": self._choices(found),
            "injuries": [_row(self.opened, row) for row in self.standing],
        }
        return render(self.request, "forensics/body_map.html", page, status=status)

    def _choices(self, found: Iterable[drawing.Mark]) -> list[dict[str, Any]]:
        counts = Counter(mark.view_id for mark in found)
        return [
            {
                "view": view,
                "href": self._address(view),
                "count": counts[view.id],
                "current": view.id == self.here.id,
            }
            for view in self.shown
        ]

    def _address(self, view: View) -> str:
        reference = self.opened.examination.reference
        return reverse("examination_map", args=[reference, view.id])


def _show_injury(
    request: StaffRequest, opened: Opened, found: Injury, form: InjuryForm
) -> HttpResponse:
    seen = form.data.get("revision") if form.is_bound else None
    is_changed = seen is not None and str(seen) != str(found.revision)
    page = doors.around(request, opened.examination) | {
        "injury": found,
        "regions": queries.regions_of(found.details),
        "trap": TRAPS.get(found.details["kind"], ""),
        "form": form,
        "remove": RemoveInjuryForm(initial={"revision": found.revision}),
        "theirs": found if is_changed else None,
        "theirs_words": queries.words_of(found.details),
        "back": _map_of(opened, found),
    }
    status = 409 if is_changed else 200
    return render(request, "forensics/injury.html", page, status=status)


def _standing(opened: Opened, number: int) -> Injury:
    found = queries.numbers(opened.examination).standing.get(number)
    if found is None:
        raise Http404
    return found


def _views_for(opened: Opened) -> tuple[View, ...]:
    organs = set(opened.facts.get("organs", ()))
    is_female, is_male = "vagina" in organs, "penis" in organs
    anatomy = "any" if is_female == is_male else "female" if is_female else "male"
    return all_views.shown_for(anatomy=anatomy, is_child=opened.case.is_child)


def _map_of(opened: Opened, found: Injury) -> str:
    marks = found.details.get("marks", [])
    view = marks[0]["view"] if marks else _views_for(opened)[0].id
    return reverse("examination_map", args=[opened.examination.reference, view])


def _row(opened: Opened, row: Injury) -> dict[str, Any]:
    return {
        "number": row.number,
        "words": queries.words_of(row.details),
        "regions": queries.regions_of(row.details),
        "href": reverse("injury", args=[opened.examination.reference, row.number]),
    }


def _placed(form: Any) -> Placed:
    row = form.cleaned_data
    return Placed(
        number=row["number"],
        kind=row["kind"],
        x=row["x"],
        y=row["y"],
        is_confirmed=bool(row["is_confirmed"]),
    )


def _words_of_row(view: View, row: dict[str, Any]) -> str:
    kind = drawing.CLASSES[row["kind"]].words
    where = view.region(row["region"]).words if row["region"] else view.title
    return f"{row['number']}: {kind}, {where.lower()}"


def _seen(request: StaffRequest) -> int:
    seen = request.GET.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) <= _MOST_DIGITS else -1
