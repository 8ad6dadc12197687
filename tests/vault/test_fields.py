"""Encrypted columns open in their place, lazily, and never fail open."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import serializers
from django.db import connections, models, transaction
from django.db.models import F, Value
from django.test.utils import CaptureQueriesContext

from centre.vault import keys
from centre.vault.errors import (
    ContentError,
    DamagedError,
    KeyDestroyedError,
    NoKeyError,
    PlaintextError,
    VaultError,
)
from centre.vault.fields import EncryptedJSON, EncryptedText
from tests.vault import raw
from tests.vault.conftest import Vault, give_new_generation
from tests.vault.shelf import Folder, Leaf, Page, Secret

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

TEXTS = [
    "",
    "plain",
    "Zoë — “no”\r\n\t",
    "e\u0301 and é",
    "\u202emirrored",
    "😀" * 300,
    "nul \0 inside",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_back_exactly(vault: Vault, text: str) -> None:
    made = Page.objects.create(case_id=vault.case, words=text)

    assert made.words == text
    assert Page.objects.get(pk=made.pk).words == text


def test_a_document_comes_back_exactly(page: Page) -> None:
    assert page.answers == {"a": ["x"], "b": 2}


def test_null_stays_null_and_empty_text_is_encrypted(vault: Vault) -> None:
    made = Page.objects.create(case_id=vault.case, words="")

    assert Page.objects.get(pk=made.pk).note is None
    assert len(raw.stored(made, "words")) == 32


def test_documents_of_any_answers_look_equally_long(vault: Vault) -> None:
    short = Page.objects.create(case_id=vault.case, words="", answers={})
    longer = Page.objects.create(case_id=vault.case, words="", answers={"a": "x" * 99})

    lengths = {len(raw.stored(p, "answers")) for p in (short, longer)}
    assert lengths == {256 + 32}


def test_a_missing_document_is_not_an_empty_one(vault: Vault) -> None:
    field = EncryptedJSON[Any, Any](scope="case_id")

    assert field.get_default() is None


@pytest.mark.parametrize("value", [7, b"bytes", ["list"], Value("x")])
def test_text_columns_hold_text(vault: Vault, value: Any) -> None:
    with pytest.raises(ContentError):
        Page.objects.create(case_id=vault.case, words=value)


def test_half_a_character_is_refused(vault: Vault) -> None:
    with pytest.raises(ContentError):
        Page.objects.create(case_id=vault.case, words="\ud800")


def test_loading_opens_nothing(vault: Vault, page: Page) -> None:
    keys.destroy_case_key(vault.case)
    keys.forget()

    with CaptureQueriesContext(connections["keys"]) as queries:
        again = Page.objects.get(pk=page.pk)
        assert again.number == 1
    assert len(queries) == 0
    with pytest.raises(KeyDestroyedError):
        _ = again.words


def test_an_unopened_value_is_written_back_byte_for_byte(page: Page) -> None:
    before = raw.stored(page, "words")
    page.number = 2
    page.save()

    assert raw.stored(page, "words") == before


def test_an_opened_value_that_did_not_change_is_written_back(page: Page) -> None:
    before = raw.stored(page, "words"), raw.stored(page, "answers")
    assert page.words
    assert page.answers
    page.save()

    assert (raw.stored(page, "words"), raw.stored(page, "answers")) == before


def test_a_changed_value_is_encrypted_anew(page: Page) -> None:
    before = raw.stored(page, "words")
    page.words = "She came at noon."
    page.save()

    assert raw.stored(page, "words") != before
    assert Page.objects.get(pk=page.pk).words == "She came at noon."


def test_a_document_changed_in_place_is_saved(page: Page) -> None:
    page.answers["c"] = True
    page.save()

    assert Page.objects.get(pk=page.pk).answers == {"a": ["x"], "b": 2, "c": True}


def test_a_second_save_writes_the_same_bytes(vault: Vault) -> None:
    made = Page.objects.create(case_id=vault.case, words="once")
    before = raw.stored(made, "words")
    made.save()

    assert raw.stored(made, "words") == before


def test_a_row_of_a_destroyed_case_can_still_be_saved(vault: Vault, page: Page) -> None:
    before = raw.stored(page, "words")
    keys.destroy_case_key(vault.case)
    page.number = 3
    page.save()

    assert raw.stored(page, "words") == before


def test_nothing_new_is_written_under_a_destroyed_key(vault: Vault) -> None:
    keys.destroy_case_key(vault.case)

    with pytest.raises(KeyDestroyedError), transaction.atomic():
        Page.objects.create(case_id=vault.case, words="too late")
    assert not Page.objects.exists()


def test_nothing_is_written_without_a_key(vault: Vault) -> None:
    with pytest.raises(NoKeyError):
        Page.objects.create(case_id=uuid4(), words="whose?")
    with pytest.raises(VaultError):
        Page.objects.create(case_id=None, words="whose?")


def test_a_value_that_would_not_open_is_not_written(vault: Vault, page: Page) -> None:
    page.case_id = vault.other_case

    with pytest.raises(DamagedError):
        page.save()


def test_an_opened_value_moves_with_its_row(vault: Vault, page: Page) -> None:
    assert page.words
    assert page.answers
    page.case_id = vault.other_case
    page.save()

    assert Page.objects.get(pk=page.pk).words == "She came at dawn."


@pytest.mark.parametrize("column", ["note", "answers"])
def test_a_value_in_another_column_is_refused(page: Page, column: str) -> None:
    raw.plant(page, column, raw.stored(page, "words"))

    with pytest.raises(DamagedError):
        getattr(Page.objects.get(pk=page.pk), column)


def test_a_value_in_another_row_is_refused(vault: Vault, page: Page) -> None:
    other = Page.objects.create(case_id=vault.case, words="other")
    raw.plant(other, "words", raw.stored(page, "words"))

    with pytest.raises(DamagedError):
        _ = Page.objects.get(pk=other.pk).words


def test_a_row_moved_to_another_case_is_refused(vault: Vault, page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(case_id=vault.other_case)

    with pytest.raises(DamagedError):
        _ = Page.objects.get(pk=page.pk).words


def test_a_value_of_another_table_is_refused(vault: Vault, page: Page) -> None:
    folder = Folder.objects.create(case_id=vault.case)
    leaf = Leaf.objects.create(id=page.pk, folder=folder, words="leaf")
    raw.plant(leaf, "words", raw.stored(page, "words"))

    with pytest.raises(DamagedError):
        _ = Leaf.objects.get(pk=leaf.pk).words


@pytest.mark.parametrize(
    "planted", ["She came at dusk.", b"She came at dusk.", b"\x01\x01" * 40, b"", 7]
)
def test_planted_plaintext_is_refused(page: Page, planted: Any) -> None:
    if isinstance(planted, str | int) and connections["default"].vendor != "sqlite":
        pytest.skip("this database keeps other types out of the column by itself")
    raw.plant(page, "words", planted)

    with pytest.raises(DamagedError):
        _ = Page.objects.get(pk=page.pk).words


def test_sampled_flips_and_cuts_are_refused(page: Page) -> None:
    whole = raw.stored(page, "words")
    spoilt = [whole[:n] for n in range(0, len(whole), 5)]
    for at in range(0, len(whole), 3):
        flipped = bytearray(whole)
        flipped[at] ^= 0x40
        spoilt.append(bytes(flipped))

    for value in spoilt:
        raw.plant(page, "words", value)
        with pytest.raises(VaultError):
            _ = Page.objects.get(pk=page.pk).words
    raw.plant(page, "words", whole)
    assert Page.objects.get(pk=page.pk).words == "She came at dawn."


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "She came at dawn."},
        {"words__contains": "dawn"},
        {"words__in": ["a"]},
        {"words__gt": "a"},
        {"answers__a": 1},
        {"words": None},
    ],
)
def test_searching_raises(page: Page, asked: dict[str, Any]) -> None:
    with pytest.raises(PlaintextError):
        Page.objects.filter(**asked).exists()


def test_is_null_may_be_asked(page: Page) -> None:
    assert Page.objects.filter(note__isnull=True).get() == page
    assert not Page.objects.filter(words__isnull=True).exists()


@pytest.mark.parametrize("value", ["open", b"open", Value("open"), F("note")], ids=str)
def test_updating_openly_raises(page: Page, value: Any) -> None:
    before = raw.stored(page, "words")

    with pytest.raises(PlaintextError), transaction.atomic():
        Page.objects.update(words=value)
    assert raw.stored(page, "words") == before


def test_bulk_update_raises_and_bulk_create_encrypts(vault: Vault, page: Page) -> None:
    page.words = "openly"
    with pytest.raises(PlaintextError), transaction.atomic():
        Page.objects.bulk_update([page], ["words"])

    made = Page.objects.bulk_create([Page(case_id=vault.case, words="in bulk")])
    assert b"in bulk" not in raw.stored(made[0], "words")
    assert Page.objects.get(pk=made[0].pk).words == "in bulk"


def test_update_may_empty_a_column(vault: Vault) -> None:
    made = Page.objects.create(case_id=vault.case, words="", note="kept")
    Page.objects.filter(pk=made.pk).update(note=None)

    assert Page.objects.get(pk=made.pk).note is None


def test_values_show_nothing(page: Page) -> None:
    (shown,) = Page.objects.values_list("words", flat=True)

    assert "dawn" not in repr(shown)
    with pytest.raises(PlaintextError):
        str(shown)
    with pytest.raises(PlaintextError):
        f"{shown}"


@pytest.mark.parametrize("form", ["json", "python", "xml"])
def test_dumping_raises(page: Page, form: str) -> None:
    with pytest.raises(PlaintextError):
        serializers.serialize(form, Page.objects.all())


def test_no_form_field_is_made() -> None:
    assert Page._meta.get_field("words").formfield() is None


def test_a_deferred_value_opens_when_asked(page: Page) -> None:
    assert Page.objects.defer("words").get().words == "She came at dawn."
    assert Page.objects.only("number").get().words == "She came at dawn."


def test_a_row_saved_without_its_deferred_value_keeps_it(page: Page) -> None:
    before = raw.stored(page, "words")
    partly = Page.objects.defer("words").get()
    partly.number = 4
    partly.save()

    assert raw.stored(page, "words") == before


def test_refreshing_brings_the_stored_value_back(page: Page) -> None:
    page.words = "not saved"
    page.refresh_from_db()

    assert page.words == "She came at dawn."


def test_a_copy_under_a_new_id_is_encrypted_for_its_own_row(page: Page) -> None:
    assert page.words
    assert page.answers
    first = page.pk
    page.pk = uuid4()
    page._state.adding = True
    page.save()

    assert Page.objects.get(pk=first).words == "She came at dawn."
    assert Page.objects.get(pk=page.pk).words == "She came at dawn."


def test_the_case_is_found_by_way_of_a_relation(vault: Vault) -> None:
    folder = Folder.objects.create(case_id=vault.case)
    Leaf.objects.create(folder=folder, words="by way")

    assert Leaf.objects.get().words == "by way"
    keys.destroy_case_key(vault.case)
    with pytest.raises(KeyDestroyedError):
        _ = Leaf.objects.get().words


def test_a_row_without_its_relation_belongs_to_no_case(vault: Vault) -> None:
    with pytest.raises(VaultError, match="belongs to no case"):
        Leaf(words="lost").save()


def test_a_secret_of_no_case_is_under_the_systems_key(vault: Vault) -> None:
    Secret.objects.create(seed="JBSWY3DP")

    assert Secret.objects.get().seed == "JBSWY3DP"
    keys.destroy_case_key(vault.case)
    assert Secret.objects.get().seed == "JBSWY3DP"


def test_ids_given_as_text_are_the_same_ids(vault: Vault) -> None:
    key = uuid4()
    Page.objects.create(id=str(key), case_id=str(vault.case), words="by text")

    assert Page.objects.get(pk=key).words == "by text"


def test_a_list_of_fifty_rows_asks_for_its_keys_once(vault: Vault) -> None:
    for n in range(50):
        case = uuid4()
        keys.make_case_key(case, vault.centre)
        Page.objects.create(case_id=case, words=f"words {n}", number=n)
    keys.forget()

    with CaptureQueriesContext(connections["keys"]) as queries:
        shown = [page.words for page in Page.objects.order_by("number")]
    assert shown == [f"words {n}" for n in range(50)]
    assert len(queries) == 1


def test_a_list_by_way_of_a_relation_asks_for_its_keys_once(vault: Vault) -> None:
    for scope in (vault.case, vault.other_case):
        folder = Folder.objects.create(case_id=scope)
        Leaf.objects.create(folder=folder, words="leaf")
    keys.forget()

    with CaptureQueriesContext(connections["keys"]) as queries:
        shown = [leaf.words for leaf in Leaf.objects.select_related("folder")]
    assert shown == ["leaf", "leaf"]
    assert len(queries) == 1


def test_an_older_generation_of_the_key_still_opens(vault: Vault, page: Page) -> None:
    give_new_generation(vault.case)

    fresh = Page.objects.create(case_id=vault.case, words="newer")
    assert raw.stored(fresh, "words")[2:4] == b"\0\x02"
    assert Page.objects.get(pk=page.pk).words == "She came at dawn."
    assert Page.objects.get(pk=fresh.pk).words == "newer"


def test_an_error_never_tells_the_value(page: Page) -> None:
    raw.plant(page, "words", b"She came at dusk, and she told.")

    with pytest.raises(VaultError) as told:
        _ = Page.objects.get(pk=page.pk).words
    assert "dusk" not in str(told.value)


def test_a_label_that_differs_is_kept_in_migrations() -> None:
    own: Any = Page._meta.get_field("words")
    *_, options = own.deconstruct()
    assert options == {"scope": "case_id"}

    other = EncryptedText[str, str](scope=UUID(int=0), label="old.Name", null=True)
    *_, options = other.clone().deconstruct()
    assert options == {"scope": UUID(int=0), "label": "old.Name", "null": True}


def test_misuse_is_found_by_the_system_check() -> None:
    class Wrong(models.Model):
        id = models.BigAutoField(primary_key=True)
        words = EncryptedText[str, str](scope="nowhere", unique=True)

        class Meta:
            app_label = "shelf"

        def __str__(self) -> str:
            return "Wrong"

    found = {error.id for error in Wrong.check()}
    assert {"vault.E001", "vault.E002", "vault.E003"} <= found
