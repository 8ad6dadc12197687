"""The specimen catalogue, read strictly from its data files, one for each edition.

An unknown key, a repeated code or a storage class nobody defined stops the server, so
that no item is ever collected under a rule that was only half read. An item keeps the
edition it was collected under and is read by it for ever.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "data" / "specimens"
IN_FORCE: Final = "2026.3"
"""The edition under which things are collected now."""

DEFAULT: Final = "default"
KINDS: Final = frozenset({"physical", "digital", "document", "clinical", "earlier"})
WHOLE_KIT: Final = "KIT-OLD"
"""A kit of an earlier register, taken over as one sealed package."""

COLLECTED_HERE: Final = frozenset({"physical", "document"})
_WINDOW_MUST: Final = frozenset({"hours", "source", "verified"})
_WINDOW_MAY: Final = frozenset({"age", "act", "jurisdiction", "since"})
_FIRST_EDITION: Final = "2026.1"
_NEW_KEYS: Final = frozenset({"needs_control", "is_usual", "may_bear_name"})
_TABLE: Final = frozenset({"name", "version", "classes", "specimen"})


class CatalogueError(Exception):
    """The catalogue file says something it cannot mean."""


@dataclass(frozen=True)
class Window:
    """Until how many hours after the act it is worth taking, and who says so.

    Empty act, age or jurisdiction means any; `since` is when the window opens.
    """

    hours: int
    source: str
    verified: bool
    age: str = ""
    act: str = ""
    jurisdiction: str = ""
    since: int = 0


@dataclass(frozen=True)
class StorageClass:
    """A way of keeping: the short code, its words and its temperatures."""

    code: str
    words: str
    detail: str


@dataclass(frozen=True)
class Order:
    """An order of collection: protocols differ, so it is data."""

    words: str
    source: str
    verified: bool
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Specimen:
    """One kind of specimen. `storage` lists the classes it may lie in, best first."""

    code: str
    name: str
    label: str
    kind: str
    acts: tuple[str, ...]
    sites: tuple[str, ...]
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
    needs_control: bool = False
    is_usual: bool = True
    may_bear_name: bool = False

    @property
    def is_collected(self) -> bool:
        """Whether it becomes an item of evidence in the store."""
        return self.kind in COLLECTED_HERE


@dataclass(frozen=True)
class Catalogue:
    """One edition with the SHA-256 of the file it was read from."""

    version: str
    fingerprint: str
    classes: Mapping[str, StorageClass]
    specimens: Mapping[str, Specimen]
    orders: Mapping[str, Order]
    acts: tuple[str, ...] = ()
    overall: tuple[Window, ...] = ()

    def in_order(self, protocol: str = DEFAULT) -> list[Specimen]:
        """Everything that is collected, in the order of this protocol."""
        return [self.specimens[code] for code in self.orders[protocol].codes]

    def words_of_class(self, code: str) -> str:
        """A storage class as people say it."""
        known = self.classes.get(code)
        return known.words if known else code


@lru_cache(maxsize=8)
def catalogue(version: str = IN_FORCE) -> Catalogue:
    """One edition of the catalogue; the one in force unless another is named."""
    path = FOLDER / f"{version}.toml"
    if version not in editions():
        raise CatalogueError(f"There is no edition {version} of the catalogue.")
    return read(path.read_bytes())


def editions() -> list[str]:
    """Every edition an item may name, the oldest first."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read(content: bytes) -> Catalogue:
    """Read a catalogue, or say what is wrong with it."""
    table = tomllib.loads(content.decode())
    is_first = table.get("version") == _FIRST_EDITION
    more = set() if is_first else {"acts", "overall", "orders"}
    _check_keys(table, _TABLE | more, "the catalogue")
    classes = {code: StorageClass(code, **c) for code, c in table["classes"].items()}
    specimens: dict[str, Specimen] = {}
    for line in table["specimen"]:
        specimen = _specimen(line, classes, is_first=is_first)
        if specimen.code in specimens:
            raise CatalogueError(f"The code {specimen.code} stands there twice.")
        specimens[specimen.code] = specimen
    found = Catalogue(
        version=table["version"],
        fingerprint=hashlib.sha256(content).hexdigest(),
        classes=classes,
        specimens=specimens,
        orders=_first_order(table) if is_first else _orders(table),
        acts=tuple(table.get("acts", ())),
        overall=tuple(_window(w, "overall") for w in table.get("overall", ())),
    )
    _check_whole(found)
    return found


def _specimen(
    line: dict[str, Any], classes: Mapping[str, StorageClass], *, is_first: bool
) -> Specimen:
    code = str(line.get("code", "?"))
    wanted = {f.name for f in fields(Specimen)}
    _check_keys(line, (wanted - _NEW_KEYS) | {"order"} if is_first else wanted, code)
    if line["kind"] not in KINDS:
        raise CatalogueError(f"{code} is of an unknown kind: {line['kind']}.")
    unknown = set(line["storage"]) - set(classes)
    if unknown:
        raise CatalogueError(f"{code} names no known storage class: {unknown}.")
    lists = {k: tuple(line[k]) for k in ("acts", "sites", "storage")}
    windows = tuple(_window(w, code) for w in line["windows"])
    kept = {key: value for key, value in line.items() if key != "order"}
    return Specimen(**{**kept, **lists, "windows": windows})


def _window(line: dict[str, Any], code: str) -> Window:
    if not set(line) >= _WINDOW_MUST or set(line) - _WINDOW_MUST - _WINDOW_MAY:
        raise CatalogueError(f"A window of {code} needs hours, source and verified.")
    window = Window(**line)
    if not 0 <= window.since < window.hours:
        raise CatalogueError(f"A window of {code} ends before it begins.")
    return window


def _orders(table: dict[str, Any]) -> dict[str, Order]:
    return {
        name: Order(**{**line, "codes": tuple(line["codes"])})
        for name, line in table["orders"].items()
    }


def _first_order(table: dict[str, Any]) -> dict[str, Order]:
    """The first edition gave each specimen a number."""
    lines = [s for s in table["specimen"] if s["kind"] in COLLECTED_HERE]
    lines.sort(key=lambda s: (s["order"], s["code"]))
    codes = tuple(s["code"] for s in lines)
    return {DEFAULT: Order("As numbered", "", verified=False, codes=codes)}


def _check_whole(found: Catalogue) -> None:
    """Every order names everything that is collected, and every act is a known one."""
    collected = sorted(s.code for s in found.specimens.values() if s.is_collected)
    if DEFAULT not in found.orders:
        raise CatalogueError("The catalogue has no default order of collection.")
    for name, order in found.orders.items():
        if sorted(order.codes) != collected:
            raise CatalogueError(f"The order {name} is not of what is collected.")
    for specimen in found.specimens.values() if found.acts else ():
        named = {*specimen.acts, *(w.act for w in specimen.windows if w.act)}
        if named - set(found.acts):
            raise CatalogueError(f"{specimen.code} names an act nobody listed.")


def _check_keys(line: Mapping[str, Any], wanted: Set[str], what: str) -> None:
    if set(line) != wanted:
        odd = sorted(set(line) ^ wanted)
        raise CatalogueError(f"Missing or unknown in {what}: {', '.join(odd)}.")
