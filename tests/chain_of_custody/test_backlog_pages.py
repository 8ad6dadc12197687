"""The pages of old things: upload, look, sign, label; nothing odd is a fault."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody.actions.backlog_drafts import begin_draft
from centre.chain_of_custody.models import (
    Backlog,
    BacklogDraft,
    BacklogDraftScan,
    CustodyEvent,
)
from centre.core.models import TotpDevice
from tests.chain_of_custody.backlog_lists import old, sheet

pytestmark = pytest.mark.usefixtures("monday")
PAGE = "/custody/old/"


def as_file(content, name="list.csv"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def desk(browse, custodian):
    """The custodian's browser."""
    return browse(custodian)


@pytest.fixture
def draft(centre, custodian, shelf):
    """A list of two things that waits."""
    rows = sheet(old("17/4", shelf), old("17/5", shelf, scan="p17.pdf"))
    return begin_draft(centre=centre, content=rows, by=custodian)


@pytest.fixture
def code(custodian, codes):
    """The custodian's code of now, not used yet."""
    found = codes(custodian)
    TotpDevice.objects.filter(user=custodian).update(last_step=-1)
    return found


def test_a_list_goes_from_the_template_to_labels(desk, shelf, code):
    template = desk.get(f"{PAGE}template/")
    assert template["Content-Type"] == "text/csv; charset=utf-8"
    rows = sheet(old("17/4", shelf, scan="p17.pdf"))

    sent = desk.post(PAGE, {"content": as_file(rows)})
    seen = desk.get(sent.url).content.decode()
    assert "names a scan that was not uploaded" in seen.casefold()
    desk.post(f"{sent.url}scan/", {"content": as_file(b"%PDF-1", "p17.pdf")})
    seen = desk.get(sent.url).content.decode()
    assert "Nothing stands against it" in seen
    assert not CustodyEvent.objects.exists()
    done = desk.post(sent.url, {"code": code})

    made = Backlog.objects.get()
    assert done.url == made.get_absolute_url()
    shown = desk.get(done.url).content.decode()
    assert "17/4" in shown
    assert made.scans.get().sha256 in shown
    labels = desk.post(f"{done.url}labels/", {"stock": "item"})
    assert labels.content.startswith(b"%PDF")
    scan = desk.get(reverse("backlog_scan", args=[made.scans.get().pk]))
    assert scan.content == b"%PDF-1"
    item = made.numbers.get().item
    page = desk.get(item.get_absolute_url()).content.decode()
    assert "late entry" in page
    assert "March 2019" in page


def test_r22_page_a_row_that_names_what_is_here_is_told_with_row_and_column(
    desk, shelf, stored_item, code
):
    case = stored_item.case
    rows = sheet(old("1", shelf), old("2", shelf, seal="A1", case_mark=str(case)))
    sent = desk.post(PAGE, {"content": as_file(rows)})

    seen = desk.get(sent.url).content.decode()

    assert seen.count("Row 3") == 2
    assert "Is a case of this system" in seen
    assert "this seal is or was on something" in seen
    assert "Sign and take over" not in seen
    answer = desk.post(sent.url, {"code": code})
    assert "Nothing was taken over" in answer.content.decode()
    assert list(CustodyEvent.objects.exclude(item=stored_item)) == []


def test_a_wrong_code_keeps_the_list(desk, draft):
    answer = desk.post(reverse("backlog_draft", args=[draft.pk]), {"code": "000000"})

    assert answer.status_code == 200
    assert BacklogDraft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty"),
        (b"PK\x03\x04", "workbook"),
        (b"old_number;kind", "not parted by commas"),
        (b"\xff\xfeo\x00", "not in UTF-8"),
        (b"old_number\r\n", "The heading lacks"),
        (None, "Choose the file"),
    ],
)
def test_an_odd_file_is_told_and_nothing_is_kept(desk, content, says):
    given = {} if content is None else {"content": as_file(content)}
    answer = desk.post(PAGE, given)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not BacklogDraft.objects.exists()


def test_a_file_that_is_far_too_large_is_told(desk):
    answer = desk.post(PAGE, {"content": as_file(b"x" * (22 * 1024 * 1024))})

    assert answer.status_code == 200
    assert "more than 20 MB" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"GIF89a", "PDF, a JPEG or a PNG"), (None, "Choose the file")],
)
def test_an_odd_scan_is_told_and_the_list_stays(desk, draft, content, says):
    given = {} if content is None else {"content": as_file(content, "p17.pdf")}
    answer = desk.post(reverse("add_backlog_scan", args=[draft.pk]), given)

    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not BacklogDraftScan.objects.exists()


def test_a_second_click_leads_to_what_the_first_one_made(
    desk, shelf, centre, custodian, code
):
    rows = sheet(old("1", shelf))
    found = begin_draft(centre=centre, content=rows, by=custodian)
    page = reverse("backlog_draft", args=[found.pk])
    sent = {"code": code, "token": "00000000-0000-4000-8000-00000000000a"}

    first, second = desk.post(page, sent), desk.post(page, sent)

    assert first.url == second.url == Backlog.objects.get().get_absolute_url()
    assert CustodyEvent.objects.count() == 1


def test_a_list_is_thrown_away(desk, draft):
    answer = desk.post(reverse("drop_backlog", args=[draft.pk]))

    assert answer.url == PAGE
    assert not BacklogDraft.objects.exists()


def test_another_person_s_draft_is_not_there(browse, coordinator, draft):
    page = browse(coordinator).get(reverse("backlog_draft", args=[draft.pk]))
    assert page.status_code == 404


def test_long_lists_are_told_in_pages_with_as_many_queries(
    desk, centre, custodian, shelf
):
    def looked(rows):
        found = begin_draft(centre=centre, content=sheet(*rows), by=custodian)
        address = reverse("backlog_draft", args=[found.pk])
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(address).content.decode()
        return len(queries), page

    desk.get(PAGE)
    one, _ = looked([old("A/1", shelf)])
    many, page = looked([old(f"B/{n}", shelf) for n in range(60)])

    assert one == many
    assert "B/49" in page
    assert "B/50" not in page
