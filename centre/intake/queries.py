"""Reads of this room: the incident's time, how far the forms are, the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from centre.core import access, drafts
from centre.core.models import Case, ConsentConversation, ConsentDecision, User
from centre.core.permissions import Permission
from centre.core.timeline import Row
from centre.core.work import Task, When
from centre.intake.actions.forms import draft_key
from centre.intake.models import FilledForm, Identity, SafeContact
from centre.intake.rules.forms import INCIDENT_TIME, TITLES, Form
from centre.packs.partial import PartialTime, hours_since

LANE: Final = "care"
CONSENT_LANE: Final = "consent"


@dataclass(frozen=True)
class Progress:
    """How far one short form is."""

    form: Form
    title: str
    is_done: bool
    is_begun: bool


def incident_time(case: Case) -> PartialTime | None:
    """When the most recent assault was, as far as triage knows."""
    kept = drafts.answers_of(drafts.of(draft_key(case, Form.TRIAGE)))
    value = kept.get(INCIDENT_TIME, {}).get("v")
    return PartialTime.from_json(value) if value else None


def hours(case: Case, at: datetime) -> tuple[float, float] | None:
    """Hours since the assault, least and most; None if not known."""
    when = incident_time(case)
    if when is None:
        return None
    least, most = hours_since(when, at)
    if least is None or most is None:
        return None
    return float(least), float(most)


def progress(case: Case) -> list[Progress]:
    """Triage and intake, begun and done."""
    done = set(FilledForm.objects.filter(case=case).values_list("form", flat=True))
    keys = {draft_key(case, form): form for form in Form}
    begun = set(case.drafts.filter(about__in=keys).values_list("about", flat=True))
    started = {keys[k] for k in begun}
    return [Progress(f, TITLES[f], f in done, f in started) for f in Form]


def has_identity(case: Case) -> bool:
    """Whether anything was kept of who she is."""
    return Identity.objects.filter(case=case).exists()


def has_contact(case: Case) -> bool:
    """Whether a safe way to reach her was kept."""
    return SafeContact.objects.filter(case=case).exists()


def timeline(case: Case, by: User) -> list[Row]:
    """What this room did on the case, as far as the person may see it."""
    rows: list[Row] = []
    if access.holds(by, Permission.TRIAGE_OPEN, case):
        rows += _form_rows(case)
    if access.holds(by, Permission.CONSENT_VIEW, case):
        rows += _consent_rows(case)
    return rows


def work(by: User, at: datetime) -> list[Task]:
    """Cases opened in the last three days whose triage or intake is not done."""
    recent = access.cases(by, Permission.TRIAGE_DO).filter(
        opened_at__gte=at - timedelta(days=3)
    )
    return [*_open_forms(recent), *_no_talk_yet(recent)]


def _open_forms(recent: Iterable[Case]) -> list[Task]:
    cases = list(recent)
    done = set(FilledForm.objects.filter(case__in=cases).values_list("case_id", "form"))
    return [
        Task(
            When.NOW if form is Form.TRIAGE else When.TODAY,
            f"{TITLES[form]} is not finished",
            "Go on",
            reverse("intake_form", args=[case.reference, str(form)]),
            reference=str(case),
        )
        for case in cases
        for form in Form
        if (case.pk, str(form)) not in done
    ]


def _no_talk_yet(recent: Iterable[Case]) -> list[Task]:
    cases = list(recent)
    talked = set(
        ConsentConversation.objects.filter(case__in=cases).values_list(
            "case_id", flat=True
        )
    )
    return [
        Task(
            When.NOW,
            "Consent has not been talked about",
            "Begin the talk",
            reverse("consents", args=[case.reference]),
            reference=str(case),
        )
        for case in cases
        if case.pk not in talked
    ]


def _form_rows(case: Case) -> list[Row]:
    filled = FilledForm.objects.filter(case=case).select_related("kept_by")
    return [
        Row(f.kept_at, f"{TITLES[Form(f.form)]} finished", f.kept_by.name, LANE)
        for f in filled.defer("answers")
    ]


def _consent_rows(case: Case) -> list[Row]:
    href = reverse("consents", args=[case.reference])
    talks = ConsentConversation.objects.filter(case=case).select_related("explained_by")
    taken_back = ConsentDecision.objects.filter(
        case=case, state="withdrawn"
    ).select_related("taken_by")
    return [
        *(
            Row(t.signed_at, "Consent talked about and signed", t.explained_by.name,
                CONSENT_LANE, href)
            for t in talks
        ),
        *(
            Row(d.decided_at, f"Consent {d.item} taken back", d.taken_by.name,
                CONSENT_LANE, href)
            for d in taken_back
        ),
    ]  # fmt: skip
