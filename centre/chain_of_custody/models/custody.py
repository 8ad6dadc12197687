"""Custody events, written once, and the transfers that join two of them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models

from centre.chain_of_custody.models.places import Location
from centre.chain_of_custody.models.things import Item, Kit, Seal
from centre.chain_of_custody.rules.checks import LATE_MODES, Basis, EntryMode
from centre.chain_of_custody.rules.fold import Condition, Fact
from centre.chain_of_custody.rules.moves import Move
from centre.core import references
from centre.core.models import Case, Centre, User
from centre.core.models.base import Identified, WriteOnce
from centre.vault.fields import EncryptedJSON

_TWO_SIDED = [m.value for m in (Move.RELEASED, Move.RECEIVED, Move.HANDED_OUT)]
_ONE_THING = (
    models.Q(kit__isnull=True, item__isnull=False)
    | models.Q(kit__isnull=False, item__isnull=True)
)  # fmt: skip


class Transfer(WriteOnce):
    """The agreed facts of one hand-over. Open or closed is told by its events."""

    code = models.CharField(max_length=16, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="transfers")
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recipient = models.CharField(max_length=120)
    purpose = models.CharField(max_length=30)
    basis = models.CharField(max_length=12, choices=[(b.value, b.words) for b in Basis])
    expected_at = models.DateTimeField(null=True)
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["released_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("receiver")),
                name="transfer_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"Transfer {references.grouped(self.code)}"


class CustodyEvent(WriteOnce):
    """One event of one kit or item, with the core envelope every event has.

    Columns hold what is not personal; names, words and reasons lie in `details`.
    `seq` counts the events of the thing, `number` those of the case, both gap-free.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="custody_events"
    )
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="custody")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="custody")
    seq = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=30, choices=[(m.value, m.words) for m in Move])
    schema = models.PositiveSmallIntegerField(default=1)

    occurred_at = models.DateTimeField()
    zone = models.CharField(max_length=40)
    utc_offset = models.SmallIntegerField()
    recorded_at = models.DateTimeField()
    entry_mode = models.CharField(
        max_length=8, choices=[(m.value, m.value) for m in EntryMode]
    )

    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    actor_role = models.CharField(max_length=20)
    counterpart = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+")
    place_from = models.ForeignKey(
        Location, models.PROTECT, null=True, related_name="+"
    )
    container = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="+")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, null=True, related_name="events"
    )
    request_line = models.UUIDField(null=True)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers")

    seal = models.OneToOneField(Seal, models.PROTECT, null=True, related_name="applied")
    seal_before = models.CharField(max_length=40, blank=True)
    seal_after = models.CharField(max_length=40, blank=True)
    seal_condition = models.CharField(
        max_length=16, blank=True, choices=[(c.value, c.words) for c in Condition]
    )
    package_condition = models.CharField(max_length=20, blank=True)
    storage_class = models.CharField(max_length=8, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    details = EncryptedJSON(scope="case_id", null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=_ONE_THING, name="custody_event_of_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(case__isnull=False)
                | models.Q(move=Move.KIT_VOIDED.value, details__isnull=True),
                name="custody_event_of_a_case",
            ),
            models.CheckConstraint(
                condition=~models.Q(move__in=_TWO_SIDED)
                | models.Q(counterpart__isnull=True)
                | ~models.Q(actor=models.F("counterpart")),
                name="custody_event_two_people",
            ),
            models.UniqueConstraint(
                fields=["kit", "seq"],
                condition=models.Q(kit__isnull=False),
                name="custody_event_kit_in_order",
            ),
            models.UniqueConstraint(
                fields=["item", "seq"],
                condition=models.Q(item__isnull=False),
                name="custody_event_item_in_order",
            ),
            models.UniqueConstraint(
                fields=["case", "number"],
                condition=models.Q(case__isnull=False),
                name="custody_event_case_in_order",
            ),
            models.UniqueConstraint(
                fields=["kit"],
                condition=models.Q(move=Move.KIT_ISSUED.value),
                name="custody_event_kit_issued_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(move=Move.TAKEN_OVER.value)
                | models.Q(seq=1, entry_mode=EntryMode.IMPORT.value),
                name="custody_event_taken_over_begins_a_chain",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["item", "-number"], name="custody_event_of_item"),
            models.Index(fields=["kit", "-number"], name="custody_event_of_kit"),
            models.Index(fields=["centre", "move"], name="custody_event_by_move"),
        ]

    def __str__(self) -> str:
        return f"{self.get_move_display()} ({self.seq})"

    @property
    def thing(self) -> Kit | Item:
        """The kit or item it is about."""
        found = self.item if self.item_id else self.kit
        assert found is not None  # noqa: S101 - the database holds it
        return found

    @property
    def local(self) -> datetime:
        """When it happened, by the clock on the wall where it happened."""
        return self.occurred_at.astimezone(ZoneInfo(self.zone))

    @property
    def is_late(self) -> bool:
        """Whether it was written down later than it happened."""
        return self.entry_mode in LATE_MODES

    def fact(self, *, via_kit: bool = False) -> Fact:
        """What the fold needs to know; nothing encrypted is opened for it."""
        return Fact(
            id=self.pk,
            move=Move(self.move),
            at=self.occurred_at,
            by=self.actor_id,
            to=self.counterpart_id,
            place=self.place_id,
            transfer=self.transfer_id,
            kit=self.container_id,
            about=self.about_id,
            seal=self.seal_after,
            condition=self.seal_condition,
            code=self.reason_code,
            role=self.actor_role,
            via_kit=via_kit,
        )


class InTransit(Identified):
    """A thing in an open transfer, at most once: held by the database, not by memory.

    A row is made at release and removed when the transfer ends; the events tell the
    same, and `verification.faults` compares the two.
    """

    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="under_way")
    kit = models.OneToOneField(Kit, models.PROTECT, null=True, related_name="under_way")
    item = models.OneToOneField(
        Item, models.PROTECT, null=True, related_name="under_way"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=_ONE_THING, name="in_transit_of_one_thing")
        ]

    def __str__(self) -> str:
        return f"Under way in {self.transfer_id}"
