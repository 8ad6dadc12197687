"""Kits in stock: when one has expired, when to order, and why one is withdrawn.

A kit's date is most often that of its blood tubes alone: an expired part is replaced
and noted, and the kit is used (Connecticut, technical guidelines for CT100).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from centre.chain_of_custody.rules.fold import EXPIRED
from centre.core.errors import RuleError

SOON: Final = timedelta(days=60)
THRESHOLD_MOST: Final = 1000

WITHDRAWALS: Final[dict[str, str]] = {
    "damaged": "Damaged",
    EXPIRED: "Expired",
    "training": "Given to training",
    "lost": "Lost",
    "other": "Another reason, as told",
}

DOCUMENTS: Final[dict[str, str]] = {
    "paper_form": "Paper form a late entry was copied from",
    "photograph": "Photograph of a seal or a package",
    "order": "Order of a court or an authority",
    "lab_paper": "Paper of a laboratory",
    "other": "Another document",
}


@dataclass(frozen=True)
class Level:
    """Of one kind of kit: how many there are, and what is due."""

    kind: str
    count: int
    expired: int
    expiring: int
    threshold: int | None

    @property
    def is_low(self) -> bool:
        """Whether new ones are to be ordered."""
        return self.threshold is not None and self.count - self.expired <= (
            self.threshold
        )


def is_expired(expires_on: date | None, today: date) -> bool:
    """Whether a date has passed; the day itself still counts."""
    return expires_on is not None and expires_on < today


def check_replaced(replaced: str, *, is_expired: bool) -> None:
    """An expired kit is used only with its expired parts replaced, and that noted."""
    if is_expired and not replaced.strip():
        raise RuleError(
            "This kit has expired. Take another one, or replace what has expired in it "
            "and write down which parts."
        )


def check_withdrawal(
    reason: str, words: str, expires_on: date | None, today: date
) -> None:
    """A kit is withdrawn for a known reason, and as expired only once it has."""
    if reason not in WITHDRAWALS:
        raise RuleError("Choose why it is withdrawn.")
    if reason == EXPIRED and not is_expired(expires_on, today):
        raise RuleError("By its date this kit has not expired. Choose another reason.")
    if reason == "other" and not words.strip():
        raise RuleError("Write why it is withdrawn.")


def check_threshold(kind: str, threshold: int) -> None:
    """A rule names a kind of kit and a sensible number."""
    if not kind.strip():
        raise RuleError("Write which kind of kit it is, as it was taken into stock.")
    if not 0 <= threshold <= THRESHOLD_MOST:
        raise RuleError(f"The number is between 0 and {THRESHOLD_MOST}.")


def levels(
    kits: Iterable[tuple[str, date | None]], rules: Mapping[str, int], today: date
) -> list[Level]:
    """How many of each kind there are, a kind with a rule and no kit included."""
    by_kind: dict[str, list[date | None]] = {kind: [] for kind in rules}
    for kind, expires_on in kits:
        by_kind.setdefault(kind, []).append(expires_on)
    return [
        Level(
            kind=kind,
            count=len(dates),
            expired=sum(is_expired(d, today) for d in dates),
            expiring=sum(d is not None and today <= d < today + SOON for d in dates),
            threshold=rules.get(kind),
        )
        for kind, dates in sorted(by_kind.items())
    ]


def check_document(kind: str) -> None:
    """A document is of a known kind."""
    if kind not in DOCUMENTS:
        raise RuleError("Choose what kind of document it is.")
