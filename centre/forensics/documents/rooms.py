"""Boxes of an official form that triage, intake, the register and the store answer.

A pack holds only its own questions; these boxes say in the pack where their words come
from. What is known is printed in the box itself; else the pack's reason stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from centre.core import references
from centre.forensics.frozen import FrozenExamination
from centre.packs.model import Box
from centre.packs.read import all_packs

_IDENTITY: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "names": (
        ("given_names", "Given names"),
        ("family_name", "Family name"),
        ("known_as", "Name to be called by"),
        ("born_on", "Date of birth"),
    ),
    "contacts": (("address", "Residence"),),
}
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    "names": ("tri.dob", "tri.age_est", "tri.sex_recorded"),
    "contacts": ("int.address.region", "int.address.district"),
    "person": (
        "tri.disability", "int.marital", "int.ovc", "int.nationality",
    ),
    "police": (
        "int.report_status", "int.report.station", "int.report.at",
        "int.report.number", "int.report.officer",
    ),
    "attended": (
        "int.prior_facility", "int.prior.facility", "int.prior.at",
        "int.prior.treated", "int.prior.notes", "int.prior.samples",
    ),
}  # fmt: skip
_WHERE_SHE_LIVES: Final = frozenset({"contacts"})
_SAFE_HOME: Final = "int.address_safe"
_YES: Final = "Yes"
_LEFT_OUT: Final = "Left out: the home is not known to be safe for this"
_NOTHING_KNOWN: Final = "Nothing was recorded at triage, at intake or in the register"


def words_from_rooms(
    frozen: FrozenExamination,
    box: Box,
    told: Mapping[str, str],
    *,
    is_for_outside: bool,
) -> str:
    """The words of such a box; nothing for a box that no room answers."""
    if box.box == "custody":
        return _custody(frozen)
    if box.box not in {*_IDENTITY, *_TOLD}:
        return ""
    is_safe = not is_for_outside and told.get(_SAFE_HOME) == _YES
    if box.box in _WHERE_SHE_LIVES and not is_safe:
        return _LEFT_OUT
    return "\n".join(_lines(frozen, box, told)) or _NOTHING_KNOWN


def _lines(
    frozen: FrozenExamination, box: Box, told: Mapping[str, str]
) -> Iterator[str]:
    for name, label in _IDENTITY.get(box.box, ()):
        if frozen.identity.get(name):
            yield f"{label}: {frozen.identity[name]}"
    for code in _TOLD.get(box.box, ()):
        if told.get(code):
            yield f"{_labels().get(code, code)}: {told[code]}"


def _custody(frozen: FrozenExamination) -> str:
    """These samples, each with its item and its seal; hand-overs have receipts."""
    if not frozen.samples:
        return "No specimen was taken in this examination."
    said = [
        f"{sample.words}: item {references.grouped(sample.item)}, "
        f"{f'seal {sample.seal}' if sample.seal else 'not sealed yet'}"
        for sample in frozen.samples
    ]
    said.append("Every hand-over has a receipt of its own with both names.")
    return "\n".join(said)


@cache
def _labels() -> Mapping[str, str]:
    return {
        code: question.label()
        for pack in all_packs()
        for code, question in pack.by_code.items()
    }
