"""Time stamps of an authority: asked for, checked, kept, shown and taken along."""

from __future__ import annotations

import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command

from centre.core import anchors, bundle, clock, journal, stamps
from centre.core.actions.stamps import keep_stamp, stamp, stamp_request
from centre.core.actions.upkeep import checkpoint
from centre.core.errors import RuleError
from centre.core.models import TimeStamp
from centre.core.verification import faults
from centre.ledger import tsa
from centre.ledger.errors import LedgerError
from centre.ledger.models import Checkpoint, Entry
from tests.core.authority import make_authority
from tests.core.test_verification import behind_the_back

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the authority is the openssl program"
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "own", "Stamps of Nowhere")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "other", "Another")


@pytest.fixture
def trusted(authority, settings):
    settings.TSA_ROOTS = authority.roots
    return authority


@pytest.fixture
def kept(centre, trusted):
    asked = stamp_request(centre)
    return keep_stamp(centre=centre, asked=asked, answer=trusted.answer(asked))


def test_a_stamp_is_kept_bound_by_an_entry_and_holds(kept, centre):
    newest = Checkpoint.objects.get(log=journal.origin(centre), size=kept.size)

    assert kept.note == newest.note
    assert "Stamps of Nowhere root" in kept.authority
    assert Entry.objects.filter(kind="anchor.tsa").count() == 1
    assert list(faults()) == []


def test_openssl_itself_verifies_what_a_bundle_takes_along(kept, centre, tmp_path):
    under = checkpoint(centre)
    wanted = bundle.Wanted(journal.origin(centre), [], is_whole=True)
    files = bundle.bundle(wanted, under)
    for name in (f"anchors/{kept.size}.note", f"anchors/{kept.size}.tsr"):
        (tmp_path / name.rpartition(".")[2]).write_bytes(files[name])
    root = anchors.settings.TSA_ROOTS
    done = subprocess.run(
        f"openssl ts -verify -data note -in tsr -CAfile {root}".split(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Verification: OK" in done.stdout


def test_an_answer_to_another_request_is_refused(centre, trusted):
    first, second = stamp_request(centre), stamp_request(centre)

    with pytest.raises(RuleError, match="Nonce mismatch"):
        keep_stamp(centre=centre, asked=first, answer=trusted.answer(second))


def test_an_answer_over_another_note_is_refused(centre, trusted):
    note = checkpoint(centre).note
    asked, other = tsa.request(note), tsa.request("something else")

    with pytest.raises(LedgerError, match="Mismatch between messages"):
        tsa.check(trusted.answer(other), note=note, roots=trusted.roots.read_bytes())
    with pytest.raises(LedgerError, match="over another checkpoint"):
        tsa.check_answer(other, b"", note=note, roots=trusted.roots.read_bytes())
    assert tsa.imprint(asked) == tsa.digest(note)


def test_a_request_over_no_checkpoint_of_ours_is_refused(centre, trusted):
    asked = tsa.request("something else")

    with pytest.raises(RuleError, match="over no checkpoint"):
        keep_stamp(centre=centre, asked=asked, answer=trusted.answer(asked))


def test_an_authority_nobody_trusts_is_refused(centre, trusted, stranger):
    asked = stamp_request(centre)

    with pytest.raises(RuleError, match="does not hold"):
        keep_stamp(centre=centre, asked=asked, answer=stranger.answer(asked))


def test_no_changed_byte_makes_an_answer_say_something_else(centre, trusted):
    asked = stamp_request(centre)
    note, answer = checkpoint(centre).note, trusted.answer(asked)
    roots = trusted.roots.read_bytes()
    first = tsa.check(answer, note=note, roots=roots)
    told = [says(answer, at, note, roots) for at in range(0, len(answer), 5)]

    assert set(told) <= {None, first}
    assert told.count(None) > 0.95 * len(told)


def says(answer, at, note, roots):
    """What the answer says with one bit turned; nothing if it is refused."""
    changed = bytearray(answer)
    changed[at] ^= 1
    try:
        return tsa.check(bytes(changed), note=note, roots=roots)
    except LedgerError:
        return None


@pytest.mark.parametrize("answer", [b"", b"no time stamp", bytes(70_000)])
def test_what_is_no_answer_is_refused_in_words(centre, trusted, answer):
    with pytest.raises(RuleError, match="does not hold"):
        keep_stamp(centre=centre, asked=stamp_request(centre), answer=answer)


def test_by_files_on_a_stick(centre, trusted, tmp_path):
    asked, answer = tmp_path / "asked.tsq", tmp_path / "answer.tsr"
    words = ["anchor", "--tsa", f"--centre={centre.code}", f"--request={asked}"]
    call_command(*words)
    answer.write_bytes(trusted.answer(asked.read_bytes()))
    call_command(*words, f"--answer={answer}")

    assert TimeStamp.objects.count() == 1


@pytest.fixture
def address(trusted, settings):
    """The authority on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            body = trusted.answer(asked)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.TSA = f"http://127.0.0.1:{server.server_port}/tsr"
    yield settings.TSA
    server.shutdown()
    server.server_close()
    thread.join()


def test_over_the_network(centre, address):
    call_command("anchor")

    assert TimeStamp.objects.get().centre == centre


def test_without_the_extra_it_says_what_to_install(centre, trusted, monkeypatch):
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)

    with pytest.raises(CommandError, match="Install the extra"):
        call_command("anchor", "--tsa", f"--centre={centre.code}", "--request=x")


def test_without_trusted_certificates_it_says_what_to_set(centre, settings):
    settings.TSA, settings.TSA_ROOTS = "http://127.0.0.1:9/", None

    with pytest.raises(RuleError, match="CENTRE_TSA_ROOTS"):
        stamp(centre)


def test_a_stamp_is_a_word_from_outside_and_stands_on_the_page(kept, auditor, browse):
    assert anchors.work(auditor, clock.now()) == []
    page = browse(auditor).get("/integrity/").content.decode()
    assert "Stamps of Nowhere root" in page
    assert "No witness outside has signed this log yet" not in page


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("size", 1, "columns are not what was signed"),
        ("note", "nothing", "not what the log and an authority signed"),
        ("answer", b"nothing", "not what the log and an authority signed"),
        ("stamped_at", "2020-01-01 00:00:00+00:00", "columns are not what was signed"),
    ],
)
def test_a_changed_stamp_is_found(kept, column, value, says):
    assert list(stamps.faults()) == []
    behind_the_back("core_timestamp", f"update core_timestamp set {column} = %s", value)

    assert any(says in fault.says for fault in stamps.faults())
