"""What the home page and the case page show of support."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from centre.agencies import queries as agencies
from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core import access
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.core.timeline import Row
from centre.core.work import Task, When
from centre.support.models import Appointment, Goal, Plan, Referral, Step
from centre.support.queries import caseload, referrals, sessions
from centre.support.queries.caseload import Line
from centre.support.rules.referrals import State

LANE: Final = "support"
MOST: Final = 200
"""The work list looks at so many of the newest cases."""


def timeline(case: Case, by: User) -> list[Row]:
    """What was done to support her, as far as the person may know of it."""
    rows: list[Row] = []
    if access.holds(by, Permission.PLAN_OPEN, case):
        rows += _plan_rows(case)
        rows += _appointment_rows(case)
    if access.holds(by, Permission.REFERRAL_VIEW, case):
        rows += _referral_rows(case)
    rows += _session_rows(case, by)
    return rows


def work(by: User, at: datetime) -> list[Task]:
    """What is due, late or waiting for this person."""
    tasks = list(_incoming_tasks(by))
    for line in caseload.lines(list(caseload.cases(by)[:MOST]), at):
        tasks += _line_tasks(line, at)
    return tasks


def next_steps(case: Case, by: User) -> list[tuple[str, str]]:
    """What could be done next for her support, as words and address."""
    steps: list[tuple[str, str]] = []
    wanted = (
        (Permission.PLAN_OPEN, "Support plan", "case_plan"),
        (Permission.REFERRAL_SEND, "Send a referral", "send_referral"),
        (Permission.SESSION_NOTE, "Write a session note", "note_session"),
        (Permission.APPOINTMENT_MAKE, "Make an appointment", "make_appointment"),
    )
    for permission, words, name in wanted:
        if access.holds(by, permission, case):
            steps.append((words, reverse(name, args=[case.reference])))
    return steps


def find(code: str, by: User) -> str | None:
    """The address of the plan, referral or note with this code, within reach."""
    mine = access.within(Plan.objects.all(), by, Permission.PLAN_OPEN)
    plan = mine.filter(reference=code).first()
    if plan is not None:
        return plan.get_absolute_url()
    seen = access.within(Referral.objects.all(), by, Permission.REFERRAL_VIEW)
    referral = seen.filter(reference=code).first()
    if referral is not None:
        return referral.get_absolute_url()
    note = sessions.notes(by).filter(reference=code).first()
    return note.get_absolute_url() if note else None


def _plan_rows(case: Case) -> Iterator[Row]:
    versions = Plan.history.model.objects.filter(case_id=case.pk)
    for version in versions.select_related("history_user").defer("content"):
        href = reverse("plan", args=[version.reference])
        what = "Support plan made" if version.version == 1 else "Support plan revised"
        if version.closed_at is not None:
            what = "Support plan closed"
        who = version.history_user.name
        yield Row(version.history_date, what, who, LANE, href)
    first = Goal.history.model.objects.filter(case_id=case.pk, version=1)
    for goal in first.select_related("history_user", "plan").defer("words"):
        href = reverse("plan", args=[goal.plan.reference])
        what = f"Goal set: {FAMILY_WORDS[Family(goal.family)].lower()}"
        yield Row(goal.history_date, what, goal.history_user.name, LANE, href)
    done = Step.objects.filter(case=case, done_by__isnull=False)
    for step in done.select_related("done_by", "goal__plan").defer("words"):
        who = step.done_by.name if step.done_by else ""
        href = step.goal.get_absolute_url()
        yield Row(step.done_at or step.set_at, "Step done", who, LANE, href)


def _referral_rows(case: Case) -> Iterator[Row]:
    for referral in referrals.of_case(case):
        href = referral.get_absolute_url()
        about = f"{referral.family_words.lower()}, {referral.agency.name}"
        who = referral.sent_by.name
        yield Row(referral.sent_at, f"Referral sent: {about}", who, LANE, href)
        for event in referral.events.all():
            what = f"Referral {event.words.lower()}: {about}"
            yield Row(event.at, what, event.by.name, LANE, href)


def _appointment_rows(case: Case) -> Iterator[Row]:
    rows = Appointment.objects.filter(case=case).select_related(
        "made_by", "result__noted_by"
    )
    for appointment in rows.defer("details"):
        href = appointment.get_absolute_url()
        who = appointment.made_by.name
        yield Row(appointment.made_at, "Appointment made", who, LANE, href)
        result = getattr(appointment, "result", None)
        if result is not None:
            what = "Appointment kept" if result.was_kept else "Appointment missed"
            yield Row(result.noted_at, what, result.noted_by.name, LANE, href)


def _session_rows(case: Case, by: User) -> Iterator[Row]:
    for note in sessions.of_case(case, by):
        yield Row(
            note.held_at,
            "Counselling session",
            note.author.name,
            LANE,
            note.get_absolute_url(),
            recorded=note.written_at,
        )


def _line_tasks(line: Line, at: datetime) -> Iterator[Task]:
    yield from _referral_tasks(line)
    yield from _appointment_tasks(line, at)
    if line.plan is None:
        yield _task(line, When.TODAY, "There is no support plan yet.", "Make it")
        return
    if line.is_review_due:
        yield _task(line, When.TODAY, "The support plan is to be reviewed.", "Review")
    if line.due_steps:
        late = sum(s.due_on is not None and s.due_on < line.today for s in line.steps)
        words = f"{len(line.due_steps)} step(s) of the plan are due."
        yield _task(line, When.NOW if late else When.TODAY, words, "Open the plan")
    if line.due_goals:
        words = f"{len(line.due_goals)} goal(s) are to be reviewed."
        yield _task(line, When.TODAY, words, "Open the plan")


def _referral_tasks(line: Line) -> Iterator[Task]:
    gone = {card.referral.pk for card in line.without_consent}
    for card in line.cards:
        href = card.referral.get_absolute_url()
        name = card.referral.agency.name
        if card.referral.pk in gone:
            words = f"Consent for the referral to {name} does not hold. Tell them."
            yield Task(When.NOW, words, "Cancel it", href, reference=str(line.case))
        elif card.is_late:
            words = f"{_LATE[card.referral.state]}: {name}, {card.days} day(s)."
            yield Task(
                When.NOW, words, "Follow up", href, card.due, reference=str(line.case)
            )
        else:
            words = f"{card.referral.state_words}: {name}."
            yield Task(
                When.WAITING, words, "Open", href, card.due, reference=str(line.case)
            )


_LATE: Final[dict[State, str]] = {
    State.SENT: "No answer to the referral",
    State.ACCEPTED: "Accepted, and no meeting noted",
    State.NOT_ATTENDED: "The meeting did not happen; ask what she needs",
    State.ATTENDED: "Attended, and not closed",
}


def _appointment_tasks(line: Line, at: datetime) -> Iterator[Task]:
    for appointment in line.appointments:
        href = appointment.get_absolute_url()
        if appointment.starts_at < at:
            words, action, when = "Was the appointment kept?", "Note it", When.NOW
        elif appointment.starts_at - at < timedelta(days=1):
            words, action, when = "An appointment is near.", "Open", When.TODAY
        else:
            continue
        yield Task(
            when, words, action, href, appointment.starts_at, reference=str(line.case)
        )


def _task(line: Line, when: When, sentence: str, action: str) -> Task:
    href = reverse("case_plan", args=[line.case.reference])
    return Task(when, sentence, action, href, reference=str(line.case))


def _incoming_tasks(by: User) -> Iterator[Task]:
    post = agencies.post_of(by)
    if post is None or not access.holds(
        by, Permission.REFERRAL_ANSWER, post.agency.centre
    ):
        return
    for referral in referrals.incoming(by).defer("needs"):
        if referral.state is State.SENT:
            href = reverse("incoming_referral", args=[referral.reference])
            words = "A referral to your agency waits for an answer."
            yield Task(When.NOW, words, "Answer", href, reference=str(referral))
