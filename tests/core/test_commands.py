"""The commands with which a new centre gets its first people."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from centre.core import journal
from centre.core.actions import people
from centre.core.models import Centre, Membership, Opening, User
from centre.core.permissions import Role
from centre.ledger.models import Entry, Head
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def run(*words: str) -> str:
    """A command as somebody types it; what it prints."""
    printed = StringIO()
    call_command(*words, stdout=printed)
    return printed.getvalue()


def test_a_centre_is_opened_with_both_logs():
    printed = run("open_centre", "lakeside", "Lakeside Centre", "--timezone=Asia/Dhaka")

    opened = Centre.objects.get(code="lakeside")
    assert (opened.name, opened.timezone) == ("Lakeside Centre", "Asia/Dhaka")
    for log in journal.LOGS:
        origin = journal.origin(opened, log)
        assert origin in printed
        assert Head.objects.get(log=origin).size


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("two words", "Lakeside"), "letters, digits"),
        (("x" * 21, "Lakeside"), "at most 20"),
        (("lakeside", " "), "1 to 120"),
        (("lakeside", "Lakeside", "--timezone=Moon/Base"), "time zone"),
    ],
)
def test_a_centre_is_not_opened_under_nonsense(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("open_centre", *words)

    assert not Centre.objects.exists()


def test_a_code_is_used_once(centre):
    with pytest.raises(CommandError, match="already"):
        run("open_centre", centre.code, "Another")


def test_a_server_needs_a_ledger_host_of_its_own(settings):
    settings.HTTPS = True
    with pytest.raises(CommandError, match="CENTRE_LEDGER_HOST"):
        run("open_centre", "lakeside", "Lakeside Centre")

    settings.LEDGER_HOST = "records.lakeside.example"
    run("open_centre", "lakeside", "Lakeside Centre")
    assert Head.objects.filter(log="records.lakeside.example/lakeside/custody").exists()


def test_the_first_administrator_can_sign_in_and_enrol_others(centre):
    printed = run("enrol", "sami", "Sami Sang", "administrator")

    password = re.search(r"shown only now: (\S+)", printed).group(1)
    sami = User.objects.get(username="sami")
    assert sami.check_password(password)
    people.unlock(sami, password)
    people.enrol_person(
        username="nadia",
        name="Nadia Njoroge",
        password=PASSWORD,
        role=Role.NURSE,
        centre=centre,
        by=sami,
    )
    assert Membership.objects.filter(user__username="nadia", centre=centre).exists()


def test_two_people_never_get_the_same_first_password(centre):
    first = run("enrol", "sami", "Sami Sang", "administrator")
    second = run("enrol", "aude", "Aude Atieno", "auditor")

    found = [re.search(r"now: (\S+)", text).group(1) for text in (first, second)]
    assert found[0] != found[1]


def test_an_enrolment_is_written_into_the_ledger_without_the_password(centre):
    before = Entry.objects.count()
    printed = run("enrol", "sami", "Sami Sang", "administrator")

    password = re.search(r"now: (\S+)", printed).group(1)
    new = Entry.objects.order_by("-n")[: Entry.objects.count() - before]
    assert {"person.enrolled", "key.registered", "role.granted"} <= {
        str(entry.kind) for entry in new
    }
    assert all(password not in str(o.secret) for o in Opening.objects.all())


def test_a_password_that_is_asked_for_is_not_printed(centre, monkeypatch):
    monkeypatch.setattr(
        "centre.core.management.commands.enrol.getpass", lambda _: PASSWORD
    )
    printed = run("enrol", "sami", "Sami Sang", "administrator", "--ask")

    assert PASSWORD not in printed
    assert User.objects.get(username="sami").check_password(PASSWORD)


def test_two_different_first_passwords_enrol_nobody(centre, monkeypatch):
    typed = iter([PASSWORD, "another sentence of words"])
    monkeypatch.setattr(
        "centre.core.management.commands.enrol.getpass", lambda _: next(typed)
    )
    with pytest.raises(CommandError, match="not the same"):
        run("enrol", "sami", "Sami Sang", "administrator", "--ask")

    assert not User.objects.filter(username="sami").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sami sang", "Sami Sang", "administrator"), "letters, digits"),
        (("system", "Sami Sang", "administrator"), "another sign-in name"),
        (("sami", "", "administrator"), "1 to 120"),
        (("sami", "Sami Sang", "administrator", "--centre=nowhere"), "no centre with"),
        (("sami", "Sami Sang", "wizard"), "invalid choice"),
    ],
)
def test_nobody_is_enrolled_under_nonsense(centre, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("enrol", *words)

    assert User.objects.exclude(username="system").count() == 0


def test_a_sign_in_name_is_used_once(nurse):
    with pytest.raises(CommandError, match="taken"):
        run("enrol", nurse.username, "Somebody Else", "nurse")


def test_without_a_centre_the_next_step_is_told():
    with pytest.raises(CommandError, match="open_centre"):
        run("enrol", "sami", "Sami Sang", "administrator")


def test_with_two_centres_one_is_named(centre, centre_elsewhere):
    with pytest.raises(CommandError, match="--centre"):
        run("enrol", "sami", "Sami Sang", "administrator")

    run("enrol", "sami", "Sami Sang", "administrator", "--centre=hillside")
    assert Membership.objects.get(user__username="sami").centre == centre_elsewhere


def test_who_left_is_signed_out_at_the_next_page(nurse, browse):
    browser = browse(nurse)
    assert browser.get("/").status_code == 200

    run("leave", nurse.username)

    assert browser.get("/").status_code == 302
    assert not nurse.memberships.filter(ended_at__isnull=True).exists()
    assert not nurse.signing_keys.filter(revoked_at__isnull=True).exists()


@pytest.mark.parametrize("username", ["nobody", "system"])
def test_only_who_works_here_can_leave(centre, username):
    with pytest.raises(CommandError, match="Nobody"):
        run("leave", username)

    assert User.objects.get(username="system").is_active


def test_nobody_leaves_a_centre_where_she_never_worked(nurse, centre_elsewhere):
    with pytest.raises(CommandError, match="Nobody"):
        run("leave", nurse.username, "--centre=hillside")

    nurse.refresh_from_db()
    assert nurse.is_active
