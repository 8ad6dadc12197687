"""The specimen catalogue, read strictly from its data file.

An unknown key, a repeated code or a storage class nobody defined stops the server, so
that no item is ever collected under a rule that was only half read.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "data" / "specimens.toml"
KINDS: Final = frozenset({"physical", "digital", "document", "clinical"})
COLLECTED_HERE: Final = frozenset({"physical", "document"})
_WINDOW_KEYS: Final = frozenset({"hours", "age", "source", "verified"})


class CatalogueError(Exception):
    """The catalogue file says something it cannot mean."""


@dataclass(frozen=True)
class Window:
    """Until how many hours after the act it is worth taking, and who says so."""

    hours: int
    source: str
    verified: bool
    age: str = ""


@dataclass(frozen=True)
class StorageClass:
    """A way of keeping: the short code, its words and its temperatures."""

    code: str
    words: str
    detail: str


@dataclass(frozen=True)
class Specimen:
    """One kind of specimen. `storage` lists the classes it may lie in, best first."""

    code: str
    name: str
    label: str
    kind: str
    acts: tuple[str, ...]
    sites: tuple[str, ...]
    order: int
    count: int
    method: str
    packaging: str
    storage: tuple[str, ...]
    wet: bool
    hours_to_class: int
    consent: str
    fits_kit: bool
    windows: tuple[Window, ...]
    differs: str

    @property
    def is_collected(self) -> bool:
        """Whether it becomes an item of evidence in the store."""
        return self.kind in COLLECTED_HERE


@dataclass(frozen=True)
class Catalogue:
    """One version of the catalogue with the SHA-256 of the file it was read from."""

    version: str
    fingerprint: str
    classes: Mapping[str, StorageClass]
    specimens: Mapping[str, Specimen]

    def in_order(self) -> list[Specimen]:
        """Everything that is collected, in the default order of collection."""
        found = (s for s in self.specimens.values() if s.is_collected)
        return sorted(found, key=lambda s: (s.order, s.code))

    def words_of_class(self, code: str) -> str:
        """A storage class as people say it."""
        known = self.classes.get(code)
        return known.words if known else code


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue in use."""
    return read(FILE.read_bytes())


def read(content: bytes) -> Catalogue:
    """Read a catalogue, or say what is wrong with it."""
    table = tomllib.loads(content.decode())
    _check_keys(table, {"name", "version", "classes", "specimen"}, "the catalogue")
    classes = {code: StorageClass(code, **c) for code, c in table["classes"].items()}
    specimens: dict[str, Specimen] = {}
    for line in table["specimen"]:
        specimen = _specimen(line, classes)
        if specimen.code in specimens:
            raise CatalogueError(f"The code {specimen.code} stands there twice.")
        specimens[specimen.code] = specimen
    return Catalogue(
        version=table["version"],
        fingerprint=hashlib.sha256(content).hexdigest(),
        classes=classes,
        specimens=specimens,
    )


def _specimen(line: dict[str, Any], classes: Mapping[str, StorageClass]) -> Specimen:
    code = str(line.get("code", "?"))
    _check_keys(line, set(Specimen.__dataclass_fields__), code)
    if line["kind"] not in KINDS:
        raise CatalogueError(f"{code} is of an unknown kind: {line['kind']}.")
    unknown = set(line["storage"]) - set(classes)
    if unknown:
        raise CatalogueError(f"{code} names no known storage class: {unknown}.")
    lists = {k: tuple(line[k]) for k in ("acts", "sites", "storage")}
    windows = tuple(_window(w, code) for w in line["windows"])
    return Specimen(**{**line, **lists, "windows": windows})


def _window(line: dict[str, Any], code: str) -> Window:
    if set(line) - _WINDOW_KEYS or not _WINDOW_KEYS - {"age"} <= set(line):
        raise CatalogueError(f"A window of {code} needs hours, source and verified.")
    return Window(**line)


def _check_keys(line: Mapping[str, Any], wanted: set[str], what: str) -> None:
    if set(line) != wanted:
        odd = sorted(set(line) ^ wanted)
        raise CatalogueError(f"Missing or unknown in {what}: {', '.join(odd)}.")
