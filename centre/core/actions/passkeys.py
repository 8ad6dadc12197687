"""A person's own security keys: registered by herself, and taken out of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from centre.core import ceremony, clock, journal
from centre.core.actions.approvals import sign
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, Passkey, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.ledger.signing import kid_of

MOST: Final = 10


def live(person: User) -> list[Passkey]:
    """The security keys a person can use now."""
    return list(person.passkeys.filter(revoked_at__isnull=True))


@transaction.atomic
def register_passkey(
    *, by: User, name: str, credential: str, challenge: bytes, code: str
) -> Passkey:
    """Register a security key of one's own; a fresh one-time code goes with it.

    `credential` is the browser's answer as JSON to a registration asked for with this
    `challenge` of 32 bytes, which counts once.
    """
    at = clock.now()
    if not name.strip():
        raise RuleError("Give the key a name, such as: blue key on my ring.")
    if len(live(by)) >= MOST:
        raise RuleError(f"You have {MOST} security keys. Take one out of use first.")
    made = ceremony.made(credential, challenge=challenge)
    if Passkey.objects.filter(credential=made.credential).exists():
        raise RuleError("This security key is registered already.")
    key = Passkey.objects.create(
        user=by,
        kid=kid_of(made.point),
        public_key=made.point,
        credential=made.credential,
        name=name.strip(),
        registered_at=at,
        uses=made.uses,
    )
    _tell(Kind.KEY_REGISTERED, key, _centres_of(by), by=by)
    sign(by, code)
    return key


@transaction.atomic
def revoke_passkey(*, passkey: Passkey, code: str, by: User) -> Passkey:
    """Take a security key of one's own out of use; what it signed stays signed."""
    at = clock.now()
    if passkey.user_id != by.pk:
        raise AccessError(by, Permission.OWN_ACCESS_VIEW, None)
    centres = _centres_of(by)
    ended = max([at, *(journal.newest_at(centre) for centre in centres)])
    held = Passkey.objects.select_for_update().get(pk=passkey.pk)
    if held.revoked_at is not None:
        raise RuleError("This security key is out of use already.")
    held.revoked_at = ended
    held.save(update_fields=["revoked_at"])
    _tell(Kind.KEY_REVOKED, held, centres, by=by)
    sign(by, code)
    return held


def _centres_of(person: User) -> list[Centre]:
    posts = person.memberships.filter(ended_at__isnull=True)
    centres = {post.centre for post in posts.select_related("centre")}
    return sorted(centres, key=journal.origin)


def _tell(kind: Kind, key: Passkey, centres: Iterable[Centre], *, by: User) -> None:
    """One entry in the log of each centre where its holder has a role."""
    facts = {"person": str(by.pk), "key": key.kid}
    for centre in centres:
        journal.record(kind, by=by, on=centre, at=clock.now(), row=key, facts=facts)
