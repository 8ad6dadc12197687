"""Replacing keys while the centre works: root, centres, cases; resumable and counted.

Root: the new key is written beside the old one, every wrapped key is wrapped anew in
one transaction, and the new file takes the old one's place. Whatever the moment of a
crash, one of the two files opens the store, and the next run ends what was begun.

Centre: a new generation wraps each case's key anew in batches; when none hangs on the
old generation any more, that is destroyed.

Case: a new generation encrypts what is written from now on. What was written once stays
under the generation it was written with, since its bytes are bound by the ledger and by
triggers; those generations stay, wrapped under the newest keys, until the case's key is
destroyed. `staying` counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max

from centre.vault import cipher, keys, root
from centre.vault.errors import RootKeyError, VaultError
from centre.vault.models import CaseKey, CentreKey, RootCheck
from centre.vault.routers import KEYS

BATCH: Final = 500
_NEXT: Final = ".next"
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
    finish_root()
    coming = _beside(path)
    root.write_key(coming, cipher.new_key())
    old, new = root.provider(), root.HeldRootKey(root.read_key(coming))
    with transaction.atomic(using=KEYS):
        count = _rewrap_all(old, new)
    _take_place(coming, path)
    return count


def finish_root() -> bool:
    """End a rotation that was cut off: keep the file that opens the store."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    coming = _beside(path)
    if not coming.exists():
        return False
    check = RootCheck.objects.first()
    opens_new = check is not None and keys.opens_check(
        root.HeldRootKey(root.read_key(coming)), bytes(check.wrapped)
    )
    if opens_new:
        _take_place(coming, path)
    else:
        coming.unlink()
        root.sync_folder(path.parent)
    return True


def rotate_centre(centre_id: UUID, tell: Progress | None = None) -> int:
    """Replace a centre's key; say how many case keys were wrapped anew."""
    keys.check_root_key()
    newest = _new_generation(centre_id)
    done = 0
    for batch in _hanging_on_older(centre_id, newest):
        with transaction.atomic(using=KEYS):
            for row in CaseKey.objects.select_for_update().filter(pk__in=batch):
                _rewrap_case(row, newest)
        done += len(batch)
        if tell is not None:
            tell(done)
    older = CentreKey.objects.filter(centre_id=centre_id)
    older.exclude(pk=newest.pk).delete()
    keys.forget()
    return done


def rotate_case(case_id: UUID) -> int:
    """Give a case a new generation; what is written from now on stands under it."""
    keys.check_root_key()
    with transaction.atomic(using=KEYS):
        rows = CaseKey.objects.select_for_update().filter(case_id=case_id)
        held = rows.order_by("-generation").first()
        if held is None or held.wrapped is None:
            raise VaultError("This case has no key that could be replaced.")
        wrapping = keys.open_centre_key(held.centre_key)
        generation = held.generation + 1
        aad = cipher.dek_aad(case_id, generation)
        CaseKey.objects.create(
            case_id=case_id,
            generation=generation,
            centre_key=held.centre_key,
            wrapped=cipher.wrap_key(wrapping, cipher.new_key(), aad),
        )
    keys.forget()
    return generation


def cases() -> Iterator[UUID]:
    """Every scope whose key stands, the system's own among them."""
    rows = CaseKey.objects.exclude(wrapped=None).order_by("case_id")
    yield from rows.values_list("case_id", flat=True).distinct().iterator()


def staying() -> Staying:
    """How many scopes and generations there are."""
    found = CaseKey.objects.exclude(wrapped=None).aggregate(
        cases=Count("case_id", distinct=True), generations=Count("pk")
    )
    return Staying(**found)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _NEXT)


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
        wrapped = root.provider().wrap(cipher.new_key(), aad)
        return CentreKey.objects.create(
            centre_id=centre_id, generation=last + 1, wrapped=wrapped
        )


def _hanging_on_older(centre_id: UUID, newest: CentreKey) -> Iterator[list[int]]:
    """Case keys still wrapped under an older generation, batch by batch."""
    rows = CaseKey.objects.filter(centre_key__centre_id=centre_id)
    waiting = rows.exclude(centre_key=newest).order_by("pk")
    batch = list(waiting.values_list("pk", flat=True)[:BATCH])
    while batch:
        yield batch
        batch = list(waiting.values_list("pk", flat=True)[:BATCH])


def _rewrap_case(row: CaseKey, newest: CentreKey) -> None:
    if row.wrapped is not None:
        aad = cipher.dek_aad(row.case_id, row.generation)
        key = cipher.unwrap_key(
            keys.open_centre_key(row.centre_key), bytes(row.wrapped), aad
        )
        row.wrapped = cipher.wrap_key(keys.open_centre_key(newest), key, aad)
    row.centre_key = newest
    row.save(update_fields=["wrapped", "centre_key"])
