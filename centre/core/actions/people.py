"""Enrolling people, their roles, keys and factors."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from centre.core import access, clock, journal, references, totp
from centre.core.actions.set_up import system_actor
from centre.core.errors import RuleError
from centre.core.models import (
    Centre,
    Membership,
    Recorded,
    RecoveryCode,
    SigningKey,
    TotpDevice,
    User,
)
from centre.core.permissions import Permission, Role
from centre.ledger.kinds import Kind
from centre.ledger.signing import Signer, new_seed, unwrap_seed, wrap_seed

RECOVERY_CODES: Final = 10
RECOVERY_CODE_LENGTH: Final = 18
"""18 signs of 27 are 85 bits (ASVS 6.5.2 asks 112, or a password hash as here)."""


@transaction.atomic
def enrol_person(
    *, username: str, name: str, password: str, role: Role, centre: Centre, by: User
) -> User:
    """Give a person an account, a signing key of her own and a role."""
    at = clock.now()
    access.require(by, Permission.PERSON_ENROL, centre)
    _check_new(username, name, password)

    user = User(username=username, name=name, enrolled_at=at)
    user.set_password(password)
    user.save()
    journal.record(
        Kind.PERSON_ENROLLED,
        by=by,
        on=centre,
        at=at,
        row=user,
        facts={"person": str(user.pk)},
    )
    _register_key(user, password, centre=centre, by=by, at=at)
    _grant(user, role, centre, by=by, at=at)
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, centre: Centre, by: User) -> Membership:
    """Give an enrolled person a role at a centre; never to oneself."""
    at = clock.now()
    access.require(by, Permission.PERSON_ENROL, centre)
    if user.pk == by.pk:
        raise RuleError("Nobody gives a role to herself. Ask another administrator.")
    return _grant(user, role, centre, by=by, at=at)


@transaction.atomic
def change_password(*, user: User, current: str, new: str, by: User) -> None:
    """Change one's own password; the signing key is wrapped anew."""
    if by.pk != user.pk or not user.check_password(current):
        raise RuleError("The current password is not right. Type it once more.")
    _check_password(new, user)
    key = _key_of(user)
    seed = unwrap_seed(bytes(key.wrapped_seed), current)
    key.wrapped_seed = wrap_seed(seed, new, params=settings.SIGNING_KEY_COST)
    key.save(update_fields=["wrapped_seed"])
    user.set_password(new)
    user.save(update_fields=["password"])
    at = clock.now()
    _record_at_posts(Kind.PASSWORD_CHANGED, user, at, User.objects.get(pk=user.pk))
    _record_at_posts(Kind.KEY_REWRAPPED, user, at, key)


def unlock(user: User, password: str) -> bytes:
    """Unlock a person's signing key with her password; hand back the seed."""
    key = _key_of(user)
    seed = unwrap_seed(bytes(key.wrapped_seed), password)
    user.unlock_with(Signer.from_seed(seed))
    return seed


@transaction.atomic
def begin_factor(*, by: User) -> TotpDevice:
    """Make a new seed for a person who has no confirmed second factor yet."""
    device = TotpDevice.objects.select_for_update().filter(user=by).first()
    if device is None:
        return TotpDevice.objects.create(user=by, seed=totp.new_seed())
    if device.confirmed_at is not None:
        raise RuleError("A second factor is already in use for this account.")
    return device


@transaction.atomic
def confirm_factor(*, by: User, code: str) -> list[str]:
    """Confirm the factor with its first code; hand out the recovery codes once."""
    at = clock.now()
    device = TotpDevice.objects.select_for_update().get(user=by)
    step = totp.matching_step(device, code, at)
    if step is None:
        raise RuleError(
            "This code is not right. Wait for the next one in your app and type it."
        )
    device.last_step = step
    device.confirmed_at = at
    device.save(update_fields=["last_step", "confirmed_at"])
    _record_at_posts(Kind.FACTOR_ENROLLED, by, at, device)
    return _new_recovery_codes(by, at)


def check_factor(*, by: User, code: str) -> bool:
    """Whether the code is good now; each code counts once, also in a race."""
    at = clock.now()
    with transaction.atomic():
        device = TotpDevice.objects.select_for_update().filter(user=by).first()
        if device is None or device.confirmed_at is None:
            return False
        waits = totp.waits_until(device)
        if waits is not None and at < waits:
            raise RuleError(
                "There were too many wrong codes. Wait a few minutes, then try again."
            )
        return _settle(device, totp.matching_step(device, code, at), at)


def use_recovery_code(*, by: User, code: str) -> bool:
    """Spend one recovery code, if it is one of this person's unused ones."""
    typed = references.normalise(code)
    at = clock.now()
    with transaction.atomic():
        unused = RecoveryCode.objects.select_for_update().filter(
            user=by, used_at__isnull=True
        )
        for kept in unused:
            if check_password(typed, kept.hashed):
                kept.used_at = at
                kept.save(update_fields=["used_at"])
                _record_at_posts(
                    Kind.RECOVERY_CODE_USED, by, at, kept, by=system_actor(at)
                )
                return True
    return False


def _settle(device: TotpDevice, step: int | None, at: datetime) -> bool:
    if step is None:
        device.failures = min(device.failures + 1, 1000)
        device.failed_at = at
        device.save(update_fields=["failures", "failed_at"])
        return False
    device.last_step = step
    device.failures = 0
    device.save(update_fields=["last_step", "failures"])
    return True


def _new_recovery_codes(user: User, at: datetime) -> list[str]:
    alphabet = references.ALPHABET
    codes = [
        "".join(secrets.choice(alphabet) for _ in range(RECOVERY_CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    for code in codes:
        row = RecoveryCode.objects.create(user=user, hashed=make_password(code))
        _record_at_posts(Kind.RECOVERY_CODE_MADE, user, at, row)
    return [references.grouped(code) for code in codes]


def _register_key(
    user: User, password: str, *, centre: Centre, by: User, at: datetime
) -> None:
    seed = new_seed()
    signer = Signer.from_seed(seed)
    key = SigningKey.objects.create(
        user=user,
        kid=signer.kid,
        public_key=signer.public_key,
        wrapped_seed=wrap_seed(seed, password, params=settings.SIGNING_KEY_COST),
        registered_at=at,
    )
    facts: dict[str, Any] = {"person": str(user.pk), "key": key.kid}
    journal.record(Kind.KEY_REGISTERED, by=by, on=centre, at=at, row=key, facts=facts)


def _grant(
    user: User, role: Role, centre: Centre, *, by: User, at: datetime
) -> Membership:
    held = user.memberships.filter(centre=centre, role=role, ended_at__isnull=True)
    if held.exists():
        raise RuleError("This person already holds this role here.")
    post = Membership.objects.create(user=user, centre=centre, role=role, started_at=at)
    facts = {"person": str(user.pk), "role": str(role)}
    journal.record(Kind.ROLE_GRANTED, by=by, on=centre, at=at, row=post, facts=facts)
    return post


def _key_of(user: User) -> SigningKey:
    return user.signing_keys.filter(revoked_at__isnull=True).latest("registered_at")


def _check_new(username: str, name: str, password: str) -> None:
    if User.objects.filter(username=username).exists():
        raise RuleError("This sign-in name is taken. Choose another one.")
    _check_password(password, User(username=username, name=name))


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleError(" ".join(error.messages)) from error


def _record_at_posts(
    kind: Kind, user: User, at: datetime, row: Recorded, *, by: User | None = None
) -> None:
    """Tell of a change of somebody's own in each centre where she holds a role."""
    posts = user.memberships.filter(ended_at__isnull=True).select_related("centre")
    for centre in {post.centre for post in posts}:
        facts = {"person": str(user.pk)}
        journal.record(kind, by=by or user, on=centre, at=at, row=row, facts=facts)
