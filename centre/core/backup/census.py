"""What a database holds, counted: rows and their digest by table, heads of logs.

Taken inside the snapshot a backup is made of, and again after a restore; both must be
equal. A table's digest is the sum of its rows' SHA-256 modulo 2^256, so that neither
order nor memory matters. It compares two honest readings; what holds against forgery
are the signed digest of the file and the ledger itself.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Final

from centre.ledger.merkle import Frontier
from centre.ledger.models import CHECKPOINTS, ENTRIES, HEADS

BATCH: Final = 500
_MODULUS: Final = 2**256
_TABLES: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' "
    "AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables "
    "WHERE schemaname = current_schema() ORDER BY tablename",
}


def tables(cursor: Any, vendor: str) -> list[str]:
    """The names of all tables."""
    cursor.execute(_TABLES[vendor])
    return [str(name) for (name,) in cursor.fetchall()]


def census(cursor: Any, vendor: str) -> dict[str, Any]:
    """Rows and digest of each table, and the heads of the logs if there are any."""
    names = tables(cursor, vendor)
    counted = {name: _table(cursor, name) for name in names}
    heads = _heads(cursor, vendor) if HEADS in names else []
    return {"tables": counted, "logs": heads}


def differences(kept: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """In words, where a census is not what the manifest says; nothing if it is."""
    names = sorted({*kept["tables"], *found["tables"]})
    other = (n for n in names if kept["tables"].get(n) != found["tables"].get(n))
    said = [
        f"The table {name} is not as it was when it was backed up." for name in other
    ]
    if kept["logs"] != found["logs"]:
        said.append("The logs do not end where they ended when they were backed up.")
    return said


def _table(cursor: Any, name: str) -> dict[str, Any]:
    cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name from the catalogue
    rows, total = 0, 0
    for row in _fetched(cursor):
        rows += 1
        total += int.from_bytes(hashlib.sha256(_bytes_of(row)).digest(), "big")
    return {"rows": rows, "digest": f"{total % _MODULUS:064x}"}


def _heads(cursor: Any, vendor: str) -> list[dict[str, Any]]:
    cursor.execute(f"SELECT log, size FROM {HEADS} ORDER BY log")  # noqa: S608 - fixed
    heads = [(str(log), int(size)) for log, size in cursor.fetchall()]
    return [_head(cursor, _sign(vendor), log, size) for log, size in heads]


def _head(cursor: Any, sign: str, log: str, size: int) -> dict[str, Any]:
    leaves = f"SELECT leaf FROM {ENTRIES} WHERE log = {sign} ORDER BY n"  # noqa: S608 - fixed
    cursor.execute(leaves, [log])
    frontier = Frontier()
    for (leaf,) in _fetched(cursor):
        frontier.add(bytes(leaf))
    notes = f"SELECT note FROM {CHECKPOINTS} WHERE log = {sign} "  # noqa: S608 - fixed
    cursor.execute(notes + "ORDER BY size DESC LIMIT 1", [log])
    newest = cursor.fetchone()
    return {
        "log": log,
        "size": size,
        "root": b64encode(frontier.root()).decode(),
        "note": newest[0] if newest else None,
    }


def _sign(vendor: str) -> str:
    return "?" if vendor == "sqlite" else "%s"


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(BATCH):
        yield from rows


def _bytes_of(row: tuple[Any, ...]) -> bytes:
    return json.dumps([_value(v) for v in row], ensure_ascii=True).encode()


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, bytes | memoryview):
        return {"bytes": b64encode(bytes(value)).decode()}
    if isinstance(value, dict | list):
        return {"json": json.dumps(value, sort_keys=True, ensure_ascii=True)}
    return {type(value).__name__: str(value)}
