"""The keys of many cases at once, for the length of one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections, models

from centre.vault import cipher
from centre.vault.errors import NoKeyError, RootKeyError
from centre.vault.keys import open_centre_key
from centre.vault.models import CaseKey, CentreKey
from centre.vault.routers import KEYS

BATCH: Final = 1000

Ring = dict[bytes, dict[int, AESGCM]]
"""By the bytes of a scope's id and by generation; of a destroyed key there is none."""

_BYTES: Final = attrgetter("bytes")
_COLUMNS: Final = ("case_id", "generation", "wrapped", "centre_key_id")


def ring(scopes: set[bytes]) -> Ring:
    """The keys of these scopes; best of such as lie next to one another in order.

    They are asked for as a stretch, since a list of thousands of ids costs more than
    the keys do.
    """
    try:
        return _opened(scopes)
    except (RootKeyError, NoKeyError):  # keys were replaced since they were fetched
        return _opened(scopes)


def batches(rows: models.QuerySet[Any], *columns: str) -> Iterator[list[Any]]:
    """Columns of many rows as the database hands them out, without building rows."""
    sql, params = rows.values_list(*columns).query.sql_with_params()
    with connections[rows.db].chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while batch := cursor.fetchmany(BATCH):
            yield batch


def id_reader(alias: str) -> Callable[[Any], bytes]:
    """Reads ids as a database hands them out: SQLite in hexadecimal, others whole."""
    return bytes.fromhex if connections[alias].vendor == "sqlite" else _BYTES


def _opened(scopes: set[bytes]) -> Ring:
    first, last = UUID(bytes=min(scopes)), UUID(bytes=max(scopes))
    stretch = CaseKey.objects.filter(case_id__gte=first, case_id__lte=last)
    read, above = id_reader(KEYS), _Above()
    found: Ring = {}
    for batch in batches(stretch, *_COLUMNS):
        for told, generation, wrapped, centre in batch:
            scope = read(told)
            if scope not in scopes:
                continue
            held = found.setdefault(scope, {})
            if wrapped is not None:
                aad = cipher.dek_aad_of(scope, generation)
                key = cipher.unwrap_from(above[centre], bytes(wrapped), aad)
                held[generation] = AESGCM(key)
    return found


class _Above(dict[int, AESGCM]):
    """Centres' keys, each opened when it is first asked for."""

    def __missing__(self, row: int) -> AESGCM:
        found = CentreKey.objects.filter(pk=row).first()
        if found is None:
            raise NoKeyError("A centre's key was replaced meanwhile.")
        box = self[row] = AESGCM(open_centre_key(found))
        return box
