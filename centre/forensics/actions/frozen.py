"""A completed examination as it is read and printed: the frozen content, nothing else.

What is shown comes from the frozen content and its own version of the form, never from
drafts. Seals and addenda, which come later, are read as they stand now.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from centre.chain_of_custody.queries.history import standings
from centre.core import access, clock, consent, drafts, journal
from centre.core.consent_items import ITEMS
from centre.core.models import Case, ConsentDecision, DecisionState, User
from centre.core.permissions import Permission
from centre.forensics.frozen import (
    FrozenAddendum,
    FrozenCompletion,
    FrozenConsent,
    FrozenExamination,
    FrozenSample,
)
from centre.forensics.models import Completion, Examination, SampleTaken
from centre.forensics.queries.facts import pack_of
from centre.forensics.rules.complete import check_completed
from centre.intake.actions.forms import draft_key
from centre.intake.actions.identity import open_identity
from centre.intake.rules.forms import PACK_OF, Form
from centre.ledger.kinds import Kind
from centre.packs.answers import words
from centre.packs.read import load

_NOBODY: Final[Mapping[str, str]] = {}


@transaction.atomic
def open_frozen(*, examination: Examination, by: User) -> FrozenExamination:
    """Open a completed examination to read it; this is written down."""
    access.require(by, Permission.EXAMINATION_OPEN, examination.case)
    check_completed(is_complete=examination.is_complete)
    _look(Kind.READ, examination, by)
    return _opened(examination, _NOBODY)


@transaction.atomic
def frozen_examination(*, examination: Examination, by: User) -> FrozenExamination:
    """Open a completed examination to print it, with who the survivor is."""
    access.require(by, Permission.REPORT_PRINT, examination.case)
    check_completed(is_complete=examination.is_complete)
    _look(Kind.PRINTED, examination, by)
    return _opened(examination, open_identity(case=examination.case, by=by))


def _look(kind: Kind, examination: Examination, by: User) -> None:
    what = "completed examination"
    journal.looked(kind, by=by, on=examination.case, at=clock.now(), what=what)


def _opened(examination: Examination, identity: Mapping[str, str]) -> FrozenExamination:
    rows = Completion.objects.select_related("completed_by")
    completion = rows.get(examination=examination)
    content = completion.content
    return FrozenExamination(
        examination=examination,
        case=examination.case,
        pack=pack_of(examination),
        answers=content["answers"],
        facts=content["facts"],
        injuries=tuple(content["injuries"]),
        photographs=tuple(content["photographs"]),
        samples=_samples(examination),
        consents=tuple(_consent(d) for d in consent.current(examination.case)),
        identity=identity,
        completion=FrozenCompletion(
            completion.completed_at,
            completion.completed_by.name,
            completion.content_sha256,
        ),
        addenda=_addenda(examination),
        told=_told(examination.case),
    )


def _samples(examination: Examination) -> tuple[FrozenSample, ...]:
    rows = SampleTaken.objects.filter(examination=examination).select_related("item")
    taken = list(rows.order_by("taken_at", "item__code"))
    stand = standings([row.item for row in taken])
    return tuple(
        FrozenSample(
            specimen=row.specimen,
            words=row.item.words,
            item=row.item.code,
            taken_at=row.taken_at,
            seal=stand[row.item.pk].seal or "",
        )
        for row in taken
    )


def _consent(decision: ConsentDecision) -> FrozenConsent:
    return FrozenConsent(
        item=decision.item,
        question=ITEMS[decision.item].question,
        decision=str(DecisionState(decision.state).label),
        decided_at=decision.decided_at,
        recipient=decision.recipient,
        purpose=decision.purpose,
    )


def _addenda(examination: Examination) -> tuple[FrozenAddendum, ...]:
    return tuple(
        FrozenAddendum(
            number=row.number,
            added_at=row.added_at,
            added_by=row.added_by.name,
            reason=row.details["reason"],
            text=row.details["text"],
        )
        for row in examination.addenda.select_related("added_by")
    )


def _told(case: Case) -> dict[str, str]:
    """What triage and intake answer, in words, for boxes outside this form."""
    told: dict[str, str] = {}
    for form in Form:
        pack = load(PACK_OF[form])
        kept: dict[str, Any] = drafts.answers_of(drafts.of(draft_key(case, form)))
        told |= {
            code: words(pack.by_code[code], answer)
            for code, answer in kept.items()
            if code in pack.by_code
        }
    return told
