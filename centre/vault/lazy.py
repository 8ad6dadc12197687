"""What an encrypted attribute holds: stored and unopened, or opened, or newly set."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn
from uuid import UUID
from weakref import ReferenceType, ref

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from centre.vault import keys
from centre.vault.cipher import Place
from centre.vault.errors import PlaintextError

if TYPE_CHECKING:
    from centre.vault.fields import EncryptedField

MOST_LOADED: Final = 4096
"""How many recently loaded values are thought of when keys are fetched."""

MOST_NEIGHBOURS: Final = 500
"""How many further scopes one query for keys may ask for."""


class Ciphertext(bytes):
    """An encrypted value on its way to or from the database."""

    __slots__ = ()


class Sealed:
    """A stored value that nobody has looked at."""

    __slots__ = ("stored",)

    def __init__(self, stored: object) -> None:
        self.stored = stored

    def __repr__(self) -> str:
        return "<encrypted>"

    def __str__(self) -> NoReturn:
        raise PlaintextError("An encrypted value is read through its row.")


@dataclass(slots=True, repr=False, eq=False)
class Opened:
    """A value that was looked at or written, and what is stored for it."""

    value: Any
    plaintext: bytes
    stored: Ciphertext
    place: Place


_Loaded = tuple[ReferenceType[models.Model], "EncryptedField[Any, Any]"]
_recent: deque[_Loaded] = deque(maxlen=MOST_LOADED)


class Window(DeferredAttribute):
    """The attribute through which a row's encrypted value is looked at.

    It defines `__set__`, so that it is asked before the instance's own dictionary
    and no unopened value ever shows through.
    """

    field: EncryptedField[Any, Any]

    def __get__(
        self, instance: models.Model | None, cls: type[models.Model] | None = None
    ) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if isinstance(held, Sealed):
            held = self.field.opened(instance, held)
            instance.__dict__[self.field.attname] = held
        return held.value if isinstance(held, Opened) else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
        if isinstance(value, Sealed) and not _is_newest(instance):
            _recent.append((ref(instance), self.field))


def _is_newest(instance: models.Model) -> bool:
    """Whether another column of the same row was loaded just before."""
    return bool(_recent) and _recent[-1][0]() is instance


def neighbours() -> set[UUID]:
    """Scopes of rows loaded a moment ago: a list opens one after another."""
    found: set[UUID] = set()
    for reference, field in tuple(_recent):
        row = reference()
        scope = field.scope_at_hand(row) if row is not None else None
        if scope is not None and not keys.is_fresh(scope):
            found.add(scope)
        if len(found) == MOST_NEIGHBOURS:
            break
    return found
