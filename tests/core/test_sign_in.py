"""Doors: two factors, one use of each code, locking, recovery, telling nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from centre.core import clock, totp
from centre.core.actions import people
from centre.core.models import AccessNote, RecoveryCode, TotpDevice
from centre.endings import leave
from tests.conftest import PASSWORD


@pytest.fixture
def enrolled(nurse, monday):
    """The nurse with a confirmed second factor; hands back her recovery codes."""
    device = people.begin_factor(by=nurse)
    codes = people.confirm_factor(by=nurse, code=totp.code_at(device.seed, clock.now()))
    monday.shift(timedelta(minutes=2))
    return codes


def code_of(user) -> str:
    return totp.code_at(TotpDevice.objects.get(user=user).seed, clock.now())


def give_password(client: Client, username: str, password: str = PASSWORD):
    return client.post(reverse("sign_in"), {"username": username, "password": password})


def test_password_and_code_lead_to_the_work_list(nurse, enrolled, client):
    assert give_password(client, "nadia").status_code == 302
    answer = client.post(
        reverse("second_factor"), {"code": code_of(nurse)}, follow=True
    )

    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/"
    assert AccessNote.objects.filter(user=nurse, kind="signed_in").exists()


def test_with_the_password_alone_nothing_opens(nurse, enrolled, client, case):
    give_password(client, "nadia")

    answer = client.get(case.get_absolute_url())

    assert answer.status_code == 302
    assert reverse("second_factor") in answer.url


def test_a_code_counts_once(nurse, enrolled):
    code = code_of(nurse)

    assert people.check_factor(by=nurse, code=code)
    assert not people.check_factor(by=nurse, code=code)


def test_an_expired_code_gets_a_sentence(nurse, enrolled, client, monday):
    give_password(client, "nadia")
    old = code_of(nurse)
    monday.shift(timedelta(minutes=2))

    answer = client.post(reverse("second_factor"), {"code": old})

    assert "not right or was used before" in answer.content.decode()


def test_many_wrong_codes_wait_but_never_for_ever(nurse, enrolled, monday):
    for _ in range(4):
        people.check_factor(by=nurse, code="000000")
        monday.shift(timedelta(minutes=16))
    for _ in range(40):
        people.check_factor(by=nurse, code="000000")
        monday.shift(timedelta(minutes=15, seconds=1))

    assert people.check_factor(by=nurse, code=code_of(nurse))


def test_unknown_and_wrong_get_the_same_answer(nurse, enrolled):
    wrong = give_password(Client(), "nadia", "wrong password of some length")
    unknown = give_password(Client(), "nobody", "wrong password of some length")

    assert wrong.status_code == unknown.status_code == 200
    assert _without_typed(wrong) == _without_typed(unknown)


def _without_typed(answer) -> str:
    lines = answer.content.decode().splitlines()
    return "\n".join(
        line
        for line in lines
        if "csrf" not in line.lower() and 'name="username"' not in line
    )


def test_a_recovery_code_works_once_and_only_its_hash_is_kept(nurse, enrolled):
    code = enrolled[0]
    kept = "".join(RecoveryCode.objects.values_list("hashed", flat=True))

    assert code.replace("-", "") not in kept
    assert people.use_recovery_code(by=nurse, code=code.lower())
    assert not people.use_recovery_code(by=nurse, code=code)


def test_the_seed_is_not_readable_in_the_database(nurse, enrolled):
    from django.db import connection

    seed = TotpDevice.objects.get(user=nurse).seed
    with connection.cursor() as cursor:
        cursor.execute("select seed from core_totpdevice")
        stored = bytes(cursor.fetchone()[0])

    assert bytes.fromhex(seed) not in stored
    assert seed.encode() not in stored


def test_an_idle_screen_locks_and_opens_where_one_was(nurse, case, browse, monday):
    client = browse(nurse)
    monday.shift(timedelta(minutes=16))

    locked = client.get(case.get_absolute_url())
    opened = client.post(
        locked.url, {"password": PASSWORD, "next": case.get_absolute_url()}
    )

    assert reverse("unlock") in locked.url
    assert opened.url == case.get_absolute_url()
    assert client.get(case.get_absolute_url()).status_code == 200


def test_keeping_by_the_page_does_not_hold_the_screen_open(nurse, browse, monday):
    client = browse(nurse)
    for _ in range(4):
        monday.shift(timedelta(minutes=5))
        client.get("/", headers={"X-Kept-By": "page"})

    assert client.get("/", headers={"X-Kept-By": "page"}).status_code == 401


def test_exit_ends_the_session_first(nurse, browse, case):
    client = browse(nurse)

    answer = client.post(reverse("exit"))

    assert answer.url == reverse("away")
    assert client.get(case.get_absolute_url()).status_code == 302


def test_out_of_reach_and_missing_are_the_same_page(nurse_off_team, case, browse):
    client = browse(nurse_off_team)

    foreign = client.get(case.get_absolute_url())
    missing = client.get("/cases/NOSUCHCASE/")

    assert foreign.status_code == missing.status_code == 404
    assert _plain(foreign) == _plain(missing)


def _plain(answer) -> list[str]:
    lines = answer.content.decode().splitlines()
    return [x for x in lines if "csrf" not in x.lower() and 'value="/cases/' not in x]


def test_no_answer_is_ever_stored(nurse, browse, case):
    answer = browse(nurse).get(case.get_absolute_url())

    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_leaver_s_session_ends_at_once(nurse, centre, browse, case):
    from centre.core.actions.set_up import system_actor

    client = browse(nurse)
    leave(user=nurse, centre=centre, by=system_actor())

    assert client.get(case.get_absolute_url()).status_code == 302
