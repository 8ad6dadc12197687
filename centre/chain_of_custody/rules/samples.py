"""How a sample may be taken, packed, or left untaken: closed lists, as words."""

from __future__ import annotations

from typing import Final

from centre.core.errors import RuleError

METHODS: Final[dict[str, str]] = {
    "wet": "Moistened swab",
    "dry": "Dry swab",
    "wet_dry": "Moistened swab, then dry swab",
    "combed": "Combed",
    "cut": "Cut or clipped",
    "scraped": "Scraped",
    "lifted": "Lifted or picked off",
    "drawn": "Blood drawn",
    "voided": "Urine passed",
    "whole": "Taken as it is",
}

NOT_TAKEN: Final[dict[str, str]] = {
    "declined": "The survivor did not want it",
    "outside_history": "Not indicated by what happened",
    "unsafe": "Not safe for her health",
    "no_material": "Nothing to be taken",
    "out_of_window": "Too late to find anything",
    "not_possible": "Not possible here",
}

PACKAGINGS: Final[dict[str, str]] = {
    "paper_envelope": "Paper envelope",
    "paper_bag": "Paper bag",
    "paper_fold": "Paper fold",
    "swab_box": "Swab box or tube",
    "card": "Card",
    "rigid_holder": "Rigid holder",
    "leak_proof": "Leak-proof container",
    "vented": "Vented bag for wet things",
}

SEAL_KINDS: Final[dict[str, str]] = {
    "tape": "Evidence tape",
    "bag": "Sealed bag",
    "label": "Seal label",
    "tie": "Numbered tie",
}

_FOR_WET: Final = frozenset({"leak_proof", "vented", "rigid_holder"})
_SIDES: Final = frozenset({"", "left", "right", "both", "midline"})
_SITE_MOST: Final = 60


def check_method(method: str) -> None:
    """One of the known ways of taking a sample."""
    if method not in METHODS:
        raise RuleError("Choose how the sample was taken.")


def check_observer(observer: str, *, is_self_taken: bool) -> None:
    """What the survivor takes herself counts only if somebody watched it."""
    if is_self_taken and not observer.strip():
        raise RuleError(
            "She took this sample herself. Write who watched, with name and role."
        )


def check_not_taken(reason: str) -> None:
    """What was not taken has one of the known reasons (R27)."""
    if reason not in NOT_TAKEN:
        raise RuleError("Choose why the sample was not taken.")


def check_packaging(packaging: str, *, is_dry: bool, is_wet_kind: bool) -> None:
    """Dry things breathe in paper; wet things go the wet way."""
    if packaging not in PACKAGINGS:
        raise RuleError("Choose the packaging.")
    if is_dry and not is_wet_kind:
        return
    if packaging not in _FOR_WET:
        raise RuleError(
            "This is wet. Dry it first, or choose a packaging for wet things and "
            "bring it to the refrigerator at once."
        )


def clean_site(site: str, side: str) -> str:
    """The body site in one spelling, so that the same site is counted as the same."""
    text = " ".join(site.casefold().split())
    if not text or len(text) > _SITE_MOST:
        raise RuleError(f"Name the site in 1 to {_SITE_MOST} letters, as on the list.")
    if side not in _SIDES:
        raise RuleError("Choose the side of the body.")
    return text
