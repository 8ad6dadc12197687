"""Read packs strictly. A pack with any fault is not read at all.

Folder: `data/<name>/<version>/pack.toml`, `labels/<language>.toml` and, for a form that
must be printed on official paper, `forms.toml`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from centre.packs import build, shape
from centre.packs.errors import PackError
from centre.packs.model import FALLBACK_LANGUAGE, Pack, Question, Section, Status

__all__ = [
    "Pack",
    "PackError",
    "Question",
    "Section",
    "all_packs",
    "load",
    "read_folder",
]

DATA: Final = Path(__file__).parent / "data"


def load(
    name: str, version: str | None = None, *, fingerprint: str | None = None
) -> Pack:
    """The pack of this name: this version, or the newest that is not retired.

    With a fingerprint, the very content a record was made with, or PackError.
    """
    pack = _newest(name) if version is None else _version(name, version)
    if fingerprint is not None and pack.fingerprint != fingerprint:
        raise PackError(
            f"The form {pack} on this server is not the one this record was made with."
        )
    return pack


def all_packs() -> tuple[Pack, ...]:
    """Every version of every pack that is delivered, by name and version."""
    return tuple(_read(folder) for folder in _folders())


def _version(name: str, version: str) -> Pack:
    for folder in _folders():
        if (folder.parent.name, folder.name) == (name, version):
            return _read(folder)
    raise PackError(f"There is no form {name} {version} on this server.")


def _newest(name: str) -> Pack:
    packs = [_read(folder) for folder in _folders() if folder.parent.name == name]
    usable = [pack for pack in packs if pack.status is not Status.RETIRED]
    if not usable:
        raise PackError(f"There is no form {name} on this server.")
    return usable[-1]


@cache
def _folders() -> tuple[Path, ...]:
    found = [path.parent for path in DATA.glob("*/*/pack.toml")]
    return tuple(sorted(found, key=lambda f: (f.parent.name, _order(f.name))))


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


@cache
def _read(folder: Path) -> Pack:
    return read_folder(folder)


def read_folder(folder: Path) -> Pack:
    """The pack in this folder; PackError lists every fault found in it."""
    try:
        raw, labels, forms = _files(folder)
        pack = build.pack(raw, labels, forms, _fingerprint(raw, labels, forms))
    except PackError as error:
        place = f"{folder.parent.name}/{folder.name}"
        raise PackError(*(f"{place}: {fault}" for fault in error.faults)) from None
    if (pack.name, pack.version) != (folder.parent.name, folder.name):
        raise PackError(f"The folder of {pack} must be {pack.name}/{pack.version}.")
    return pack


def _files(
    folder: Path,
) -> tuple[dict[str, Any], dict[str, dict[str, Any]], dict[str, Any] | None]:
    raw = _toml(folder / "pack.toml")
    labels = {path.stem: _toml(path) for path in sorted(folder.glob("labels/*.toml"))}
    boxes = folder / "forms.toml"
    forms = _toml(boxes) if boxes.exists() else None
    faults = [*_strangers(folder), *shape.pack_faults(raw)]
    if FALLBACK_LANGUAGE not in labels:
        faults.append("labels/en.toml is missing.")
    for language, table in labels.items():
        if not shape.LANGUAGE.fullmatch(language):
            faults.append(f"labels/{language}.toml is not named after a language.")
        faults.extend(shape.labels_faults(table, f"labels/{language}.toml"))
    if forms is not None:
        faults.extend(shape.forms_faults(forms))
    if faults:
        raise PackError(*faults)
    return raw, labels, forms


def _strangers(folder: Path) -> list[str]:
    known = {"pack.toml", "forms.toml", "labels"}
    names = sorted(path.name for path in folder.iterdir())
    strange = [name for name in names if name not in known]
    return [f"{name} does not belong in a pack." for name in strange]


def _toml(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text, parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        raise PackError(f"{path.name} cannot be read as UTF-8 text.") from None
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path.name} is not TOML: {error}.") from None


def _fingerprint(
    raw: Mapping[str, Any],
    labels: Mapping[str, Any],
    forms: Mapping[str, Any] | None,
) -> str:
    content = {"pack": raw, "labels": labels, "forms": forms}
    text = json.dumps(
        content,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        default=_plain,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return {"decimal": format(value.normalize(), "f")}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise PackError("A value in the files is of a type no pack uses.")
