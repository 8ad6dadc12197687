"""What a receipt tells beside the packages: who signed how, and what is due next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from centre.chain_of_custody.models import CustodyEvent, HandSignature, Transfer
from centre.chain_of_custody.models.request_steps import LineTerms
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries.clocks import (
    WITH_WHOEVER_HAS_IT,
    of_packages,
)
from centre.chain_of_custody.queries.entries import assurances
from centre.chain_of_custody.queries.request_clocks import of_request
from centre.chain_of_custody.rules.clocks import Light, Reading
from centre.chain_of_custody.rules.handover import Identity, Method
from centre.core.assurance import Assurance
from centre.core.permissions import Role

SIGNED = {
    Assurance.SERVER_KEY: "One-time code; server key",
    Assurance.SECURITY_KEY: "One-time code; server key, confirmed by a security key",
}


def request_of(transfer: Transfer) -> EvidenceRequest | None:
    """The request a transfer carries lines of, if it does."""
    rows = EvidenceRequest.objects.filter(lines__transfers__transfer=transfer)
    return rows.select_related("agency", "centre").first()


def signers_of(
    released: CustodyEvent,
    picked_up: CustodyEvent | None,
    received: CustodyEvent,
    signs: Iterable[HandSignature],
) -> Iterator[tuple[str, str, str]]:
    """Role, person and how she signed, in the order of the acts."""
    made = {str(sign.pk): sign for sign in signs}
    sure = assurances([released, received])
    yield "Released by", _staff(released), SIGNED[sure[released.pk]]
    if picked_up is not None:
        told = (picked_up.details or {})["courier"]
        yield "Carried by", _outsider(told), _how(made.get(told["signature"]))
    outsider = (received.details or {}).get("receiver")
    if outsider is None:
        yield "Received by", _staff(received), SIGNED[sure[received.pk]]
        return
    yield "Received by", _outsider(outsider), _how(made.get(outsider["signature"]))
    witness = (received.details or {})["witness"]
    yield "Witness", _person(witness), "One-time code of her own"


def duties_of(
    transfer: Transfer, request: EvidenceRequest | None, at: datetime
) -> Iterator[str]:
    """What whoever received it does next, with the dates that run."""
    yield "Read the seal at every further hand-over and write down what you see."
    conditions = transfer.details.get("conditions")
    if conditions:
        yield f"Keep to the conditions: {conditions}."
    if transfer.details.get("temperature"):
        yield f"Keep it at: {transfer.details['temperature']}."
    zone = ZoneInfo(transfer.case.centre.timezone)
    yield from _clocks(_of_things(transfer, at), zone)
    if request is None:
        return
    terms = LineTerms.objects.filter(
        decision__line__transfers__transfer=transfer, return_by__isnull=False
    )
    days = {day for day in terms.values_list("return_by", flat=True) if day}
    for day in sorted(days):
        yield f"Bring it back to the centre by {day:%d %b %Y}."
    yield from _clocks(of_request(request, at), zone)


def _of_things(transfer: Transfer, at: datetime) -> Iterator[Reading]:
    """The clocks of what was handed over that bind whoever has it now."""
    rows = transfer.events.select_related("item__case__centre", "kit")
    things = {event.thing.pk: event.thing for event in rows}
    told: dict[tuple[str, datetime | None], Reading] = {}
    for reading in of_packages(list(things.values()), transfer.case, at):
        if reading.policy.start in WITH_WHOEVER_HAS_IT:
            told[reading.policy.code, reading.due_at] = reading
    yield from told.values()


def _clocks(readings: Iterable[Reading], zone: ZoneInfo) -> Iterator[str]:
    for reading in readings:
        if reading.light is not Light.STOPPED and reading.due_at is not None:
            due = reading.due_at.astimezone(zone)
            yield f"{reading.policy.words}: by {due:%d %b %Y %H:%M} {zone.key}."


def _staff(event: CustodyEvent) -> str:
    return _person((event.details or {}).get("actor", {"name": event.actor.name}))


def _person(told: dict[str, str]) -> str:
    role = told.get("role", "")
    named = Role(role).words.lower() if role in set(Role) else role
    parts = [told["name"], named, told.get("organisation", "")]
    return ", ".join(part for part in parts if part)


def _outsider(told: dict[str, str]) -> str:
    kind = told.get("identity_kind", "")
    paper = Identity(kind).words if kind in set(Identity) else kind
    shown = f"{paper} ending in {told['identity_last4']}"
    parts = [told["name"], told.get("rank", ""), told["organisation"], shown]
    parts += [told.get("contact", ""), told.get("carried_by", "")]
    return ", ".join(part for part in parts if part)


def _how(sign: HandSignature | None) -> str:
    return Method(sign.method).words if sign else "Not kept"
