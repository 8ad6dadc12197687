"""HIV post-exposure prophylaxis and emergency contraception: advice, never a lock.

Time counts from the most recent moment the assault can have been (h_min), which favours
the survivor. Limits are inclusive: 72 h 0 min 0 s is in time (WHO).
A missing input gives “cannot tell”, never “not eligible”.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

VERSION: Final = "2026.1"
"""Which text of the rules an answer was given on."""

PEP_HOURS: Final = Decimal(72)
EC_HOURS: Final = Decimal(120)
LNG_FULL_HOURS: Final = Decimal(72)
ADULT_AGE: Final = 10
ADULT_WEIGHT: Final = Decimal(30)
LEAST_CHILD_WEIGHT: Final = Decimal(3)
EC_WEIGHT: Final = Decimal(70)
EC_BMI: Final = Decimal(26)
INDUCER_DAYS: Final = 28
DTG_BANDS: Final[tuple[tuple[Decimal, Decimal | None, str, str], ...]] = (
    (Decimal(3), Decimal(6), "1 + 1", "5 mg"),
    (Decimal(6), Decimal(10), "1½ + 1½", "15 mg"),
    (Decimal(10), Decimal(14), "2 + 2", "20 mg"),
    (Decimal(14), Decimal(20), "2½ + 2½", "25 mg"),
    (Decimal(20), Decimal(25), "3 + 3", "50 mg"),
    (Decimal(25), Decimal(30), "4 + 4", "50 mg"),
    (Decimal(30), Decimal(35), "4 + 4", "50 mg"),
    (Decimal(35), None, "300/150 mg: 1 + 1", "50 mg"),
)
"""Half-open weight bands [least, most) in kg: AZT/3TC 60/30 mg tablets, morning and
evening (WHO 2016 kit), and DTG once a day (WHO 2021, recalled, not verified)."""


class Verdict(StrEnum):
    """What a rule comes to."""

    OFFER = "offer"
    LATE = "late"
    NOT_NEEDED = "not_needed"
    REFER = "refer"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Inputs:
    """What the rules look at; None is not known. Hours and kilograms."""

    h_min: Decimal | None = None
    h_max: Decimal | None = None
    age: int | None = None
    weight: Decimal | None = None
    bmi: Decimal | None = None
    hiv: str | None = None
    exposure: str | None = None
    can_conceive: bool | None = None
    pregnancy_risk: bool | None = None
    pregnancy_test: str | None = None
    is_protected: bool | None = None
    inducer_days_ago: int | None = None


@dataclass(frozen=True)
class Advice:
    """One piece of advice with its reasons and where they stand."""

    rule: str
    title: str
    verdict: Verdict
    says: str
    reasons: tuple[str, ...] = ()
    source: str = ""
    is_verified: bool = True
    notes: tuple[str, ...] = ()


def pep(given: Inputs) -> Advice:
    """HIV prevention: offer, late path, not needed, or link to treatment."""
    if given.hiv == "positive":
        says = "No PEP. Known HIV: link to treatment and go on with all other care."
        return _pep(Verdict.REFER, says, "PEP-06: HIV status is known positive.")
    if given.exposure == "none":
        says = (
            "PEP is not needed for this exposure. Explain why; it can be asked again."
        )
        return _pep(Verdict.NOT_NEEDED, says, "PEP-04: no exposure that carries risk.")
    if given.h_min is None:
        says = (
            "The time is not known, so it cannot be excluded that PEP still helps. "
            "Offer the first dose now and note that the time is uncertain."
        )
        return _pep(Verdict.OFFER, says, "PEP-01: time of the assault not known.")
    if given.h_min > PEP_HOURS:
        says = (
            "More than 72 hours: PEP has no proven benefit. Offer an HIV test now and "
            "at 3 months. The clinician may still decide; all other care goes on."
        )
        return _pep(Verdict.LATE, says, f"PEP-02: {_hours(given.h_min)} is over 72 h.")
    return _pep_offer(given)


def emergency_contraception(given: Inputs) -> Advice:
    """Whether and which emergency contraception to offer."""
    if given.can_conceive is False or given.pregnancy_risk is False:
        says = "Emergency contraception does not apply. Explain it if asked."
        return _ec(Verdict.NOT_NEEDED, says, "EC-01: no risk of pregnancy.")
    if given.pregnancy_test == "positive":
        says = (
            "The test shows an earlier pregnancy, which cannot come from an assault "
            "days ago. Emergency contraception would not help; it does no harm."
        )
        return _ec(Verdict.NOT_NEEDED, says, "EC-09: pregnancy test positive.")
    if given.is_protected:
        says = "Usually not needed: she is protected already. She decides."
        return _ec(Verdict.NOT_NEEDED, says, "EC-13: reliable method in place.")
    missing = _missing_for_ec(given)
    if missing:
        says = f"Cannot tell yet: ask about {', '.join(missing)}. Do not delay for it."
        return _ec(Verdict.CANNOT_TELL, says, "EC-01: inputs are missing.")
    return _ec_by_time(given)


def regimen(given: Inputs) -> tuple[str, bool]:
    """The PEP regimen by age and weight, and whether its source was verified."""
    if given.age is None or given.weight is None:
        return "Weigh the survivor and note the age; the regimen depends on both.", True
    if given.weight < LEAST_CHILD_WEIGHT:
        return "Under 3 kg: call a specialist before any dose.", True
    if given.age >= ADULT_AGE and given.weight >= ADULT_WEIGHT:
        return (
            "TDF 300 mg + 3TC 300 mg + DTG 50 mg, one tablet once a day, 28 days.",
            True,
        )
    for least, most, backbone, third in DTG_BANDS:
        if given.weight >= least and (most is None or given.weight < most):
            return (
                f"AZT/3TC 60/30 mg {backbone} (morning + evening) and DTG {third} "
                "once a day, 28 days. A clinician confirms.",
                False,
            )
    return "No weight band fits: call a specialist before any dose.", False


def _pep(
    verdict: Verdict,
    says: str,
    *reasons: str,
    notes: tuple[str, ...] = (),
    is_verified: bool = True,
) -> Advice:
    return Advice(
        rule="PEP",
        title="HIV prevention (PEP)",
        verdict=verdict,
        says=says,
        reasons=reasons,
        source="WHO PEP guideline 2024; WHO 2016 kit guidance",
        is_verified=is_verified,
        notes=notes,
    )


def _pep_offer(given: Inputs) -> Advice:
    text, is_verified = regimen(given)
    reasons = [f"PEP-01: {_hours(given.h_min)} since the assault, within 72 h."]
    if given.h_max is not None and given.h_max > PEP_HOURS:
        reasons.append(
            "PEP-03: the time is uncertain; it may be over 72 h. Treated as in time."
        )
    if given.exposure is None:
        reasons.append("PEP-04: the exposure is not known; treated as a risk.")
    return _pep(
        Verdict.OFFER,
        f"Offer now, first dose at once. {text}",
        *reasons,
        notes=(
            "An HIV test is never a condition for the dose (PEP-07).",
            "Give the full 28 days at this visit (PEP-18).",
        ),
        is_verified=is_verified,
    )


def _ec(verdict: Verdict, says: str, *reasons: str, verified: bool = True) -> Advice:
    return Advice(
        rule="EC",
        title="Emergency contraception",
        verdict=verdict,
        says=says,
        reasons=reasons,
        source="WHO 2004/2017; FSRH for weight and interactions",
        is_verified=verified,
        notes=("A pregnancy test is never a condition (EC-09).",),
    )


def _missing_for_ec(given: Inputs) -> list[str]:
    wanted = {
        "whether a pregnancy is possible": given.can_conceive,
        "whether the act could lead to pregnancy": given.pregnancy_risk,
        "the time of the assault": given.h_min,
    }
    return [words for words, value in wanted.items() if value is None]


def _ec_by_time(given: Inputs) -> Advice:
    hours = given.h_min if given.h_min is not None else Decimal(0)
    if hours > EC_HOURS:
        says = (
            "More than 120 hours: a pill is not offered by the rule. A copper IUD may "
            "still be possible up to 5 days after ovulation. Plan a pregnancy test."
        )
        return _ec(Verdict.LATE, says, f"EC-02: {_hours(hours)} is over 120 h.")
    takes_inducer = (
        given.inducer_days_ago is not None and given.inducer_days_ago <= INDUCER_DAYS
    )
    if takes_inducer:
        says = (
            "Offer: copper IUD first, else levonorgestrel 3 mg. Ulipristal is not "
            "recommended with this medicine."
        )
        return _ec(Verdict.OFFER, says, "EC-07: enzyme inducer within 28 days.")
    return _ec_choice(given, hours)


def _ec_choice(given: Inputs, hours: Decimal) -> Advice:
    reasons = [f"EC-02: {_hours(hours)} since the assault, within 120 h."]
    heavy = (given.weight is not None and given.weight > EC_WEIGHT) or (
        given.bmi is not None and given.bmi > EC_BMI
    )
    dose = "levonorgestrel 3 mg" if heavy else "levonorgestrel 1.5 mg"
    if heavy:
        reasons.append("EC-06: weight over 70 kg or BMI over 26.")
    if hours > LNG_FULL_HOURS:
        reasons.append("EC-04: over 72 h ulipristal works better than levonorgestrel.")
    says = (
        "Offer now, in this order as wanted and at hand: copper IUD, ulipristal 30 mg, "
        f"{dose}. Repeat the pill after vomiting within 3 hours."
    )
    return _ec(Verdict.OFFER, says, *reasons, verified=False)


def _hours(hours: Decimal | None) -> str:
    return "unknown" if hours is None else f"{hours:.1f} h"
