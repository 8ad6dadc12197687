"""Whether something may be shared with an agency, and on which consent.

`may_share` is the one function that decides. Its checks stand in
a fixed order and the first that fails gives the reason code. Agreements, conflicts of
a contact person, statutory duties and overrides join it as further checks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError


class AgencyKind(StrEnum):
    """What an agency is; the consent talk knows the same words."""

    POLICE = "police"
    PROSECUTOR = "prosecutor"
    COURT = "court"
    LABORATORY = "laboratory"
    HOSPITAL = "hospital"
    COUNSELLING = "counselling"
    SHELTER = "shelter"
    LEGAL_AID = "legal_aid"
    SOCIAL_SERVICES = "social_services"
    CHILD_PROTECTION = "child_protection"
    ECONOMIC = "economic"


KIND_WORDS: Final[dict[AgencyKind, str]] = {
    AgencyKind.POLICE: "Police",
    AgencyKind.PROSECUTOR: "Prosecutor",
    AgencyKind.COURT: "Court",
    AgencyKind.LABORATORY: "Laboratory",
    AgencyKind.HOSPITAL: "Hospital or clinic",
    AgencyKind.COUNSELLING: "Counselling",
    AgencyKind.SHELTER: "Shelter",
    AgencyKind.LEGAL_AID: "Legal aid",
    AgencyKind.SOCIAL_SERVICES: "Social services",
    AgencyKind.CHILD_PROTECTION: "Child protection",
    AgencyKind.ECONOMIC: "Work, money and practical help",
}


class Family(StrEnum):
    """The five families of support; a need, a goal and a referral belong to one."""

    PSYCHOLOGICAL = "psychological"
    SHELTER = "shelter"
    LEGAL = "legal"
    ECONOMIC = "economic"
    CHILD = "child"


FAMILY_WORDS: Final[dict[Family, str]] = {
    Family.PSYCHOLOGICAL: "Psychological",
    Family.SHELTER: "Shelter",
    Family.LEGAL: "Legal",
    Family.ECONOMIC: "Economic",
    Family.CHILD: "Child",
}


class Purpose(StrEnum):
    """What something is shared for; there is no other."""

    CARE = "care"
    SAFETY = "safety_management"
    LEGAL = "legal_by_choice"
    CHILD_PROTECTION = "child_protection"
    MANDATORY_REPORT = "mandatory_report"
    EVIDENCE = "evidence_transfer"
    LOOP_CLOSING = "loop_closing"
    SUPERVISION = "supervision_quality"
    STATISTICS = "statistics"
    EVALUATION = "evaluation"


class Share(StrEnum):
    """What is shared, as a named set; not a level."""

    REFERRAL = "D1"
    IDENTITY = "D2"
    SAFETY = "D3"
    INCIDENT = "D4"
    CARE = "D5"
    FORENSIC = "D6"
    COUNSELLING = "D7"
    LOCATION = "D8"
    SUSPECT = "D9"
    CHILDREN = "D10"
    HIV_PREGNANCY = "D11"


SHARE_WORDS: Final[dict[Share, str]] = {
    Share.REFERRAL: "What is needed: case code, age band, access needs, safe contact",
    Share.IDENTITY: "Her name and how to reach her",
    Share.SAFETY: "What keeps her safe: who is feared, warning signs",
    Share.INCIDENT: "A summary of what happened",
    Share.CARE: "Clinical care",
    Share.FORENSIC: "Findings and documents of the examination",
    Share.COUNSELLING: "What was said in counselling",
    Share.LOCATION: "Where she is now, or a shelter's address",
    Share.SUSPECT: "About the person who is accused",
    Share.CHILDREN: "About her children",
    Share.HIV_PREGNANCY: "HIV and pregnancy",
}

HARD_FLOOR: Final = frozenset({Share.COUNSELLING, Share.LOCATION})
"""Leaves only by a single release written with the survivor, never by a referral."""

_REFERRAL: Final = frozenset({Share.REFERRAL})
_WITH_SAFETY: Final = _REFERRAL | {Share.SAFETY}
_WITH_IDENTITY: Final = _REFERRAL | {Share.IDENTITY}

NEED_TO_KNOW: Final[dict[AgencyKind, frozenset[Share]]] = {
    AgencyKind.COUNSELLING: _WITH_SAFETY | {Share.IDENTITY},
    AgencyKind.SHELTER: _WITH_SAFETY | {Share.CHILDREN},
    AgencyKind.LEGAL_AID: _WITH_IDENTITY | {Share.SAFETY},
    AgencyKind.PROSECUTOR: _WITH_IDENTITY,
    AgencyKind.HOSPITAL: _WITH_IDENTITY | {Share.CARE},
    AgencyKind.SOCIAL_SERVICES: _WITH_IDENTITY | {Share.SAFETY, Share.CHILDREN},
    AgencyKind.CHILD_PROTECTION: _WITH_SAFETY | {Share.IDENTITY, Share.CHILDREN},
    AgencyKind.ECONOMIC: _WITH_IDENTITY,
    AgencyKind.POLICE: frozenset(),
    AgencyKind.COURT: frozenset(),
    AgencyKind.LABORATORY: frozenset(),
}
"""The most a referral may carry to each kind of agency."""

_CONSENT: Final[dict[AgencyKind, str]] = {
    AgencyKind.COUNSELLING: "C23",
    AgencyKind.SHELTER: "C24",
    AgencyKind.LEGAL_AID: "C25",
    AgencyKind.PROSECUTOR: "C25",
    AgencyKind.SOCIAL_SERVICES: "C26",
    AgencyKind.CHILD_PROTECTION: "C26",
    AgencyKind.ECONOMIC: "C26",
    AgencyKind.HOSPITAL: "C27",
}

_PURPOSE: Final[dict[Family, Purpose]] = {
    Family.PSYCHOLOGICAL: Purpose.CARE,
    Family.SHELTER: Purpose.SAFETY,
    Family.LEGAL: Purpose.LEGAL,
    Family.ECONOMIC: Purpose.CARE,
    Family.CHILD: Purpose.CHILD_PROTECTION,
}

_SENTENCES: Final[dict[str, str]] = {
    "recipient_inactive": (
        "This agency is not in the directory at present, so nothing is shared with it."
    ),
    "no_purpose": "Nothing is shared without one of the listed purposes.",
    "scope_exceeds_clause": (
        "This kind of agency does not need all of that. Leave out what goes beyond "
        "its task."
    ),
    "hard_floor": (
        "Counselling content and the place where she stays never leave by a referral."
    ),
    "no_basis": (
        "The survivor has not allowed sharing with this agency. Talk about it with her "
        "first."
    ),
}


@dataclass(frozen=True)
class Permitted:
    """It may be shared; the obligations go with it."""

    obligations: tuple[str, ...] = ("no_onward_sharing", "tell_survivor")


@dataclass(frozen=True)
class Refused:
    """It may not be shared, for one coded reason."""

    reason: str

    @property
    def sentence(self) -> str:
        """The reason as the person at the screen reads it."""
        return _SENTENCES[self.reason]


def may_share(
    *,
    kind: str,
    is_listed: bool,
    purpose: str,
    shares: Collection[str],
    has_consent: bool,
    clause: Collection[str] | None = None,
) -> Permitted | Refused:
    """Whether these sets may be shared with an agency; the first failure is told.

    Without a clause of an agreement, the need to know of the agency's kind is the most.
    """
    wanted = {Share(s) for s in shares}
    most = need_to_know(kind) if clause is None else {Share(s) for s in clause}
    checks = (
        ("recipient_inactive", is_listed and kind in set(AgencyKind)),
        ("no_purpose", purpose in set(Purpose)),
        ("scope_exceeds_clause", wanted <= most),
        ("hard_floor", not wanted & HARD_FLOOR),
        ("no_basis", has_consent),
    )
    failed = next((reason for reason, holds in checks if not holds), None)
    return Permitted() if failed is None else Refused(failed)


def need_to_know(kind: str) -> frozenset[Share]:
    """The most that a referral carries to this kind of agency."""
    if kind not in set(AgencyKind):
        return frozenset()
    return NEED_TO_KNOW[AgencyKind(kind)]


def check_share(answer: Permitted | Refused) -> None:
    """Stop here unless sharing is permitted."""
    if isinstance(answer, Refused):
        raise RuleError(answer.sentence)


def consent_item(family: str, kind: str) -> str:
    """The item of the consent talk that a referral to this kind of agency rests on."""
    if kind == AgencyKind.HOSPITAL and family == Family.PSYCHOLOGICAL:
        return "C23"
    item = _CONSENT.get(AgencyKind(kind)) if kind in set(AgencyKind) else None
    if item is None:
        raise RuleError(
            "A referral for support goes to a service, not to this kind of agency."
        )
    return item


def purpose_of(family: str) -> Purpose:
    """What a referral of this family is for."""
    return _PURPOSE[Family(family)]


def receives_referrals(kind: str) -> bool:
    """Whether this kind of agency gives support that one can be referred to."""
    return kind in _CONSENT


def check_listing(*, name: str, services: Collection[str]) -> None:
    """A listed agency has a name, and what it offers is told by family."""
    if not name.strip():
        raise RuleError("Write the agency's name.")
    if not set(services) <= set(Family):
        raise RuleError("Choose what the agency offers from the five families.")


def check_attestation(*, is_member: bool, is_active: bool) -> None:
    """A person acts for one agency at a time, and only with a live account."""
    if not is_active:
        raise RuleError("This account has been closed, so it acts for no agency.")
    if is_member:
        raise RuleError(
            "This person is attested for an agency already. End that first, then "
            "attest her for the new one."
        )
