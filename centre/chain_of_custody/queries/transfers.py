"""Transfers, their packages and where they stand."""

from __future__ import annotations

from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.moves import Move


def packages_of(transfer: Transfer) -> list[Package]:
    """The kits and items that were released under a transfer, in their order."""
    released = CustodyEvent.objects.filter(transfer=transfer, move=Move.RELEASED)
    rows = released.select_related("kit", "item__case").order_by("number")
    return [event.thing for event in rows]


def releases_of(transfer: Transfer) -> dict[UUID, CustodyEvent]:
    """The releasing event of each package of a transfer, by the package's id."""
    released = CustodyEvent.objects.filter(transfer=transfer, move=Move.RELEASED)
    return {e.item_id or e.kit_id or e.pk: e for e in released}


def is_open(transfer: Transfer) -> bool:
    """Whether it was released and nobody has received or cancelled it."""
    return transfer.under_way.exists()
