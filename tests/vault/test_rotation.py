"""Keys are replaced while everything stays readable, whatever the moment of a crash."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from centre.vault import keys, root, rotation, shares
from centre.vault.errors import KeyDestroyedError, RootKeyError
from centre.vault.models import CaseKey, CentreKey
from tests.vault import shelf


def write(vault, words="kept"):
    """One encrypted row of the case, read back afresh."""
    row = shelf.Page.objects.create(case_id=vault.case, words=words, answers={})
    return lambda: shelf.Page.objects.get(pk=row.pk).words


def test_a_new_root_key_opens_everything_and_the_old_one_nothing(vault):
    read = write(vault)
    old = root.provider()
    count = rotation.rotate_root()
    keys.forget()

    assert count == 1 + CentreKey.objects.count()
    assert root.provider().id != old.id
    assert read() == "kept"
    for row in CentreKey.objects.all():
        with pytest.raises(RootKeyError):
            old.unwrap(bytes(row.wrapped), b"")


@pytest.mark.parametrize("moment", ["before the rows", "after the rows"])
def test_a_rotation_cut_off_at_any_moment_is_ended_by_the_next(
    vault, moment, monkeypatch
):
    read = write(vault)

    class KilledError(Exception):
        """The power went."""

    def killed(*_given):
        raise KilledError

    name = "_rewrap_all" if moment == "before the rows" else "_take_place"
    with monkeypatch.context() as cut:
        cut.setattr(rotation, name, killed)
        with pytest.raises(KilledError):
            rotation.rotate_root()

    assert rotation.finish_root() is True
    keys.forget()
    assert read() == "kept"
    assert rotation.finish_root() is False
    rotation.rotate_root()
    keys.forget()
    assert read() == "kept"


def test_a_new_centre_key_wraps_every_case_and_the_old_one_is_gone(vault):
    read = write(vault)
    told = []
    count = rotation.rotate_centre(vault.centre, told.append)

    assert count == CaseKey.objects.filter(centre_key__centre_id=vault.centre).count()
    assert told == [count]
    assert [k.generation for k in CentreKey.objects.filter(centre_id=vault.centre)] == [
        2
    ]
    assert read() == "kept"


def test_a_centres_rotation_goes_on_where_it_was_cut_off(vault, monkeypatch):
    read = write(vault)
    monkeypatch.setattr(rotation, "BATCH", 1)
    done = []

    def stop(count):
        done.append(count)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate_centre(vault.centre, stop)
    keys.forget()
    assert read() == "kept"
    left = rotation.rotate_centre(vault.centre)

    assert (done, left) == ([1], 1)
    assert CentreKey.objects.filter(centre_id=vault.centre).count() == 1
    keys.forget()
    assert read() == "kept"


def test_a_new_case_key_encrypts_what_comes_and_leaves_what_was_written_once(vault):
    read = write(vault)
    assert rotation.rotate_case(vault.case) == 2
    after = write(vault, "later")

    assert (read(), after()) == ("kept", "later")
    assert keys.case_key(vault.case)[0] == 2
    assert rotation.staying().older == 1


def test_all_three_one_after_another_leave_everything_readable(vault):
    reads = [write(vault, f"words {n}") for n in range(5)]
    for _ in range(2):
        rotation.rotate_case(vault.case)
        rotation.rotate_centre(vault.centre)
        rotation.rotate_root()
    keys.forget()

    assert [read() for read in reads] == [f"words {n}" for n in range(5)]


def test_a_destroyed_key_stays_destroyed_through_every_rotation(vault):
    read = write(vault)
    keys.destroy_case_key(vault.case)
    rotation.rotate_centre(vault.centre)
    rotation.rotate_root()
    keys.forget()

    with pytest.raises(KeyDestroyedError):
        read()
    with pytest.raises(Exception, match="no key that could be replaced"):
        rotation.rotate_case(vault.case)


def test_a_centre_nobody_knows_has_no_key_to_replace(vault):
    with pytest.raises(Exception, match="no key"):
        rotation.rotate_centre(uuid4())


def test_any_two_of_three_cards_are_the_key(vault, tmp_path):
    cards = shares.make()
    pairs = [(0, 1), (0, 2), (1, 2), (2, 0)]

    for one, other in pairs:
        key = shares.combine([cards[one], cards[other]])
        assert shares.key_id(key) == root.provider().id
    shares.restore([cards[0].upper(), f"  {cards[2]} "], tmp_path / "again.key")
    assert root.read_key(tmp_path / "again.key") == root.held_key()


@pytest.mark.parametrize("given", [1, 3, 0])
def test_another_number_of_cards_is_no_key(vault, given):
    cards = shares.make()
    with pytest.raises(RootKeyError, match="do not make a key"):
        shares.combine(cards[:given])


def test_cards_of_two_sets_and_misread_words_are_no_key(vault):
    first, second = shares.make(), shares.make()
    with pytest.raises(RootKeyError):
        shares.combine([first[0], second[1]])
    words = first[0].split()
    words[5] = "academic" if words[5] != "academic" else "acid"
    with pytest.raises(RootKeyError):
        shares.combine([" ".join(words), first[1]])


def test_a_restored_key_is_never_written_over_a_file(vault, tmp_path):
    cards = shares.make()
    path = tmp_path / "there.key"
    path.write_text("something", encoding="utf-8")

    with pytest.raises(RootKeyError, match="already"):
        shares.restore(cards[:2], path)
    assert path.read_text(encoding="utf-8") == "something"


def test_one_card_alone_tells_nothing_of_the_key(vault):
    """Two sets of one key share no card: each card is random by itself."""
    assert not set(shares.make()) & set(shares.make())
    assert isinstance(vault.case, UUID)
