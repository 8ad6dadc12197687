"""Django's SQLite, with an authorizer on every connection.

Triggers hold the rows; the authorizer holds the triggers. What an application at work
never does is refused before it runs: altering or dropping tables and triggers, writing
the schema, attaching another file, a PRAGMA that would weaken a setting (sqlite.org,
"Compile-Time Authorization Callbacks"). It is asked when a statement is prepared, not
when it runs, so it costs nothing that can be measured.

It binds this program, not whoever opens the file with another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

_WEAKENS: Final = "PRAGMA writable_schema = ON"
_BACK: Final = "PRAGMA writable_schema = OFF"


@contextmanager
def altering(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let this one connection alter tables meanwhile; only `migrate` does.

    On any other database than SQLite it is the role that decides.
    """
    let_alter = getattr(connection, "let_alter", _is_decided_by_the_role)
    let_alter(may=True)
    try:
        yield
    finally:
        let_alter(may=False)


def is_held(connection: BaseDatabaseWrapper) -> bool:
    """Whether the connection refuses what would weaken it: tried, not believed."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(_WEAKENS)
        except DatabaseError:
            return True
        cursor.execute(_BACK)
    return False


def _is_decided_by_the_role(*, may: bool) -> None:
    """Nothing to take off, and nothing to put back."""
