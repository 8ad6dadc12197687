"""Keys by case: what a case's key encrypted is gone when the key is destroyed.

The root key wraps one key per centre, and that wraps one key per case. Wrapped keys
lie in the database `keys`; unwrapped ones live for the length of a call. A *scope* is
a case's id, or `SYSTEM_SCOPE` for secrets that belong to no case. Every key that is
made is first checked against the root key this store began with, so that nothing is
ever written under a wrong one.

The two databases share no transaction: make a case's key before the first row of the
case is written, and destroy it after everything else has been committed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from django.db import DatabaseError, transaction

from centre.vault import cipher, root
from centre.vault.errors import (
    KeyDestroyedError,
    NoKeyError,
    RootKeyError,
    VaultError,
)
from centre.vault.models import CaseKey, CentreKey, RootCheck
from centre.vault.root import create_root_key
from centre.vault.routers import KEYS

__all__ = [
    "SYSTEM_SCOPE",
    "case_key",
    "case_key_of",
    "case_keys",
    "centre_key",
    "check_keys",
    "check_root_key",
    "create_root_key",
    "destroy_case_key",
    "forget",
    "has_begun",
    "is_destroyed",
    "is_fresh",
    "make_case_key",
    "make_case_keys",
    "make_centre_key",
    "make_system_key",
    "open_centre_key",
    "opens_check",
    "rewrapped_check",
    "root_to_write",
    "unwrap_centre_key",
    "warm",
]

T = TypeVar("T")

SYSTEM_SCOPE: Final = UUID(int=0)
"""The scope of secrets that belong to no case: the system's keys, code seeds."""

FRESH_SECONDS: Final = 1.0
"""How long wrapped keys are remembered, so that a list asks for its keys once."""

MOST_REMEMBERED: Final = 4096
_FIRST: Final = 1
_ROOT_CHECK: Final = b"osc-root-check/v1\0"


_COLUMNS: Final = (
    "case_id",
    "generation",
    "wrapped",
    "centre_key__centre_id",
    "centre_key__generation",
    "centre_key__wrapped",
)


@dataclass(slots=True)
class _WrappedKey:
    """A case's key of one generation, with the centre key that opens it."""

    scope: UUID
    generation: int
    wrapped: bytes | None
    centre_id: UUID
    centre_generation: int
    centre_wrapped: bytes

    def open(self) -> bytes:
        if self.wrapped is None:
            raise KeyDestroyedError(
                "The key of this case was destroyed; its content cannot be read again."
            )
        centre = unwrap_centre_key(
            self.centre_id, self.centre_generation, bytes(self.centre_wrapped)
        )
        aad = cipher.dek_aad(self.scope, self.generation)
        return cipher.unwrap_key(centre, bytes(self.wrapped), aad)


_remembered: dict[UUID, tuple[float, tuple[_WrappedKey, ...]]] = {}


def has_begun() -> bool:
    """Whether anything was ever written to this key store."""
    try:
        return RootCheck.objects.exists() or CentreKey.objects.exists()
    except DatabaseError as error:
        raise RootKeyError("The key store cannot be read.") from error


def check_root_key() -> None:
    """Stop here unless the root key at hand is the one this store began with."""
    if not has_begun():
        raise RootKeyError("The key store is empty. Open a centre first.")

    def opened() -> bytes:
        check = RootCheck.objects.first()
        if check is None:
            raise RootKeyError("The key store has lost the check of its root key.")
        return root.unwrap(bytes(check.wrapped), _ROOT_CHECK)

    root.until_it_stands(opened)


def check_keys(*, may_be_empty: bool = True) -> None:
    """Stop here unless the root key, the system's key and every centre's key open."""
    if may_be_empty and not has_begun():
        return
    check_root_key()

    def open_all() -> None:
        for row in CentreKey.objects.order_by("pk"):
            open_centre_key(row)

    try:
        root.until_it_stands(open_all)
        case_key(SYSTEM_SCOPE)
    except VaultError as error:
        raise RootKeyError(
            "A key in the key store does not open. Nothing was written. Bring the key "
            "store back from its newest copy; 'manage.py verify' names the key."
        ) from error


def root_to_write() -> root.Provider:
    """The root key that stands now, held so until this transaction ends.

    While the root key is being replaced there are two, and a key wrapped under the one
    that goes would be lost with it; the locked check tells which one stays.
    """
    check = RootCheck.objects.select_for_update().first()

    def standing() -> root.Provider:
        present, following = root.provider(), root.coming()
        if check is None or opens_check(present, bytes(check.wrapped)):
            return present
        if following is not None and opens_check(following, bytes(check.wrapped)):
            return following
        raise RootKeyError(
            "The root key does not open this key store. Nothing was written."
        )

    return root.until_it_stands(standing)


def make_system_key() -> None:
    """Begin the key store: the root key's check and the system's own key.

    Safe to run again: a store that has begun is only checked.
    """
    with transaction.atomic(using=KEYS):
        if not RootCheck.objects.exists() and not CentreKey.objects.exists():
            check = root.provider().wrap(cipher.new_key(), _ROOT_CHECK)
            RootCheck.objects.create(wrapped=check)
            _insert_case_keys([SYSTEM_SCOPE], _insert_centre_key(SYSTEM_SCOPE))
    check_root_key()


def make_centre_key(centre_id: UUID) -> None:
    """Make a new centre's key; the first one begins the store."""
    make_system_key()
    with transaction.atomic(using=KEYS):
        if CentreKey.objects.filter(centre_id=centre_id).exists():
            raise VaultError("This centre has a key already.")
        _insert_centre_key(centre_id)


def make_case_key(case_id: UUID, centre_id: UUID) -> None:
    """Make a new case's key; a case gets one once, even if it was destroyed."""
    make_case_keys([case_id], centre_id)


def make_case_keys(case_ids: Collection[UUID], centre_id: UUID) -> None:
    """Make the keys of many new cases of a centre, all or none."""
    check_root_key()
    with transaction.atomic(using=KEYS):
        if CaseKey.objects.filter(case_id__in=case_ids).exists():
            raise VaultError("This case has a key already.")
        _insert_case_keys(case_ids, _centre_key_to_stay(centre_id))


def case_key(case_id: UUID) -> tuple[int, bytes]:
    """The key that encrypts for this scope now, and its generation."""
    return _opened(case_id, lambda held: (held[0].generation, held[0].open()))


def case_key_of(case_id: UUID, generation: int) -> bytes:
    """The key of one generation, as a stored value names it."""

    def opened(held: tuple[_WrappedKey, ...]) -> bytes:
        for key in held:
            if key.generation == generation:
                return key.open()
        raise NoKeyError("There is no key of this generation for this case.")

    return _opened(case_id, opened)


def case_keys(case_id: UUID) -> list[tuple[int, bytes]]:
    """Every generation of the scope's key, newest first."""
    return _opened(case_id, lambda held: [(k.generation, k.open()) for k in held])


def centre_key(centre_id: UUID) -> bytes:
    """The centre's newest key, for what is derived from it."""
    return root.until_it_stands(lambda: open_centre_key(_newest_centre_key(centre_id)))


def destroy_case_key(case_id: UUID) -> None:
    """Destroy a case's key in every generation; what it encrypted is gone for good."""
    if case_id == SYSTEM_SCOPE:
        raise VaultError("The system's own key is never destroyed.")
    with transaction.atomic(using=KEYS):
        rows = CaseKey.objects.filter(case_id=case_id)
        # A generation that is being made now is waited for, and destroyed too.
        list(rows.select_for_update().order_by("pk"))
        found = rows.update(wrapped=None)
    _remembered.pop(case_id, None)
    if not found:
        raise NoKeyError("There is no key for this case.")


def is_destroyed(case_id: UUID) -> bool:
    """Whether no generation of the scope's key stands any more."""
    rows = CaseKey.objects.filter(case_id=case_id)
    return not rows.exclude(wrapped=None).exists()


def is_fresh(scope: UUID) -> bool:
    """Whether the scope's wrapped keys are remembered from within the last second."""
    return _fresh(scope) is not None


def warm(scopes: Iterable[UUID]) -> None:
    """Fetch the wrapped keys of many scopes with one query."""
    wanted = set(scopes)
    rows = CaseKey.objects.filter(case_id__in=wanted).order_by("-generation")
    found: dict[UUID, list[_WrappedKey]] = {}
    for values in rows.values_list(*_COLUMNS):
        found.setdefault(values[0], []).append(_WrappedKey(*values))
    if len(_remembered) + len(found) > MOST_REMEMBERED:
        _remembered.clear()
    until = _now() + FRESH_SECONDS
    for scope, held in found.items():
        _remembered[scope] = (until, tuple(held))


def opens_check(provider: root.Provider, wrapped: bytes) -> bool:
    """Whether a root key is the one a store's check was made with."""
    try:
        provider.unwrap(wrapped, _ROOT_CHECK)
    except RootKeyError:
        return False
    return True


def rewrapped_check(old: root.Provider, new: root.Provider, wrapped: bytes) -> bytes:
    """The store's check under another root key."""
    return new.wrap(old.unwrap(wrapped, _ROOT_CHECK), _ROOT_CHECK)


def open_centre_key(row: CentreKey) -> bytes:
    """One generation of a centre's key."""
    return unwrap_centre_key(row.centre_id, row.generation, bytes(row.wrapped))


def forget() -> None:
    """Drop every remembered wrapped key."""
    _remembered.clear()


def _now() -> float:
    return time.monotonic()  # measures a length of time and records none


def _fresh(scope: UUID) -> tuple[_WrappedKey, ...] | None:
    until, held = _remembered.get(scope, (0.0, ()))
    return held if held and _now() < until else None


def _wrapped_keys(scope: UUID) -> tuple[_WrappedKey, ...]:
    held = _fresh(scope)
    if held is None:
        _remembered.pop(scope, None)
        warm([scope])
        held = _fresh(scope)
    if held is None:
        raise NoKeyError("There is no key for this case.")
    return held


def _opened(scope: UUID, choose: Callable[[tuple[_WrappedKey, ...]], T]) -> T:
    """What is made of a scope's keys, fetched anew if they were replaced since."""
    held = _wrapped_keys(scope)
    try:
        return choose(held)
    except (RootKeyError, NoKeyError):
        return root.until_it_stands(lambda: choose(_wrapped_anew(scope)))


def _wrapped_anew(scope: UUID) -> tuple[_WrappedKey, ...]:
    _remembered.pop(scope, None)
    return _wrapped_keys(scope)


def _centre_key_to_stay(centre_id: UUID) -> CentreKey:
    """The centre's newest key, which is not destroyed before this transaction ends."""
    rows = CentreKey.objects.select_for_update().filter(centre_id=centre_id)
    for _ in range(2):  # the one waited for may be gone; a newer one stands then
        row = rows.order_by("-generation").first()
        if row is not None:
            return row
    raise NoKeyError("There is no key for this centre.")


def _newest_centre_key(centre_id: UUID) -> CentreKey:
    rows = CentreKey.objects.filter(centre_id=centre_id)
    row = rows.order_by("-generation").first()
    if row is None:
        raise NoKeyError("There is no key for this centre.")
    return row


def unwrap_centre_key(centre_id: UUID, generation: int, wrapped: bytes) -> bytes:
    """A centre's key as its row holds it, opened under the root key."""
    return root.unwrap(wrapped, cipher.kek_aad(centre_id, generation))


def _insert_centre_key(centre_id: UUID) -> CentreKey:
    aad = cipher.kek_aad(centre_id, _FIRST)
    wrapped = root_to_write().wrap(cipher.new_key(), aad)
    return CentreKey.objects.create(
        centre_id=centre_id, generation=_FIRST, wrapped=wrapped
    )


def _insert_case_keys(case_ids: Iterable[UUID], centre: CentreKey) -> None:
    wrapping = unwrap_centre_key(
        centre.centre_id, centre.generation, bytes(centre.wrapped)
    )
    rows = [
        CaseKey(
            case_id=case_id,
            generation=_FIRST,
            centre_key=centre,
            wrapped=cipher.wrap_key(
                wrapping, cipher.new_key(), cipher.dek_aad(case_id, _FIRST)
            ),
        )
        for case_id in case_ids
    ]
    CaseKey.objects.bulk_create(rows)
    for row in rows:
        _remembered.pop(row.case_id, None)
