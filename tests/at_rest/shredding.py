"""After one case's key is destroyed: what somebody with all other keys still reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.at_rest import scan
from tests.at_rest.living import Found
from tests.at_rest.marks import own_secrets
from tools.kill_rounds import Scene

COPIES = ("out", "unsealed", "mirror")
"""Backups from before; they hold the key until they are thrown away."""


def shred(base: Path, scene: Scene, found: Found) -> dict[str, Any]:
    """Destroy the second case's key as two people decide it; what is left of it."""
    from centre.core import verification

    before = len(list(_readable(found.second.pk)))
    others = len(list(_readable(found.first.pk)))
    wrapped = _wrapped(found.second.pk)
    _decide(found)
    _tidy(scene)
    return {
        "readable_before": before,
        "readable": list(_readable(found.second.pk)),
        "others_before": others,
        "others": len(list(_readable(found.first.pk))),
        "files_readable": [_reads(row) for row in found.photographs],
        "wrapped_key_in": _where(base, wrapped),
        "drafts": found.second.drafts.count(),
        "faults": [f"{f.table}: {f.says}" for f in verification.faults()][:5],
    }


def _decide(found: Found) -> None:
    """Two coordinators; their one-time codes are tried elsewhere."""
    from centre.chain_of_custody.queries.disposal import holding
    from centre.core.actions import approvals, keys, people
    from centre.core.actions.set_up import system_actor
    from centre.core.permissions import Role

    approvals.check_factor = lambda *, by, code: True
    password = "a long sentence nobody will ever guess"
    second = people.enrol_person(
        username="dele",
        name="Dele Daba",
        password=password,
        role=Role.COORDINATOR,
        centre=found.second.centre,
        by=system_actor(),
    )
    people.unlock(second, password)
    dora, case = found.coordinator, found.second
    proposal = keys.propose_shredding(case=case, words="She asked.", by=dora, code="")
    approvals.approve(proposal=proposal, by=second, code="")
    keys.shred(case=case, proposal=proposal, held_by=holding(case), by=dora)


def _tidy(scene: Scene) -> None:
    """One vacuum, as the guide for whoever runs the server says."""
    from django.db import connections

    for alias in ("default", "keys"):
        connections[alias].close()
        with closing(_alone(scene, alias)) as opened:
            opened.execute("VACUUM" if scene.server is None else "VACUUM FULL")
            if scene.server is not None:
                opened.execute("CHECKPOINT")


def _alone(scene: Scene, alias: str) -> Any:
    """A connection as whoever runs the server has it."""
    if scene.server is None:
        import sqlite3

        from django.db import connections

        return sqlite3.connect(connections[alias].settings_dict["NAME"])
    import psycopg

    name = "centre" if alias == "default" else "keys"
    return psycopg.connect(scene.server.url(name), autocommit=True)


def _wrapped(scope: UUID) -> bytes:
    from centre.vault.models import CaseKey

    return bytes(CaseKey.objects.get(case_id=scope).wrapped or b"")


def _where(base: Path, wrapped: bytes) -> list[str]:
    """The files, but for copies from before, in which the destroyed key still lies."""
    found = (p for p in scan.files_in(base) if wrapped in p.read_bytes())
    return [
        str(p.relative_to(base))
        for p in found
        if not p.relative_to(base).parts[0].startswith(COPIES) and p.suffix != ".sql"
    ]


def _reads(row: Any) -> bool:
    from centre.vault import files
    from centre.vault.errors import KeyDestroyedError

    with suppress(KeyDestroyedError):
        return bool(b"".join(files.read(row.blob_id, row.case_id)))
    return False


def _readable(case_id: UUID) -> Iterator[str]:
    """Every value of the case that its own key, or any other key there is, opens."""
    from django.apps import apps

    from centre.vault.fields import encrypted_fields

    held = list(_every_key())
    for model in apps.get_models():
        for field in encrypted_fields(model):
            for row in model._base_manager.all():
                if field._scope_of(row) == case_id and _opens(field, row, held):
                    yield f"{model._meta.db_table}.{field.name}"


def _every_key() -> Iterator[bytes]:
    for name, key in own_secrets().items():
        if name.startswith(("root key", "centre key", "case key")):
            yield key


def _opens(field: Any, row: Any, held: list[bytes]) -> bool:
    from centre.vault import cipher
    from centre.vault.errors import DamagedError

    stored = row.__dict__[field.attname]
    if stored is None:
        return False
    place = field.place_of(row)
    for key in held:
        with suppress(DamagedError):
            return bool(cipher.open_field(key, stored.stored, place))
    return False
