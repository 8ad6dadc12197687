"""The rules of the store on plain values: no database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from centre.chain_of_custody.rules import checks, codes, samples
from centre.chain_of_custody.rules.checks import Basis, EntryMode, Seen
from centre.chain_of_custody.rules.discrepancies import Question, question_about
from centre.chain_of_custody.rules.fold import (
    Condition,
    Fact,
    Integrity,
    Process,
    Reporting,
    apply,
    fold,
    reporting_of,
)
from centre.chain_of_custody.rules.moves import (
    BIRTH,
    FINAL,
    STEPS,
    Move,
    State,
    Thing,
    check_step,
)
from centre.core.errors import RuleError
from centre.ledger.kinds import Kind

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
NURSE, CUSTODIAN, OFFICER = (uuid.UUID(int=n) for n in (1, 2, 3))
SHELF, TRANSFER, KIT = (uuid.UUID(int=n) for n in (11, 12, 13))


def fact(move, **more):
    known = {"id": uuid.uuid4(), "at": NOON, "by": NURSE, **more}
    return Fact(move=move, **known)


def item(*facts):
    return fold(Thing.ITEM, facts)


TO_THE_SHELF = (
    fact(Move.COLLECTED),
    fact(Move.PACKAGED),
    fact(Move.LABELLED),
    fact(Move.SEALED, seal="A1"),
    fact(Move.STORED, by=CUSTODIAN, place=SHELF),
)


def test_every_move_is_a_word_of_the_ledger():
    assert {m.value for m in Move} <= {k.value for k in Kind}


def test_every_move_has_its_place_in_the_table():
    assert set(Move) == set(STEPS[Thing.ITEM]) | set(STEPS[Thing.KIT])


def test_only_words_are_added_after_the_end():
    for thing in Thing:
        for move, step in STEPS[thing].items():
            words = {
                Move.NOTE_ADDED,
                Move.AMENDED,
                Move.VOIDED,
                Move.DOCUMENT_ATTACHED,
                Move.UNEXPECTED_RECEIPT,
                Move.LAB_ANALYSED,
            }
            assert move in words or not step.starts & FINAL


@pytest.mark.parametrize(
    ("move", "state"),
    [
        (Move.SEALED, State.PACKAGED),
        (Move.STORED, State.COLLECTED),
        (Move.RELEASED, State.COLLECTED),
        (Move.RECEIVED, State.STORED),
        (Move.DESTROYED, State.IN_TRANSIT),
        (Move.KIT_SEALED, State.OPENED),
    ],
)
def test_an_item_moves_only_from_where_it_is(move, state):
    with pytest.raises(RuleError, match=r"item"):
        check_step(Thing.ITEM, move, state)


def test_the_way_to_the_shelf_and_out():
    stored = item(*TO_THE_SHELF)
    assert (stored.state, stored.place, stored.holder) == (State.STORED, SHELF, None)
    assert stored.integrity is Integrity.SEALED

    released = apply(
        stored, fact(Move.RELEASED, by=CUSTODIAN, to=OFFICER, transfer=TRANSFER)
    )
    assert (released.state, released.transfer) == (State.IN_TRANSIT, TRANSFER)
    assert (released.place, released.holder) == (None, CUSTODIAN)

    received = apply(released, fact(Move.RECEIVED, by=OFFICER, transfer=TRANSFER))
    assert (received.state, received.holder) == (State.RECEIVED, OFFICER)
    assert received.transfer is None


def test_a_cancelled_release_leaves_no_trace_in_where_it_is():
    stored = item(*TO_THE_SHELF)
    released = apply(stored, fact(Move.RELEASED, by=CUSTODIAN, transfer=TRANSFER))
    back = apply(released, fact(Move.TRANSFER_CANCELLED, by=CUSTODIAN))

    assert (back.state, back.place, back.holder, back.transfer) == (
        State.STORED,
        SHELF,
        None,
        None,
    )


def test_what_happens_to_the_kit_happens_to_what_is_in_it():
    inside = item(
        *TO_THE_SHELF[:4],
        fact(Move.ADDED_TO_KIT, kit=KIT),
        fact(Move.KIT_SEALED, seal="K1", via_kit=True),
        fact(Move.STORED, by=CUSTODIAN, place=SHELF, via_kit=True),
        fact(Move.SEAL_CHECKED, condition=Condition.DAMAGED, via_kit=True),
    )

    assert (inside.state, inside.place, inside.seal) == (State.STORED, SHELF, "A1")
    assert inside.integrity is Integrity.SEALED
    with pytest.raises(RuleError, match="lies in a kit"):
        checks.check_move(Move.RELEASED, inside)

    out = apply(inside, fact(Move.SEAL_BROKEN, by=OFFICER, via_kit=True))
    assert (out.is_in_kit, out.state, out.holder) == (
        False,
        State.RECEIVED,
        OFFICER,
    )


def test_the_graver_word_on_the_seal_wins():
    damaged = apply(
        item(*TO_THE_SHELF), fact(Move.SEAL_CHECKED, condition=Condition.DAMAGED)
    )
    assert damaged.integrity is Integrity.BROKEN
    raised = fact(Move.DISCREPANCY_RAISED)
    doubted = apply(damaged, raised)
    assert doubted.integrity is Integrity.IN_QUESTION
    answer = fact(Move.DISCREPANCY_RESOLVED, about=raised.id, code="compromised")
    assert apply(doubted, answer).integrity is Integrity.COMPROMISED


def test_process_and_reporting_are_facets_of_their_own():
    sent = item(*TO_THE_SHELF, fact(Move.RELEASED, transfer=TRANSFER))
    assert apply(sent, fact(Move.LAB_SUBMITTED)).process is Process.SUBMITTED
    assert reporting_of(is_anonymous=True, has_reported=False) is Reporting.ANONYMOUS
    assert reporting_of(is_anonymous=True, has_reported=True) is Reporting.REPORTED
    assert reporting_of(is_anonymous=False, has_reported=False) is Reporting.UNREPORTED


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(Move)), st.sampled_from([NURSE, CUSTODIAN])),
        max_size=60,
    )
)
@example([(Move.TAKEN_OVER, CUSTODIAN), (Move.SEALED, CUSTODIAN)])
def test_no_run_of_moves_puts_an_item_in_two_places(run):
    standing = fold(Thing.ITEM, ())
    for move, by in run:
        try:
            checks.check_move(move, standing)
        except RuleError:
            continue
        more = {"place": SHELF} if STEPS[Thing.ITEM][move].ends is State.STORED else {}
        more |= {"transfer": TRANSFER} if move is Move.RELEASED else {}
        more |= {"to": OFFICER} if move is Move.CHECKED_OUT else {}
        standing = apply(standing, fact(move, by=by, seal="A1", **more))

        assert standing.place is None or standing.holder is None
        assert (standing.state is State.STORED) <= (standing.place is not None)
        assert (standing.transfer is not None) == (standing.state is State.IN_TRANSIT)
        assert standing.state not in FINAL or standing.place is None


@given(st.lists(st.sampled_from(sorted(Move)), max_size=40))
def test_state_is_the_same_whenever_it_is_computed(run):
    facts = [fact(m, place=SHELF) for m in run]
    standing = fold(Thing.KIT, ())
    for each in facts:
        standing = apply(standing, each)

    assert standing == fold(Thing.KIT, facts)
    assert fold(Thing.KIT, ()).state is BIRTH[Thing.KIT]


@pytest.mark.parametrize(
    ("ago", "reason", "mode"),
    [
        (timedelta(0), "", EntryMode.LIVE),
        (timedelta(minutes=-2), "", EntryMode.LIVE),
        (timedelta(minutes=59), "", EntryMode.LIVE),
        (timedelta(hours=3), "No network", EntryMode.LATE),
    ],
)
def test_what_is_late_is_marked_late(ago, reason, mode):
    got = checks.check_time(Move.STORED, occurred=NOON - ago, now=NOON, reason=reason)
    assert got is mode


@pytest.mark.parametrize(
    ("ago", "says"),
    [
        (timedelta(minutes=-3), "future"),
        (timedelta(hours=3), "Say why"),
        (timedelta(days=400), "year"),
        (NOON - datetime(1, 1, 1, tzinfo=UTC), "year"),
        (NOON - datetime(9999, 12, 31, tzinfo=UTC), "future"),
    ],
)
def test_impossible_times_are_refused(ago, says):
    reason = "" if says == "Say why" else "Paper form"
    with pytest.raises(RuleError, match=says):
        checks.check_time(Move.STORED, occurred=NOON - ago, now=NOON, reason=reason)


def test_a_sample_may_be_written_down_within_a_day():
    day = timedelta(hours=23)
    got = checks.check_time(Move.COLLECTED, occurred=NOON - day, now=NOON, reason="")
    assert got is EntryMode.LIVE


def test_a_receipt_before_its_release_is_refused():
    released = item(*TO_THE_SHELF, fact(Move.RELEASED, transfer=TRANSFER))
    with pytest.raises(RuleError, match="before it is released"):
        checks.check_order(Move.RECEIVED, released, NOON - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (Seen("A2"), "not the one on record"),
        (Seen("A2", Condition.DAMAGED), "not the one on record"),
        (Seen("A1", Condition.NUMBER_DIFFERS), "does not differ"),
        (Seen(""), "Type the seal number"),
        (Seen("🙂"), "Type the seal number"),
        (Seen("\x00"), "Type the seal number"),
        (Seen("A" * 10_000), "at most"),
    ],
)
def test_a_seal_is_what_it_is(seen, says):
    with pytest.raises(RuleError, match=says):
        checks.seal_seen(seen, "A1")


def test_a_different_number_is_accepted_only_as_different():
    assert checks.seal_seen(Seen("A2", Condition.NUMBER_DIFFERS), "A1") == (
        "A2",
        Condition.NUMBER_DIFFERS,
    )
    assert checks.seal_seen(Seen("", Condition.MISSING), "A1")[1] is Condition.MISSING
    assert question_about(Condition.NUMBER_DIFFERS, "intact") is (
        Question.SEAL_NUMBER_DIFFERS
    )
    assert question_about(Condition.INTACT, "torn") is Question.PACKAGE_DAMAGED
    assert question_about(Condition.INTACT, "intact") is None


def test_one_person_is_never_on_both_sides():
    for args in (
        (NURSE, NURSE, ()),
        (NURSE, None, ("Ada Achieng", "ada  achieng")),
    ):
        with pytest.raises(RuleError, match="both sides"):
            checks.check_two_people(*args)
    checks.check_two_people(NURSE, CUSTODIAN, ("Ada Achieng", "Bela Barasa"))


def test_only_the_holder_gives_away():
    with pytest.raises(RuleError, match="Somebody else"):
        checks.check_holder(item(fact(Move.COLLECTED)), CUSTODIAN)


def test_an_anonymous_kit_leaves_on_an_order_alone():
    for basis in set(Basis) - {Basis.COURT_ORDER}:
        with pytest.raises(RuleError, match="without a name"):
            checks.check_reporting(Reporting.ANONYMOUS, basis)
    checks.check_reporting(Reporting.ANONYMOUS, Basis.COURT_ORDER)


@pytest.mark.parametrize(
    "scanned", [["a"], ["a", "b", "c"], ["a", "c"], ["a", "b", "b"], []]
)
def test_a_kit_holds_exactly_what_is_listed(scanned):
    with pytest.raises(RuleError, match="not the listed ones"):
        checks.check_contents(["a", "b"], scanned)


@given(st.sampled_from(list(codes.Mark)))
def test_a_printed_code_is_read_back(mark):
    code = codes.new_code()
    payload = codes.payload(mark, code)

    assert codes.read_scan(payload) == code
    assert codes.read_scan(payload.replace(":", "").lower()) == code
    assert codes.read_scan(f" {code[:4].lower()}-{code[4:]} ") == code
    assert payload.startswith(f"O1:{mark}:")
    codes.check_scan(payload, code)


@given(st.integers(0, codes.LENGTH))
def test_a_code_that_lost_a_sign_is_not_whole(lost):
    """One in 27 such remainders has the right check character by chance."""
    for _ in range(60):
        code = codes.new_code()
        assert codes.is_whole(code)
        assert not codes.is_whole(code[:lost] + code[lost + 1 :])


@pytest.mark.parametrize(
    ("typed", "kept"), [(" a-12 ", "A12"), ("١٢٣", "123"), ("\uff21\uff17", "A7")]
)
def test_a_seal_number_has_one_spelling(typed, kept):
    assert codes.seal_number(typed) == kept


def test_wet_things_go_the_wet_way():
    with pytest.raises(RuleError, match="wet"):
        samples.check_packaging("paper_bag", is_dry=False, is_wet_kind=False)
    with pytest.raises(RuleError, match="wet"):
        samples.check_packaging("paper_bag", is_dry=True, is_wet_kind=True)
    samples.check_packaging("leak_proof", is_dry=False, is_wet_kind=True)
