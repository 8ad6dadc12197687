"""What the home page and the case page show of examinations."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.urls import reverse

from centre.core import access, references
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.core.timeline import Row
from centre.core.work import Task, When
from centre.forensics.models import Addendum, Completion, Examination, Photograph

LANE: Final = "care"


def timeline(case: Case, by: User) -> list[Row]:
    """What was done in examinations of a case, for whoever may open them."""
    if not access.holds(by, Permission.EXAMINATION_OPEN, case):
        return []
    begun = Examination.objects.filter(case=case).select_related("begun_by")
    done = Completion.objects.filter(case=case).defer("content")
    added = Addendum.objects.filter(case=case).defer("details")
    return [
        *(
            Row(e.begun_at, "Examination begun", e.begun_by.name, LANE, _href(e))
            for e in begun
        ),
        *_photograph_rows(case),
        *(
            Row(c.completed_at, "Examination completed", c.completed_by.name, LANE,
                _href(c.examination))
            for c in done.select_related("completed_by", "examination")
        ),
        *(
            Row(a.added_at, f"Addendum {a.number} to the examination", a.added_by.name,
                LANE, _href(a.examination))
            for a in added.select_related("added_by", "examination")
        ),
    ]  # fmt: skip


def work(by: User, at: datetime) -> list[Task]:
    """Examinations that are under way."""
    del at
    mine = access.within(Examination.objects.all(), by, Permission.EXAMINATION_COMPLETE)
    waiting = mine.filter(completion__isnull=True).select_related("case")
    return [
        Task(
            When.NOW,
            "An examination is not complete",
            "Go on",
            _href(examination),
            reference=str(examination.case),
        )
        for examination in waiting
    ]


def next_steps(case: Case, by: User) -> list[tuple[str, str]]:
    """Begin an examination, go on with it, or read it."""
    if not access.holds(by, Permission.EXAMINATION_OPEN, case):
        return []
    rows = Examination.objects.filter(case=case).select_related("completion")
    found = list(rows.defer("completion__content"))
    steps = [(_words(e), _href(e)) for e in found]
    if all(hasattr(e, "completion") for e in found):
        another = "Begin another examination" if found else "Begin the examination"
        steps.append((another, reverse("begin_examination", args=[case.reference])))
    return steps


def find(code: str, by: User) -> str | None:
    """The page of the examination with this reference, if it is within reach."""
    reach = access.within(Examination.objects.all(), by, Permission.EXAMINATION_OPEN)
    found = reach.filter(reference=references.normalise(code)).first()
    return found.get_absolute_url() if found else None


def _photograph_rows(case: Case) -> list[Row]:
    rows = Photograph.objects.filter(case=case).defer("details")
    return [
        Row(
            p.added_at,
            f"Photograph {p.number} added",
            p.added_by.name,
            LANE,
            reverse("photographs", args=[p.examination.reference]),
        )
        for p in rows.select_related("added_by", "examination")
    ]


def _words(examination: Examination) -> str:
    is_done = hasattr(examination, "completion")
    return "Examination (complete)" if is_done else "Go on with the examination"


def _href(examination: Examination) -> str:
    return examination.get_absolute_url()
