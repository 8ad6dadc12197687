"""Certificates say what one law asks for, and the record's own figures."""

from __future__ import annotations

import tomllib

import pytest
from django.urls import reverse

import centre
from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions.certify import certify_report
from centre.chain_of_custody.models import IssuedReport
from centre.chain_of_custody.record_certificates import (
    FILE,
    CertificateError,
    read,
    texts,
)
from centre.core.errors import AccessError, RuleError
from centre.ledger.models import Entry
from tests.house import ROOT
from tests.pdf import text_of


@pytest.fixture
def issued(stored_item, custodian):
    report = actions.print_report(package=stored_item, by=custodian)
    return IssuedReport.objects.get(number=report.number)


@pytest.fixture
def digest(issued, custodian):
    return documents.body_digest(actions.reprint_report(issued=issued, by=custodian))


@pytest.mark.parametrize("form", list(texts()))
def test_each_law_gets_its_words_with_the_digest_of_the_content(
    form, issued, digest, custodian
):
    told = certify_report(issued=issued, form=form, digest=digest, by=custodian)
    squeezed = "".join(text_of(documents.record_certificate(told)).split())

    for word in (digest, texts()[form].title, told.root, told.head.anchor_code):
        assert "".join(word.split()) in squeezed
    assert ("notcheckedagainstthelaw" in squeezed) is not texts()[form].verified
    assert "{" not in squeezed


def test_the_digest_is_the_same_for_every_copy(issued, digest, custodian):
    again = actions.reprint_report(issued=issued, by=custodian)

    assert documents.body_digest(again) == digest


def test_the_forms_asked_for_are_there():
    assert set(texts()) == {
        "generic",
        "us-902-11-13-14",
        "in-bsa-63-a",
        "in-bsa-63-b",
        "ke-106b",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{person}", "{persons}"),
        ('code = "ke-106b"', 'code = "generic"'),
        ('title = "', 'titel = "'),
    ],
)
def test_a_faulty_file_is_refused(old, new):
    text = FILE.read_text(encoding="utf-8")
    with pytest.raises(CertificateError):
        read(text.replace(old, new, 1).encode())


def test_an_unknown_form_and_a_stranger_get_none(issued, custodian, nurse):
    with pytest.raises(RuleError):
        certify_report(issued=issued, form="xx", digest="0", by=custodian)
    with pytest.raises(AccessError):
        certify_report(issued=issued, form="generic", digest="0", by=nurse)


def test_the_page_issues_it_and_the_ledger_says_so(issued, custodian, browse):
    answer = browse(custodian).post(
        reverse("certify", args=[issued.number]), {"form": "ke-106b"}
    )

    assert answer["Content-Type"] == "application/pdf"
    newest = Entry.objects.filter(stream=issued.package.pk.bytes).latest("sseq")
    assert newest.kind == "document.issued"


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert centre.__version__ == project["project"]["version"]
