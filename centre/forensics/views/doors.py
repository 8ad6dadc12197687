"""Finding an examination within reach, and what all its pages show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from centre.core import clock
from centre.core.filling import Filling
from centre.core.http import StaffRequest, within_or_404
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.actions import Opened
from centre.forensics.models import Examination
from centre.forensics.queries.cards import cards
from centre.forensics.queries.care import care_pack, may_advise
from centre.intake.cover import cover


def examination(
    request: StaffRequest, reference: str, permission: Permission
) -> Examination:
    """The examination of this reference; out of reach and missing are the same."""
    rows = Examination.objects.select_related("case__centre")
    return within_or_404(rows, request, permission, reference=reference)


def opened(request: StaffRequest, reference: str, permission: Permission) -> Opened:
    """The same, opened; that it was opened is written down."""
    found = examination(request, reference, permission)
    return actions.open_examination(examination=found, by=request.user)


def filling(found: Opened) -> Filling:
    """The examination as a long form."""
    reference = found.examination.reference

    def address(section: str) -> str:
        return reverse("examination_section", args=[reference, section])

    return Filling(
        case=found.case,
        title="Examination",
        pack=found.pack,
        kept=found.kept,
        facts=found.facts,
        address=address,
        review=reverse("examination_review", args=[reference]),
        answers=found.answers,
    )


def around(request: StaffRequest, examination: Examination) -> dict[str, Any]:
    """The case cover and the ways to the other pages of the examination."""
    case = examination.case
    return {
        "case": case,
        "examination": examination,
        "cover": cover(case, request.user, clock.now()),
        "ways": ways(examination),
    }


def at_the_side(request: StaffRequest, found: Opened) -> dict[str, Any]:
    """The same, and the care that is advised by what is kept so far."""
    page = around(request, found.examination)
    at, pack = clock.now(), care_pack()
    return page | {
        "cards": cards(found.examination, found.answers, found.facts, at),
        "care_pack": pack,
        "may_advise": may_advise(pack),
    }


def ways(examination: Examination) -> list[dict[str, str]]:
    """The pages of an examination besides its sections."""
    reference = examination.reference
    first = "child_ant" if examination.case.is_child else "body_ant"
    return [
        {
            "title": "Body map",
            "href": reverse("examination_map", args=[reference, first]),
        },
        {"title": "Photographs", "href": reverse("photographs", args=[reference])},
        {"title": "Samples", "href": reverse("samples", args=[reference])},
        {"title": "Care advice", "href": reverse("advice", args=[reference])},
        {"title": "Complete", "href": reverse("examination_review", args=[reference])},
    ]
