"""From what is known to advice. Advice never blocks; it says what it stands on.

An unknown input leaves a case undecided and the next one is looked at: packs put the
case that favours the survivor there. A case that must know says what to ask instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from centre.forensics.rules.care.conditions import Inputs
from centre.forensics.rules.care.model import (
    Advice,
    Amount,
    Band,
    CarePack,
    Case,
    Dose,
    Matter,
    Verdict,
)

RECALLED: Final = "Recalled, not verified: a clinician confirms."
_WEIGHT: Final = "weight"
_HOURS: Final = ("h_min", "h_max")
_NAMED: Final = re.compile(r"\{(\w+)\}")
_SECONDS: Final = 3600


def judge(pack: CarePack, known: Inputs) -> tuple[Advice, ...]:
    """What the pack advises on each matter."""
    return tuple(_advice(pack, matter, known) for matter in pack.matters)


def _advice(pack: CarePack, matter: Matter, known: Inputs) -> Advice:
    case, missing = _decided(matter, known)
    if case is None:
        says = f"Cannot tell yet: ask about {_asked(pack, missing)}. Do not delay care."
        because = "Something that decides is not known."
        return _made(matter, Verdict.CANNOT_TELL, says, [because], known)
    told = [_filled(case.says, known)]
    reasons, is_verified = [_because(case, known)], case.verified
    if case.verdict is Verdict.OFFER and matter.doses:
        given = _dose(pack, matter, known)
        told.append(given.says)
        reasons += given.reasons
        is_verified = is_verified and given.is_verified
    return _made(
        matter, case.verdict, " ".join(told), reasons, known, is_verified=is_verified
    )


def _made(
    matter: Matter,
    verdict: Verdict,
    says: str,
    reasons: Iterable[str],
    known: Inputs,
    *,
    is_verified: bool = True,
) -> Advice:
    return Advice(
        rule=matter.code,
        title=matter.title,
        verdict=verdict,
        says=says,
        reasons=tuple(reasons),
        source=matter.source,
        is_verified=is_verified,
        notes=tuple(_notes(matter, verdict, known)),
    )


def _decided(matter: Matter, known: Inputs) -> tuple[Case | None, frozenset[str]]:
    for case in matter.cases:
        found = case.when.on(known)
        if found.value:
            return case, frozenset()
        if found.value is None and case.must_know:
            return None, found.missing
    raise ValueError(f"No case of {matter.code} holds; the last one always does.")


@dataclass(frozen=True)
class _Given:
    says: str
    reasons: tuple[str, ...] = ()
    is_verified: bool = True


def _dose(pack: CarePack, matter: Matter, known: Inputs) -> _Given:
    """What is given, why, and whether its source was read."""
    for dose in matter.doses:
        found = dose.when.on(known)
        if found.value is None and dose.must_know:
            return _ask_for_dose(pack, found.missing)
        if found.value:
            return _given(pack, dose, known)
    raise ValueError(f"No dose of {matter.code} holds; the last one always does.")


def _ask_for_dose(pack: CarePack, missing: Iterable[str]) -> _Given:
    return _Given(f"For the dose, ask about {_asked(pack, missing)}.")


def _given(pack: CarePack, dose: Dose, known: Inputs) -> _Given:
    by_weight: dict[str, str] = {}
    if dose.table or dose.amounts:
        weight: Decimal | None = known.get(_WEIGHT)
        if weight is None:
            return _ask_for_dose(pack, [_WEIGHT])
        by_weight = {amount.name: _amount(amount, weight) for amount in dose.amounts}
        if dose.table:
            by_weight["table"] = _in_band(pack.tables[dose.table], weight)
    because = f"{dose.rule}: {_filled(dose.because, known)}"
    return _Given(
        _filled(dose.says, {**known, **by_weight}),
        (because,) * bool(dose.because),
        dose.verified,
    )


def _in_band(bands: Iterable[Band], weight: Decimal) -> str:
    for band in bands:
        if weight >= band.least and (band.under is None or weight < band.under):
            return band.says
    return "no band fits: call a specialist before any dose"


def _amount(amount: Amount, weight: Decimal) -> str:
    """The dose, a tenth at the finest, and never above the most that is given."""
    computed = amount.per_kg * weight
    capped = computed if amount.most is None else min(computed, amount.most)
    finest = capped.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    return f"{_plain(finest)} {amount.unit}"


def _notes(matter: Matter, verdict: Verdict, known: Inputs) -> Iterable[str]:
    for remark in matter.remarks:
        if verdict in remark.on and remark.when.on(known).value:
            recalled = "" if remark.verified else f" {RECALLED}"
            yield f"{remark.rule}: {_filled(remark.says, known)}{recalled}"


def _because(case: Case, known: Inputs) -> str:
    return f"{case.rule}: {_filled(case.because, known)}"


def _asked(pack: CarePack, missing: Iterable[str]) -> str:
    return ", ".join(pack.inputs[name].ask for name in sorted(missing))


def _filled(text: str, known: Inputs) -> str:
    """The text with the values it names; what is not known is said to be so."""
    return _NAMED.sub(lambda found: _shown(found[1], known.get(found[1])), text)


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "not known"
    if name in _HOURS:
        return _hours(value)
    return _plain(value) if isinstance(value, Decimal) else str(value)


def _hours(hours: Decimal) -> str:
    """Hours and minutes, and the seconds that decide at a limit."""
    seconds = int(hours * _SECONDS)
    whole, rest = divmod(seconds, _SECONDS)
    minutes, left = divmod(rest, 60)
    return f"{whole} h {minutes} min" + f" {left} s" * bool(left)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
