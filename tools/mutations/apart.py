"""Changes of keys, of encrypted files and of what is computed from events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.apps import apps

from centre.core.models import Opening, SystemKey, VerificationRun
from centre.vault import files
from centre.vault.models import CaseKey, CentreKey
from tools.mutations.scene import (
    Done,
    NothingThereError,
    Scene,
    Table,
    copied,
    model_of,
    put,
    remove,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def _key(model: Table, *rows: Any) -> Done:
    """A key that does not unwrap is named by what it is the key of."""
    table = model._meta.db_table
    names = {str(getattr(row, name)) for row in rows for name in _NAMES[table]}
    return Done(f"{table} {names}", frozenset((table, name) for name in names))


_NAMES = {"vault_case_key": ("pk", "case_id"), "vault_centre_key": ("pk", "centre_id")}


def _whole_keys(model: Table) -> list[Any]:
    return [row for row in model._base_manager.order_by("pk") if row.wrapped]  # type: ignore[attr-defined]


def key_bit(scene: Scene) -> Done:
    """One bit of a wrapped key is turned."""
    model: Table = scene.one_of([CaseKey, CentreKey])
    row = scene.one_of(_whole_keys(model))
    put(model, "wrapped", row.pk, scene.flipped(bytes(row.wrapped)))
    return _key(model, row)


def key_cut(scene: Scene) -> Done:
    """A wrapped key loses its end."""
    row = scene.one_of(_whole_keys(CaseKey))
    put(CaseKey, "wrapped", row.pk, bytes(row.wrapped)[:-1])
    return _key(CaseKey, row)


def key_emptied(scene: Scene) -> Done:
    """A key is gone as if it had been destroyed by decision."""
    row = scene.one_of(_whole_keys(CaseKey))
    put(CaseKey, "wrapped", row.pk, None)
    return _key(CaseKey, row)


def key_deleted(scene: Scene) -> Done:
    """A case's key is gone with its row; what it opened does not open."""
    row = scene.one_of(_whole_keys(CaseKey))
    remove(CaseKey, row.pk)
    return _closed(row)


def _closed(row: Any) -> Done:
    """A good check names the key, its case, or an opening that does not open now."""
    openings = Opening.objects.filter(scope_id=row.case_id).values_list("pk", flat=True)
    names = {("*", str(pk)) for pk in openings} | {("*", str(row.case_id))}
    return Done(f"key of {row.case_id}", frozenset(names))


def keys_swapped(scene: Scene) -> Done:
    """The wrapped keys of two cases change places."""
    one, other = scene.two_of(_whole_keys(CaseKey))
    put(CaseKey, "wrapped", one.pk, bytes(other.wrapped))
    put(CaseKey, "wrapped", other.pk, bytes(one.wrapped))
    return _key(CaseKey, one, other)


def key_turned_to_another_case(scene: Scene) -> Done:
    """A key is said to be of a case that does not exist."""
    row = scene.one_of(_whole_keys(CaseKey))
    put(CaseKey, "case_id", row.pk, uuid4())
    return _closed(row)


def system_keys_swapped(scene: Scene) -> Done:
    """The keys of two logs change places."""
    one, other = scene.two_of(list(SystemKey.objects.order_by("pk")))
    seeds = [stored(SystemKey, "seed", row.pk) for row in (one, other)]
    put(SystemKey, "seed", one.pk, seeds[1])
    put(SystemKey, "seed", other.pk, seeds[0])
    table = SystemKey._meta.db_table
    places = frozenset((table, str(row.pk)) for row in (one, other))
    return Done("two system keys", places)


def _files(scene: Scene, least: int = 1) -> list[tuple[Table, Any, Path]]:
    found = []
    for model in apps.get_models():
        if hasattr(model, "blob_id") and hasattr(model, "cipher_sha256"):
            rows = model._base_manager.order_by("pk")
            found += [(model, row.pk, files.path_of(row.blob_id)) for row in rows]
    there = [one for one in found if one[2].exists()]
    if len(there) < least:
        raise NothingThereError
    scene.chance.shuffle(there)
    return there[:least]


def _rewritten(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def _file(change: Callable[[Scene, bytes], bytes]) -> Callable[[Scene], Done]:
    def changed(scene: Scene) -> Done:
        ((model, key, path),) = _files(scene)
        _rewritten(path, change(scene, path.read_bytes()))
        place = (model._meta.db_table, str(key))
        return Done(f"file of {place}", frozenset({place}))

    return changed


def _shorter(scene: Scene, content: bytes) -> bytes:
    return content[: scene.chance.randrange(len(content))]


file_bit = _file(lambda scene, content: scene.flipped(content))
file_cut = _file(_shorter)
file_longer = _file(lambda _scene, content: content + b"\0")
file_emptied = _file(lambda _scene, _content: b"")


def file_deleted(scene: Scene) -> Done:
    """A file is gone."""
    ((model, key, path),) = _files(scene)
    path.unlink()
    place = (model._meta.db_table, str(key))
    return Done(f"file of {place}", frozenset({place}))


def files_swapped(scene: Scene) -> Done:
    """Two files change places."""
    one, other = _files(scene, least=2)
    contents = [found[2].read_bytes() for found in (one, other)]
    if contents[0] == contents[1]:
        raise NothingThereError
    _rewritten(one[2], contents[1])
    _rewritten(other[2], contents[0])
    places = {(found[0]._meta.db_table, str(found[1])) for found in (one, other)}
    return Done("two files", frozenset(places))


@contextmanager
def files_as_they_were() -> Iterator[None]:
    """Whatever is done to files meanwhile is undone."""
    kept = {path: path.read_bytes() for path in _all_files()}
    try:
        yield
    finally:
        for path, content in kept.items():
            if not path.exists() or path.read_bytes() != content:
                path.unlink(missing_ok=True)
                path.write_bytes(content)
                path.chmod(files.OWNER_READS)


def _all_files() -> list[Path]:
    found = []
    for model in apps.get_models():
        if hasattr(model, "blob_id") and hasattr(model, "cipher_sha256"):
            rows = model._base_manager.all()
            found += [files.path_of(row.blob_id) for row in rows]
    return [path for path in found if path.exists()]


def _computed(table: str, change: Callable[[Scene, Table, Any], None]) -> Any:
    def changed(scene: Scene) -> Done:
        model = model_of(table)
        key = scene.row(model)
        row = model._base_manager.get(pk=key)
        change(scene, model, key)
        names = {str(key), *(str(v) for v in vars(row).values() if v is not None)}
        return Done(f"{table} {key}", frozenset(("*", name) for name in names))

    return changed


def _moved(scene: Scene, model: Table, key: Any) -> None:
    states = {"stored", "sealed", "in_transit"} - {stored(model, "state", key)}
    state = scene.one_of(sorted(states))
    put(model, "state", key, state)


whereabouts_changed = _computed("chain_of_custody_whereabouts", _moved)
whereabouts_gone = _computed(
    "chain_of_custody_whereabouts", lambda _scene, model, key: remove(model, key)
)
transit_gone = _computed(
    "chain_of_custody_intransit", lambda _scene, model, key: remove(model, key)
)


def run_turned_round(scene: Scene) -> Done:
    """A failed check is said to have been sound, or a sound one to be another."""
    key = scene.row(VerificationRun)
    new = uuid4()
    copied(VerificationRun, key, new)
    place = (VerificationRun._meta.db_table, str(new))
    return Done(f"run {new}", frozenset({place}))
