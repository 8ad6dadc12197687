"""Finding by opening: everybody who is looked for, in many cases, and never a guess."""

from __future__ import annotations

from uuid import uuid4

import pytest

from centre.vault import keys, ring, rotation, scan
from centre.vault.errors import DamagedError, VaultError
from tests.vault import raw, shelf

WANTED = "amina"


def is_wanted(words: str) -> bool:
    return WANTED in words.casefold()


@pytest.fixture
def pages(vault):
    """Twelve cases of one centre; every third page is looked for."""
    made = []
    for number in range(12):
        case = uuid4()
        keys.make_case_key(case, vault.centre)
        words = f"Amina {number}" if number % 3 == 0 else f"Zuhura {number}"
        made.append(shelf.Page.objects.create(case_id=case, words=words, answers={}))
    return made


def found(column: str = "words") -> set[str]:
    rows = shelf.Page.objects.all()
    return {words for _, words in scan.matching(rows, column, is_wanted)}


def test_everybody_who_is_looked_for_is_found_with_her_row(pages):
    hits = dict(scan.matching(shelf.Page.objects.all(), "words", is_wanted))

    assert hits == {page.pk: page.words for page in pages[::3]}


@pytest.mark.parametrize("size", [1, 5, 100])
def test_batches_change_nothing(pages, monkeypatch, size):
    monkeypatch.setattr(ring, "BATCH", size)

    assert found() == {"Amina 0", "Amina 3", "Amina 6", "Amina 9"}


def test_keys_are_fetched_together(pages, django_assert_max_num_queries):
    with django_assert_max_num_queries(3, using="keys"):
        assert len(found()) == 4


def test_all_generations_are_read(pages):
    rotation.rotate_cases()
    page = pages[1]
    page.words = "Amina anew"
    page.save()

    assert len(found()) == 5


def test_keys_replaced_meanwhile_are_fetched_again(pages, monkeypatch):
    first, opened = [True], ring.open_centre_key

    def replaced(row):
        if first.pop() if first else False:
            rotation.rotate_root()
            raise keys.RootKeyError("It was replaced.")
        return opened(row)

    monkeypatch.setattr(ring, "open_centre_key", replaced)

    assert len(found()) == 4


def test_a_destroyed_case_is_passed_over(pages):
    keys.destroy_case_key(pages[0].case_id)

    assert found() == {"Amina 3", "Amina 6", "Amina 9"}


def test_an_empty_column_is_passed_over(pages):
    assert found("note") == set()


def test_a_value_that_was_moved_stops_the_search(pages):
    raw.plant(pages[1], "words", raw.stored(pages[0], "words"))

    with pytest.raises(DamagedError, match="not what was written"):
        found()


def test_a_value_without_a_key_stops_the_search(pages):
    value = bytearray(raw.stored(pages[1], "words"))
    value[3] = 9
    raw.plant(pages[1], "words", bytes(value))

    with pytest.raises(DamagedError):
        found()


@pytest.mark.parametrize("model", [shelf.Secret, shelf.Page])
def test_only_columns_under_a_cases_key_are_searched(vault, model):
    column = "seed" if model is shelf.Secret else "number"

    with pytest.raises(VaultError, match="no column that is encrypted"):
        list(scan.matching(model.objects.all(), column, is_wanted))
