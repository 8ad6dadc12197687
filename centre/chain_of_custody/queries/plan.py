"""What is worth collecting: the catalogue in order, weighed against what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from centre.chain_of_custody.catalogue import Specimen, catalogue
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.queries.history import standings
from centre.chain_of_custody.rules.windows import Advice, Worth, advise
from centre.core.models import Case

ALWAYS: Final = frozenset({"always", "DNA asked for"})
"""What holds whatever happened."""


@dataclass(frozen=True)
class Planned:
    """One specimen of the plan: why, until when, and what was done about it."""

    number: int
    specimen: Specimen
    because: tuple[str, ...]
    advice: Advice
    keep: str
    done: tuple[tuple[Item, str], ...]


def plan(
    case: Case,
    *,
    acts: Collection[str],
    hours: tuple[float, float] | None,
    age: str = "",
) -> list[Planned]:
    """The specimens these acts call for, in the order of this centre's protocol.

    Without acts everything usual is listed. Nothing is left out for being late.
    """
    done = _done(case)
    wanted = {*acts, *ALWAYS}
    known = catalogue()
    found = [
        specimen
        for specimen in known.in_order(protocol())
        if specimen.code in done or _is_called_for(specimen, acts, wanted)
    ]
    return [
        Planned(
            number=number,
            specimen=specimen,
            because=tuple(a for a in specimen.acts if a in wanted),
            advice=weighed(specimen, acts=acts, hours=hours, age=age),
            keep=" or ".join(known.words_of_class(c).lower() for c in specimen.storage),
            done=tuple(done.get(specimen.code, ())),
        )
        for number, specimen in enumerate(found, 1)
    ]


def weighed(
    specimen: Specimen,
    *,
    hours: tuple[float, float] | None,
    acts: Collection[str] = (),
    age: str = "",
) -> Advice:
    """The advice on one specimen, this jurisdiction's windows first."""
    return advise(
        specimen.windows,
        hours=hours,
        acts=acts,
        age=age,
        jurisdiction=settings.JURISDICTION,
    )


def choices(hours: tuple[float, float] | None = None) -> list[tuple[str, str]]:
    """Every specimen for a choice, in order; with its windows once hours are known."""
    return [
        (s.code, _named(s, weighed(s, hours=hours)))
        for s in catalogue().in_order(protocol())
    ]


def protocol() -> str:
    """The order of collection this centre works by."""
    chosen: str = settings.COLLECTION_ORDER
    if chosen not in catalogue().orders:
        known = ", ".join(sorted(catalogue().orders))
        raise ImproperlyConfigured(f"CENTRE_COLLECTION_ORDER must be one of: {known}.")
    return chosen


def _named(specimen: Specimen, advice: Advice) -> str:
    if not advice.terms:
        return specimen.name
    lengths = sorted({t.hours for t in advice.terms})
    told = f"{specimen.name} · {' or '.join(map(str, lengths))} h"
    late = {Worth.BEYOND: " (longer ago)", Worth.EARLY: " (better later)"}
    return told + late.get(advice.worth, "")


def _is_called_for(
    specimen: Specimen, acts: Collection[str], wanted: Collection[str]
) -> bool:
    if not acts:
        return specimen.is_usual
    return any(act in wanted for act in specimen.acts)


def _done(case: Case) -> Mapping[str, list[tuple[Item, str]]]:
    """What was collected or noted as not taken, by specimen."""
    items = list(Item.objects.filter(case=case).order_by("registered_at"))
    stand = standings(items)
    found: dict[str, list[tuple[Item, str]]] = {}
    for item in _kept(items):
        state = stand[item.pk].state.words
        found.setdefault(item.specimen, []).append((item, state))
    return found


def _kept(items: Iterable[Item]) -> list[Item]:
    return [item for item in items if item.parent_id is None]
