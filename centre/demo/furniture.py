"""What stands in the demo before anyone arrives: agencies, the store, kits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from centre.agencies.actions import Offer, add_member, list_agency
from centre.chain_of_custody import actions as custody
from centre.core import clock
from centre.core.models import Centre, Recipient, User

if TYPE_CHECKING:
    from centre.chain_of_custody.models import Kit, Location


@dataclass(frozen=True)
class Furniture:
    """Places and bodies the visits need."""

    police: Recipient
    shelter: Recipient
    counselling: Recipient
    legal: Recipient
    children: Recipient
    shelf: Location
    fridge: Location


def furnish(centre: Centre, people: dict[str, User]) -> Furniture:
    """List the agencies, attest the investigator, open the store."""
    dora, kito = people["dora"], people["kito"]

    def listed(kind: str, name: str, *services: str) -> Recipient:
        offer = Offer(
            name=name,
            services=services,
            contact="Duty desk, extension 4",
            contact_hours="Every day, 8:00 to 18:00",
            is_verified=True,
        )
        agency = list_agency(centre=centre, kind=kind, offer=offer, by=dora)
        if kind == "police":
            add_member(
                agency=agency,
                user=people["ivan"],
                unit="Gender desk",
                badge="RV 2217",
                by=dora,
            )
        return agency.recipient

    room = custody.open_location(
        centre=centre, name="Evidence room", kind="room", by=kito, storage_class="AMB"
    )
    return Furniture(
        police=listed("police", "Riverside Police Station"),
        shelter=listed("shelter", "Blue Gate Shelter", "shelter"),
        counselling=listed("counselling", "Open Door Counselling", "psychological"),
        legal=listed("legal_aid", "Valley Legal Aid", "legal"),
        children=listed("child_protection", "County Children's Office", "child"),
        shelf=custody.open_location(
            centre=centre, name="Shelf 1", kind="shelf", by=kito, parent=room
        ),
        fridge=custody.open_location(
            centre=centre,
            name="Refrigerator 1",
            kind="unit",
            by=kito,
            parent=room,
            storage_class="REF",
        ),
    )


def new_kit(centre: Centre, by: User, number: str) -> Kit:
    """Take a fresh kit into stock."""
    expires = clock.now().date() + timedelta(days=700)
    return custody.stock_kit(
        centre=centre,
        kind="Adult kit",
        maker_number=number,
        lot="L-2026-04",
        expires_on=expires,
        by=by,
    )
