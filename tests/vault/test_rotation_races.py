"""Keys are replaced under people's hands: what was fetched before still opens."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from centre.vault import keys, root, rotation
from centre.vault.errors import RootKeyError
from centre.vault.models import CaseKey, CentreKey, RootCheck
from centre.vault.routers import KEYS
from tests.vault import shelf


class KilledError(Exception):
    """The power went."""


@pytest.fixture
def read(vault):
    """A stored value, fetched anew each time."""
    row = shelf.Page.objects.create(case_id=vault.case, words="kept", answers={})
    return lambda: shelf.Page.objects.get(pk=row.pk).words


@pytest.fixture
def between(vault, monkeypatch):
    """The moment at which all rows hang on the next root key, but not yet the file."""

    def killed(*_given):
        raise KilledError

    with monkeypatch.context() as cut:
        cut.setattr(rotation, "_take_place", killed)
        with pytest.raises(KilledError):
            rotation.rotate_root()
    return vault


def test_what_was_fetched_before_the_root_was_replaced_still_opens(read):
    assert read() == "kept"
    rotation.rotate_root()

    assert read() == "kept"  # the keys in memory hang on the old root key


def test_between_rows_and_file_everything_is_served(between, read):
    assert root.beside().exists()
    keys.check_root_key()

    assert read() == "kept"


def test_without_the_next_key_beside_it_nothing_would_be(between, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(root, "coming", lambda: None)

    with pytest.raises(RootKeyError):
        keys.check_root_key()


def test_a_centre_opened_between_rows_and_file_is_not_lost(between):
    new_centre, new_case = uuid4(), uuid4()
    keys.make_centre_key(new_centre)
    keys.make_case_key(new_case, new_centre)
    assert rotation.finish_root() is True
    keys.forget()

    assert keys.case_key(new_case)[0] == 1


def test_the_file_taking_its_place_between_two_looks_is_no_wrong_key(
    between, monkeypatch
):
    look = root.provider

    def look_and_then_it_moves():
        found = look()
        if root.beside().exists():
            rotation._take_place(root.beside(), between.root_key)
        return found

    monkeypatch.setattr(root, "provider", look_and_then_it_moves)
    with transaction.atomic(using=KEYS):
        held = keys.root_to_write()

    assert not root.beside().exists()
    assert keys.opens_check(held, bytes(RootCheck.objects.get().wrapped))


@pytest.mark.parametrize(
    ("check", "opening"), [(keys.check_root_key, 1), (keys.check_keys, 2)]
)
def test_a_root_key_replaced_between_row_and_key_is_no_wrong_key(
    vault, monkeypatch, check, opening
):
    opened, left = root.unwrap, list(range(opening))

    def replaced_before(wrapped, aad):
        if left:
            left.pop()
            if not left:
                rotation.rotate_root()
        return opened(wrapped, aad)

    monkeypatch.setattr(root, "unwrap", replaced_before)
    check()

    assert not left


def test_a_root_key_replaced_at_every_look_is_no_wrong_key(read, monkeypatch):
    fetch, left = keys.warm, [1, 2, 3, 4]

    def fetched_and_then_replaced(scopes):
        fetch(scopes)
        if left:
            left.pop()
            rotation.rotate_root()

    assert read() == "kept"
    monkeypatch.setattr(keys, "warm", fetched_and_then_replaced)
    rotation.rotate_root()

    assert read() == "kept"
    assert not left


def test_a_wrong_root_key_is_told_and_not_tried_for_ever(vault, monkeypatch):
    tries = []
    look = root.provider
    monkeypatch.setattr(root, "provider", lambda: tries.append(1) or look())
    vault.root_key.unlink()
    root.write_key(vault.root_key, b"w" * 32)
    keys.forget()

    with pytest.raises(RootKeyError):
        keys.case_key(vault.case)
    assert len(tries) < 10


def test_a_generation_another_process_made_is_fetched(vault, monkeypatch):
    keys.case_key(vault.case)
    known = dict(keys._remembered)
    rotation.rotate_case(vault.case)
    row = shelf.Page.objects.create(case_id=vault.case, words="newer", answers={})
    monkeypatch.setattr(keys, "_remembered", known)  # as elsewhere, a moment ago

    assert shelf.Page.objects.get(pk=row.pk).words == "newer"


def test_a_half_written_next_key_is_dropped(vault, read):
    root.beside().write_bytes(b"AAAA")
    root.beside().chmod(0o400)

    assert rotation.finish_root() is True
    assert not root.beside().exists()
    assert read() == "kept"


def test_if_neither_key_opens_the_store_both_stay(vault):
    check = RootCheck.objects.get()
    stranger = root.HeldRootKey(b"s" * 32)
    check.wrapped = keys.rewrapped_check(root.provider(), stranger, check.wrapped)
    check.save()
    root.write_key(root.beside(), b"n" * 32)
    before = vault.root_key.read_bytes(), root.beside().read_bytes()

    for act in (rotation.finish_root, rotation.rotate_root):
        with pytest.raises(RootKeyError, match="Neither"):
            act()
    with pytest.raises(RootKeyError):
        keys.make_centre_key(uuid4())
    assert (vault.root_key.read_bytes(), root.beside().read_bytes()) == before


@pytest.mark.parametrize(
    "act",
    [
        rotation.rotate_root,
        rotation.finish_root,
        rotation.rotate_cases,
        lambda: rotation.rotate_centre(keys.SYSTEM_SCOPE),
        lambda: rotation.rotate_case(keys.SYSTEM_SCOPE),
    ],
)
def test_two_runs_at_once_are_refused(vault, act):
    with root.alone(), pytest.raises(RootKeyError, match="another run"):
        act()


def test_a_case_opened_under_the_old_centre_key_is_taken_along(vault):
    old = CentreKey.objects.get(centre_id=vault.centre)
    late = []

    def open_late(_count):
        if not late:
            late.append(uuid4())
            keys._insert_case_keys([late[0]], old)

    assert rotation.rotate_centre(vault.centre, open_late) == 3
    keys.forget()
    assert keys.case_key(late[0])[0] == 1
    [left] = CentreKey.objects.filter(centre_id=vault.centre)
    assert left.generation == 2


def test_new_generations_of_all_cases_go_on_where_they_were_cut_off(vault, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)

    def stop(_count):
        raise KilledError

    with pytest.raises(KilledError):
        rotation.rotate_cases(stop)
    assert rotation.rotate_cases() == 2  # the other case, and the system's own scope

    scopes = (vault.case, vault.other_case, keys.SYSTEM_SCOPE)
    assert [CaseKey.objects.filter(case_id=s).count() for s in scopes] == [2, 2, 2]
    assert rotation.rotate_cases() == 3


def test_a_destroyed_case_gets_no_generation(vault):
    keys.destroy_case_key(vault.case)

    assert rotation.rotate_cases() == 2
    assert CaseKey.objects.filter(case_id=vault.case).count() == 1
    assert keys.is_destroyed(vault.case)


def test_destroying_reaches_every_generation(vault):
    rotation.rotate_cases()
    assert not keys.is_destroyed(vault.case)
    keys.destroy_case_key(vault.case)

    assert keys.is_destroyed(vault.case)
    assert not keys.is_destroyed(vault.other_case)
