"""The talk about consent: one topic a screen, then a summary to sign; taking back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre.core import access, clock, consent
from centre.core.consent_items import ITEMS, PURPOSES, TOPICS
from centre.core.errors import RuleError
from centre.core.filling import seen_revision
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, ConsentDecision, DecisionState, Draft, Recipient
from centre.core.permissions import Permission
from centre.intake import wording
from centre.intake.actions import consent as actions
from centre.intake.forms import HeaderForm, SigningForm, TopicForm, WithdrawForm
from centre.intake.rules import consent as rules

HEADER: Final = "header"
SIGN: Final = "sign"
_UNLISTED: Final = {"person": "The person she names"}
STEPS: Final = [HEADER, *TOPICS, SIGN]


@dataclass(frozen=True)
class Talk:
    """One talk under way."""

    case: Case
    about: UUID
    kept: dict[str, Draft]

    @property
    def header(self) -> dict[str, Any]:
        """Who decides, what was explained, who might receive something."""
        draft = self.kept.get(HEADER)
        return dict(draft.content) if draft else {}

    def recipients(self) -> list[tuple[str, str, str]]:
        """Code, kind and name of those she wants to talk about."""
        rows = Recipient.objects.filter(
            centre=self.case.centre, code__in=self.header.get("recipients", [])
        )
        return [(r.code, r.kind, r.name) for r in rows]

    def href(self, step: str) -> str:
        """The page of a step."""
        return reverse("consent_talk", args=[self.case.reference, self.about, step])


@require_http_methods(["GET"])
def consents(request: StaffRequest, reference: str) -> HttpResponse:
    """What is decided at present."""
    case = _case(request, Permission.CONSENT_VIEW, reference)
    decisions = actions.open_consents(case=case, by=request.user)
    page = {
        "case": case,
        "rows": _in_words(case, decisions),
        "may_discuss": access.holds(request.user, Permission.CONSENT_DISCUSS, case),
    }
    return render(request, "intake/consents.html", page)


@require_POST
def begin(request: StaffRequest, reference: str) -> HttpResponse:
    """Begin a talk; what was decided earlier stays until this one is signed."""
    case = _case(request, Permission.CONSENT_DISCUSS, reference)
    return redirect("consent_talk", case.reference, uuid4(), HEADER)


@require_http_methods(["GET", "POST"])
def talk(request: StaffRequest, reference: str, about: UUID, step: str) -> HttpResponse:
    """One screen of the talk."""
    case = _case(request, Permission.CONSENT_DISCUSS, reference)
    opened = Talk(case, about, _drafts(case, about))
    if step not in STEPS:
        raise Http404
    if step != HEADER and not opened.header:
        return redirect(opened.href(HEADER))
    if step == SIGN:
        return _sign(request, opened)
    if step == HEADER:
        return _header(request, opened)
    return _topic(request, opened, step)


@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """Take one consent back."""
    case = _case(request, Permission.CONSENT_WITHDRAW, reference)
    decision = ConsentDecision.objects.filter(case=case, number=number).first()
    if decision is None:
        raise Http404
    form = WithdrawForm(request.POST or None)
    done = form.perform(
        actions.withdraw_consent,
        case=case,
        item=decision.item,
        recipient=decision.recipient,
        purpose=decision.purpose,
        by=request.user,
    )
    if done:
        messages.success(request, "Taken back. It counts from now on.")
        return redirect("consents", case.reference)
    page = {"case": case, "form": form, "row": _in_words(case, [decision])[0]}
    return render(request, "intake/withdraw.html", page)


def _header(request: StaffRequest, opened: Talk) -> HttpResponse:
    listed = Recipient.objects.filter(centre=opened.case.centre, is_listed=True)
    form = HeaderForm(
        request.POST or None,
        initial=opened.header,
        recipients=[(r.code, r.name) for r in listed],
    )
    if form.is_valid() and _header_holds(opened, form):
        return _keep(request, opened, HEADER, form, form.cleaned_data)
    return _render(request, opened, HEADER, "intake/consent_header.html", form)


def _header_holds(opened: Talk, form: HeaderForm) -> bool:
    try:
        rules.check_header(form.cleaned_data, is_child=opened.case.is_child)
        rules.check_info_points(form.cleaned_data)
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _topic(request: StaffRequest, opened: Talk, topic: str) -> HttpResponse:
    questions = rules.questions(topic, opened.recipients())
    if not questions:
        return redirect(_next(opened, topic))
    form = TopicForm(
        request.POST or None, questions=questions, initial=_initial(opened, topic)
    )
    if form.is_valid():
        return _keep(request, opened, topic, form, form.content())
    return _render(request, opened, topic, "intake/consent_topic.html", form)


def _sign(request: StaffRequest, opened: Talk) -> HttpResponse:
    form = SigningForm(request.POST or None)
    decisions = _decisions(opened)
    if form.is_valid():
        try:
            signed = actions.sign_conversation(
                case=opened.case,
                about=opened.about,
                header=opened.header,
                decisions=decisions,
                signing=form.cleaned_data,
                by=request.user,
            )
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The talk {signed.reference} is signed.")
            return redirect("consents", opened.case.reference)
    extra = {"summary": _summary(opened, decisions), "not_asked": _not_asked(decisions)}
    return _render(request, opened, SIGN, "intake/consent_sign.html", form, **extra)


def _keep(
    request: StaffRequest, opened: Talk, step: str, form: Any, content: dict[str, Any]
) -> HttpResponse:
    try:
        actions.keep_step(
            case=opened.case,
            about=opened.about,
            step=step,
            content=content,
            revision=seen_revision(request),
            by=request.user,
        )
    except RuleError as error:
        form.add_error(None, str(error))
        template = "header" if step == HEADER else "topic"
        name = f"intake/consent_{template}.html"
        return _render(request, opened, step, name, form)
    return redirect(_next(opened, step))


def _render(
    request: StaffRequest,
    opened: Talk,
    step: str,
    template: str,
    form: Any,
    **extra: Any,
) -> HttpResponse:
    kept = opened.kept.get(step)
    page = {
        "case": opened.case,
        "form": form,
        "title": TOPICS.get(step, ""),
        "version": kept.revision if kept else 0,
        "steps": _tasks(opened),
        "here": opened.href(step),
        "before": wording.BEFORE,
        **extra,
    }
    return render(request, template, page)


def _tasks(opened: Talk) -> list[dict[str, str]]:
    titles = {HEADER: "Before you talk", SIGN: "Read back and sign", **TOPICS}
    return [
        {
            "title": titles[step],
            "href": opened.href(step),
            "state": "done" if step in opened.kept else "waiting",
            "word": "Talked about" if step in opened.kept else "Not yet",
        }
        for step in STEPS
    ]


def _drafts(case: Case, about: UUID) -> dict[str, Draft]:
    return {d.section: d for d in case.drafts.filter(about=about)}


def _initial(opened: Talk, topic: str) -> dict[str, str]:
    draft = opened.kept.get(topic)
    initial: dict[str, str] = {}
    for key, decided in (draft.content if draft else {}).items():
        initial[key] = decided["state"]
        initial[f"{key}|limits"] = decided["limits"]
    return initial


def _decisions(opened: Talk) -> list[rules.Decision]:
    decisions = []
    for topic in TOPICS:
        draft = opened.kept.get(topic)
        for key, decided in (draft.content if draft else {}).items():
            item, recipient, purpose = key.split("|")
            decisions.append(
                rules.Decision(
                    item, recipient, purpose, decided["state"], decided["limits"]
                )
            )
    return decisions


def _summary(opened: Talk, decisions: Iterable[rules.Decision]) -> list[dict[str, str]]:
    names = {code: name for code, _, name in opened.recipients()}
    return [
        {
            "question": ITEMS[d.item].words,
            "recipient": names.get(d.recipient, _UNLISTED.get(d.recipient, "")),
            "purpose": PURPOSES[d.purpose] if d.purpose else "",
            "answer": DecisionState(d.state).label,
            "limits": d.limits,
        }
        for d in decisions
    ]


def _not_asked(decisions: Iterable[rules.Decision]) -> list[str]:
    asked = {d.item for d in decisions}
    return [i.words for i in ITEMS.values() if i.code not in asked]


def _next(opened: Talk, step: str) -> str:
    return opened.href(STEPS[STEPS.index(step) + 1])


def _in_words(case: Case, decisions: Iterable[ConsentDecision]) -> list[dict[str, Any]]:
    at = clock.now()
    names = dict(
        Recipient.objects.filter(centre=case.centre).values_list("code", "name")
    )
    return [
        {
            "decision": d,
            "question": ITEMS[d.item].words,
            "recipient": names.get(d.recipient, _UNLISTED.get(d.recipient, "")),
            "purpose": PURPOSES.get(d.purpose, ""),
            "answer": d.get_state_display(),
            "limits": d.details.get("limits", ""),
            "is_in_force": consent.allows(d, at),
        }
        for d in decisions
    ]


def _case(request: StaffRequest, permission: Permission, reference: str) -> Case:
    return within_or_404(
        Case.objects.select_related("centre"),
        request,
        permission,
        path="pk",
        reference=reference,
    )
