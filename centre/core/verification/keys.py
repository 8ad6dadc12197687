"""When people's keys count, and that what was confirmed bears a security key's mark.

The rows themselves are bound by entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from centre.core.models import Confirmation, Opening, Passkey, SigningKey
from centre.ledger import times
from centre.ledger.entry import Assertion
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from centre.ledger.signatures import ALWAYS, Life, Lives
from centre.ledger.verify import Fault

_BATCH: Final = 500


def known() -> list[SigningKey | Passkey]:
    """Every key that a person ever signed with."""
    return [*SigningKey.objects.all(), *Passkey.objects.all()]


def people_keys() -> tuple[dict[str, bytes], Lives]:
    """Every public key on file by its name, and when each counts."""
    keys = known()
    public = {key.kid: bytes(key.public_key) for key in keys}
    return public, {key.kid: life_of(key) for key in keys}


def life_of(key: SigningKey | Passkey) -> Life:
    """Between which times of entries a person's key counts."""
    ended = key.revoked_at
    return times.exact(key.registered_at), times.exact(ended) if ended else ALWAYS[1]


def faults() -> Iterator[Fault]:
    """Confirmations that no security key of their person made, or of other entries."""
    table = Confirmation._meta.db_table
    people = {key.kid: key.user_id for key in known()}
    for row in Confirmation.objects.order_by("log", "first").iterator(_BATCH):
        opening = Opening.objects.defer("secret").filter(table=table, row=row.pk)
        place = opening.values_list("log", "n").first()
        if place is None:
            continue
        says = _says(row, place, people)
        if says:
            yield Fault(*place, table, str(row.pk), says)


def _says(row: Confirmation, place: tuple[str, int], people: Mapping[str, Any]) -> str:
    entry = Entry.objects.filter(log=place[0], n=place[1]).first()
    try:
        content = entry.content if entry else None
    except LedgerError:
        content = None
    if content is None or content.statement.kind != Kind.ACT_CONFIRMED:
        return "stands in no entry that confirms an act"
    beside = [s.kid for s in content.signatures if isinstance(s, Assertion)]
    signers = {people.get(kid) for kid in (content.statement.actor, *beside)}
    if not beside or signers != {row.user_id}:
        return "bears no signature of a security key of its person"
    if content.log != row.log or content.statement.refs != _leaves(row):
        return "confirms other entries than it names"
    return ""


def _leaves(row: Confirmation) -> tuple[bytes, ...]:
    entries = Entry.objects.filter(log=row.log, n__in=row.positions).order_by("n")
    return tuple(bytes(leaf) for leaf in entries.values_list("leaf", flat=True))
