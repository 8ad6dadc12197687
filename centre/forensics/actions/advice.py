"""What was done with a piece of advice. Rules advise; people decide and say why."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.forensics.models import AdviceAnswer, Examination
from centre.forensics.queries import care
from centre.forensics.rules.care import Advice
from centre.ledger.kinds import Kind

FOLLOWED: Final = "followed"
NOT_NOW: Final = "not_now"
ANSWERS: Final[dict[str, str]] = {FOLLOWED: "Done", NOT_NOW: "Not now, because"}


@transaction.atomic
def answer_advice(
    *, examination: Examination, rule: str, done: str, by: User, because: str = ""
) -> AdviceAnswer:
    """Say what was done with an advice; what it was and stood on is kept with it."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.EXAMINATION_EDIT, case)
    _check_answer(done, because)
    given = care.care_inputs(examination, at)
    advice, pack = _advice(rule, care.advice_on(given)), care.care_pack()
    row = AdviceAnswer.objects.create(
        examination=examination,
        case=case,
        rule=rule,
        answered_at=at,
        answered_by=by,
        details={
            "done": done,
            "because": because.strip(),
            "verdict": str(advice.verdict),
            "says": advice.says,
            "reasons": list(advice.reasons),
            "rules": str(pack),
            "fingerprint": pack.fingerprint,
            "inputs": care.snapshot(given),
        },
    )
    journal.record(Kind.ADVICE_ANSWERED, by=by, on=case, at=at, row=row)
    return row


def _check_answer(done: str, because: str) -> None:
    if done not in ANSWERS:
        raise RuleError("Say whether it was done.")
    if done == NOT_NOW and not because.strip():
        raise RuleError("Say why it is not done now.")


def _advice(rule: str, found: tuple[Advice, ...]) -> Advice:
    for advice in found:
        if advice.rule == rule:
            return advice
    raise RuleError("There is no such advice.")
