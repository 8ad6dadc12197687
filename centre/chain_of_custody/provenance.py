"""An item's provenance in CASE/UCO, as JSON-LD, for systems of courts and laboratories.

After the CASE ontology 1.4.0 (investigation: ProvenanceRecord, InvestigativeAction,
Authorization) on the Unified Cyber Ontology (UCO) 1.4.0. One action for each event,
informed by the one before; one record for each kit, item and child, derived from what
it was taken from. Each action names its entry in the ledger, where it can be checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from centre.chain_of_custody.models import Item
from centre.chain_of_custody.queries.dossier import Dossier
from centre.chain_of_custody.queries.entries import Mark
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.told import Told
from centre.chain_of_custody.rules.moves import Move
from centre.core import references

CONTEXT: Final = {
    "kb": "http://example.org/kb/",
    "investigation": "https://ontology.caseontology.org/case/investigation/",
    "core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA_TYPE: Final = "application/ld+json"
_GROUNDED: Final = frozenset({Move.RELEASED})


def provenance(told: Dossier, marks: Mapping[UUID, Mark]) -> bytes:
    """The graph of one kit or item; the same dossier gives the same bytes."""
    graph = [_centre(told), *_records(told), *_people(told), *_places(told)]
    graph += [*_authorizations(told), *_actions(told, marks)]
    document = {"@context": CONTEXT, "@graph": graph}
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _records(told: Dossier) -> Iterator[dict[str, Any]]:
    """The thing itself, what is in it, and what it was taken from."""
    package = told.package
    inside = [item for item, _ in told.items]
    parent = package.parent if isinstance(package, Item) else None
    for thing in [package, *inside, *([parent] if parent else [])]:
        yield _thing(thing)
        yield _record(thing, inside if thing is package else [])


def _thing(package: Package) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": _id("Item", package.pk),
        "@type": "core:Item",
        "core:name": references.grouped(package.code),
        "core:description": _words(package),
    }
    if isinstance(package, Item) and package.parent_id is not None:
        parent = _id("Item", package.parent_id)
        found["investigation:wasDerivedFrom"] = {"@id": parent}
    return found


def _record(package: Package, inside: Iterable[Item]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@id": _id("ProvenanceRecord", package.pk),
        "@type": "investigation:ProvenanceRecord",
        "investigation:exhibitNumber": references.grouped(package.code),
        "core:object": [{"@id": _id("Item", thing.pk)} for thing in (package, *inside)],
    }
    if isinstance(package, Item) and package.parent is not None:
        root = references.grouped(package.parent.code)
        found["investigation:rootExhibitNumber"] = root
    return found


def _words(package: Package) -> str:
    return package.words if isinstance(package, Item) else f"Kit, {package.kind}"


def _centre(told: Dossier) -> dict[str, Any]:
    return {
        "@id": _id("Organization", told.centre.pk),
        "@type": "identity:Organization",
        "core:name": told.centre.name,
    }


def _people(told: Dossier) -> Iterator[dict[str, Any]]:
    """Whoever acted, once each, as she was when she first acted."""
    seen: set[UUID] = set()
    for line in told.told:
        if line.event.actor_id not in seen:
            seen.add(line.event.actor_id)
            yield {
                "@id": _id("Person", line.event.actor_id),
                "@type": "identity:Person",
                "core:name": line.who,
                "core:description": f"{line.role}, {line.organisation}",
            }


def _places(told: Dossier) -> Iterator[dict[str, Any]]:
    seen: set[UUID] = set()
    for line in told.told:
        key = line.event.place_id
        if key is not None and key not in seen:
            seen.add(key)
            yield {
                "@id": _id("Location", key),
                "@type": "location:Location",
                "core:name": line.place,
            }


def _authorizations(told: Dossier) -> Iterator[dict[str, Any]]:
    """The ground of each release: consent, order or statute."""
    for line in told.told:
        if line.event.move in _GROUNDED:
            details = line.event.details or {}
            yield {
                "@id": _id("Authorization", line.event.pk),
                "@type": "investigation:Authorization",
                "investigation:authorizationType": details.get("basis", ""),
                "investigation:authorizationIdentifier": details.get("basis_text", ""),
                "core:startTime": _moment(line.event.occurred_at),
            }


def _actions(told: Dossier, marks: Mapping[UUID, Mark]) -> Iterator[dict[str, Any]]:
    before: str | None = None
    for line in told.told:
        yield _action(told, line, marks.get(line.event.pk), before)
        before = _id("InvestigativeAction", line.event.pk)


def _action(
    told: Dossier, line: Told, mark: Mark | None, before: str | None
) -> dict[str, Any]:
    event = line.event
    proof = f"Ledger entry {mark.n}, leaf {mark.leaf}. " if mark else ""
    late = "Entered late. " if event.is_late else ""
    seal = f"Seal {line.seal}. " if line.seal else ""
    paper = f"By the earlier record: {line.when}. " if line.is_by_paper else ""
    found: dict[str, Any] = {
        "@id": _id("InvestigativeAction", event.pk),
        "@type": "investigation:InvestigativeAction",
        "core:name": event.get_move_display(),
        "core:description": f"{proof}{late}{paper}{seal}".strip(),
        "core:objectCreatedTime": _moment(event.recorded_at),
        "action:startTime": _moment(event.occurred_at),
        "action:endTime": _moment(event.occurred_at),
        "action:performer": {"@id": _id("Person", event.actor_id)},
        "action:object": {"@id": _id("Item", told.package.pk)},
        "action:result": {"@id": _id("ProvenanceRecord", told.package.pk)},
        "action:environment": {"@id": _id("Organization", told.centre.pk)},
    }
    if event.place_id is not None:
        found["action:location"] = {"@id": _id("Location", event.place_id)}
    if event.move in _GROUNDED:
        found["action:instrument"] = {"@id": _id("Authorization", event.pk)}
    if before is not None:
        found["investigation:wasInformedBy"] = {"@id": before}
    return found


def _id(kind: str, key: UUID) -> str:
    """The same thing has the same name in every export, and a kind of its own."""
    return f"kb:{kind}-{uuid5(key, kind)}"


def _moment(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}
