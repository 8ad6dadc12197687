"""When people's keys count. The rows themselves are bound by entries."""

from __future__ import annotations

from centre.core.models import SigningKey
from centre.ledger import times
from centre.ledger.signatures import ALWAYS, Life


def life_of(key: SigningKey) -> Life:
    """Between which times of entries a person's key counts."""
    ended = key.revoked_at
    return times.exact(key.registered_at), times.exact(ended) if ended else ALWAYS[1]
