"""Encrypted columns: they open when they are looked at, in their own place only.

A value that was not looked at is written back byte for byte. Whatever was changed,
moved, cut short or planted raises instead of showing anything. Searching, updating
or exporting such a column openly raises too; `isnull` is the one question it answers.
Copies kept by simple-history stay under the case's key and the first owner's label,
so destroying the key covers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast
from uuid import UUID

from django.core import checks
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields import NOT_PROVIDED
from django.db.models.lookups import IsNull

from centre.vault import cipher, documents, keys
from centre.vault.errors import (
    ContentError,
    DamagedError,
    KeyDestroyedError,
    NoKeyError,
    PlaintextError,
    VaultError,
)
from centre.vault.lazy import Ciphertext, Opened, Sealed, Window, neighbours

S = TypeVar("S")
G = TypeVar("G")

if TYPE_CHECKING:
    Column = models.Field
else:

    class Column(models.Field):
        """The base field, made subscriptable for its types."""

        def __class_getitem__(cls, types):  # noqa: ANN001, ANN204 - not seen by type checkers
            return cls


class EncryptedField(Column[S, G]):
    """What all encrypted columns share; `scope` names where the case's id is found."""

    descriptor_class = Window

    def __init__(
        self,
        *,
        scope: str | UUID,
        label: str | None = None,
        null: bool = False,
        blank: bool = False,
        default: Any = NOT_PROVIDED,
        verbose_name: str | None = None,
        **options: Any,
    ) -> None:
        self.scope = scope
        self.label = label
        super().__init__(
            verbose_name, null=null, blank=blank, default=default, **options
        )

    def to_plaintext(self, value: Any) -> bytes:
        """The bytes that are encrypted for a value."""
        raise NotImplementedError

    def from_plaintext(self, plaintext: bytes) -> Any:
        """The value behind decrypted bytes."""
        raise NotImplementedError

    def contribute_to_class(
        self,
        cls: type[models.Model],
        name: str,
        private_only: bool = False,  # noqa: FBT001, FBT002 - Django's shape
    ) -> None:
        """Join a model; the first model that is a table of its own gives the label."""
        super().contribute_to_class(cls, name, private_only=private_only)
        if self.label is None and not cls._meta.abstract:
            self.label = cls._meta.label

    def deconstruct(self) -> Any:
        """Scope always, label only where it is not the model's own."""
        name, path, args, options = super().deconstruct()
        options["scope"] = self.scope
        own = self.model._meta.label if hasattr(self, "model") else None
        if self.label not in {None, own}:
            options["label"] = self.label
        return name, path, args, options

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """An encrypted column cannot be a key, and needs a random row id."""
        return [*super().check(**kwargs), *self._misuses()]

    def get_internal_type(self) -> str:
        """Stored as bytes."""
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`; anything else would compare with plaintext."""
        if lookup_name != "isnull":
            raise PlaintextError(f"{self} is encrypted and cannot be searched.")
        return IsNull

    def get_transform(self, lookup_name: str) -> NoReturn:
        """None."""
        raise PlaintextError(f"{self} is encrypted and cannot be searched.")

    def get_placeholder(
        self, value: Any, compiler: Any, connection: BaseDatabaseWrapper
    ) -> str:
        """Refuse database expressions, which would write what they say openly."""
        if hasattr(value, "as_sql"):
            raise PlaintextError(f"{self} is encrypted and set through its row only.")
        return "%s"

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django's shape
    ) -> Any:
        """Let ciphertext and null through, and nothing else."""
        if value is None:
            return None
        if not isinstance(value, Ciphertext):
            raise PlaintextError(f"{self} is encrypted and set through its row only.")
        driver: Any = connection
        return driver.Database.Binary(value)

    def from_db_value(self, value: Any, *context: Any) -> Sealed | None:
        """What is stored, unopened."""
        if value is None:
            return None
        return Sealed(bytes(value) if isinstance(value, memoryview) else value)

    def pre_save(
        self,
        model_instance: models.Model,
        add: bool,  # noqa: FBT001 - Django's shape
    ) -> Any:
        """The bytes to write: as stored if nothing changed, else freshly encrypted."""
        if self.attname not in model_instance.__dict__:
            getattr(model_instance, self.attname)
        held = model_instance.__dict__[self.attname]
        if held is None:
            return None
        if isinstance(held, Sealed):
            return self._as_stored(model_instance, held)
        held = self._written(model_instance, held)
        model_instance.__dict__[self.attname] = held
        return held.stored

    def value_to_string(self, obj: models.Model) -> NoReturn:
        """Refused: dumps and fixtures are plain files."""
        raise PlaintextError(f"{self} is encrypted and cannot be exported.")

    def formfield(self, **kwargs: Any) -> None:
        """None; forms hold the arguments of actions."""

    def opened(self, instance: models.Model, held: Sealed) -> Opened:
        """The value of a row, decrypted in its place."""
        place = self.place_of(instance)
        generation = cipher.generation_of(held.stored)
        stored = Ciphertext(cast("bytes", held.stored))
        if not keys.is_fresh(place.scope):
            keys.warm(neighbours() | {place.scope})
        plaintext = cipher.open_field(_key_of(place, generation), stored, place)
        return Opened(self.from_plaintext(plaintext), plaintext, stored, place)

    def place_of(self, instance: models.Model) -> cipher.Place:
        """Where the row's value belongs."""
        return cipher.Place(
            label=self.label or self.model._meta.label,
            row=self._uuid(getattr(instance, "id", None)),
            scope=self._uuid(self._scope_of(instance)),
            field=self.name,
        )

    def scope_at_hand(self, instance: models.Model) -> UUID | None:
        """The row's scope if it is known without asking the database."""
        if isinstance(self.scope, UUID):
            return self.scope
        *way, last = self.scope.split(".")
        found: Any = instance
        for step in way:
            found = found._state.fields_cache.get(step)
            if found is None:
                return None
        scope = found.__dict__.get(last)
        return scope if isinstance(scope, UUID) else None

    def _scope_of(self, instance: models.Model) -> Any:
        if isinstance(self.scope, UUID):
            return self.scope
        found: Any = instance
        try:
            for step in self.scope.split("."):
                found = getattr(found, step)
        except (AttributeError, ObjectDoesNotExist) as error:
            raise VaultError(f"{self} belongs to no case.") from error
        return found

    def _uuid(self, value: Any) -> UUID:
        try:
            return value if isinstance(value, UUID) else UUID(str(value))
        except ValueError as error:
            raise VaultError(f"{self} belongs to no row or no case.") from error

    def _as_stored(self, instance: models.Model, held: Sealed) -> Ciphertext:
        """Unopened bytes, after making sure that they open where they are going."""
        try:
            return self.opened(instance, held).stored
        except KeyDestroyedError:
            return Ciphertext(cast("bytes", held.stored))

    def _written(self, instance: models.Model, held: Any) -> Opened:
        value = held.value if isinstance(held, Opened) else held
        plaintext, place = self.to_plaintext(value), self.place_of(instance)
        if isinstance(held, Opened) and (plaintext, place) == (
            held.plaintext,
            held.place,
        ):
            return held
        generation, key = keys.case_key(place.scope)
        stored = Ciphertext(cipher.seal_field(key, generation, plaintext, place))
        return Opened(value, plaintext, stored, place)

    def _misuses(self) -> Iterator[checks.CheckMessage]:
        indexed: bool = getattr(self, "db_index", False)
        if self.primary_key or self.unique or indexed:
            says = "An encrypted column cannot be a key, unique or indexed."
            yield checks.Error(says, obj=self, id="vault.E001")
        fields = {f.name: f for f in self.model._meta.get_fields()}
        if not isinstance(fields.get("id"), models.UUIDField):
            says = "A model with an encrypted column needs a UUID column 'id'."
            yield checks.Error(says, obj=self, id="vault.E002")
        if isinstance(self.scope, str):
            first = self.scope.split(".")[0]
            if not hasattr(self.model, first):
                says = f"There is no '{first}' to take the scope from."
                yield checks.Error(says, obj=self, id="vault.E003")


class EncryptedText(EncryptedField[S, G]):
    """Encrypted text, kept exactly as typed."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str
    _pyi_lookup_exact_type: None

    def to_plaintext(self, value: Any) -> bytes:
        """UTF-8."""
        if not isinstance(value, str):
            raise ContentError(f"{self} holds text.")
        return documents.text_bytes(value)

    def from_plaintext(self, plaintext: bytes) -> str:
        """The text."""
        return plaintext.decode()


class EncryptedJSON(EncryptedField[S, G]):
    """An encrypted document: an object or a list, padded to whole blocks."""

    empty_strings_allowed = False
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: None

    def to_plaintext(self, value: Any) -> bytes:
        """Canonical JSON, padded."""
        return cipher.pad(documents.encode(value))

    def from_plaintext(self, plaintext: bytes) -> Any:
        """The document."""
        return documents.decode(cipher.unpad(plaintext))


def encrypted_fields(model: type[models.Model]) -> Sequence[EncryptedField[Any, Any]]:
    """The encrypted columns of a model's own table."""
    own = model._meta.local_concrete_fields
    return [f for f in own if isinstance(f, EncryptedField)]


def _key_of(place: cipher.Place, generation: int) -> bytes:
    try:
        return keys.case_key_of(place.scope, generation)
    except NoKeyError as error:
        raise DamagedError(f"The {place} asks for a key that is not there.") from error
