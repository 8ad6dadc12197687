"""Roles and accounts end; whoever answers for evidence leaves only without it (R26)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Centre, Membership, Passkey, SigningKey, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

Holding = Callable[[User, Centre | None], Sequence[str]]
"""What other rooms know a person to answer for, at one centre or at all, as words."""


@transaction.atomic
def end_role(*, membership: Membership, holding: Holding, by: User) -> None:
    """Take a role away; from the next request on it opens nothing."""
    at = clock.now()
    access.require(by, Permission.PERSON_ENROL, membership.centre)
    user = User.objects.select_for_update().get(pk=membership.user_id)
    post = user.memberships.get(pk=membership.pk)
    if by.pk == user.pk:
        raise RuleError("Nobody ends her own role. Ask another administrator.")
    if post.ended_at is not None:
        raise RuleError("This role has ended already.")
    _check_empty_hands(holding(user, post.centre))
    post.ended_at = at
    post.save(update_fields=["ended_at"])
    _role_ended(post, by=by, at=at)


@transaction.atomic
def leave(*, user: User, centre: Centre, holding: Holding, by: User) -> None:
    """End a person's account: no sign-in, no role, no key from now on."""
    at = clock.now()
    access.require(by, Permission.PERSON_ENROL, centre)
    held = User.objects.select_for_update().get(pk=user.pk)
    _check_account(held, by)
    _check_empty_hands(holding(held, None))
    ended = max(at, journal.newest_at(centre))
    user.is_active = False
    user.save(update_fields=["is_active"])
    for post in user.memberships.filter(ended_at__isnull=True):
        post.ended_at = at
        post.save(update_fields=["ended_at"])
        _role_ended(post, by=by, at=at)
    own: list[SigningKey | Passkey] = [
        *user.signing_keys.filter(revoked_at__isnull=True),
        *user.passkeys.filter(revoked_at__isnull=True),
    ]
    for key in own:
        key.revoked_at = ended
        key.save(update_fields=["revoked_at"])
        facts = {"person": str(user.pk), "key": key.kid}
        journal.record(Kind.KEY_REVOKED, by=by, on=centre, at=at, row=key, facts=facts)
    journal.record(
        Kind.PERSON_LEFT,
        by=by,
        on=centre,
        at=at,
        row=User.objects.get(pk=user.pk),
        facts={"person": str(user.pk)},
    )


def _check_account(held: User, by: User) -> None:
    """It is another's, stands open, and no other centre counts on it."""
    if by.pk == held.pk:
        raise RuleError("Nobody ends her own account. Ask another administrator.")
    if not held.is_active:
        raise RuleError("This account has ended already.")
    for post in held.memberships.filter(ended_at__isnull=True):
        if not access.holds(by, Permission.PERSON_ENROL, post.centre):
            raise RuleError(
                "This person works at another centre too. End the role she holds here; "
                "her account ends where its last role does."
            )


def _check_empty_hands(held: Sequence[str]) -> None:
    if not held:
        return
    raise RuleError(
        f"This person still answers for {len(held)} kit(s) or item(s): "
        f"{', '.join(held)}. Let each be put away, handed over or received by somebody "
        "else first; what she cannot give herself is received as an unexpected receipt."
    )


def _role_ended(post: Membership, *, by: User, at: datetime) -> None:
    facts = {"person": str(post.user_id), "role": post.role}
    journal.record(Kind.ROLE_ENDED, by=by, on=post.centre, at=at, row=post, facts=facts)
