"""Documents: encrypted, bound by their hashes, opened on record."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from centre.chain_of_custody.actions.attachments import (
    attach_document,
    open_document,
)
from centre.chain_of_custody.models import Attachment
from centre.chain_of_custody.queries.dossier import dossier
from centre.chain_of_custody.rules.moves import Move
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.core.verification import faults
from centre.ledger.models import Entry
from centre.vault import files

PAPER = b"%PDF-1.7 the paper form of a late entry"


@pytest.fixture
def attached(stored_item, custodian):
    source = stored_item.custody.get(move=Move.STORED)
    return attach_document(
        package=stored_item,
        content=PAPER,
        kind="paper_form",
        about=str(source.pk),
        by=custodian,
    )


def test_a_document_is_kept_encrypted_and_bound_by_its_hashes(attached):
    row = attached.attachment

    assert row.sha256 == hashlib.sha256(PAPER).hexdigest()
    assert PAPER not in files.path_of(row.blob_id).read_bytes()
    entry = Entry.objects.get(kind="document.attached")
    assert b64encode(bytes.fromhex(row.cipher_sha256)) in bytes(entry.entry)
    assert list(faults()) == []


def test_its_source_and_its_hash_are_told_on_the_line(attached, stored_item):
    line = dossier(stored_item).told[-1]
    source = stored_item.custody.get(move=Move.STORED)
    assert line.corrects == source.number
    assert f"SHA-256: {attached.attachment.sha256}" in line.words


def test_a_changed_file_is_found(attached):
    path = files.path_of(attached.attachment.blob_id)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    assert [f.table for f in faults()] == ["chain_of_custody_attachment"]


def test_opening_it_is_written_down(attached, custodian):
    assert open_document(document=attached.attachment, by=custodian) == PAPER
    note = AccessNote.objects.order_by("-at").first()
    assert note.what.startswith("Document ")


@pytest.mark.parametrize("person", ["counsellor", "investigator", "coordinator"])
def test_others_neither_attach_nor_open(attached, stored_item, person, request):
    other = request.getfixturevalue(person)
    with pytest.raises(AccessError):
        open_document(document=attached.attachment, by=other)
    with pytest.raises(AccessError):
        attach_document(package=stored_item, content=PAPER, kind="order", by=other)


@pytest.mark.parametrize(
    ("content", "kind", "about", "says"),
    [
        (b"GIF89a", "order", "", "Choose a PDF"),
        (b"", "order", "", "empty"),
        (PAPER, "letter", "", "what kind of document"),
        (PAPER, "order", "not-a-key", "Choose an event of this very thing"),
    ],
)
def test_what_is_no_document_of_it_is_refused_and_leaves_no_file(
    stored_item, custodian, content, kind, about, says
):
    with pytest.raises(RuleError, match=says):
        attach_document(
            package=stored_item, content=content, kind=kind, about=about, by=custodian
        )
    assert not Attachment.objects.exists()


def test_it_goes_through_its_page_and_back(stored_item, browse, custodian):
    browser = browse(custodian)
    where = reverse("attach_document_item", args=[stored_item.code])
    assert 'enctype="multipart/form-data"' in browser.get(where).content.decode()
    typed = {"kind": "order", "about": "", "note": "Order 5"}

    wrong = browser.post(where, typed | {"content": SimpleUploadedFile("a", b"GIF")})
    assert "Choose a PDF" in wrong.content.decode()
    assert "Order 5" in wrong.content.decode()
    done = browser.post(where, typed | {"content": SimpleUploadedFile("a.pdf", PAPER)})

    assert done.status_code == 302
    found = browser.get(reverse("custody_document", args=[Attachment.objects.get().pk]))
    assert found.content == PAPER
    assert found.headers["Content-Type"] == "application/pdf"


def test_a_late_entry_names_the_paper_it_is_copied_from(
    attached, stored_item, custodian, browse
):
    """The SHA-256 stands in the late entry itself, on the page and on the report."""
    desk = browse(custodian)
    page = reverse("add_note_item", args=[stored_item.code])
    assert "The paper it is copied from" in desk.get(page).content.decode()
    typed = {
        "words": "Seen whole at the morning round",
        "occurred_at": "2026-06-01T09:30",
        "late_reason": "No power.",
        "source": str(attached.attachment.pk),
    }

    desk.post(page, typed)

    line = dossier(stored_item).told[-1]
    assert line.event.is_late
    sha256 = attached.attachment.sha256
    assert line.late_reason == (
        f"No power. Copied from document no. {attached.number}, SHA-256 {sha256}."
    )
    shown = desk.get(stored_item.get_absolute_url()).content.decode()
    assert shown.count(sha256) == 2


@pytest.mark.parametrize("left_out", ["occurred_at", "late_reason"])
def test_a_paper_is_named_by_late_entries_alone(
    attached, stored_item, custodian, browse, left_out
):
    page = reverse("add_note_item", args=[stored_item.code])
    typed = {
        "words": "Seen whole",
        "occurred_at": "2026-06-01T09:30",
        "late_reason": "No power.",
        "source": str(attached.attachment.pk),
    }

    answer = browse(custodian).post(page, typed | {left_out: ""})

    assert "A paper is named for what is written down late" in answer.content.decode()
    assert "Seen whole" in answer.content.decode()


def test_no_paper_is_asked_for_where_none_is_kept(stored_item, custodian, browse):
    page = reverse("add_note_item", args=[stored_item.code])
    shown = browse(custodian).get(page).content.decode()
    assert "The paper it is copied from" not in shown
