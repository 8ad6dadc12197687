"""A bundle holds anywhere, and nothing in it can be changed unseen."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import zipfile

import pytest
from django.core.management import CommandError, call_command

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.attachments import attach_document
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.core import journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.core.paper import LedgerHead
from centre.core.verification import faults
from centre.ledger import canonical
from centre.ledger.models import Checkpoint, Entry
from tests.conftest import PASSWORD
from tests.house import ROOT
from tests.verifier.conftest import VERIFIER, alone
from tests.verifier.thief import found

ONCE = pytest.mark.django_db(databases=["default", "keys"])
"""For tests of one bundle that was exported by whichever of them came first."""


def rewritten(files, name, change):
    """The bundle with one file changed and the manifest telling of it."""
    changed = {**files, name: change(files[name])}
    manifest = json.loads(changed["manifest.json"])
    manifest["files"][name] = hashlib.sha256(changed[name]).hexdigest()
    changed["manifest.json"] = canonical.encode(manifest)
    return changed


def test_a_handed_over_kit_holds_without_this_project(export, check):
    code, said = check(export())

    assert code == 0, said
    assert said.startswith("HOLDS.")
    assert "3 histories are whole" in said


def test_the_whole_log_holds_too(export, check):
    code, said = check(export(is_whole=True))

    assert code == 0, said
    assert f"{Entry.objects.filter(log__endswith='custody').count()} entries" in said


def test_a_zip_holds_as_a_folder_does(handed_over, custodian, tmp_path):
    content = export_evidence(packages=[handed_over], by=custodian, code="good")
    path = tmp_path / "evidence.zip"
    path.write_bytes(content)

    assert alone(path)[0] == 0


def test_documents_go_along_when_asked_for_and_are_bound_by_their_events(
    export, handed_over, custodian
):
    event = attach_document(
        package=handed_over, content=b"%PDF-1.7 z", kind="order", by=custodian
    )
    name = f"files/{event.attachment.sha256}"
    without, files = export(), export(has_documents=True)

    assert name not in without
    assert (files[name], found(files)) == (b"%PDF-1.7 z", "")
    assert AccessNote.objects.filter(
        what__startswith="Document", user=custodian
    ).exists()


def test_documents_are_not_for_the_investigators_bundle(export, handed_over):
    with pytest.raises(RuleError, match="court only"):
        export(has_documents=True, profile="investigator")


def test_the_investigators_bundle_opens_less_and_holds(export, check):
    court, hers = export(), export(profile="investigator")
    opened = [
        {n for n in files if n.startswith("openings/")} for files in (court, hers)
    ]

    assert opened[1] < opened[0]
    words = b"".join(raw for name, raw in hers.items() if name.startswith("openings/"))
    assert b"Shelf 1" not in words
    assert check(hers)[0] == 0


def test_an_anchor_code_from_paper_is_found_or_missed(export, check, handed_over):
    on_paper = handed_over.reports.get()
    note = Checkpoint.objects.get(log=on_paper.log, size=on_paper.log_size).note
    files = export()

    assert check(files, "--anchor", LedgerHead.of(note).anchor_code)[0] == 0
    code, said = check(files, "--anchor", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
    assert (code, "anchor code" in said) == (1, True)


def test_a_checkpoint_that_is_newer_than_the_bundle_tells_of_a_cut(
    export, check, tmp_path, handed_over, custodian
):
    files = export()
    actions.print_report(package=handed_over, by=custodian)
    actions.print_report(package=handed_over, by=custodian)
    newer = tmp_path / "paper.note"
    newer.write_text(Checkpoint.objects.latest("size").note, encoding="utf-8")

    code, said = check(files, "--checkpoint", newer)
    assert (code, "TRUNCATED" in said) == (1, True)


def test_the_export_is_the_last_entry_of_each_history(export, handed_over):
    export()
    for thing in (handed_over, *handed_over.items.all()):
        newest = Entry.objects.filter(stream=thing.pk.bytes).latest("sseq")
        assert newest.kind == "export.made"
    assert list(faults()) == []


def test_a_history_from_which_an_entry_is_left_out_is_not_whole(
    export, check, handed_over
):
    files = export()
    log = journal.origin(handed_over.centre)
    mine = Entry.objects.filter(log=log, stream=handed_over.pk.bytes)
    left_out = mine.order_by("sseq")[2].n
    kept = {
        name: raw
        for name, raw in files.items()
        if name
        not in {
            f"entries/{left_out}.json",
            f"proofs/{left_out}.tlog-proof",
            f"openings/{left_out}.json",
        }
    }
    manifest = json.loads(kept["manifest.json"])
    manifest["files"] = {n: d for n, d in manifest["files"].items() if n in kept}
    kept["manifest.json"] = canonical.encode(manifest)

    code, said = check(kept)
    assert (code, "whole" in said) == (1, True)


@ONCE
def test_every_byte_of_every_file_counts(exported):
    """One flipped bit in each file, at three places, without touching the manifest."""
    missed = []
    for name, raw in sorted(exported.items()):
        for place in {0, len(raw) // 2, len(raw) - 1}:
            spoilt = bytearray(raw)
            spoilt[place] ^= 1
            says = found({**exported, name: bytes(spoilt)})
            if not says or (name not in says and name != "manifest.json"):
                missed.append((name, place))
    assert missed == []


def sub(pattern, by, count=0):
    """A change by a pattern."""
    return lambda raw: re.sub(pattern, by, raw, count=count)


def swap(one, other, count=-1):
    """A change of some bytes."""
    return lambda raw: raw.replace(one, other, count)


def other_sign(found):
    """Another sign of base64 than the one that was found at the end."""
    return found[0][:-1] + (b"+" if found[0].endswith(b"/") else b"/")


FORGERIES = {
    "an entry's time": ("entries/", swap(b'"at":"20', b'"at":"21')),
    "an entry's kind": ("entries/", swap(b"kit.", b"kat.")),
    "an entry's place in the stream": ("entries/", sub(rb'"sseq":\d', b'"sseq":7')),
    "an actor": ("entries/", sub(rb'"actor":"k:.', b'"actor":"k:z')),
    "a role": ("entries/", swap(b'"role":"', b'"role":"x')),
    "a signature": ("entries/", swap(b'"s":"', b'"s":"A', 1)),
    "no signature at all": (
        "entries/",
        sub(rb'"sig":\[.*\],"stmt"', b'"sig":[],"stmt"'),
    ),
    "a commitment": ("entries/", swap(b'"commit":"', b'"commit":"A')),
    "the entry before": ("entries/", sub(rb'"prev":".', b'"prev":"/')),
    "the stream's entry before": ("entries/", sub(rb'"sprev":".', b'"sprev":"/')),
    "a reference": ("entries/", sub(rb'"refs":\["..', b'"refs":["AA')),
    "a blank in an entry": ("entries/", swap(b",", b", ", 1)),
    "a key twice": ("entries/", lambda raw: b'{"at":"x",' + raw[1:]),
    "one part too many": ("entries/", swap(b'"v":1}', b'"v":1,"x":1}')),
    "a fraction": ("entries/", swap(b'"v":1}', b'"v":1.0}')),
    "a huge number": ("entries/", swap(b'"n":', b'"n":99999999999999999')),
    "no JSON": ("entries/", lambda raw: b"\xff" + raw),
    "a deep list": ("entries/", lambda raw: b"[" * 100_000),
    "nothing": ("entries/", lambda raw: b""),
    "a proof's hash": ("proofs/", sub(rb"\n[A-Za-z](?=[^ ]{43}\n)", b"\n/", 1)),
    "a proof's index": ("proofs/", swap(b"index ", b"index 1")),
    "a proof cut short": ("proofs/", lambda raw: raw[: len(raw) // 3]),
    "a proof's checkpoint": ("proofs/", lambda raw: raw + b"\n"),
    "an opening's words": ("openings/", swap(b"kit", b"box", 1)),
    "an opening's salt": ("openings/", swap(b'"salt":"', b'"salt":"A')),
    "an opening's number": ("openings/", sub(rb'"n":\d', b'"n":9')),
    "the size": ("checkpoint.note", sub(rb"\n\d", b"\n9", 1)),
    "the root": ("checkpoint.note", sub(rb"\n[^ ](?=[^ ]{43}\n)", other_sign, 1)),
    "no signature of the log": (
        "checkpoint.note",
        lambda raw: raw.partition(b"\n\n")[0] + b"\n\n",
    ),
    "another log's name": ("checkpoint.note", lambda raw: b"x" + raw),
    "another log key": ("policy.txt", swap(b"+A", b"+B", 1)),
    "a witness that never signed": (
        "policy.txt",
        swap(b"quorum none", b"quorum registrar"),
    ),
    "a line of nothing": ("policy.txt", lambda raw: raw + b"hello\n"),
    "no policy": ("policy.txt", lambda raw: b""),
    "an actor's key": ("actors.json", sub(rb'key":".', b'key":"/')),
    "an actor revoked before": ("actors.json", swap(b'"revoked":null', b'"revoked":0')),
    "an actor registered later": (
        "actors.json",
        sub(rb'"registered":\d+', b'"registered":99999'),
    ),
    "an actor of another kind": ("actors.json", swap(b"ed25519", b"rsa")),
    "no actors": ("actors.json", lambda raw: b"{}"),
    "actors that are none": ("actors.json", lambda raw: b"[]"),
    "an older head": (".note", sub(rb"\n\d", b"\n1", 1)),
    "an older head's way": (".consistency", lambda raw: raw[45:]),
}
"""Each is tried on up to three files, by somebody who mends the manifest after it."""


@ONCE
@pytest.mark.parametrize("what", FORGERIES)
def test_a_forger_who_mends_the_manifest_is_found_all_the_same(what, exported):
    where, change = FORGERIES[what]
    names = [n for n in sorted(exported) if where in n]
    forged = [rewritten(exported, n, change) for n in names]
    forged = [one for one in forged if one.keys() != exported.keys() or one != exported]

    assert forged, "the change changes something"
    assert all(found(one) for one in forged[:3])


@pytest.mark.parametrize(
    "name",
    ["../outside", "/outside", "a\\b", "a/../../b"],
)
def test_a_zip_that_leads_out_is_refused(name, handed_over, custodian, tmp_path):
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", b"{}")
        archive.writestr(name, b"x")

    code, said = alone(path)
    assert code in {1, 2}
    assert said


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 1000])
def test_what_is_no_bundle_is_said_to_be_none(content, tmp_path):
    path = tmp_path / "nothing.zip"
    path.write_bytes(content)

    assert alone(path)[0] == 2


def test_the_verifier_is_one_short_file_on_the_standard_library():
    text = VERIFIER.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    named = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }

    assert text.count("\n") <= 400
    assert named - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_published_digest_is_that_of_the_file():
    digest = hashlib.sha256(VERIFIER.read_bytes()).hexdigest()

    assert digest in (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def test_the_bundle_carries_the_verifier_itself(export):
    assert export()["osc_verify.py"] == VERIFIER.read_bytes()


def test_only_who_may_report_exports(handed_over, nurse, coordinator):
    for person in (nurse, coordinator):
        with pytest.raises(AccessError):
            export_evidence(packages=[handed_over], by=person, code="good")


def test_a_wrong_code_exports_nothing(handed_over, custodian):
    with pytest.raises(RuleError, match="one-time code"):
        export_evidence(packages=[handed_over], by=custodian, code="bad")
    assert not Entry.objects.filter(kind="export.made").exists()


def test_the_command_writes_a_bundle_and_never_over_a_file(
    handed_over, custodian, tmp_path
):
    out, secrets = tmp_path / "out.zip", tmp_path / "secrets"
    secrets.write_text(f"{PASSWORD}\ngood\n", encoding="utf-8")
    given = {"out": out, "by": "kito", "secrets": secrets}
    call_command("export_evidence", str(handed_over.case.reference), **given)

    assert alone(out)[0] == 0
    with pytest.raises(CommandError, match="already"):
        call_command("export_evidence", handed_over.code, **given)
    other = {**given, "out": tmp_path / "other.zip"}
    with pytest.raises(CommandError, match="nothing with this code"):
        call_command("export_evidence", "ABCDEFGHJKLMN", **other)
