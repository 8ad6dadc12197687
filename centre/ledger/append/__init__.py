"""How an entry comes to its place: two ways to the same bytes.

On PostgreSQL one database function locks the head, builds the entry, hashes it and
moves the head (`functions`); elsewhere the same is done here, statement by statement
(`statements`). A test holds the two against each other.
"""

from __future__ import annotations

from django.db import router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from centre.ledger.append import functions, statements
from centre.ledger.append.parts import Way
from centre.ledger.errors import LedgerError
from centre.ledger.models import Head


def way() -> Way:
    """The way of the database the ledger lies in; only inside a transaction."""
    connection: BaseDatabaseWrapper
    connection = transaction.get_connection(router.db_for_write(Head))
    if not connection.in_atomic_block:
        raise LedgerError("The ledger is written inside the act's own transaction.")
    return functions if connection.vendor == "postgresql" else statements
