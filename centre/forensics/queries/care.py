"""The advice of the rules of care on an examination as it is kept now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from centre.core import clock, drafts
from centre.forensics.models import Examination
from centre.forensics.queries.facts import (
    answers_with,
    facts_of,
    pack_of,
    told_before,
)
from centre.forensics.queries.injuries import current
from centre.forensics.rules.care import Advice, CarePack, judge, load
from centre.forensics.rules.care.inputs import inputs
from centre.forensics.rules.care.told import Told


def care_inputs(examination: Examination, at: datetime) -> dict[str, Any]:
    """What the rules of care look at, of one examination at this moment."""
    earlier = told_before(examination.case)
    facts = facts_of(examination.case, earlier, at)
    kept = drafts.of(examination.pk)
    answers = {**earlier, **answers_with(pack_of(examination), kept, earlier)}
    return inputs_of(examination, answers, facts, at)


def inputs_of(
    examination: Examination,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """The same, from answers and facts at hand."""
    today = clock.local(at, examination.case.centre.timezone).date()
    injuries = [row.details for row in current(examination)]
    return inputs(Told(answers, facts, today, injuries))


def care_pack() -> CarePack:
    """The rules of care this centre works by."""
    return load(settings.CARE_RULES)


def may_advise(pack: CarePack) -> bool:
    """Unsigned rules advise nobody at a centre that is served to people."""
    return pack.is_signed_off or not settings.HTTPS


def advice_on(given: Mapping[str, Any]) -> tuple[Advice, ...]:
    """The advice of every rule; none from a pack that may not advise."""
    pack = care_pack()
    return judge(pack, given) if may_advise(pack) else ()


def snapshot(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was known, as it is kept with an answer: text, whole numbers and flags."""
    return {
        name: format(value, "f") if isinstance(value, Decimal) else value
        for name, value in given.items()
        if value is not None
    }
