"""Honest work on one log: whatever is done in whatever order, nothing is a fault.

Entries one by one and in batches, of many people and streams, clocks that go back,
checkpoints, witnesses, mirrors, checks from the beginning and from the last sound
checkpoint: all of it at random from a seed. What a check names here is a false alarm.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from centre.ledger import actions, checkpoint, mirror, proofs, verify
from centre.ledger.actions import Said
from centre.ledger.kinds import Kind
from centre.ledger.signing import Signer
from centre.ledger.witness import Cosigner, Request, State, answer

MOST_AT_ONCE: Final = 400
STREAMS: Final = 60
LOG: Final = "osc.example/soak/custody"


@dataclass
class Work:
    """One log and everything honest that happens to it."""

    chance: random.Random
    folder: Path
    now: datetime = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    entries: int = 0
    checks: int = 0
    alarms: list[str] = field(default_factory=list)
    newest: Any = None
    seen: int = 0

    def begin(self) -> None:
        """Open the log, its witness and the people with their keys."""
        self.log_key, self.witness_key, *self.people = (
            Signer.from_seed(bytes([number]) * 32) for number in range(50, 60)
        )
        vkey = checkpoint.vkey(LOG, self.log_key.public_key)
        with transaction.atomic():
            actions.open_log(log=LOG, vkey=vkey, at=self.now)
        self.state = State(self.folder / "witness.json")
        self.state.begin()
        self.role = Cosigner("registrar.example", self.witness_key, {LOG: vkey})

    def go_on(self, upto: int) -> None:
        """Until the log has so many entries; checked at the end once more."""
        ways = [self.one] * 6 + [self.many] * 3 + [self.witnessed, self.mirrored]
        ways += [self.checkpointed, self.checked_since, self.clock_back]
        while self.entries < upto and not self.alarms:
            self.chance.choice(ways)()
            if self.chance.random() < 20 / upto:
                self.checked()
        self.mirrored()
        self.witnessed()
        self.many()
        self.checked_since()
        self.checked()

    def later(self) -> datetime:
        """A moment after the one before."""
        self.now += timedelta(milliseconds=self.chance.randint(1, 90_000))
        return self.now

    def clock_back(self) -> None:
        """The server's clock is set back by minutes; the log's never is."""
        self.now -= timedelta(minutes=self.chance.randint(0, 3))

    def said(self) -> Any:
        """What somebody says about some stream."""
        return Said(
            kind=self.chance.choice([Kind.ITEM_SEALED, Kind.ITEM_STORED, Kind.READ]),
            stream=self.chance.randrange(STREAMS).to_bytes(16, "big"),
            commit=self.chance.randbytes(32),
            at=self.later(),
            blob=self.chance.choice([None, self.chance.randbytes(32)]),
        )

    def one(self) -> None:
        """One entry."""
        self._append(1)

    def many(self) -> None:
        """A batch under one lock."""
        self._append(self.chance.randint(2, MOST_AT_ONCE))

    def _append(self, count: int) -> None:

        with transaction.atomic():
            placed = actions.append_all(
                log=LOG,
                said=[self.said() for _ in range(count)],
                signer=self.chance.choice(self.people),
                role="custodian",
            )
        self.entries += len(placed)

    def checkpointed(self) -> None:
        """The log's key signs where it stands."""
        if not self.entries:
            return
        with transaction.atomic():
            self.newest = actions.make_checkpoint(
                log=LOG, signer=self.log_key, at=self.now
            )

    def witnessed(self) -> None:
        """The witness is shown that what it saw goes on, and signs."""
        self.checkpointed()
        if self.newest is None or self.newest.size == self.seen:
            return
        size = self.newest.size
        proof: tuple[bytes, ...] = ()
        if self.seen:
            proof = proofs.prove_consistency(log=LOG, old=self.seen, new=size)
        body = Request(self.seen, proof, self.newest.note).encode()
        moment = int(self.now.timestamp())
        answered = answer(body, role=self.role, state=self.state, time=moment)
        if answered.status != HTTPStatus.OK:
            self.alarms.append(f"The witness refused: {answered.body}")
        self.seen = size

    def mirrored(self) -> None:
        """The mirror catches up and is compared."""
        path = mirror.path_of(self.folder, LOG)
        mirror.catch_up(LOG, path)
        self.alarms += mirror.faults(LOG, path)

    def checked(self) -> None:
        """Everything, from the first entry on."""
        self._check(None)

    def checked_since(self) -> None:
        """What came after the newest checkpoint."""
        if self.newest is not None:
            self._check(self.newest)

    def _check(self, since: Any) -> None:

        keys = {one.kid: one.public_key for one in self.people}
        found = verify.faults(LOG, keys=keys, since=since)
        self.alarms += [str(fault) for fault in found]
        self.checks += 1


def work(folder: Path, events: int, seed: int) -> Work:
    """So many honest entries, in whatever database Django is set up on."""
    honest = Work(random.Random(seed), folder)  # noqa: S311 - what is repeated must not be secret
    honest.begin()
    honest.go_on(events)
    return honest
