"""Evidence ends only when nothing stands against it, by two people and a witness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions import disposal, reporting, retention
from centre.chain_of_custody.documents import certificates
from centre.chain_of_custody.models import CustodyEvent, Retention
from centre.chain_of_custody.queries.disposal import (
    bars,
    due,
    gate_of,
    reporting_of,
    retention_of,
    undated,
)
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.retention import (
    FOLDER,
    IN_FORCE,
    RetentionError,
    policies,
    read,
)
from centre.chain_of_custody.rules import retention as rules
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.disposal import check_hands
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from centre.core.actions import approvals
from centre.core.errors import AccessError, RuleError
from centre.core.models import Proposal
from centre.core.permissions import Role
from centre.core.verification import faults
from tests.chain_of_custody.test_security_keys import confirmed_act
from tests.conftest import enrol
from tests.pdf import text_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """One-time codes are tried in the tests of sign-in; here they are told by word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def lawyer(centre):
    return enrol("lela", "Lela Langat", Role.LEGAL, centre)


@pytest.fixture
def colleague(centre):
    return enrol("kofi", "Kofi Kiptoo", Role.CUSTODIAN, centre)


@pytest.fixture
def dated(stored_item, custodian):
    retention.set_retention(package=stored_item, by=custodian)
    return stored_item


@pytest.fixture
def ended(dated, monday):
    """The day after its retention has ended."""
    monday.move_to(clock.now().replace(year=retention_of(dated).until.year + 1))
    return dated


@pytest.fixture
def proposed(ended, custodian):
    disposal.propose_destruction(
        package=ended, words="Its time is over.", by=custodian, code="good"
    )
    return ended


@pytest.fixture
def noticed(proposed, coordinator, monday):
    disposal.give_notice(
        package=proposed, mode="contact", words="Told by the safe way", by=coordinator
    )
    monday.shift(91 * DAY)
    return proposed


@pytest.fixture
def asked(noticed, custodian):
    return disposal.ask_to_destroy(
        package=noticed, words="Nobody objects.", by=custodian, code="good", link="/"
    )


@pytest.fixture
def authorised(asked, noticed, coordinator, lawyer):
    for person in (coordinator, lawyer):
        disposal.authorise_destruction(package=noticed, by=person, code="good")
    return noticed


def destroy(package, by, witness, **changed):
    given = {
        "scanned": [package.code],
        "seen": Seen(standing(package).seal),
        "method": "incinerated",
        "place": "County hospital incinerator",
        "witness_code": "good",
        "code": "good",
        **changed,
    }
    return disposal.destroy(package=package, witness=witness, by=by, **given)


def test_two_authorise_and_two_others_destroy_and_the_record_stays(
    authorised, custodian, colleague
):
    destroy(authorised, custodian, colleague)

    assert standing(authorised).state is State.DESTROYED
    moves = [e.move for e in authorised.custody.order_by("number")][-6:]
    assert moves == [
        "retention.set",
        "destruction.proposed",
        "destruction.notice_issued",
        "destruction.authorised",
        "destruction.authorised",
        "item.destroyed",
    ]
    assert list(faults()) == []
    with pytest.raises(RuleError):
        actions.store(package=authorised, place=authorised, by=custodian)


def test_authorising_and_destroying_ask_for_a_security_key(
    authorised, custodian, coordinator, colleague, keyed
):
    keys = {person: keyed(person) for person in (custodian, coordinator)}
    end = destroy(authorised, custodian, colleague)
    agreed = authorised.custody.get(move=Move.DESTRUCTION_AUTHORISED, actor=coordinator)

    assert confirmed_act(agreed, keys[coordinator], coordinator)
    assert confirmed_act(end, keys[custodian], custodian)
    assert list(faults()) == []


def test_acceptance_15_r16_action_retention_that_runs_bars_it(dated, custodian):
    with pytest.raises(RuleError, match="retention has not ended"):
        disposal.propose_destruction(
            package=dated, words="Full shelf", by=custodian, code="good"
        )


def test_without_a_date_nothing_is_proposed(stored_item, custodian):
    with pytest.raises(RuleError, match="no retention date"):
        disposal.propose_destruction(
            package=stored_item, words="Full shelf", by=custodian, code="good"
        )


def test_acceptance_15_r16_action_an_open_discrepancy_bars_it(ended, custodian, nurse):
    actions.raise_discrepancy(
        package=ended, question="other", words="A tear.", by=custodian
    )
    with pytest.raises(RuleError, match="discrepancy"):
        disposal.propose_destruction(
            package=ended, words="Over", by=custodian, code="good"
        )


def test_acceptance_15_r16_action_without_notice_nobody_is_asked(proposed, custodian):
    with pytest.raises(RuleError, match="not been told"):
        disposal.ask_to_destroy(
            package=proposed, words="Over", by=custodian, code="good", link="/"
        )


def test_acceptance_15_r16_action_the_time_for_objections_runs_to_its_last_day(
    proposed, custodian, coordinator, monday
):
    disposal.give_notice(package=proposed, mode="contact", words="", by=coordinator)
    gate = gate_of(proposed, proposed.case, clock.now())
    monday.shift((gate.notice_ends - gate.today) - DAY)
    assert any("time for objections" in bar for bar in _bars(proposed))

    monday.shift(DAY)
    assert _bars(proposed) == []


def _bars(package):
    return bars(gate_of(package, package.case, clock.now()))


def test_acceptance_15_r16_action_an_objection_bars_it_until_it_is_withdrawn(
    noticed, nurse, coordinator
):
    told = {"package": noticed, "who": "survivor", "words": "She said so.", "by": nurse}
    disposal.answer_notice(objects=True, **told)
    assert any("objected" in bar for bar in _bars(noticed))

    disposal.answer_notice(objects=False, **told)
    assert _bars(noticed) == []


def test_a_reported_thing_waits_for_the_police(noticed, coordinator, decide, nurse):
    decide(noticed.case, "C16", recipient="agency:riverside-police")
    assert any("police or prosecutor" in bar for bar in _bars(noticed))

    disposal.answer_notice(
        package=noticed, who="police", objects=False, words="Letter 7", by=coordinator
    )
    assert _bars(noticed) == []


def test_silence_is_a_way_of_notice_and_needs_its_reason(proposed, coordinator):
    with pytest.raises(RuleError, match="say why"):
        disposal.give_notice(package=proposed, mode="none", words="", by=coordinator)

    disposal.give_notice(
        package=proposed, mode="none", words="She asked for silence.", by=coordinator
    )
    assert _bars(proposed) == []


@pytest.mark.parametrize("missing", ["coordinator", "lawyer"])
def test_acceptance_15_r16_action_one_of_the_two_alone_does_not_authorise(
    asked, noticed, coordinator, lawyer, custodian, colleague, missing
):
    other = {"coordinator": lawyer, "lawyer": coordinator}[missing]
    disposal.authorise_destruction(package=noticed, by=other, code="good")

    with pytest.raises(RuleError, match="approval"):
        destroy(noticed, custodian, colleague)
    assert standing(noticed).state is State.STORED


def test_who_may_not_authorise_does_not(asked, noticed, custodian, nurse):
    for person in (custodian, nurse):
        with pytest.raises(AccessError):
            disposal.authorise_destruction(package=noticed, by=person, code="good")


def test_authorisation_lasts_a_day(authorised, custodian, colleague, monday):
    monday.shift(DAY)
    with pytest.raises(RuleError, match="more than a day"):
        destroy(authorised, custodian, colleague)


def test_the_witness_is_another_person_with_her_own_code(
    authorised, custodian, colleague
):
    with pytest.raises(RuleError, match="another sees it"):
        destroy(authorised, custodian, custodian)
    with pytest.raises(RuleError, match="one-time code"):
        destroy(authorised, custodian, colleague, witness_code="bad")
    assert standing(authorised).state is State.STORED


def test_who_authorised_neither_acts_nor_witnesses(authorised, custodian, coordinator):
    with pytest.raises(RuleError, match="neither carries it out nor witnesses"):
        destroy(authorised, custodian, coordinator)
    with pytest.raises(RuleError, match="neither carries"):
        check_hands(coordinator.pk, custodian.pk, [coordinator.pk])


@pytest.mark.parametrize("scanned", [[], ["ABCDEFGHJKLMN"]])
def test_only_what_is_scanned_is_destroyed(authorised, custodian, colleague, scanned):
    with pytest.raises(RuleError, match="not the authorised ones"):
        destroy(authorised, custodian, colleague, scanned=scanned)


def test_a_later_date_replaces_an_earlier_one_and_never_the_other_way(
    dated, custodian, coordinator
):
    held = retention_of(dated).until
    with pytest.raises(RuleError, match="not later"):
        retention.set_retention(package=dated, by=custodian)
    with pytest.raises(RuleError, match="never moves forward"):
        retention.extend_retention(
            package=dated,
            until=held - DAY,
            asked_by="The centre",
            reason="Space",
            by=coordinator,
        )

    retention.extend_retention(
        package=dated,
        until=held + 365 * DAY,
        asked_by="The survivor",
        reason="She is not sure yet.",
        by=coordinator,
    )
    assert retention_of(dated).until == held + 365 * DAY


def test_everything_in_store_gets_its_date_at_once(centre, stored_item, custodian):
    assert undated(centre, custodian) == [stored_item]

    assert retention.set_by_policy(centre=centre, by=custodian) == 1
    assert undated(centre, custodian) == []
    assert retention.set_by_policy(centre=centre, by=custodian) == 0


def test_the_list_tells_what_ends_soon(centre, dated, custodian):
    until = retention_of(dated).until

    assert due(centre, custodian, before=until) == []
    [row] = due(centre, custodian, before=until + DAY)
    assert (row.package, row.until) == (dated, until)


def test_the_certificate_tells_who_why_and_before_whom(
    authorised, custodian, colleague
):
    with pytest.raises(RuleError, match="not ended"):
        disposal.print_certificate(package=authorised, by=custodian)
    destroy(authorised, custodian, colleague)
    told = disposal.print_certificate(package=authorised, by=custodian)
    read_back = " ".join(text_of(certificates.of_the_end(told)).split())

    for words in (
        "Certificate of destruction",
        "Incinerated",
        "County hospital incinerator",
        colleague.name,
        "Kept until",
        told.head.anchor_code,
    ):
        assert words in read_back


def test_what_is_hers_goes_back_with_the_coordinators_approval(
    stored_item, custodian, coordinator
):
    owner = disposal.Owner("Zawadi Invented", "The owner", "passport", "1234", "")
    given = {"package": stored_item, "by": custodian, "code": "good"}
    with pytest.raises(RuleError, match="No such proposal"):
        disposal.return_to_owner(owner=owner, advice_given=True, **given)

    proposal = disposal.propose_return(words="She asks for it.", link="/", **given)
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    with pytest.raises(RuleError, match="how to handle"):
        disposal.return_to_owner(owner=owner, advice_given=False, **given)
    disposal.return_to_owner(owner=owner, advice_given=True, **given)

    assert standing(stored_item).state is State.RETURNED_OWNER
    event = CustodyEvent.objects.get(move=Move.RETURNED_TO_OWNER)
    assert "Zawadi" not in str(event.__dict__.get("reason_code"))


def test_a_report_needs_her_signed_decision(stored_item, nurse, decide):
    case = stored_item.case
    given = {
        "case": case,
        "reporting": "reported",
        "police_reference": "OB 12/2026",
        "words": "She told me, her sister beside her.",
        "by": nurse,
        "code": "good",
    }
    assert reporting_of(case, clock.now()) is Reporting.UNREPORTED
    with pytest.raises(RuleError, match="no signed decision"):
        reporting.change_reporting(**given)

    decide(case, "C16", recipient="agency:riverside-police")
    [event] = reporting.change_reporting(**given)
    assert event.reason_code == "reported"
    assert reporting_of(case, clock.now()) is Reporting.REPORTED

    reporting.change_reporting(**{**given, "reporting": "unreported"})
    assert reporting_of(case, clock.now()) is Reporting.UNREPORTED


@pytest.mark.parametrize(
    ("collected", "youngest", "counts", "length", "unit", "until"),
    [
        (date(2026, 6, 1), None, "collected", 26, "months", date(2028, 8, 1)),
        (date(2026, 8, 31), None, "collected", 6, "months", date(2027, 3, 1)),
        (date(2024, 2, 29), None, "collected", 1, "years", date(2025, 3, 1)),
        (date(2026, 6, 1), 10, "majority", 20, "years", date(2054, 6, 1)),
        (date(2026, 6, 1), None, "majority", 20, "years", date(2046, 6, 1)),
        (date(2026, 6, 1), 10, "collected", 60, "days", date(2026, 7, 31)),
    ],
)
def test_periods_end_on_their_day(collected, youngest, counts, length, unit, until):
    policy = rules.Policy(
        code="P",
        jurisdiction="",
        reporting=frozenset(Reporting),
        counts_from=rules.CountsFrom(counts),
        length=length,
        unit=rules.Unit(unit),
        notice_days=0,
        notice=rules.Notice.NONE,
        citation="",
        verified=False,
    )
    facts = rules.Facts(
        collected, Reporting.UNREPORTED, rules.majority(collected, youngest, 18)
    )
    assert rules.term([policy], facts).until == until


def test_the_latest_of_all_fitting_policies_wins():
    found = policies().of("US-MA")
    [fallback] = policies().of("FR")

    assert [p.code for p in found] == ["US-MA"]
    assert fallback.code == "GENERIC"
    assert policies().of("US-NY")[0].code == "US-FEDERAL"
    facts = rules.Facts(date(2026, 1, 1), Reporting.REPORTED)
    both = [*found, fallback]
    assert rules.term(both, facts).policy is fallback


def test_five_jurisdictions_and_more_say_how_sure_they_are():
    places = {p.jurisdiction.partition("-")[0] for p in policies().policies}

    assert len(places - {""}) >= 5
    assert all(p.citation for p in policies().policies)
    assert {p.verified for p in policies().policies} == {True, False}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("length = 20", "lenght = 20"),
        ('unit = "years"', 'unit = "moons"'),
        ('code = "US-MA"', 'code = "US-PA"'),
        ('fallback = "GENERIC"', 'fallback = "NONE"'),
    ],
)
def test_a_faulty_file_is_refused(old, new):
    text = (FOLDER / f"{IN_FORCE}.toml").read_text(encoding="utf-8")
    with pytest.raises(RetentionError):
        read(text.replace(old, new, 1).encode())


def test_the_pages_lead_from_the_list_to_the_end(
    noticed, custodian, coordinator, lawyer, colleague, browse
):
    where = f"/custody/items/{noticed.code}/disposal/"
    keeper = browse(custodian)
    told = keeper.get(where).content.decode()
    assert "Nothing. Two people authorise" in told

    words = {"words": "Nobody objects.", "code": "good"}
    assert keeper.post(f"{where}ask-to-destroy/", words).status_code == 302
    assert Proposal.objects.count() == 1
    for person in (coordinator, lawyer):
        browse(person).post(f"{where}authorise/", {"code": "good"})
    refused = keeper.post(f"{where}destroy/", {"place": "Kiln 4"}).content.decode()
    assert 'value="Kiln 4"' in refused

    done = {
        "scanned": noticed.code,
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "method": "incinerated",
        "place": "Kiln 4",
        "witness": str(colleague.pk),
        "code": "good",
        "witness_code": "good",
    }
    assert keeper.post(f"{where}destroy/", done).status_code == 302
    assert "This has ended" in keeper.get(where).content.decode()
    paper = keeper.post(f"{where}certificate/")
    assert paper["Content-Type"] == "application/pdf"
    assert documents.custody_report
    assert Retention.objects.count() == 1
