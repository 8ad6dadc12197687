"""What the ledger stores: the head of each log, its entries, its signed checkpoints."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import ClassVar, Final

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThanOrEqual

from centre.ledger import checkpoint, times
from centre.ledger.entry import MAX_BYTES, Content, decode
from centre.ledger.merkle import HASH_BYTES
from centre.ledger.statement import STREAM_BYTES

HEADS: Final = "ledger_head"
ENTRIES: Final = "ledger_entry"
CHECKPOINTS: Final = "ledger_checkpoint"
KEYS: Final = "ledger_key"
TILES: Final = "ledger_tile"

ORIGIN_SIGNS: Final = 120
KIND_SIGNS: Final = 40
TIME_SIGNS: Final = 27
VKEY_SIGNS: Final = 200


class Head(models.Model):
    """Where a log stands. Its row lock is what keeps the log from forking."""

    log = models.CharField(max_length=ORIGIN_SIGNS, primary_key=True)
    size = models.PositiveBigIntegerField()
    last_leaf = models.BinaryField()
    last_at = models.CharField(max_length=TIME_SIGNS)
    vkey = models.CharField(max_length=VKEY_SIGNS)
    """The log's verifier key as its genesis names it; it never changes."""

    class Meta:
        db_table = HEADS
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Exact(Length("last_leaf"), HASH_BYTES),
                name="ledger_head_holds_a_leaf",
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} of {self.size} entries"


class Entry(models.Model):
    """One entry: the exact bytes that were hashed, and what finds them again."""

    log = models.CharField(max_length=ORIGIN_SIGNS)
    n = models.PositiveBigIntegerField()
    stream = models.BinaryField()
    sseq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=KIND_SIGNS)
    entry = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        db_table = ENTRIES
        ordering: ClassVar[list[str]] = ["log", "n"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["log", "n"], name="ledger_entry_one_at_each_position"
            ),
            models.UniqueConstraint(
                fields=["log", "stream", "sseq"], name="ledger_entry_streams_in_order"
            ),
            models.CheckConstraint(
                condition=Exact(Length("stream"), STREAM_BYTES),
                name="ledger_entry_stream_has_16_bytes",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("entry"), MAX_BYTES),
                name="ledger_entry_is_not_too_long",
            ),
            models.CheckConstraint(
                condition=Exact(Length("leaf"), HASH_BYTES),
                name="ledger_entry_holds_a_leaf",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.n}"

    @cached_property
    def content(self) -> Content:
        """What the stored bytes say."""
        return decode(bytes(self.entry))

    @property
    def commit(self) -> bytes:
        """The commitment to the content that is kept elsewhere."""
        return self.content.statement.commit

    @property
    def at(self) -> datetime:
        """The time the log gives the entry."""
        return times.moment(self.content.at)


class Checkpoint(models.Model):
    """A log's size and root, signed; with the frontier to go on from."""

    log = models.CharField(max_length=ORIGIN_SIGNS)
    size = models.PositiveBigIntegerField()
    root = models.BinaryField()
    frontier = models.BinaryField()
    note = models.TextField()
    made_at = models.DateTimeField()
    """When the row was made; nobody signed it, so it is shown nowhere as a time."""

    class Meta:
        db_table = CHECKPOINTS
        ordering: ClassVar[list[str]] = ["log", "size"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["log", "size"], name="ledger_checkpoint_one_for_each_size"
            ),
            models.CheckConstraint(
                condition=Exact(Length("root"), HASH_BYTES),
                name="ledger_checkpoint_holds_a_root",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log} at {self.size} entries"

    @property
    def anchor_code(self) -> str:
        """25 letters of this checkpoint for labels and paper."""
        return checkpoint.anchor_code(self.note)


class LogKey(models.Model):
    """A later key of a log, with the signature of the key before it."""

    log = models.CharField(max_length=ORIGIN_SIGNS)
    n = models.PositiveBigIntegerField()
    """The position of the entry that names it."""
    vkey = models.CharField(max_length=VKEY_SIGNS)
    signature = models.BinaryField()

    class Meta:
        db_table = KEYS
        ordering: ClassVar[list[str]] = ["log", "n"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["log", "n"], name="ledger_key_one_at_each_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} from {self.n} on"


class Tile(models.Model):
    """The root of a full tile of 256 hashes: one hash of the level above it."""

    log = models.CharField(max_length=ORIGIN_SIGNS)
    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    root = models.BinaryField()

    class Meta:
        db_table = TILES
        ordering: ClassVar[list[str]] = ["log", "level", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["log", "level", "number"], name="ledger_tile_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} level {self.level}, tile {self.number}"
