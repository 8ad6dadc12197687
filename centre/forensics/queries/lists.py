"""The photographs and samples of an examination, as its pages list them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from centre.core import consent
from centre.core.models import Case, DecisionState
from centre.forensics.models import Examination, Photograph, SampleTaken
from centre.forensics.rules.photographs import CLASSES, CONSENT_OF, FRAMES


@dataclass(frozen=True)
class PhotographLine:
    """One photograph in words, without its picture."""

    photograph: Photograph
    kind: str
    frame: str
    area: str
    caption: str
    injury: int | None
    is_withheld: bool


def is_withheld(case: Case, kind: str) -> bool:
    """Whether the consent to photographs of this class was taken back."""
    newest = consent.newest(case, CONSENT_OF[kind])
    return newest is not None and newest.state == DecisionState.WITHDRAWN


def photograph_lines(examination: Examination) -> list[PhotographLine]:
    """The photographs in their order."""
    rows = Photograph.objects.filter(examination=examination)
    found = list(rows.select_related("added_by"))
    kinds = {row.details["kind"] for row in found}
    withheld = {kind: is_withheld(examination.case, kind) for kind in kinds}
    return [
        PhotographLine(
            photograph=row,
            kind=CLASSES[row.details["kind"]],
            frame=FRAMES.get(row.details.get("frame", ""), ""),
            area=row.details.get("area", ""),
            caption=row.details.get("caption", ""),
            injury=row.details.get("injury"),
            is_withheld=withheld[row.details["kind"]],
        )
        for row in found
    ]


def samples_of(examination: Examination) -> QuerySet[SampleTaken]:
    """The samples in the order in which they were taken."""
    rows = SampleTaken.objects.filter(examination=examination)
    return rows.select_related("item").order_by("taken_at", "item__code")
