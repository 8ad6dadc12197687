"""When database or disk fail, people read a sentence and lose nothing they typed."""

from __future__ import annotations

import errno
import re

import pytest
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from centre.core import outage
from centre.core.http import open_to_strangers
from centre.core.middleware import Refusals

FAULT = {"now": None}
TYPED = {"words": "two bags, one <seal>", "token": "abc", "code": "123456"}


@open_to_strangers
def fails(request):
    raise FAULT["now"]


handler404 = "centre.core.middleware.not_found"
handler500 = "centre.core.outage.failed"
urlpatterns = [path("fails/", fails)]


@pytest.fixture
def failing(settings, monkeypatch):
    """A page that fails as it is told."""
    settings.ROOT_URLCONF = __name__

    def as_told(error):
        monkeypatch.setitem(FAULT, "now", error)

    return as_told


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("terminating connection"), outage.WAIT),
        (OperationalError("database is locked"), outage.WAIT),
        (InterfaceError("connection already closed"), outage.WAIT),
        (OperationalError("database or disk is full"), outage.FULL),
        (OSError(errno.ENOSPC, "No space left on device"), outage.FULL),
        (OSError(errno.EFBIG, "File too large"), outage.FULL),
    ],
)
def test_an_outage_is_told_in_a_sentence_and_may_be_tried_again(
    db, failing, error, sentence
):
    failing(error)

    answer = Client().post("/fails/", TYPED)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert sentence in answer.content.decode()


def test_what_was_typed_stands_in_the_page_and_secrets_do_not(db, failing):
    failing(OperationalError("gone"))

    page = Client().post("/fails/", TYPED).content.decode()
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert sent["words"] == "two bags, one &lt;seal&gt;"
    assert sent["token"] == "abc"
    assert TYPED["code"] not in page
    assert 'name="code"' in page


@pytest.mark.parametrize("error", [IntegrityError("twice"), OSError(errno.EACCES, "")])
def test_other_faults_are_no_outage(error):
    assert outage.outage_behind(error) == ""
    refusals = Refusals(lambda _: HttpResponse())
    assert refusals.process_exception(RequestFactory().get("/"), error) is None


def test_a_fault_nobody_foresaw_is_a_plain_page(db, failing):
    failing(ZeroDivisionError())

    answer = Client(raise_request_exception=False).get("/fails/")
    assert answer.status_code == 500
    assert "Traceback" not in answer.content.decode()


def test_an_outage_before_the_page_is_told_as_well(db, failing, monkeypatch):
    """Such as when the session cannot be read: no view and no middleware catches it."""

    def gone(*_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)
    browser = Client(raise_request_exception=False)
    browser.cookies["centre"] = "x" * 32

    answer = browser.get("/fails/")
    assert answer.status_code == 503
    assert outage.WAIT in answer.content.decode()
