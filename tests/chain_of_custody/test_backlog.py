"""Old kits come in as new things with one late event; what is known stays (R22)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centre.chain_of_custody import documents
from centre.chain_of_custody.actions import backlog as actions
from centre.chain_of_custody.actions.backlog_drafts import (
    add_scan,
    begin_draft,
    drop_draft,
)
from centre.chain_of_custody.actions.kits import stock_kit
from centre.chain_of_custody.actions.reports import print_report
from centre.chain_of_custody.actions.rolls import note_spoilt, take_in_roll
from centre.chain_of_custody.models import (
    Backlog,
    BacklogDraft,
    CustodyEvent,
    EarlierNumber,
    Item,
    Kit,
    Seal,
)
from centre.chain_of_custody.queries.backlog import preview
from centre.chain_of_custody.queries.disposal import computed, reporting_of
from centre.chain_of_custody.queries.dossier import dossier
from centre.chain_of_custody.queries.history import history, standing, standings
from centre.chain_of_custody.rules import backlog as rules
from centre.chain_of_custody.rules.fold import Integrity, Reporting
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, Registration
from centre.core.verification import faults
from centre.ledger.models import Entry
from centre.vault import files
from tests.chain_of_custody.backlog_lists import old, sheet
from tests.pdf import raw_text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def here(take_over, stored_item, shelf):
    """What is in the store: one thing that was collected, one taken over."""
    return stored_item, take_over(old("E/1", shelf))[0]


def chains():
    """Every chain there is: the leaves of its entries, its events, how it stands."""
    things = [*Item.objects.all(), *Kit.objects.all()]
    stand = standings(things)
    leaves = dict(Entry.objects.values_list("n", "leaf"))
    events = {
        thing.pk: list(thing.custody.order_by("seq").values_list("pk", "move"))
        for thing in things
    }
    return {t.pk: (stand[t.pk], events[t.pk]) for t in things}, leaves


def is_kept(before, after):
    """Whether all that stood before stands as it was; more may have come."""
    return all(
        old.items() <= new.items() for old, new in zip(before, after, strict=True)
    )


def test_a_row_becomes_a_thing_in_store_with_one_event(take_over, shelf, custodian):
    (item,) = take_over(old("17/4", shelf))

    event = CustodyEvent.objects.get(item=item)
    assert (event.move, event.entry_mode, event.seq) == (Move.TAKEN_OVER, "import", 1)
    assert event.is_late
    assert event.actor == custodian
    stands = standing(item)
    assert (stands.state, stands.place, stands.seal) == (
        State.STORED,
        shelf.pk,
        "OLD174",
    )
    assert stands.integrity is Integrity.SEALED
    assert stands.holder is None
    assert item.case.registration == Registration.EARLIER
    assert item.earlier.number == "17/4"
    assert list(faults()) == []


def test_its_event_tells_what_the_paper_says_and_no_more(take_over, shelf):
    row = old(
        "17/4",
        shelf,
        collected_on="2019",
        received_on="2019-03",
        gaps="April 2019: not known who had it",
        reporting="reported",
        police_number="OB 12/2019",
    )
    (item,) = take_over(row)

    (line,) = dossier(item).told
    assert line.when == "March 2019"
    assert line.late_reason == "Taken over from an earlier record."
    assert line.words == (
        "Reported",
        "Old number: 17/4",
        "Collected: 2019, by N. Invented",
        "In the store since: March 2019",
        "The police's number: OB 12/2019",
        "Not known from the paper: April 2019: not known who had it",
        "Copied from: Invented register, book 2, page 17, line 4, written by unknown",
    )
    assert line.event.occurred_at.isoformat() == "2019-02-28T21:00:00+00:00"


@pytest.mark.parametrize(
    ("more", "when", "retained_from"),
    [
        ({"received_on": "unknown"}, "14 Mar 2019 (collected)", date(2019, 3, 14)),
        ({"collected_on": "unknown"}, "March 2019", date(2019, 3, 31)),
        ({"collected_on": "2019"}, "March 2019", date(2019, 12, 31)),
        (
            {"collected_on": "unknown", "received_on": "unknown"},
            "Not known",
            date(2026, 6, 1),
        ),
    ],
)
def test_what_the_paper_does_not_know_is_not_made_up(
    take_over, shelf, more, when, retained_from
):
    """A period counts from the last day it may be, so nothing ends too early."""
    (item,) = take_over(old("1", shelf, **more))

    (line,) = dossier(item).told
    assert line.when == when
    assert line.event.details["retain_from"] == retained_from.isoformat()
    until = computed(item, item.case, history(item), clock.now()).until
    assert until.year > retained_from.year


def test_without_a_seal_it_is_honestly_open(take_over, shelf):
    (item,) = take_over(old("1", shelf, seal="none"))

    assert standing(item).integrity is Integrity.OPEN
    assert not Seal.objects.exists()


@pytest.mark.parametrize("status", list(Reporting))
def test_what_the_survivor_had_decided_counts(take_over, shelf, status):
    number = "OB 1" if status is Reporting.REPORTED else ""
    (item,) = take_over(old("1", shelf, reporting=status.value, police_number=number))

    assert reporting_of(item.case, clock.now()) is status
    is_anonymous = item.case.registration == Registration.ANONYMOUS
    assert is_anonymous == (status is Reporting.ANONYMOUS)


def test_rows_with_one_mark_share_a_case_and_others_do_not(take_over, shelf):
    one, two, three = take_over(
        old("1", shelf, case_mark="a", kind="oral-sw", site="Mouth"),
        old("2", shelf, case_mark="A", kind="ORAL-SW", site="mouth"),
        old("3", shelf),
    )

    assert one.case == two.case != three.case
    assert (one.words, two.words) == (
        f"{one.kind.name}: mouth, no. 1",
        f"{one.kind.name}: mouth, no. 2",
    )
    assert three.kind.name == "Kit of an earlier register, not opened"


def test_its_scan_is_kept_and_named_by_the_entry_of_each_row(
    upload, sign, shelf, custodian
):
    draft = upload(old("1", shelf, scan="p17.pdf"), old("2", shelf))
    add_scan(draft=draft, name="C:\\x\\p17.pdf", content=b"%PDF-1", by=custodian)

    made = sign(draft)

    scan = made.scans.get()
    assert b"".join(files.read(scan.blob_id, scan.case_id)) == b"%PDF-1"
    first, second = (row.item for row in made.numbers.all())
    (line,) = dossier(first).told
    assert line.words[-1] == f"Its scan, SHA-256: {scan.sha256}"
    blobs = [e.content.statement.blob for e in _entries_of(first)]
    assert bytes.fromhex(scan.cipher_sha256) in blobs
    assert all(e.content.statement.blob is None for e in _entries_of(second))
    assert actions.open_backlog_scan(scan=scan, by=custodian) == b"%PDF-1"
    assert list(faults()) == []


def _entries_of(item):
    rows = Entry.objects.filter(stream=item.pk.bytes)
    return list(rows)


def test_its_report_says_that_it_is_late_and_who_put_the_seal_on_is_not_known(
    take_over, shelf, custodian
):
    (item,) = take_over(old("17/4", shelf))

    made = print_report(package=item, by=custodian)
    paper = " ".join(raw_text_of(documents.custody_report(made)).split())

    assert "1L" in paper.replace(" ", "")
    assert "1 entered late" in paper
    assert "by the earlier record" in paper
    assert "Before this record began" in paper
    assert "Copied from: Invented register" in paper


def test_a_place_that_is_not_right_for_it_is_told(take_over, fridge):
    (item,) = take_over(old("1", fridge, kind="CLOTH-OUTER"))
    words = "Kept there because: It lay there when it was taken over."
    assert words in dossier(item).told[0].words


# What is known is never touched


def test_acceptance_26_import_never_touches_an_existing_chain(
    take_over, upload, sign, sealed_kit, shelf, case
):
    """Hostile rows name what is here; each refuses its list, and nothing changes."""
    (earlier,) = take_over(old("E/1", shelf))
    things = [sealed_kit, earlier, *sealed_kit.items.all()]
    names = [
        *({"old_number": thing.code} for thing in things),
        *({"old_number": f"o1:i:{t.code[:-1]}:{t.code[-1]}".upper()} for t in things),
        {"old_number": "e/1"},
        *({"seal": seal} for seal in Seal.objects.values_list("number", flat=True)),
        {"seal": " ".join(Seal.objects.latest("registered_at").number).lower()},
        {"case_mark": case.reference},
        {"case_mark": str(earlier.case).lower()},
    ]
    before = chains()
    kept = Backlog.objects.count(), Case.objects.count(), EarlierNumber.objects.count()
    for hostile in names:
        draft = upload(old("N/1", shelf), old("N/2", shelf) | hostile)
        with pytest.raises(RuleError, match=r"Nothing was taken over.*row 3"):
            sign(draft)
    assert chains()[0] == before[0]
    assert is_kept(before, chains())
    counts = (
        Backlog.objects.count(),
        Case.objects.count(),
        EarlierNumber.objects.count(),
    )
    assert counts == kept

    sign(upload(old("N/1", shelf), old("N/2", shelf)))

    assert is_kept(before, chains())
    assert list(faults()) == []


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_r22_action_rows_drawn_from_what_is_here_never_change_it(
    here, upload, sign, shelf, case, data
):
    """Whatever a list names, all that stood before stands after it."""
    stored_item, earlier = here
    fresh = EarlierNumber.objects.count()
    before = chains()
    numbers = [stored_item.code, earlier.code, "E/1", f"N/{fresh}", f"M/{fresh}"]
    row = st.fixed_dictionaries(
        {
            "old_number": st.sampled_from(numbers),
            "seal": st.sampled_from(["A1", "OLDE1", "none", f"S{fresh}", f"T{fresh}"]),
            "case_mark": st.sampled_from([case.reference, "", "new"]),
        }
    )
    drawn = data.draw(st.lists(row, min_size=1, max_size=2))
    draft = upload(*(old("?", shelf) | one for one in drawn))
    is_sound = not preview(draft, clock.now()).faults
    try:
        sign(draft)
    except RuleError:
        is_taken_over = False
    else:
        is_taken_over = True
    assert is_taken_over == is_sound
    assert is_kept(before, chains())


def test_r22_control_without_its_guards_a_list_would_change_a_chain(
    upload, sign, stored_item, shelf, monkeypatch
):
    """The comparison above finds what each guard prevents; the database is the last."""
    before = chains()
    monkeypatch.setattr(actions, "_item", lambda work, row: stored_item)
    monkeypatch.setattr(Item.objects, "bulk_create", lambda rows: rows)
    monkeypatch.setattr(actions, "_registered", lambda items: [])
    draft = upload(old("N/1", shelf))
    with pytest.raises(RuleError, match="add to the chain"):
        sign(draft)

    monkeypatch.setattr(rules, "check_untouched", lambda existing: None)
    with pytest.raises(RuleError, match="came into the store while"):
        sign(draft)
    assert is_kept(before, chains())

    other = SimpleNamespace(TAKEN_OVER=Move.NOTE_ADDED)
    monkeypatch.setattr(actions, "Move", other)
    sign(draft)
    assert not is_kept(before, chains())


def test_r22_action_the_database_lets_an_import_begin_a_chain_and_never_join_one(
    stored_item, custodian, centre
):
    last = stored_item.custody.order_by("-seq").first()
    joined = CustodyEvent(
        **{f.attname: getattr(last, f.attname) for f in last._meta.concrete_fields}
    )
    joined.pk, joined._state.adding = None, True
    joined.id = CustodyEvent().pk
    joined.seq, joined.number = last.seq + 1, 999
    joined.move, joined.entry_mode = Move.TAKEN_OVER, "import"
    with pytest.raises(IntegrityError), transaction.atomic():
        joined.save()


@pytest.mark.parametrize(
    "named", [{"old_number": "mk 1-7"}, {"seal": "roll-0003"}], ids=["maker", "spoilt"]
)
def test_r22_action_kits_in_stock_and_spoilt_seals_are_known_too(
    upload, sign, shelf, centre, custodian, named
):
    stock_kit(centre=centre, kind="adult", maker_number="MK-17", by=custodian)
    take_in_roll(
        centre=centre, first="ROLL0001", last="ROLL0009", kind="tape", by=custodian
    )
    note_spoilt(centre=centre, number="ROLL0003", reason="torn", by=custodian)
    draft = upload(old("1", shelf), old("2", shelf) | named)
    with pytest.raises(RuleError, match=f"row 3, {next(iter(named))}"):
        sign(draft)
    assert not CustodyEvent.objects.exists()


def test_one_bad_row_refuses_the_whole_list(upload, sign, shelf):
    draft = upload(old("1", shelf), old("2", shelf) | {"place": "NOWHERE"})
    with pytest.raises(RuleError, match="row 3, place:"):
        sign(draft)
    assert not CustodyEvent.objects.exists()
    assert BacklogDraft.objects.filter(pk=draft.pk).exists()


def test_a_wrong_code_takes_nothing_over_and_keeps_the_draft(
    upload, shelf, custodian, codes
):
    codes(custodian)
    draft = upload(old("1", shelf))
    with pytest.raises(RuleError, match="one-time code"):
        actions.take_over_backlog(draft=draft, code="000000", by=custodian)
    assert not CustodyEvent.objects.exists()
    assert BacklogDraft.objects.filter(pk=draft.pk).exists()


def test_a_list_is_taken_over_once(upload, sign, shelf):
    draft = upload(old("1", shelf))
    sign(draft)
    with pytest.raises(RuleError, match="already"):
        sign(draft)
    assert CustodyEvent.objects.count() == 1


def test_a_draft_that_is_thrown_away_leaves_no_file(
    upload, shelf, custodian, django_capture_on_commit_callbacks
):
    draft = upload(old("1", shelf, scan="a.png"))
    content = b"\x89PNG\r\n\x1a\n"
    scan = add_scan(draft=draft, name="a.png", content=content, by=custodian)
    with pytest.raises(RuleError, match="already"):
        add_scan(draft=draft, name="a.png", content=content, by=custodian)
    with django_capture_on_commit_callbacks(execute=True):
        drop_draft(draft=draft, by=custodian)
    assert not files.exists(scan.blob_id)
    assert not BacklogDraft.objects.exists()


@pytest.mark.parametrize("person", ["nurse", "auditor", "custodian_elsewhere"])
def test_only_the_store_and_its_coordinator_take_over(
    centre, shelf, upload, person, request
):
    other = request.getfixturevalue(person)
    with pytest.raises(AccessError):
        begin_draft(centre=centre, content=sheet(old("1", shelf)), by=other)
    with pytest.raises(AccessError):
        actions.take_over_backlog(draft=upload(old("1", shelf)), code="", by=other)


def test_nobody_signs_for_a_list_that_another_uploaded(
    upload, shelf, coordinator, codes
):
    draft = upload(old("1", shelf))
    with pytest.raises(RuleError, match="already"):
        actions.take_over_backlog(draft=draft, code=codes(coordinator), by=coordinator)


def test_the_work_grows_with_the_batches_and_not_with_the_rows(
    upload, sign, shelf, monkeypatch
):
    """Entries of the log apart, which SQLite writes one by one."""

    def counted(prefix, rows):
        draft = upload(*(old(f"{prefix}/{n}", shelf) for n in range(rows)))
        with CaptureQueriesContext(connection) as found:
            sign(draft)
        return sum("ledger_" not in query["sql"] for query in found)

    counted("A", 1)
    assert counted("B", 12) == counted("C", 2)
    monkeypatch.setattr(actions, "BATCH", 4)
    one, three = counted("D", 4), counted("E", 12)
    monkeypatch.setattr(actions, "BATCH", 2)
    assert counted("F", 12) - three == 3 * ((three - one) // 2)
