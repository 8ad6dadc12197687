"""Triage and intake: kept section by section, then frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from centre.core import access, clock, drafts, journal
from centre.core.models import Case, Draft, User
from centre.core.permissions import Permission
from centre.intake.models import FilledForm
from centre.intake.rules.forms import (
    INCIDENT_TIME,
    PACK_OF,
    Form,
    check_complete,
)
from centre.ledger.kinds import Kind
from centre.packs import answers as pack_answers
from centre.packs.faults import faults as faults_of
from centre.packs.model import Pack
from centre.packs.partial import PartialTime, hours_since
from centre.packs.read import load

_DO: Final = {
    Form.TRIAGE: Permission.TRIAGE_DO,
    Form.INTAKE: Permission.INTAKE_DO,
}
_OPEN: Final = {
    Form.TRIAGE: Permission.TRIAGE_OPEN,
    Form.INTAKE: Permission.INTAKE_OPEN,
}
_DONE: Final = {Form.TRIAGE: Kind.TRIAGE_DONE, Form.INTAKE: Kind.INTAKE_DONE}


def draft_key(case: Case, form: Form) -> UUID:
    """The drafts of this form of this case."""
    return uuid5(case.pk, str(form))


def facts_of(case: Case) -> dict[str, Any]:
    """What conditions of a pack may ask about the case cover."""
    band = str(case.age_band)
    low = band.split("-", maxsplit=1)[0].rstrip("+")
    age = int(low) if low.isdigit() else None
    return {"is_child": case.is_child, "age": age, "registration": case.registration}


@transaction.atomic
def keep_section(
    *,
    case: Case,
    form: Form,
    section: str,
    content: Mapping[str, Any],
    revision: int,
    by: User,
) -> Draft:
    """Keep one section of triage or intake while it is filled in."""
    at = clock.now()
    access.require(by, _DO[form], case)
    return drafts.keep(
        case=case,
        about=draft_key(case, form),
        section=section,
        content=content,
        revision=revision,
        by=by,
        at=at,
    )


@transaction.atomic
def open_form(*, case: Case, form: Form, by: User) -> dict[str, Draft]:
    """Open the kept sections of triage or intake; this is written down."""
    access.require(by, _OPEN[form], case)
    journal.looked(Kind.READ, by=by, on=case, at=clock.now(), what=str(form))
    return drafts.of(draft_key(case, form))


@transaction.atomic
def complete_form(*, case: Case, form: Form, by: User) -> FilledForm:
    """Freeze triage or intake: a value or a reason everywhere."""
    at = clock.now()
    access.require(by, _DO[form], case)
    Case.objects.select_for_update().get(pk=case.pk)
    pack = load(PACK_OF[form])
    kept = drafts.answers_of(drafts.of(draft_key(case, form)))
    _check(pack, kept, case)
    answers = pack_answers.settled(pack, kept, facts_of(case))
    answers |= {
        c: {"v": v} for c, v in _computed(kept, by, at).items() if c in pack.by_code
    }
    number = FilledForm.objects.filter(case=case, form=form).count() + 1
    row = FilledForm.objects.create(
        case=case,
        form=form,
        number=number,
        kept_at=at,
        kept_by=by,
        pack=pack.name,
        pack_version=pack.version,
        fingerprint=pack.fingerprint,
        answers=answers,
    )
    journal.record(_DONE[form], by=by, on=case, at=at, row=row)
    return row


def _check(pack: Pack, answers: Mapping[str, Any], case: Case) -> None:
    facts = facts_of(case)
    lacking = pack_answers.open_questions(pack, answers, facts)
    hard = [f.message for f in faults_of(pack, answers, facts) if f.is_hard]
    check_complete([q.code for q in lacking], hard)


def _computed(kept: Mapping[str, Any], by: User, at: datetime) -> dict[str, Any]:
    """What the software itself puts on the signed form."""
    computed: dict[str, Any] = {
        "tri.by": {"name": by.name},
        "tri.at": at.isoformat(),
    }
    told = kept.get(INCIDENT_TIME, {}).get("v")
    if told:
        least, most = hours_since(PartialTime.from_json(told), at)
        if least is not None:
            computed["tri.h_min"] = f"{least:.1f}"
        if most is not None:
            computed["tri.h_max"] = f"{most:.1f}"
    return computed
