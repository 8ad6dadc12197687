"""How well an examination is documented as it is kept now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from centre.chain_of_custody.queries.history import standings
from centre.chain_of_custody.rules.facets import Integrity
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import State
from centre.forensics.models import Examination, Injury, Photograph
from centre.forensics.queries.lists import samples_of
from centre.forensics.rules.documentation import Found, Package, Score, score
from centre.packs.answers import asked
from centre.packs.model import Pack

_STILL_HERE: Final = frozenset(
    {
        State.PLANNED,
        State.COLLECTED,
        State.DRYING,
        State.PACKAGED,
        State.LABELLED,
        State.SEALED,
        State.OPENED,
        State.MISSING,
    }
)
"""Not yet put away, not handed over: nobody has signed for it."""


def documentation(
    examination: Examination,
    pack: Pack,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    injuries: Sequence[Injury],
) -> Score:
    """The index over the answers, injuries, photographs and samples so far."""
    frames = Photograph.objects.filter(examination=examination)
    return score(
        Found(
            answers=answers,
            asked=frozenset(q.code for q in asked(pack, answers, facts)),
            consents=frozenset(facts.get("consents", ())),
            injuries=[{**row.details, "number": row.number} for row in injuries],
            photographs=[frame.details for frame in frames],
            packages=_packages(examination),
        )
    )


def _packages(examination: Examination) -> list[Package]:
    items = [row.item for row in samples_of(examination)]
    stand = standings(items)
    return [_package(s) for s in stand.values() if s.state is not State.NOT_TAKEN]


def _package(standing: Standing) -> Package:
    return Package(
        is_sealed=standing.integrity is Integrity.SEALED,
        is_handed_on=standing.state not in _STILL_HERE,
    )
