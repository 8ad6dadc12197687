"""Words a report must not use in its own voice.

Quoted speech may say anything: what stands between quotation marks is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from centre.core.errors import RuleError

_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")


@dataclass(frozen=True)
class WordingFault:
    """One stretch of text that must be worded otherwise."""

    found: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"“{self.found}”: {self.why} {self.instead}"


_LEGAL: Final = "This is for the court to decide."
_DOUBT: Final = "This suggests doubt."
_DISPROOF: Final = "This is misread as disproof."
_INVALID: Final = "This is no valid clinical sign and does harm."
_JUDGING: Final = "This judges the person."

_BLOCKED: Final[tuple[tuple[str, str, str], ...]] = (
    (
        r"was (?:raped|defiled|sodomi[sz]ed)"
        r"|(?:rape|defilement|sodomy|sexual assault|assault) (?:is |was )?confirmed"
        r"|confirms? (?:the )?(?:rape|defilement|sodomy|sexual assault)"
        r"|(?:signs?|diagnosis|proof|evidence) of (?:rape|defilement|sodomy)",
        _LEGAL,
        "Describe the findings and choose a term of the scale.",
    ),
    (
        r"alleg(?:ed(?:ly)?|es|ations?)|claim(?:s|ed)|admit(?:s|ted)|den(?:ies|ied)",
        _DOUBT,
        "Write “states”, “reports” or “does not report”.",
    ),
    (
        r"negative for (?:abuse|assault|rape)|no evidence of (?:rape|abuse|assault)"
        r"|exam(?:ination)? (?:is |was )?negative|ruled out|rule out|r/o",
        _DISPROOF,
        "Write “no injury seen; this does not exclude the events described”.",
    ),
    (
        r"(?:non-?)?consensual(?:ly)?|without (?:her|his|their) consent",
        _LEGAL,
        "Leave it out.",
    ),
    (
        r"virgin(?:ity|al)?|virgo intacta|(?:intact|ruptured|broken|torn) hymen"
        r"|hymen (?:is |was )?(?:intact|ruptured|broken)|habituated"
        r"|(?:vagin\w*|introitus) (?:is |was )?(?:loose|lax)|(?:loose|lax) vagin\w*"
        r"|old defloration|deflor\w+|two[- ]fingers?",
        _INVALID,
        "Describe the anatomy.",
    ),
    (
        r"refus(?:ed|es|al)|uncooperative|unco-operative|hysterical|promiscuous"
        r"|provocative(?:ly)?|smell(?:ed|s) of",
        _JUDGING,
        "Write “declined”, or what was observed.",
    ),
    (
        r"\d+\s*(?:hours?|days?|weeks?)[- ]old"
        r"(?= (?:bruis\w*|injur\w*|wound\w*|lacer\w*|abras\w*|scar\w*))"
        r"|(?:bruis\w*|injur\w*|wound\w*) (?:is |are |was |were )?(?:about )?"
        r"\d+\s*(?:hours?|days?|weeks?) old",
        "An injury cannot be dated.",
        "Write that it looks fresh, healing or healed.",
    ),
    (
        r"caused by|inflicted by",
        "This names a cause as certain.",
        "Write “consistent with … because …; other explanations include …”.",
    ),
    (
        r"victims?|the accused",
        "These are words of the law.",
        "Write “survivor”, “patient” or “the person named as P1”.",
    ),
    (
        r"intoxicated|drunk",
        "This needs a test.",
        "Describe the signs that were observed.",
    ),
)
_PATTERNS: Final = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), why, instead)
    for pattern, why, instead in _BLOCKED
)


def wording_faults(text: str) -> list[WordingFault]:
    """Every blocked word or phrase of a report's own voice, in reading order."""
    own = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    return [fault for _, fault in sorted(_found(own), key=lambda pair: pair[0])]


def check_wording(texts: Sequence[str], *, has_addendum: bool) -> None:
    """A report is not issued in words that decide; an addendum may word it anew."""
    faults = [fault for text in texts for fault in wording_faults(text)]
    if faults and not has_addendum:
        said = " ".join(str(fault) for fault in faults)
        raise RuleError(
            f"The opinion cannot be printed as a report yet. {said} Word it anew in an "
            "addendum; both are then printed."
        )


def _found(text: str) -> Iterator[tuple[int, WordingFault]]:
    for pattern, why, instead in _PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), WordingFault(match[0], why, instead)
