"""Printing is an act: each print has a number, an entry and the head of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from centre.chain_of_custody.actions.papers import head_of
from centre.core import access, clock, consent, journal, references
from centre.core.models import AccessNote, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.forensics.frozen import FrozenExamination
from centre.forensics.rules.wording import check_wording
from centre.ledger.kinds import Kind
from centre.packs.answers import value_of

OPINION = "op."
REPORT_RELEASE = "C17"


class Paper(StrEnum):
    """The papers of an examination."""

    FORM = "official_form"
    REPORT = "medico_legal_report"

    @property
    def words(self) -> str:
        """The paper as people call it."""
        return "Official form" if self is Paper.FORM else "Medico-legal report"


@dataclass(frozen=True)
class Issued:
    """One print of one paper: for whom, its number and copy, and the log's head."""

    frozen: FrozenExamination
    recipient: str
    number: str
    copy: int
    made_at: datetime
    by: str
    role: str
    head: LedgerHead

    @property
    def is_for_outside(self) -> bool:
        """Whether it leaves the centre, and so tells less."""
        return self.recipient != consent.CENTRE


@transaction.atomic
def issue_document(
    *,
    frozen: FrozenExamination,
    paper: Paper,
    by: User,
    recipient: str = consent.CENTRE,
) -> Issued:
    """Print a paper of a completed examination; outside only by consent to it."""
    at = clock.now()
    case = frozen.case
    access.require(by, Permission.REPORT_PRINT, case)
    if recipient != consent.CENTRE:
        consent.require(case, REPORT_RELEASE, recipient=recipient, at=at)
    if paper is Paper.REPORT:
        check_wording(list(_opinion(frozen)), has_addendum=bool(frozen.addenda))
    number = references.new()
    journal.record(
        Kind.DOCUMENT_ISSUED,
        by=by,
        on=case,
        at=at,
        facts={"document": str(paper), "number": number, "recipient": recipient},
        stream=frozen.examination.pk,
    )
    what = f"{paper.words}, {frozen.examination}"
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=what)
    prints = AccessNote.objects.filter(case=case, kind=Kind.PRINTED, what=what)
    return Issued(
        frozen=frozen,
        recipient=recipient,
        number=number,
        copy=prints.count(),
        made_at=at,
        by=by.name,
        role=by.acting.get_role_display() if by.acting else "",
        head=head_of(case.centre, at),
    )


def _opinion(frozen: FrozenExamination) -> Iterator[str]:
    """What the examiner wrote in her own words as an opinion."""
    for code in frozen.answers:
        value = value_of(frozen.answers, code)
        if code.startswith(OPINION) and isinstance(value, str):
            yield value
