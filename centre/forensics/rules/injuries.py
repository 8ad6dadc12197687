"""An injury in words and numbers, after a closed vocabulary.

Colour never dates an injury; no age is asked for. Everything here is plain values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from centre.core.errors import RuleError
from centre.forensics.body_map.marks import CLASSES

MOST_MM: Final = 2000
MOST_NUMBER: Final = 999

SHAPES: Final[dict[str, str]] = {
    "linear": "Straight line",
    "curved": "Curved",
    "crescent": "Crescent",
    "round": "Round",
    "oval": "Oval",
    "irregular": "Irregular",
    "stellate": "Star-shaped",
    "patterned": "Patterned (describe)",
    "tramline": "Tramline",
    "paired": "Paired",
    "arc": "Ring or bite arc",
    "clustered": "Clustered",
    "petechial_field": "Field of petechiae",
    "not_assessed": "Could not be assessed",
}
COLOURS: Final[dict[str, str]] = {
    "red": "Red",
    "purple": "Purple",
    "blue": "Blue",
    "black": "Black",
    "brown": "Brown",
    "green": "Green",
    "yellow": "Yellow",
    "pale": "Pale",
    "grey": "Grey",
    "mixed": "Mixed",
    "cannot_assess": "Cannot be assessed on this skin",
}
DEPTHS: Final[dict[str, str]] = {
    "superficial": "Superficial",
    "partial": "Partial thickness",
    "full": "Full thickness",
    "not_measured": "Not measured",
}
SIZED: Final[dict[str, str]] = {
    "measured": "Measured",
    "estimated": "Estimated",
    "not_measured": "Not measured",
}
SPOKEN_BY: Final[dict[str, str]] = {
    "survivor": "Survivor",
    "companion": "Companion",
    "interpreter": "Interpreter",
}
TRAPS: Final[dict[str, str]] = {
    "bruise": "A bruise may show later: look again after 24 to 72 hours. Its colour "
    "does not tell its age.",
    "petechiae": "Petechiae of neck, eyes or palate: ask about strangulation.",
    "erythema": "Redness is not specific; it must be seen again.",
    "laceration": "A laceration is split by blunt force. A cut is an incised wound.",
    "incised": "An incised wound is longer than deep.",
    "stab": "The depth of a stab wound is not probed.",
    "gunshot": "Entry and exit are not labelled without training.",
    "bite": "Swab a bite mark before it is cleaned.",
    "suction": "Swab a suction mark before it is cleaned.",
    "fissure": "Anal fissures are common without injury.",
    "hymen_transection": "For examiners with training in children's examinations.",
}
"""What the page warns about for some classes."""

_COLOUR_NEEDED: Final = frozenset({"bruise", "erythema", "scar"})
_NO_SIZE: Final = frozenset({"tenderness", "foreign_body", "tooth_injury", "tympanic"})
_LOOKED_AT: Final = ("er.", "g.")
_DESCRIBED: Final = ("length_mm", "sized", "shape", "colours", "depth", "pattern",
                     "cause", "note")  # fmt: skip


def check_number(number: int, used: Iterable[int], current: Iterable[int]) -> None:
    """A number is given once; that of an injury taken out is not given again."""
    if not 1 <= number <= MOST_NUMBER:
        raise RuleError("Injury numbers run from 1 to 999.")
    if number in set(used) - set(current):
        raise RuleError(
            f"Number {number} belonged to an injury that was taken out. Use "
            f"{max(used) + 1} instead."
        )


def check_one_class(kinds: Mapping[int, Sequence[str]]) -> None:
    """All marks of one number are of one class."""
    for number, given in kinds.items():
        if len(set(given)) > 1:
            raise RuleError(
                f"The marks of injury {number} are of two classes. Give one of them a "
                "number of its own."
            )


def check_described(details: Mapping[str, Any]) -> None:
    """What is told of an injury fits the vocabulary."""
    if details.get("kind") not in CLASSES:
        raise RuleError("Choose the class of the injury.")
    closed = {"shape": SHAPES, "depth": DEPTHS, "sized": SIZED, "cause_by": SPOKEN_BY}
    for name, known in closed.items():
        if details.get(name, "") not in {"", *known}:
            raise RuleError("One of the choices is not on the list. Choose it again.")
    if set(details.get("colours", [])) - set(COLOURS):
        raise RuleError("One of the colours is not on the list. Choose it again.")
    for name in ("length_mm", "width_mm"):
        _check_millimetres(details.get(name))
    if details.get("shape") == "patterned" and not details.get("pattern"):
        raise RuleError("Describe the pattern in words.")
    if details.get("cause") and not details.get("cause_by"):
        raise RuleError("Say who told how it happened.")


def is_bare(details: Mapping[str, Any]) -> bool:
    """Whether nothing but the class was told of an injury."""
    return not any(details.get(name) for name in _DESCRIBED)


def lacking(details: Mapping[str, Any]) -> list[str]:
    """What an injury needs before the examination can be completed."""
    kind = details.get("kind", "")
    wanted = {
        "a mark on the body map": details.get("marks"),
        "its size, or that it was not measured": _is_sized(details),
        "its shape": details.get("shape") or kind in _NO_SIZE,
        "its colour": details.get("colours") or kind not in _COLOUR_NEEDED,
    }
    return [words for words, given in wanted.items() if not given]


def disagreements(answers: Mapping[str, Any], *, injuries: int) -> list[str]:
    """Where the look from top to toe and the body map say different things (3.23.5)."""
    found = [
        answer.get("v")
        for code, answer in answers.items()
        if code.startswith(_LOOKED_AT)
    ]
    if "injury" in found and not injuries:
        return ["An injury was seen, but none is noted on the body map."]
    if injuries and found and "injury" not in found:
        return ["Injuries are noted on the body map, but no region says so."]
    return []


def _is_sized(details: Mapping[str, Any]) -> bool:
    if details.get("kind") in _NO_SIZE or details.get("sized") == "not_measured":
        return True
    return details.get("length_mm") is not None


def _check_millimetres(value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, int) or not 0 <= value <= MOST_MM:
        raise RuleError(f"Sizes run from 0 to {MOST_MM} millimetres.")
