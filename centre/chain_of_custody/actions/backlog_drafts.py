"""A list of old things while it is prepared: nothing of it is in the record yet."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from datetime import datetime
from pathlib import PurePath
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from centre.chain_of_custody.models import BacklogDraft, BacklogDraftScan
from centre.chain_of_custody.rules import backlog_file
from centre.chain_of_custody.rules.scans import check_scan
from centre.core import access, clock, journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault import files
from centre.vault.keys import SYSTEM_SCOPE

MOST_SCANS: Final = 50
_LONGEST_NAME: Final = 120


@transaction.atomic
def begin_draft(*, centre: Centre, content: bytes, by: User) -> BacklogDraft:
    """Keep an uploaded list, encrypted, so that it can be looked at and completed."""
    at = clock.now()
    access.require(by, Permission.BACKLOG_TAKE_OVER, centre)
    rows = backlog_file.read(content)
    draft = BacklogDraft.objects.create(
        centre=centre,
        written_by=by,
        kept_at=at,
        content={
            "rows": [[one.row, dict(one.values)] for one in rows],
            "scans": {},
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )
    _note(draft, by, at, "uploaded")
    return draft


@transaction.atomic
def add_scan(
    *, draft: BacklogDraft, name: str, content: bytes, by: User
) -> BacklogDraftScan:
    """Keep the scan of an old paper with the draft whose rows name its file."""
    at = clock.now()
    _require_own(draft, by)
    held = BacklogDraft.objects.select_for_update().get(pk=draft.pk)
    check_scan(content)
    names: dict[str, str] = held.content["scans"]
    plain = file_name(name)
    _check_room(plain, names.values())
    blob = uuid4()
    with files.kept_with(blob):
        stored = files.write([content], blob_id=blob, case_id=SYSTEM_SCOPE)
        scan = BacklogDraftScan.objects.create(
            draft=held,
            blob_id=blob,
            size=stored.size,
            sha256=stored.sha256,
            cipher_sha256=stored.cipher_sha256,
        )
        held.content = {**held.content, "scans": {**names, str(scan.pk): plain}}
        held.save()
        _note(held, by, at, "scan added")
    return scan


@transaction.atomic
def drop_draft(*, draft: BacklogDraft, by: User) -> None:
    """Throw a draft and its scans away; nothing of them was in the record."""
    at = clock.now()
    _require_own(draft, by)
    blobs = list(draft.scans.values_list("blob_id", flat=True))
    clear(draft)
    transaction.on_commit(lambda: _remove(blobs))
    _note(draft, by, at, "thrown away")


def clear(draft: BacklogDraft) -> None:
    """Remove the rows of a draft, not the files."""
    draft.scans.all().delete()
    BacklogDraft.objects.filter(pk=draft.pk).delete()


def file_name(name: str) -> str:
    """The name of a file as the column “scan” tells it: no folder before it."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    return plain.strip()[:_LONGEST_NAME]


def _check_room(name: str, taken: Collection[str]) -> None:
    if name in taken:
        raise RuleError(
            "A scan with this name was uploaded already. Give the file another name, "
            "in the list too, or throw this draft away and begin anew."
        )
    if len(taken) >= MOST_SCANS:
        raise RuleError(f"A list has at most {MOST_SCANS} scans. Part the list.")


def _remove(blobs: list[UUID]) -> None:
    for blob in blobs:
        files.path_of(blob).unlink(missing_ok=True)


def _require_own(draft: BacklogDraft, by: User) -> None:
    access.require(by, Permission.BACKLOG_TAKE_OVER, draft.centre)
    if draft.written_by_id != by.pk:
        raise AccessError(by, Permission.BACKLOG_TAKE_OVER, draft.centre)


def _note(draft: BacklogDraft, by: User, at: datetime, done: str) -> None:
    """A draft is not part of the record; that it was worked on is noted."""
    what = f"List of old things, {done}"
    journal.looked(Kind.READ, by=by, on=draft.centre, at=at, what=what)
