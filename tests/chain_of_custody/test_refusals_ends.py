"""What is refused where a seal is opened, a part is taken, or evidence is to end.

Each act is refused, then done once more with that one guard switched off.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.chain_of_custody.actions import disposal, docket, holds, opening, retention
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.queries.disposal import retention_of
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import disposal as rules
from centre.chain_of_custody.rules import opening as parts
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock, middleware
from centre.core.actions import approvals, people
from centre.core.actions.set_up import system_actor
from centre.core.permissions import Role
from tests.chain_of_custody.refusing import at, let_through, refused, turned_away

pytestmark = pytest.mark.usefixtures("monday", "signs")

AUTHORITY = "Order 7/2026"


# R11: a seal is opened on authority, by two, before a witness


@pytest.fixture
def propose(stored_item, custodian):
    """Propose that the stored item's seal is opened here."""

    def proposed():
        return opening.propose_opening(
            package=stored_item,
            words="To look at it.",
            authority=AUTHORITY,
            by=custodian,
            code="good",
            link="/",
        )

    return proposed


def test_r11_action_control_a_seal_is_opened_as_it_was_approved(
    stored_item, custodian, nurse, propose, monkeypatch
):
    def open_it():
        opening.open_seal(
            package=stored_item,
            seen=Seen("A1"),
            authority=AUTHORITY,
            reason="To look at it.",
            witness=nurse,
            by=custodian,
            code="good",
            witness_code="good",
        )

    with refused("or hand it to a laboratory"):
        open_it()
    propose()
    with refused("waits for approval"):
        open_it()

    monkeypatch.setattr(approvals, "missing", lambda proposal: "")
    open_it()
    assert standing(stored_item).state is State.OPENED


def test_r11_page_a_seal_is_opened_as_it_was_approved(
    stored_item, custodian, nurse, coordinator, propose, browse
):
    client, page = browse(custodian), at("open_seal", stored_item)
    typed = {
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "authority": AUTHORITY,
        "reason": "To look at it.",
        "witness": str(nurse.pk),
        "code": "good",
        "witness_code": "good",
    }

    turned_away(client, page, typed, "let the coordinator approve", kept=[AUTHORITY])
    approvals.approve(proposal=propose(), by=coordinator, code="good")
    let_through(client, page, typed)


# R21: a part of what is open, never more than is left


@pytest.fixture
def opened(stored_item, custodian):
    """Open, as far as its record goes."""
    held = docket.take(stored_item, by=custodian, at=clock.now())
    held.write(Move.SEAL_BROKEN, seal_before="A1", details={})
    return stored_item


def test_r21_action_control_no_part_of_what_is_sealed(
    stored_item, custodian, monkeypatch
):
    def take():
        part = opening.Part("1", "swab", "All of it")
        return opening.take_part(item=stored_item, part=part, by=custodian)

    with refused("Open its seal first, on authority"):
        take()

    monkeypatch.setattr(parts, "check_parent", lambda standing: None)
    with refused("in store"):
        take()


def test_r21_action_control_no_part_is_more_than_was_left(
    opened, custodian, monkeypatch
):
    def take():
        part = opening.Part("2", "swab", "Tips")
        return opening.take_part(item=opened, part=part, by=custodian)

    with refused("Only 1 are left"):
        take()

    monkeypatch.setattr(parts, "part", lambda left, taken: "0")
    assert take().parent == opened


def test_r21_page_no_part_is_more_than_was_left(opened, custodian, browse):
    client, page = browse(custodian), at("take_part", opened)
    typed = {"taken": "2", "unit": "swab", "what": "Tip of the swab"}

    turned_away(client, page, typed, "Check the quantity", kept=["Tip of the swab"])
    let_through(client, page, typed | {"taken": "0.5"})
    assert Item.objects.filter(parent=opened).count() == 1


# R16: nothing ends while anything stands against it


@pytest.fixture
def dated(stored_item, custodian):
    """The stored item, with its date by policy."""
    retention.set_retention(package=stored_item, by=custodian)
    return stored_item


@pytest.fixture
def ended(dated, monday):
    """The year after its retention has ended."""
    monday.move_to(clock.now().replace(year=retention_of(dated).until.year + 1))
    return dated


@pytest.fixture
def held(ended, coordinator):
    """A court wants it kept."""
    return holds.place_hold(
        package=ended,
        kind="court",
        authority="MC 9",
        review_on=clock.now().date() + timedelta(days=30),
        by=coordinator,
    )


def propose_end(thing, by):
    return disposal.propose_destruction(
        package=thing, words="Full shelf", by=by, code="good"
    )


@pytest.mark.parametrize(
    ("bar", "guard", "says"),
    [
        ("dated", "check_retention", "It is kept, or kept longer"),
        ("held", "check_free", "kept until each is lifted"),
    ],
)
def test_r16_action_control_nothing_is_proposed_against_a_bar(
    stored_item, request, custodian, monkeypatch, bar, guard, says
):
    request.getfixturevalue(bar)
    with refused(says):
        propose_end(stored_item, custodian)

    monkeypatch.setattr(rules, guard, lambda gate: None)
    assert propose_end(stored_item, custodian).move == Move.DESTRUCTION_PROPOSED


def test_r16_page_it_is_kept_longer_instead(dated, custodian, nurse, browse):
    typed = {"words": "The shelf is full", "code": "good"}
    page = at("propose_destruction", dated)

    turned_away(
        browse(custodian), page, typed, "kept longer", kept=["The shelf is full"]
    )

    later = f"{retention_of(dated).until.year + 5}-01-01"
    longer = {"until": later, "asked_by": "The survivor", "reason": "She decides later"}
    let_through(browse(nurse), at("extend_retention", dated), longer)


def test_r16_page_a_lifted_hold_frees_it(ended, held, custodian, coordinator, browse):
    typed = {"words": "The shelf is full", "code": "good"}
    page = at("propose_destruction", ended)

    turned_away(
        browse(custodian), page, typed, "hold(s) stand", kept=["The shelf is full"]
    )
    lifting = {"hold": str(held.pk), "reason": "The court is done"}
    let_through(browse(coordinator), at("lift_hold", ended), lifting)
    let_through(browse(custodian), page, typed)


# R17: who proposed it does not authorise it


@pytest.fixture
def both(centre, custodian):
    """The custodian, who coordinates the centre as well."""
    people.grant_role(
        user=custodian, role=Role.COORDINATOR, centre=centre, by=system_actor()
    )
    custodian.acting = None
    return custodian


@pytest.fixture
def asked(ended, both, second_custodian, coordinator, monday):
    """Proposed by one who could authorise; the others are asked by her colleague."""
    propose_end(ended, both)
    disposal.give_notice(
        package=ended, mode="contact", words="Told safely", by=coordinator
    )
    monday.shift(timedelta(days=91))
    disposal.ask_to_destroy(
        package=ended, words="Over", by=second_custodian, code="good", link="/"
    )
    return ended


def test_r17_action_control_who_proposed_does_not_authorise(asked, both, monkeypatch):
    def authorise():
        disposal.authorise_destruction(package=asked, by=both, code="good")

    with refused("Another person authorises"):
        authorise()

    monkeypatch.setattr(rules, "check_authoriser", lambda authoriser, proposer: None)
    authorise()
    assert asked.custody.filter(move=Move.DESTRUCTION_AUTHORISED).exists()


def test_r17_action_who_proposed_a_return_does_not_approve_it(stored_item, both):
    proposal = disposal.propose_return(
        package=stored_item, words="It is hers", by=both, code="good", link="/"
    )

    with refused("Another person approves"):
        approvals.approve(proposal=proposal, by=both, code="good")


def test_r17_page_who_proposed_does_not_authorise(asked, both, coordinator, browse):
    client, page = browse(both), at("authorise", asked)
    session = client.session
    post = both.memberships.get(role=Role.COORDINATOR)
    session[middleware.MEMBERSHIP] = str(post.pk)
    session.save()

    turned_away(client, page, {"code": "good"}, "Another person authorises")
    let_through(browse(coordinator), page, {"code": "good"})
