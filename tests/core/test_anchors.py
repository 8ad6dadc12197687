"""Witnesses are asked, their word is kept, and its age is chased."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction

from centre.core import anchors, clock, journal, known_heads, outside
from centre.core.actions.anchors import anchor, keep_answer, request_for
from centre.core.actions.cases import open_case
from centre.core.anchors import Known
from centre.core.errors import RuleError
from centre.core.models import Anchor
from centre.core.start import refuse_unsafe_start
from centre.core.verification import faults
from centre.ledger import cosign, wire
from centre.ledger.models import Entry, Head
from centre.ledger.signing import Signer
from centre.ledger.witness import Cosigner, State, answer
from tests.core.losses import BurntError
from tests.core.test_verification import behind_the_back
from tests.e2e.site import free_port

KEY = Signer.from_seed(b"w" * 32)


NAME = "registrar.example"


@pytest.fixture
def booth(tmp_path, centre):
    """A witness of this centre's log, with a state file of its own."""
    origin = journal.origin(centre)
    state = State(tmp_path / "witness.json")
    state.begin()
    role = Cosigner(NAME, KEY, {origin: Head.objects.get(pk=origin).vkey})

    def answering(body):
        return answer(body, role=role, state=state, time=int(clock.now().timestamp()))

    return answering


@pytest.fixture
def serving(booth):
    """The witness on the loopback."""
    server = wire.server(f"http://127.0.0.1:{free_port()}", booth)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def known(serving):
    return Known("registrar", cosign.key_of(NAME, KEY.public_key), serving)


@pytest.fixture
def policy(known, tmp_path, settings):
    path = tmp_path / "policy.txt"
    path.write_text(
        f"witness registrar {known.key} {known.address}\nquorum registrar\n",
        encoding="utf-8",
    )
    settings.WITNESS_POLICY = path
    return path


def test_a_witness_signs_again_and_again_and_the_log_says_so(centre, known, case):
    first = anchor(centre, known)
    second = anchor(centre, known)

    assert second.size > first.size
    assert Entry.objects.filter(kind="anchor.witness").count() == 2
    assert list(faults()) == []


def test_a_witness_that_knows_more_than_we_remember_is_caught_up_with(
    centre, known, booth, case
):
    """It signed once for a request whose answer never reached us."""
    lost = request_for(centre, known)
    assert booth(lost).status == 200
    call_command("tick")

    assert anchor(centre, known).size > 0


def test_a_witness_that_knows_more_entries_than_there_are_stops_the_work(centre, known):
    with pytest.raises(RuleError, match="entries are missing"):
        request_for(centre, known, old=10_000)


def test_an_answer_to_another_request_is_not_kept(centre, known, booth):
    body = request_for(centre, known)
    line = booth(body).body
    spoilt = line.replace(line.split(" ")[2][20:24], "AAAA", 1)
    with pytest.raises(RuleError, match="does not hold"):
        keep_answer(centre=centre, asked=known, body=body, answer=spoilt)
    assert not Anchor.objects.exists()


def test_a_witness_that_does_not_answer_is_said(centre, known):
    silent = Known("registrar", known.key, "http://127.0.0.1:9")
    with pytest.raises(RuleError, match="does not answer"):
        anchor(centre, silent)


def test_files_can_be_carried(centre, policy, booth, tmp_path):
    request, answered = tmp_path / "request", tmp_path / "answer"
    given = {"centre": centre.code, "witness": "registrar", "request": request}
    call_command("anchor", **given)
    found = booth(request.read_bytes())
    answered.write_text(f"{found.status}\n{found.body}", encoding="utf-8")
    call_command("anchor", **given, answer=answered)

    assert Anchor.objects.get().witness == NAME
    again = booth(request.read_bytes())
    answered.write_text(f"{again.status}\n{again.body}", encoding="utf-8")
    with pytest.raises(CommandError, match="refused"):
        call_command("anchor", **given, answer=answered)


def test_the_command_asks_everybody_the_policy_names(centre, policy, case):
    call_command("anchor")

    assert Anchor.objects.count() == 1
    assert anchors.policy().rules == ("quorum registrar",)


def test_without_a_policy_the_command_says_what_is_missing(centre, settings):
    settings.WITNESS_POLICY = None
    with pytest.raises(CommandError, match="names no witness"):
        call_command("anchor")


@pytest.mark.parametrize(
    "text", ["witness a b", "hello world", "witness a x+1+AAAA http://x"]
)
def test_a_wrong_policy_is_refused(text):
    with pytest.raises((ValueError, Exception), match=r"nothing|key|form|value"):
        anchors.read(text)


def test_the_work_list_nags_when_the_newest_word_is_a_day_old(
    centre, known, auditor, nurse, case
):
    at = clock.now()
    assert [t.sentence for t in anchors.work(auditor, at)] == [
        "No witness outside has signed the log yet"
    ]
    anchor(centre, known)
    assert anchors.work(auditor, clock.now()) == []
    late = clock.now() + timedelta(days=3, minutes=1)
    [task] = anchors.work(auditor, late)
    assert "3 days old" in task.sentence
    assert anchors.work(nurse, late) == []


def test_the_integrity_page_shows_who_saw_what(centre, known, auditor, browse):
    page = browse(auditor)
    assert "No witness outside" in page.get("/integrity/").content.decode()
    anchor(centre, known)
    assert "registrar.example" in page.get("/integrity/").content.decode()


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("size", 1, "columns are not what was signed"),
        ("note", "nothing", "not what the log and its witness signed"),
    ],
)
def test_a_changed_anchor_is_found(centre, known, policy, column, value, says):
    anchor(centre, known)
    assert list(anchors.faults()) == []

    behind_the_back("core_anchor", f"update core_anchor set {column} = %s", value)

    assert any(says in fault.says for fault in anchors.faults())


def test_a_log_that_is_no_longer_what_was_anchored_is_found(centre, known, policy):
    anchor(centre, known)

    behind_the_back(
        "ledger_checkpoint", "update ledger_checkpoint set root = %s", bytes(32)
    )

    assert [fault.says for fault in anchors.faults()] == [
        "The log no longer holds what a witness outside has signed."
    ]


def test_a_witness_that_has_seen_more_stops_the_start(
    centre, known, policy, nurse, settings, tmp_path
):
    settings.KNOWN_HEADS = str(tmp_path / "known.json")
    anchor(centre, known)
    call_command("tick")
    with suppress(BurntError), transaction.atomic():
        open_case(centre=centre, registration="named", age_band="25-59", by=nurse)
        anchor(centre, known)
        raise BurntError

    with pytest.raises(ImproperlyConfigured, match="are missing"):
        refuse_unsafe_start()


def test_a_witness_that_does_not_answer_stops_no_start(centre, policy, monkeypatch):
    monkeypatch.setattr(outside.wire, "ask", unreachable)
    call_command("tick")

    outside.ask_witnesses()
    assert known_heads.lost() == []


def unreachable(_address, _body):
    raise wire.UnreachableError("The signer or witness does not answer.")
