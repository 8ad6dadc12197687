"""What makes a talk about consent valid.

Refusing anything never changes access to care; a blank is neither yes nor no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from centre.core.consent_items import ITEMS, ConsentItem
from centre.core.errors import RuleError


class Maker(StrEnum):
    """Who decides."""

    SELF_ADULT = "self_adult"
    SELF_MINOR = "self_minor_competent"
    GUARDIAN = "parent_guardian"
    CAREGIVER = "caregiver_statutory"
    CHILD_PROTECTION = "child_protection_officer"
    INSTITUTION = "institution_head"
    COURT = "court_order"
    SUBSTITUTE = "substitute_adult"
    BEST_INTERESTS = "best_interests_team"
    EMERGENCY = "emergency_doctrine"


MAKER_WORDS: Final[dict[Maker, str]] = {
    Maker.SELF_ADULT: "The survivor, an adult",
    Maker.SELF_MINOR: "The survivor, under age but able to decide",
    Maker.GUARDIAN: "A parent or legal guardian",
    Maker.CAREGIVER: "A caregiver allowed by law",
    Maker.CHILD_PROTECTION: "A child protection officer or court representative",
    Maker.INSTITUTION: "The head of the institution, where the law allows",
    Maker.COURT: "A court, by order",
    Maker.SUBSTITUTE: "A legally appointed decision maker for an adult",
    Maker.BEST_INTERESTS: "Two clinicians, in the survivor's best interest",
    Maker.EMERGENCY: "Nobody: life or limb in danger, care only",
}

OWN: Final = {Maker.SELF_ADULT, Maker.SELF_MINOR}
_CARE_ONLY: Final = {Maker.EMERGENCY}
_BODILY: Final = frozenset(
    {"C02", "C03", "C04", "C05", "C08", "C09", "C10", "C11", "C12", "C13", "C14", "C15"}
)
_FREELY: Final = frozenset(f"C{n}" for n in range(16, 29))
_YES: Final = frozenset({"given", "given_limited"})
STATES: Final = ("given", "given_limited", "declined", "deferred")
TAKES_WITNESS: Final = frozenset({"thumb_print", "verbal_witnessed"})
INFO_POINTS: Final[dict[str, str]] = {
    "history": "Talking about what happened",
    "general": "The general examination",
    "genital": "The examination of private areas",
    "specimens": "Samples",
    "photos": "Photographs",
    "tests": "Tests",
    "treatment": "Treatment",
    "who_sees": "Who sees the records",
    "police": "Use by police and court",
    "reporting_limits": "When the law asks us to report",
    "storage": "Keeping evidence without reporting",
    "right_to_stop": "The right to say no, to stop and to take back",
    "results": "That some results may not come back",
    "copy": "The offer of a copy",
}


RECIPIENT_KINDS: Final[dict[str, frozenset[str]]] = {
    **{
        code: frozenset({"police", "prosecutor", "court"})
        for code in ("C16", "C17", "C18", "C19", "C20", "C34")
    },
    "C22": frozenset({"laboratory"}),
    "C23": frozenset({"psychological", "counselling", "hospital"}),
    "C24": frozenset({"shelter"}),
    "C25": frozenset({"legal", "legal_aid", "prosecutor"}),
    "C26": frozenset({"social_services", "child_protection", "economic"}),
    "C27": frozenset({"hospital", "health"}),
}
"""To which kinds of recipient an item can be allowed; C28 names a person instead."""


@dataclass(frozen=True)
class Question:
    """One thing to ask: item, recipient and purpose, with the recipient's name."""

    item: ConsentItem
    recipient: str
    purpose: str
    name: str = ""

    @property
    def key(self) -> str:
        """How the draft and the page call it."""
        return f"{self.item.code}|{self.recipient}|{self.purpose}"


def questions(topic: str, recipients: Iterable[tuple[str, str, str]]) -> list[Question]:
    """What one screen asks, given the recipients as (code, kind, name)."""
    named = list(recipients)
    return [q for item in topic_items(topic) for q in _of_item(item, named)]


def _of_item(
    item: ConsentItem, recipients: list[tuple[str, str, str]]
) -> list[Question]:
    if item.code == "C28":
        return [Question(item, "person", p, "") for p in item.purposes]
    if not item.names_recipient:
        return [Question(item, "centre", p) for p in item.purposes]
    kinds = RECIPIENT_KINDS[item.code]
    fitting = [(code, name) for code, kind, name in recipients if kind in kinds]
    return [Question(item, c, p, n) for c, n in fitting for p in item.purposes]


@dataclass(frozen=True)
class Decision:
    """One item decided for one recipient and purpose."""

    item: str
    recipient: str
    purpose: str
    state: str
    limits: str = ""


def check_header(header: Mapping[str, Any], *, is_child: bool) -> None:
    """Who decides must be able to, and nobody suspected decides for a child."""
    maker = Maker(header["decision_maker"])
    if is_child and maker is Maker.SELF_ADULT:
        raise RuleError("The case cover says child: an adult's own consent cannot be.")
    if not is_child and maker is Maker.GUARDIAN:
        raise RuleError("The case cover says adult: a parent cannot decide for her.")
    if maker not in OWN and header.get("maker_is_suspect") != "no":
        raise RuleError(
            "Somebody who is, or may be, suspected can never consent for the survivor. "
            "Turn to a child protection officer or the court representative."
        )
    if maker not in OWN and not header.get("maker_name"):
        raise RuleError("Write down who decides, and the relation to the survivor.")
    if maker not in OWN and not header.get("assent"):
        raise RuleError("Write down whether the survivor agrees, in her own way.")


def check_info_points(header: Mapping[str, Any]) -> None:
    """Everything was explained, or there is a reason why not (cons.info_points)."""
    left_out = set(INFO_POINTS) - set(header.get("info_points", ()))
    if left_out and not header.get("info_reason"):
        words = ", ".join(INFO_POINTS[p] for p in INFO_POINTS if p in left_out)
        raise RuleError(f"Explain these points too, or write down why not: {words}.")


def check_decisions(
    decisions: Iterable[Decision], header: Mapping[str, Any], *, is_free: bool
) -> None:
    """The decisions fit together, and nobody says yes against the survivor's no."""
    yes = {d.item for d in decisions if d.state in _YES}
    if {"C16", "C21"} <= yes:
        raise RuleError(
            "Reporting now (C16) and keeping without reporting (C21) cannot both be "
            "yes. Ask once more which of the two it is."
        )
    if not is_free and yes & _FREELY:
        raise RuleError(
            "The decision is not free of pressure, so nothing can be handed over or "
            "shared on it. Set those answers to “not now” and make her safe first."
        )
    _check_assent(yes, header)
    _check_care_only(yes, header)


def check_signature(signing: Mapping[str, Any], *, explainer: str) -> None:
    """A thumb print or spoken consent needs a witness who did not explain."""
    if not signing.get("signed_by"):
        raise RuleError("Write down who signed.")
    if signing["signature_method"] not in TAKES_WITNESS:
        return
    witness = " ".join(str(signing.get("witness_name", "")).split())
    if not witness:
        raise RuleError("A thumb print or spoken consent needs a witness's name.")
    if witness.casefold() == explainer.casefold():
        raise RuleError("The witness must be someone other than who explained.")


def check_withdrawable(state: str | None) -> None:
    """Only what was given can be taken back."""
    if state not in _YES:
        raise RuleError("This is not given at present, so nothing is to be taken back.")


def valid_until(item: str, at: datetime) -> datetime | None:
    """How long a yes lasts by default."""
    days = ITEMS[item].days
    return None if days is None else at + timedelta(days=days)


def topic_items(topic: str) -> list[ConsentItem]:
    """The items of one screen."""
    return [item for item in ITEMS.values() if item.topic == topic]


def _check_assent(yes: set[str], header: Mapping[str, Any]) -> None:
    if header.get("assent") == "dissents" and yes & _BODILY:
        raise RuleError(
            "The survivor does not want this. No step on the body is done against her "
            "will, whoever consents. Set those answers to “no” or “not now”."
        )


def _check_care_only(yes: set[str], header: Mapping[str, Any]) -> None:
    if Maker(header["decision_maker"]) in _CARE_ONLY and yes - {"C07"}:
        raise RuleError("In an emergency without consent, only treatment is allowed.")
