"""Changes of ordinary rows: columns by their kind, whole rows, versions, openings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models

from centre.core.models import Opening
from centre.vault.errors import VaultError
from tools.mutations.scene import (
    Done,
    Field,
    NothingThereError,
    Scene,
    Table,
    copied,
    is_encrypted,
    put,
    remove,
    run,
    stored,
)

NOTES: Final = "core_accessnote"

Fits = Callable[[Field], bool]


def _column(scene: Scene, fits: Fits, *, with_value: bool = True) -> tuple[Any, ...]:
    """Some row and some column of it that fits, of some table."""
    tables = scene.tables()
    scene.chance.shuffle(tables)
    for model in tables:
        columns = [f for f in scene.columns(model) if fits(f)]
        scene.chance.shuffle(columns)
        keys = scene.rows(model)
        scene.chance.shuffle(keys)
        for one in columns:
            for key in keys[:20]:
                value = stored(model, one.column, key)
                if (value not in (None, "", b"")) is with_value:
                    return model, one, key, value
    raise NothingThereError


def _done(model: Table, key: Any, *more: Any, what: str = "") -> Done:
    table = model._meta.db_table
    rows = frozenset((table, str(one)) for one in (key, *more))
    return Done(f"{table} {key} {what}", rows)


def _changed(scene: Scene, fits: Fits, change: Callable[[Any], Any]) -> Done:
    model, one, key, _ = _column(scene, fits)
    value = getattr(model._base_manager.get(pk=key), one.attname)
    put(model, one.column, key, change(value))
    return _done(model, key, what=one.attname)


def _is(*kinds: type[Field]) -> Fits:
    return lambda one: isinstance(one, kinds) and not is_encrypted(one)


def text(scene: Scene) -> Done:
    """Some text gets another last letter."""
    return _changed(
        scene,
        lambda f: _is(models.CharField, models.TextField)(f) and not f.choices,
        lambda value: value[:-1] + ("b" if value[-1] == "a" else "a"),
    )


def choice(scene: Scene) -> Done:
    """Some code becomes another of its list."""
    model, one, key, value = _column(scene, lambda f: bool(f.choices))
    other = [word for word, _ in one.flatchoices if word != value]
    put(model, one.column, key, scene.one_of(other))
    return _done(model, key, what=one.attname)


def number(scene: Scene) -> Done:
    """Some number becomes the next one."""
    return _changed(scene, _is(models.IntegerField), lambda value: value + 1)


def truth(scene: Scene) -> Done:
    """A yes becomes a no."""
    model, one, key, _ = _column(scene, _is(models.BooleanField))
    put(model, one.column, key, not getattr(model._base_manager.get(pk=key), one.name))
    return _done(model, key, what=one.attname)


def moment(scene: Scene) -> Done:
    """Some time is later by a millionth of a second."""
    return _changed(
        scene,
        _is(models.DateTimeField),
        lambda at: at + timedelta(microseconds=1) if isinstance(at, datetime) else at,
    )


def day(scene: Scene) -> Done:
    """Some day is the day after."""
    return _changed(
        scene,
        lambda f: _is(models.DateField)(f) and not isinstance(f, models.DateTimeField),
        lambda on: on + timedelta(days=1) if isinstance(on, date) else on,
    )


def reference(scene: Scene) -> Done:
    """A row belongs to another row than it did."""
    model, one, key, _ = _column(scene, _is(models.ForeignKey))
    value = getattr(model._base_manager.get(pk=key), one.attname)
    others = one.related_model._base_manager.values_list("pk", flat=True)
    put(model, one.column, key, scene.one_of([o for o in others if o != value]))
    return _done(model, key, what=one.attname)


def emptied(scene: Scene) -> Done:
    """What was told is told no more: NULL where there was a value."""
    model, one, key, _ = _column(scene, lambda f: f.null)
    put(model, one.column, key, None)
    return _done(model, key, what=one.attname)


def filled(scene: Scene) -> Done:
    """A value where there was none."""
    model, one, key, value = _column(
        scene, _is(models.CharField, models.UUIDField), with_value=False
    )
    is_text = isinstance(one, models.CharField)
    put(model, one.column, key, "a" if is_text and value == "" else uuid4())
    return _done(model, key, what=one.attname)


def ciphertext_bit(scene: Scene) -> Done:
    """One bit of a ciphertext is turned."""
    model, one, key, value = _column(scene, is_encrypted)
    put(model, one.column, key, scene.flipped(value))
    return _done(model, key, what=one.attname)


def ciphertext_cut(scene: Scene) -> Done:
    """A ciphertext loses its end."""
    model, one, key, value = _column(scene, is_encrypted)
    put(model, one.column, key, value[: scene.chance.randrange(len(value))])
    return _done(model, key, what=one.attname)


def ciphertext_longer(scene: Scene) -> Done:
    """A ciphertext gets a byte more."""
    model, one, key, value = _column(scene, is_encrypted)
    put(model, one.column, key, value + b"\0")
    return _done(model, key, what=one.attname)


def ciphertext_of_another_row(scene: Scene) -> Done:
    """A ciphertext is copied from another row of its column, which says other words.

    Another version of the row may say the same words under the same key and label;
    which of the two ciphertexts stands there changes nothing that anybody reads.
    """
    model, one, key, _ = _column(scene, is_encrypted)
    said = {row.pk: _reads(row, one) for row in model._base_manager.all()}
    if said[key] is None:
        raise NothingThereError
    others = [pk for pk, words in said.items() if words not in (None, said[key])]
    put(model, one.column, key, stored(model, one.column, scene.one_of(others)))
    return _done(model, key, what=one.attname)


def _reads(row: models.Model, one: Field) -> Any:
    """What a ciphertext says; None if nothing, or if it is changed already."""
    try:
        return getattr(row, one.attname)
    except VaultError:
        return None


def ciphertext_of_another_column(scene: Scene) -> Done:
    """A ciphertext is copied from another column or table, in the same case or not."""
    model, one, key, value = _column(scene, is_encrypted)
    for _ in range(20):
        _, _, _, other = _column(scene, is_encrypted)
        if other != value:
            put(model, one.column, key, other)
            return _done(model, key, what=one.attname)
    raise NothingThereError


def plaintext_planted(scene: Scene) -> Done:
    """Words stand where a ciphertext stood."""
    model, one, key, _ = _column(scene, is_encrypted)
    put(model, one.column, key, b'{"told":"something else"}')
    return _done(model, key, what=one.attname)


def bytes_turned(scene: Scene) -> Done:
    """One bit of a column of bytes that is not encrypted."""
    model, one, key, value = _column(scene, _is(models.BinaryField))
    put(model, one.column, key, scene.flipped(value))
    return _done(model, key, what=one.attname)


def _table(scene: Scene, least: int = 1) -> Table:
    found: Table = scene.one_of(
        [m for m in scene.tables() if len(scene.rows(m)) >= least]
    )
    return found


def _new_key(model: Table, keys: list[Any]) -> Any:
    is_uuid = isinstance(keys[0], UUID)
    return uuid4() if is_uuid else max(keys) + 1000


def swapped(scene: Scene) -> Done:
    """Two rows of a table change places."""
    model = _table(scene, least=2)
    keys = scene.rows(model)
    one, other = scene.two_of(keys)
    between, key = _new_key(model, keys), model._meta.pk.column
    for old, new in ((one, between), (other, one), (between, other)):
        put(model, key, old, new)
    return _done(model, one, other)


def duplicated(scene: Scene) -> Done:
    """A row stands there once more under another key.

    Not a note of a reading: copied, it waits for the log as an honest one does.
    """
    model = scene.one_of([m for m in scene.tables() if m._meta.db_table != NOTES])
    keys = scene.rows(model)
    key, new = scene.one_of(keys), _new_key(model, keys)
    copied(model, key, new)
    return _done(model, new, key)


def deleted(scene: Scene) -> Done:
    """A row is gone."""
    model = _table(scene)
    key = scene.row(model)
    remove(model, key)
    return _done(model, key)


def inserted_again(scene: Scene) -> Done:
    """A row is taken away and put back under another key."""
    model = _table(scene)
    keys = scene.rows(model)
    key, new = scene.one_of(keys), _new_key(model, keys)
    put(model, model._meta.pk.column, key, new)
    return _done(model, key, new)


def of_table(*names: str) -> Callable[[Scene], Done]:
    """A change of any column of a table that has one of these names."""

    def changed(scene: Scene) -> Done:
        model = scene.one_of([m for m in scene.tables() if m._meta.db_table in names])
        key = scene.row(model)
        columns = [f for f in scene.columns(model) if _can_change(model, f, key)]
        one = scene.one_of(columns)
        value = stored(model, one.column, key)
        is_text = isinstance(value, str)
        other = scene.flipped(value) if not is_text else value[:-1] + "~"
        put(model, one.column, key, other)
        return _done(model, key, what=one.attname)

    return changed


def _can_change(model: Table, one: Field, key: Any) -> bool:
    """Whether any bytes or any text fit into a column."""
    value = stored(model, one.column, key)
    is_plain = isinstance(one, models.CharField | models.TextField)
    return bool(value) and (isinstance(value, bytes) or is_plain)


def deleted_from(*names: str) -> Callable[[Scene], Done]:
    """A row of one of these tables is gone."""

    def gone(scene: Scene) -> Done:
        model = scene.one_of([m for m in scene.tables() if m._meta.db_table in names])
        key = scene.row(model)
        remove(model, key)
        return _done(model, key)

    return gone


def _versions() -> list[tuple[Table, Table]]:
    """Tables that people edit, with the tables of their versions."""
    found = []
    for model in apps.get_models():
        name = getattr(model._meta, "simple_history_manager_attribute", None)
        if name:
            found.append((model, getattr(model, name).model))
    return found


def _edited(scene: Scene) -> tuple[Table, Table, Any]:
    """A row with more versions than one."""
    found = [
        (live, old, key)
        for live, old in _versions()
        for key in scene.rows(live)
        if old._base_manager.filter(id=key).count() > 1
    ]
    live, old, key = scene.one_of(found)
    return live, old, key


def version_deleted(scene: Scene) -> Done:
    """One version of an edited row is gone."""
    live, old = scene.one_of([pair for pair in _versions() if scene.rows(pair[1])])
    key = scene.row(old)
    remove(old, key)
    return _done(old, key, what=live._meta.db_table)


def rolled_back(scene: Scene) -> Done:
    """The newest version is gone, and the row says what the one before it says."""
    live, old, key = _edited(scene)
    newest, before = old._base_manager.filter(id=key).order_by("-version")[:2]
    for one in live._meta.concrete_fields:
        if not one.primary_key:
            put(live, one.column, key, stored(old, one.column, before.pk))
    remove(old, newest.pk)
    return _done(old, newest.pk)


def versions_swapped(scene: Scene) -> Done:
    """Two versions of a row change their numbers."""
    _, old, key = _edited(scene)
    newest, before = old._base_manager.filter(id=key).order_by("-version")[:2]
    numbers = [stored(old, "version", one.pk) for one in (newest, before)]
    for one, number_ in zip((newest, before), (10**6, numbers[0]), strict=True):
        put(old, "version", one.pk, number_)
    put(old, "version", newest.pk, numbers[1])
    return _done(old, newest.pk, before.pk)


def _opening(opening: Opening, *more: Opening) -> Done:
    """A good check names the opening, its entry, or the row it is about."""
    table = Opening._meta.db_table
    found = set()
    for one in (opening, *more):
        found |= {(table, str(one.pk)), (table, f"{one.log} {one.n}")}
        if one.row is not None:
            found.add((one.table, str(one.row)))
    return Done(f"{table} of {opening.log} {opening.n}", frozenset(found))


def opening_deleted(scene: Scene) -> Done:
    """What an entry commits to is gone."""
    opening = Opening.objects.get(pk=scene.row(Opening))
    remove(Opening, opening.pk)
    return _opening(opening)


def openings_swapped(scene: Scene) -> Done:
    """What two entries commit to changes places."""
    one, other = (
        Opening.objects.get(pk=key) for key in scene.two_of(scene.rows(Opening))
    )
    for old, log, n in (
        (one, "elsewhere", 1),
        (other, one.log, one.n),
        (one, other.log, other.n),
    ):
        run(
            Opening,
            "UPDATE core_opening SET log = %s, n = %s WHERE id = %s",
            log,
            n,
            old.pk,
        )
    return _opening(one, other)


def opening_turned_to_another_row(scene: Scene) -> Done:
    """An opening is said to be about another row."""
    rows = list(Opening.objects.exclude(row=None).order_by("pk"))
    one, other = scene.two_of([r for r in rows if r.row != rows[0].row])
    put(Opening, "row", one.pk, other.row)
    return _opening(one, other)


def opening_of_a_position_that_is_none(scene: Scene) -> Done:
    """An opening is said to be of an entry that does not exist."""
    opening = Opening.objects.get(pk=scene.row(Opening))
    put(Opening, "n", opening.pk, opening.n + 10**6)
    return _opening(opening)
