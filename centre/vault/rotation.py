"""Replacing keys while the centre works: root, centres, cases; resumable and counted.

Root: the new key is written beside the old one, every wrapped key is wrapped anew in
one transaction, and the new file takes the old one's place. Whatever the moment of a
crash, one of the two files opens the store and whoever reads tries both; the next run
ends what was begun. Runs on one machine never overlap.

Centre: a new generation wraps each case's key anew in batches; when none hangs on the
old generation any more, that is destroyed.

Case: a new generation encrypts what is written from now on. What was written once stays
under the generation it was written with, since its bytes are bound by the ledger and by
triggers; those generations stay, wrapped under the newest keys, until the case's key is
destroyed. `staying` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.db.models.deletion import ProtectedError

from centre.vault import cipher, keys, root
from centre.vault.errors import RootKeyError, VaultError
from centre.vault.models import CaseKey, CentreKey, RootCheck
from centre.vault.routers import KEYS

BATCH: Final = 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Staying:
    """How many generations of case keys there are, and how many are not the newest."""

    cases: int
    generations: int

    @property
    def older(self) -> int:
        """Generations kept because something written once stands under them."""
        return self.generations - self.cases


def rotate_root() -> int:
    """Replace the root key of a key file; say how many keys were wrapped anew."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    if root.is_derived():
        raise RootKeyError(
            "This root key is made from a passphrase. Make a new key file and "
            "passphrase, and move the store with the recovery shares."
        )
    with root.alone():
        _finish_root()
        keys.check_root_key()
        coming = root.beside()
        root.write_key(coming, cipher.new_key())
        old, new = root.provider(), root.HeldRootKey(root.read_key(coming))
        with transaction.atomic(using=KEYS):
            count = _rewrap_all(old, new)
        _take_place(coming, path)
    return count


def finish_root() -> bool:
    """End a rotation that was cut off: keep the file that opens the store."""
    with root.alone():
        return _finish_root()


def rotate_centre(centre_id: UUID, tell: Progress | None = None) -> int:
    """Replace a centre's key; say how many case keys were wrapped anew."""
    with root.alone():
        keys.check_root_key()
        newest = _new_generation(centre_id)
        older = CentreKey.objects.filter(centre_id=centre_id).exclude(pk=newest.pk)
        done = 0
        while older.exists():
            done = _rewrap_cases(centre_id, newest, done, tell)
            # A case opened meanwhile may hang on the old key; it is taken along.
            with suppress(ProtectedError, IntegrityError), transaction.atomic(KEYS):
                older.delete()
    keys.forget()
    return done


def rotate_case(case_id: UUID) -> int:
    """Give a case a new generation; what is written from now on stands under it."""
    with root.alone():
        keys.check_root_key()
        generation = _rotate_case(case_id, None)
    if generation is None:
        raise VaultError("This case has no key that could be replaced.")
    return generation


def rotate_cases(tell: Progress | None = None) -> int:
    """A new generation for every case and for the system's own scope; how many.

    The system's scope goes last and its generation tells where a run stands: cases
    that have reached the one after it are done, so a run that was cut off goes on.
    """
    with root.alone():
        keys.check_root_key()
        target = _newest_generation(keys.SYSTEM_SCOPE) + 1
        done = 0
        for batch in _cases_before(target):
            for case_id in batch:
                done += _rotate_case(case_id, target) is not None
            if tell is not None:
                tell(done)
        _rotate_case(keys.SYSTEM_SCOPE, target)
    return done + 1


def staying() -> Staying:
    """How many scopes and generations there are."""
    found = CaseKey.objects.exclude(wrapped=None).aggregate(
        cases=Count("case_id", distinct=True), generations=Count("pk")
    )
    return Staying(**found)


def _finish_root() -> bool:
    path, coming = Path(settings.VAULT_ROOT_KEY_FILE), root.beside()
    if not coming.exists():
        return False
    following, check = root.coming(), RootCheck.objects.first()
    if check is None:
        raise RootKeyError("The key store has lost the check of its root key.")
    if keys.opens_check(root.provider(), bytes(check.wrapped)):
        coming.unlink()
        root.sync_folder(path.parent)
        return True
    if following is None or not keys.opens_check(following, bytes(check.wrapped)):
        raise RootKeyError(
            "Neither the root key nor the next one beside it opens this key store. "
            "Nothing was changed; bring the key back with two recovery cards."
        )
    _take_place(coming, path)
    return True


def _take_place(coming: Path, path: Path) -> None:
    coming.replace(path)
    root.sync_folder(path.parent)


def _rewrap_all(old: root.Provider, new: root.Provider) -> int:
    """Wrap the check and every centre's key under the new root key."""
    check = RootCheck.objects.select_for_update().get()
    check.wrapped = keys.rewrapped_check(old, new, bytes(check.wrapped))
    check.save(update_fields=["wrapped"])
    count = 1
    for row in CentreKey.objects.select_for_update():
        aad = cipher.kek_aad(row.centre_id, row.generation)
        row.wrapped = new.wrap(old.unwrap(bytes(row.wrapped), aad), aad)
        row.save(update_fields=["wrapped"])
        count += 1
    return count


def _new_generation(centre_id: UUID) -> CentreKey:
    """The generation all case keys go to: a new one, or the one a run had begun."""
    with transaction.atomic(using=KEYS):
        rows = CentreKey.objects.select_for_update().filter(centre_id=centre_id)
        newest = rows.order_by("-generation").first()
        if newest is None:
            raise VaultError("This centre has no key.")
        behind = CaseKey.objects.filter(centre_key__centre_id=centre_id)
        if behind.exclude(centre_key=newest).exists():
            return newest
        last: int = rows.aggregate(last=Max("generation"))["last"]
        aad = cipher.kek_aad(centre_id, last + 1)
        wrapped = keys.root_to_write().wrap(cipher.new_key(), aad)
        return CentreKey.objects.create(
            centre_id=centre_id, generation=last + 1, wrapped=wrapped
        )


def _rewrap_cases(
    centre_id: UUID, newest: CentreKey, done: int, tell: Progress | None
) -> int:
    """Wrap what hangs on an older generation anew, batch by batch."""
    rows = CaseKey.objects.filter(centre_key__centre_id=centre_id)
    waiting = rows.exclude(centre_key=newest).order_by("pk")
    while batch := list(waiting.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic(using=KEYS):
            locked = CaseKey.objects.select_for_update(of=("self",)).order_by("pk")
            found = list(locked.select_related("centre_key").filter(pk__in=batch))
            for row in found:
                _rewrap_case(row, newest)
            CaseKey.objects.bulk_update(found, ["wrapped", "centre_key"])
        done += len(batch)
        if tell is not None:
            tell(done)
    return done


def _cases_before(target: int) -> Iterator[list[UUID]]:
    """Cases whose newest generation is not there yet, batch by batch."""
    standing = CaseKey.objects.exclude(wrapped=None).exclude(case_id=keys.SYSTEM_SCOPE)
    newest = standing.values("case_id").annotate(newest=Max("generation"))
    waiting = newest.filter(newest__lt=target).order_by("case_id")
    while batch := [found["case_id"] for found in waiting[:BATCH]]:
        yield batch


def _rotate_case(case_id: UUID, target: int | None) -> int | None:
    """Its new generation; none if its key is destroyed."""
    with transaction.atomic(using=KEYS):
        rows = CaseKey.objects.select_for_update().filter(case_id=case_id)
        held = rows.order_by("-generation").first()
        if held is None or held.wrapped is None:
            return None
        generation = target or held.generation + 1
        wrapping = keys.open_centre_key(held.centre_key)
        aad = cipher.dek_aad(case_id, generation)
        CaseKey.objects.create(
            case_id=case_id,
            generation=generation,
            centre_key=held.centre_key,
            wrapped=cipher.wrap_key(wrapping, cipher.new_key(), aad),
        )
    keys.forget()
    return generation


def _newest_generation(scope: UUID) -> int:
    found: int | None = CaseKey.objects.filter(case_id=scope).aggregate(
        newest=Max("generation")
    )["newest"]
    if found is None:
        raise VaultError("The system's own key is not there.")
    return found


def _rewrap_case(row: CaseKey, newest: CentreKey) -> None:
    if row.wrapped is not None:
        aad = cipher.dek_aad(row.case_id, row.generation)
        key = cipher.unwrap_key(
            keys.open_centre_key(row.centre_key), bytes(row.wrapped), aad
        )
        row.wrapped = cipher.wrap_key(keys.open_centre_key(newest), key, aad)
    row.centre_key = newest
