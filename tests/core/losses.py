"""A centre that falls back to its backup, while more is known outside."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction

from centre.core import known_heads, mirrors
from centre.core.actions.cases import open_case
from centre.core.actions.upkeep import tick


class BurntError(Exception):
    """The disk is gone; what was written since the backup with it."""


def write_and_lose(centre, by, *, write=open_case):
    """Go on after the backup, let it be known outside, and fall back to the backup."""
    with suppress(BurntError), transaction.atomic():
        write(centre=centre, registration="named", age_band="25-59", by=by)
        tick(centre)
        known_heads.keep()
        mirrors.keep()
        raise BurntError
