"""How well examinations are documented: one as it is now, a person's over a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from centre.chain_of_custody.queries.history import standings
from centre.chain_of_custody.rules.facets import Integrity
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import State
from centre.core import access, clock
from centre.core.models import Centre, Membership, User
from centre.core.permissions import Permission, Role
from centre.forensics.models import (
    Completion,
    Examination,
    Injury,
    Photograph,
    SampleTaken,
)
from centre.forensics.queries.facts import pack_of
from centre.forensics.rules.documentation import Found, Judged, Package, Score, score
from centre.packs.answers import asked
from centre.packs.model import Pack
from centre.vault.errors import KeyDestroyedError

EXAMINERS: Final = (Role.NURSE, Role.CLINICIAN)
MOST_LOOKED_AT: Final = 200
"""The newest examinations of the year that a trend rests on."""
_YEAR: Final = timedelta(days=365)
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
            asked=_asked(pack, answers, facts),
            consents=frozenset(facts.get("consents", ())),
            injuries=[{**row.details, "number": row.number} for row in injuries],
            photographs=[frame.details for frame in frames],
            packages=_packages([examination.pk])[examination.pk],
        )
    )


def examiners(centre: Centre) -> list[User]:
    """Who examines at a centre today, by name."""
    posts = Membership.objects.filter(
        centre=centre, role__in=EXAMINERS, ended_at__isnull=True
    )
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("name"))


def judged(person: User, *, centre: Centre, by: User, at: datetime) -> list[Judged]:
    """The index of what a person completed in a year, as far as it can be read."""
    rows = _completed(person, centre=centre, by=by, at=at)
    packages = _packages([row.examination_id for row in rows])
    return [
        Judged(
            clock.local(row.completed_at, centre.timezone).date(),
            _score_of(row, content, packages[row.examination_id]),
        )
        for row, content in _readable(rows)
    ]


def _completed(
    person: User, *, centre: Centre, by: User, at: datetime
) -> QuerySet[Completion]:
    mine = Completion.objects.filter(
        completed_by=person, completed_at__gt=at - _YEAR, case__centre=centre
    )
    rows = access.within(mine, by, Permission.DOCUMENTATION_VIEW)
    newest = rows.select_related("examination").order_by("-completed_at", "-pk")
    return newest[:MOST_LOOKED_AT]


def _readable(
    rows: Iterable[Completion],
) -> Iterator[tuple[Completion, Mapping[str, Any]]]:
    """What was destroyed for good is left out."""
    for row in rows:
        try:
            yield row, row.content
        except KeyDestroyedError:
            continue


def _score_of(
    row: Completion, content: Mapping[str, Any], packages: Sequence[Package]
) -> Score:
    answers, facts = content["answers"], content["facts"]
    return score(
        Found(
            answers=answers,
            asked=_asked(pack_of(row.examination), answers, facts),
            consents=frozenset(facts.get("consents", ())),
            injuries=content["injuries"],
            photographs=content["photographs"],
            packages=packages,
        )
    )


def _asked(
    pack: Pack, answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> frozenset[str]:
    return frozenset(q.code for q in asked(pack, answers, facts))


def _packages(examinations: Iterable[UUID]) -> Mapping[UUID, list[Package]]:
    """What became of the samples, by examination; in two questions however many."""
    rows = SampleTaken.objects.filter(examination__in=list(examinations))
    taken = list(rows.select_related("item"))
    stand = standings([row.item for row in taken])
    found: dict[UUID, list[Package]] = defaultdict(list)
    for row in taken:
        standing = stand[row.item_id]
        if standing.state is not State.NOT_TAKEN:
            found[row.examination_id].append(_package(standing))
    return found


def _package(standing: Standing) -> Package:
    return Package(
        is_sealed=standing.integrity is Integrity.SEALED,
        is_handed_on=standing.state not in _STILL_HERE,
    )
