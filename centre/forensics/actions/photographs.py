"""Photographs: the original is kept untouched, a copy without metadata is shown."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack
from uuid import uuid4

from django.db import transaction

from centre.core import access, clock, consent, journal
from centre.core.errors import ConsentError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.forensics.actions.examinations import lock_open
from centre.forensics.models import Examination, Photograph, PhotographCopy
from centre.forensics.queries.lists import is_withheld
from centre.forensics.rules import photographs as rules
from centre.ledger.kinds import Kind
from centre.vault import files
from centre.vault.files import Stored

WITHHELD = (
    "The survivor has taken back the consent to this photograph, so it stays closed. "
    "It is kept sealed."
)


class Frame(TypedDict, total=False):
    """What is told of one frame; all of it is encrypted."""

    frame: str
    area: str
    injury: int | None
    scale: str
    is_square: bool
    device: str
    taken_at: datetime | None
    caption: str


@transaction.atomic
def add_photograph(
    *,
    examination: Examination,
    original: bytes,
    kind: str,
    by: User,
    **frame: Unpack[Frame],
) -> Photograph:
    """Take in a photograph under the consent for its class; the original stays so."""
    at = clock.now()
    case = examination.case
    access.require(by, Permission.PHOTO_ADD, case)
    lock_open(examination)
    rules.check_class(kind)
    decision = consent.require(case, rules.CONSENT_OF[kind], at=at)
    rules.check_size(len(original))
    shown = rules.screen_copy(original)

    blob, copy = uuid4(), uuid4()
    with files.kept_with(blob, copy):
        stored = files.write([original], blob_id=blob, case_id=case.pk)
        row = Photograph.objects.create(
            examination=examination,
            case=case,
            number=examination.photographs.count() + 1,
            blob_id=blob,
            **vars_of(stored),
            is_intimate=kind == "intimate",
            added_at=at,
            added_by=by,
            details={**_told(frame), "kind": kind, "consent": str(decision.pk)},
        )
        _record(Kind.PHOTO_ADDED, row, stored, by=by, at=at)
        copied = files.write([shown.content], blob_id=copy, case_id=case.pk)
        copy_row = PhotographCopy.objects.create(
            original=row,
            case=case,
            blob_id=copy,
            **vars_of(copied),
            width=shown.width,
            height=shown.height,
        )
        _record(Kind.PHOTO_COPIED, copy_row, copied, by=by, at=at)
    return row


@transaction.atomic
def open_photograph(*, photograph: Photograph, by: User) -> bytes:
    """The copy for the screen; who looked at which one is written down."""
    _look(photograph, by, "photograph")
    copy = PhotographCopy.objects.get(original=photograph)
    return b"".join(files.read(copy.blob_id, copy.case_id))


@transaction.atomic
def open_original(*, photograph: Photograph, by: User) -> bytes:
    """The untouched original; this is written down."""
    _look(photograph, by, "original photograph")
    return b"".join(files.read(photograph.blob_id, photograph.case_id))


def vars_of(stored: Stored) -> dict[str, object]:
    """Size and digests as the columns of a row."""
    return {
        "size": stored.size,
        "sha256": stored.sha256,
        "cipher_sha256": stored.cipher_sha256,
    }


def _look(photograph: Photograph, by: User, what: str) -> None:
    case = photograph.case
    access.require(by, Permission.PHOTO_OPEN, case)
    if is_withheld(case, photograph.details["kind"]):
        raise ConsentError(WITHHELD)
    words = f"{what} {photograph.number}"
    journal.looked(Kind.READ, by=by, on=case, at=clock.now(), what=words)


def _told(frame: Frame) -> dict[str, object]:
    taken = frame.get("taken_at")
    return {**frame, "taken_at": taken.isoformat() if taken else ""}


def _record(
    kind: Kind,
    row: Photograph | PhotographCopy,
    stored: Stored,
    *,
    by: User,
    at: datetime,
) -> None:
    journal.record(
        kind, by=by, on=row.case, at=at, row=row, blob_sha256=stored.cipher_sha256
    )
