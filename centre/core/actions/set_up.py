"""Set-up of a centre: its keys, its logs and the system's own actor."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from centre.core import clock, journal
from centre.core.models import Centre, Membership, SigningKey, SystemKey, User
from centre.core.permissions import Role
from centre.ledger import actions as ledger
from centre.ledger.checkpoint import vkey
from centre.ledger.kinds import Kind
from centre.ledger.signing import Signer, new_seed
from centre.vault.keys import make_centre_key, make_system_key

SYSTEM: Final = "system"
"""Purpose of the system's own key, and the sign-in name nobody can sign in with."""


@transaction.atomic
def open_centre(*, code: str, name: str, timezone: str) -> Centre:
    """Open a centre with its key, its two logs and the system as first actor."""
    at = clock.now()
    centre = Centre.objects.create(
        code=code, name=name, timezone=timezone, opened_at=at
    )
    make_system_key()
    make_centre_key(centre.pk)
    system = system_actor(at)
    post = Membership.objects.create(
        user=system, centre=centre, role=Role.ADMINISTRATOR, started_at=at
    )
    for log in journal.LOGS:
        open_log(journal.origin(centre, log), at)
    for log in journal.LOGS:
        _genesis(centre, log, system, at)
    facts = {"person": str(system.pk), "key": system.signer.kid}
    for kind, row in (
        (Kind.KEY_REGISTERED, system.signing_keys.get()),
        (Kind.PERSON_ENROLLED, User.objects.get(pk=system.pk)),
        (Kind.ROLE_GRANTED, post),
        (Kind.CENTRE_OPENED, centre),
    ):
        journal.record(kind, by=system, on=centre, at=at, row=row, facts=facts)
    return centre


def system_actor(at: datetime | None = None) -> User:
    """The system as an actor: set-up, clock and sequencing are signed by it."""
    user = User.objects.filter(username=SYSTEM).first()
    if user is None:
        user = _make_system_actor(at or clock.now())
    user.unlock_with(journal.system_signer(SYSTEM))
    return user


def _make_system_actor(at: datetime) -> User:
    user = User(username=SYSTEM, name="The system", enrolled_at=at)
    user.set_unusable_password()
    user.save()
    signer = make_key(SYSTEM)
    SigningKey.objects.create(
        user=user,
        kid=signer.kid,
        public_key=signer.public_key,
        wrapped_seed=b"",
        registered_at=at,
    )
    return user


def make_key(purpose: str) -> Signer:
    """A fresh key of the centre's own, kept for this purpose."""
    seed = new_seed()
    signer = Signer.from_seed(seed)
    SystemKey.objects.create(
        purpose=purpose, public_key=signer.public_key, seed=seed.hex()
    )
    return signer


def open_log(origin: str, at: datetime) -> None:
    """Open an empty log under a fresh key of its own."""
    signer = make_key(origin)
    ledger.open_log(log=origin, vkey=vkey(origin, signer.public_key), at=at)


def _genesis(centre: Centre, log: str, system: User, at: datetime) -> None:
    origin = journal.origin(centre, log)
    payload = {"centre": centre.code, "log": origin}
    journal.append_plain(
        Kind.LEDGER_GENESIS, log=origin, centre=centre, facts=payload, by=system, at=at
    )
