"""An examination's way: begun, kept section by section, opened, completed, added to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.core import access, clock, consent, drafts, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, Draft, User
from centre.core.permissions import Permission
from centre.forensics.actions.content import (
    content_of,
    with_computed,
    with_rooms,
)
from centre.forensics.models import Addendum, Completion, Examination
from centre.forensics.queries import facts as told
from centre.forensics.queries import injuries
from centre.forensics.rules import complete as rules
from centre.forensics.rules.consents import newly_valued, values
from centre.forensics.rules.injuries import lacking
from centre.ledger import canonical
from centre.ledger.kinds import Kind
from centre.packs import answers as pack_answers
from centre.packs.errors import AnswerError
from centre.packs.faults import faults as faults_of
from centre.packs.model import FROM_ROOMS, Pack, Section
from centre.packs.read import all_packs, load


@dataclass(frozen=True)
class Opened:
    """An examination as somebody opened it: its form, what is kept, what is known."""

    examination: Examination
    pack: Pack
    kept: Mapping[str, Draft]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    is_complete: bool

    @property
    def case(self) -> Case:
        """Whose case it is."""
        return self.examination.case


def packs() -> list[Pack]:
    """The forms an examination can be made with, as far as they are delivered."""
    delivered = {pack.name for pack in all_packs()}
    return [load(name) for name in rules.PACKS if name in delivered]


@transaction.atomic
def begin_examination(*, case: Case, pack_name: str, by: User) -> Examination:
    """Begin an examination with one of the forms, in its newest version."""
    at = clock.now()
    access.require(by, Permission.EXAMINATION_BEGIN, case)
    Case.objects.select_for_update().get(pk=case.pk)
    rules.check_pack(pack_name, [pack.name for pack in packs()])
    under_way = Examination.objects.filter(case=case, completion__isnull=True)
    rules.check_none_open(is_open=under_way.exists())

    pack = load(pack_name)
    examination = Examination.objects.create(
        case=case,
        reference=references.new(),
        pack=pack.name,
        pack_version=pack.version,
        fingerprint=pack.fingerprint,
        begun_at=at,
        begun_by=by,
    )
    journal.record(Kind.EXAMINATION_BEGUN, by=by, on=case, at=at, row=examination)
    return examination


@transaction.atomic
def keep_section(
    *,
    examination: Examination,
    section: str,
    content: Mapping[str, Any],
    revision: int,
    by: User,
) -> Draft:
    """Keep one section; what a consent does not cover can hold only a reason."""
    at = clock.now()
    access.require(by, Permission.EXAMINATION_EDIT, examination.case)
    lock_open(examination)
    here = _section(told.pack_of(examination), section)
    answers = _typed_here(here, content.get("answers", {}))
    before = Draft.objects.filter(about=examination.pk, section=section).first()
    relied = _relied_on(examination.case, here, before, answers, at)
    return drafts.keep(
        case=examination.case,
        about=examination.pk,
        section=section,
        content={"answers": answers, "consents": relied},
        revision=revision,
        by=by,
        at=at,
    )


@transaction.atomic
def open_examination(*, examination: Examination, by: User) -> Opened:
    """Open an examination with everything kept so far; this is written down."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.EXAMINATION_OPEN, case)
    journal.looked(Kind.READ, by=by, on=case, at=at, what="examination")
    earlier = told.told_before(case)
    pack = told.pack_of(examination)
    kept = drafts.of(examination.pk)
    answers = told.answers_with(pack, kept, earlier)
    return Opened(
        examination=examination,
        pack=pack,
        kept=kept,
        answers=with_rooms(examination, pack, answers),
        facts=told.facts_of(case, earlier, at),
        is_complete=examination.is_complete,
    )


def facts_of(examination: Examination) -> dict[str, Any]:
    """What conditions of the form may ask about the case now."""
    case = examination.case
    return told.facts_of(case, told.told_before(case), clock.now())


@transaction.atomic
def complete_examination(*, examination: Examination, by: User) -> Completion:
    """Freeze an examination: a value or a reason everywhere, then only addenda."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.EXAMINATION_COMPLETE, case)
    lock_open(examination)
    pack = told.pack_of(examination)
    earlier = told.told_before(case)
    facts = told.facts_of(case, earlier, at)
    kept = drafts.of(examination.pk)
    answers = with_rooms(examination, pack, told.answers_with(pack, kept, earlier))
    answers = with_computed(examination, pack, answers, by=by, at=at)
    _check_complete(examination, pack, answers, facts)
    relied = _all_relied_on(pack, kept, answers)
    content = content_of(
        examination, pack, _settled(pack, answers, facts), facts, relied, by=by, at=at
    )
    row = Completion.objects.create(
        examination=examination,
        case=case,
        completed_at=at,
        completed_by=by,
        content_sha256=hashlib.sha256(canonical.encode(content)).hexdigest(),
        content=content,
    )
    journal.record(Kind.EXAMINATION_COMPLETED, by=by, on=case, at=at, row=row)
    return row


@transaction.atomic
def add_addendum(
    *, examination: Examination, reason: str, text: str, by: User
) -> Addendum:
    """Add to a completed examination, with the reason; the original stays."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.ADDENDUM_ADD, case)
    Case.objects.select_for_update().get(pk=case.pk)
    rules.check_completed(is_complete=examination.is_complete)
    rules.check_addendum(reason, text)
    row = Addendum.objects.create(
        examination=examination,
        case=case,
        number=examination.addenda.count() + 1,
        added_at=at,
        added_by=by,
        details={"reason": reason.strip(), "text": text.strip()},
    )
    journal.record(Kind.ADDENDUM_ADDED, by=by, on=case, at=at, row=row)
    return row


def lock_open(examination: Examination) -> None:
    """Hold the case, and stop here if the examination is complete."""
    Case.objects.select_for_update().get(pk=examination.case_id)
    rules.check_open(is_complete=examination.is_complete)


def _section(pack: Pack, code: str) -> Section:
    try:
        return pack.section(code)
    except KeyError:
        raise RuleError("This form has no such section.") from None


def _typed_here(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of this section alone; what a room gives is not kept twice."""
    by_code = {question.code: question for question in section.questions}
    if set(answers) - set(by_code):
        raise RuleError("An answer does not belong to this section of the form.")
    return {
        code: answer
        for code, answer in answers.items()
        if by_code[code].kind not in FROM_ROOMS or "v" not in answer
    }


def _relied_on(
    case: Case,
    section: Section,
    before: Draft | None,
    answers: Mapping[str, Any],
    at: datetime,
) -> dict[str, list[str]]:
    """The decisions the values of a section stand on, by item of consent."""
    content = before.content if before else {}
    earlier = content.get("consents", {})
    standing = {code for code, _ in values(section.questions, answers).values()}
    relied = {c: list(ids) for c, ids in earlier.items() if c in standing}
    asked = newly_valued(section.questions, content.get("answers", {}), answers)
    for code in sorted(asked):
        decision = consent.require(case, code, at=at)
        relied[code] = sorted({*relied.get(code, []), str(decision.pk)})
    return relied


def _all_relied_on(
    pack: Pack, kept: Mapping[str, Draft], answers: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Every decision relied on; a value that stands on none is refused."""
    relied: dict[str, set[str]] = {}
    for draft in kept.values():
        for code, ids in draft.content.get("consents", {}).items():
            relied.setdefault(code, set()).update(ids)
    needed = {code for code, _ in values(pack.questions, answers).values()}
    if needed - set(relied):
        raise RuleError("A finding stands on no consent. Keep its section again.")
    return {code: sorted(ids) for code, ids in sorted(relied.items())}


def _check_complete(
    examination: Examination,
    pack: Pack,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> None:
    open_here = len(pack_answers.open_questions(pack, answers, facts))
    for injury in injuries.current(examination):
        open_here += len(lacking(injury.details))
    hard = [f.message for f in faults_of(pack, answers, facts) if f.is_hard]
    rules.check_complete(open_here, hard)


def _settled(
    pack: Pack, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        return pack_answers.clean(pack, pack_answers.settled(pack, answers, facts))
    except AnswerError as error:
        raise RuleError(" ".join(error.sentences)) from error
