"""A person's security keys: registered, asked to confirm an act, taken out of use."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.urls import reverse

from centre.core import ceremony, clock, journal
from centre.core.actions import approvals, confirming, passkeys
from centre.core.assurance import confirmed, confirmed_rows
from centre.core.bundle import actors
from centre.core.errors import AccessError, RuleError
from centre.core.models import Confirmation, Opening, Waiting
from centre.core.two_person import TwoPersonAct
from centre.core.verification import faults
from centre.endings import leave
from centre.ledger.actions import make_checkpoint
from centre.ledger.entry import Assertion
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from tests.core.test_verification import behind_the_back
from tests.soft_key import ORIGIN, SoftKey, challenge_in

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture(autouse=True)
def surroundings(settings, monkeypatch):
    """A host by name, and a code told by its word."""
    settings.CENTRE_ORIGIN = ORIGIN
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


def register(person, key=None, code="good", challenge=None, **spoilt):
    """Register a key in software for a person."""
    key = key or SoftKey()
    asked = challenge or secrets.token_bytes(32)
    passkeys.register_passkey(
        by=person,
        name="Blue key",
        credential=key.registered(asked, **spoilt),
        challenge=asked if challenge is None else bytes(32),
        code=code,
    )
    return key


@pytest.fixture
def key(coordinator):
    return register(coordinator)


@pytest.fixture
def answer(case, custodian, coordinator):
    """The coordinator's approval of what the custodian proposed."""
    proposal = approvals.propose(
        act=TwoPersonAct.CUSTODY_AMENDMENT,
        on=case,
        payload={"event": "7"},
        words="A slip of the pen.",
        by=custodian,
        code="good",
    )
    return approvals.approve(proposal=proposal, by=coordinator, code="good")


def ask(answer, by):
    return confirming.prepare_answer(answer=answer, back="/", by=by)


def signed(waiting, key, **spoilt):
    """What the browser hands back when the key signs what it was asked."""
    asked = spoilt.pop("challenge", challenge_in(confirming.options_for(waiting)))
    return key.signed(asked, **spoilt)


def confirm(waiting, key, by, **spoilt):
    return confirming.confirm_act(
        waiting=waiting, credential=signed(waiting, key, **spoilt), by=by
    )


@pytest.fixture
def confirmation(key, answer, coordinator):
    return confirm(ask(answer, coordinator), key, coordinator)


def says():
    return [fault.says for fault in faults()]


def entry_of(row):
    opening = Opening.objects.get(table=row._meta.db_table, row=row.pk)
    return Entry.objects.get(log=opening.log, n=opening.n)


# Registering


def test_registered_key_stands_in_the_log(key, coordinator, centre):
    row = coordinator.passkeys.get()

    kinds = Entry.objects.filter(log=journal.origin(centre)).values_list("kind")
    assert kinds.order_by("-n").first() == (Kind.KEY_REGISTERED,)
    assert bytes(row.credential) == key.credential
    assert len(row.public_key) == 65
    assert says() == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": 0x01},
        {"flags": 0x04},
        {"challenge": secrets.token_bytes(32)},
        {"code": "bad"},
    ],
)
def test_key_of_another_place_or_holder_is_not_registered(coordinator, spoilt):
    with pytest.raises(RuleError):
        register(coordinator, **spoilt)

    assert not coordinator.passkeys.exists()


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"id": 7}', "null"])
def test_answer_that_is_none_is_refused_in_a_sentence(coordinator, credential):
    with pytest.raises(RuleError, match="not registered"):
        ceremony.made(credential, challenge=bytes(32))


def test_key_is_registered_once(key, nurse):
    with pytest.raises(RuleError, match="already"):
        register(nurse, key)


def test_person_has_a_bounded_number_of_keys(coordinator, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 1)
    register(coordinator)

    with pytest.raises(RuleError, match="out of use first"):
        register(coordinator)


# Confirming


def test_confirmed_act_bears_both_signatures(confirmation, answer, coordinator):
    made, about = entry_of(confirmation), entry_of(answer)
    own, beside = made.content.signatures

    assert made.kind == Kind.ACT_CONFIRMED
    assert own.kid == coordinator.signer.kid
    assert isinstance(beside, Assertion)
    assert beside.kid == coordinator.passkeys.get().kid
    assert made.content.statement.refs == (bytes(about.leaf),)
    assert confirmed([(about.log, about.n), (about.log, 0)]) == {(about.log, about.n)}
    assert says() == []


def test_what_was_prepared_is_appended_as_it_was(key, answer, coordinator):
    waiting = ask(answer, coordinator)
    prepared = bytes(waiting.statement)

    row = confirm(waiting, key, coordinator)

    assert entry_of(row).content.signed == prepared


@pytest.mark.parametrize(
    "spoilt",
    [
        {"challenge": bytes(32)},
        {"origin": "https://evil.example"},
        {"origin": "https://www.centre.example"},
        {"host": "evil.example"},
        {"flags": 0x01},
        {"flags": 0x04},
        {"kind": "webauthn.create"},
    ],
)
def test_no_other_answer_confirms(key, answer, coordinator, spoilt):
    waiting = ask(answer, coordinator)

    with pytest.raises(RuleError):
        confirm(waiting, key, coordinator, **spoilt)

    assert not Confirmation.objects.exists()
    assert not Entry.objects.filter(kind=Kind.ACT_CONFIRMED).exists()


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", "null", '{"rawId": 1}'])
def test_answer_that_cannot_be_read_confirms_nothing(
    key, answer, coordinator, credential
):
    with pytest.raises(RuleError, match="cannot be read"):
        confirming.confirm_act(
            waiting=ask(answer, coordinator), credential=credential, by=coordinator
        )


def test_key_of_somebody_else_confirms_nothing(key, answer, coordinator, custodian):
    theirs = register(custodian)

    with pytest.raises(RuleError, match="not one of your"):
        confirm(ask(answer, coordinator), theirs, coordinator)


def test_only_who_acted_confirms(key, answer, coordinator, custodian):
    theirs, waiting = register(custodian), ask(answer, coordinator)

    with pytest.raises(AccessError):
        confirm(waiting, theirs, custodian)


def test_nobody_is_asked_to_confirm_what_another_did(answer, custodian):
    register(custodian)

    assert ask(answer, custodian) is None


def test_who_has_no_key_is_not_asked(answer, coordinator):
    assert ask(answer, coordinator) is None


def test_nobody_is_asked_where_browsers_offer_no_keys(
    key, answer, coordinator, settings
):
    settings.CENTRE_ORIGIN = "https://192.0.2.7"

    assert ask(answer, coordinator) is None


def test_after_five_minutes_nothing_is_confirmed(key, answer, coordinator, monday):
    waiting = ask(answer, coordinator)
    answered = signed(waiting, key)
    monday.shift(timedelta(minutes=5, seconds=1))

    with pytest.raises(RuleError, match="over"):
        confirming.confirm_act(waiting=waiting, credential=answered, by=coordinator)


def test_statement_that_was_changed_while_it_waited_is_refused(
    key, answer, coordinator
):
    waiting = ask(answer, coordinator)
    answered = signed(waiting, key)
    changed = bytes(waiting.statement).replace(b"act.confirmed", b"item.destroyed")
    Waiting.objects.filter(pk=waiting.pk).update(statement=changed)

    with pytest.raises(RuleError):
        confirming.confirm_act(waiting=waiting, credential=answered, by=coordinator)


def test_second_press_of_the_button_writes_nothing_more(key, answer, coordinator):
    waiting = ask(answer, coordinator)
    answered = signed(waiting, key)
    for _ in range(2):
        confirming.confirm_act(waiting=waiting, credential=answered, by=coordinator)

    assert Entry.objects.filter(kind=Kind.ACT_CONFIRMED).count() == 1


def test_counter_that_does_not_grow_tells_of_a_copy(key, answer, coordinator):
    confirm(ask(answer, coordinator), key, coordinator)

    with pytest.raises(RuleError, match="copied"):
        confirm(ask(answer, coordinator), key, coordinator, step=0)


# Taking out of use


def revoke(person, by=None, code="good"):
    passkeys.revoke_passkey(passkey=person.passkeys.get(), by=by or person, code=code)


def test_revoked_key_confirms_nothing(key, answer, coordinator):
    waiting = ask(answer, coordinator)
    answered = signed(waiting, key)
    revoke(coordinator)

    with pytest.raises(RuleError, match="not one of your"):
        confirming.confirm_act(waiting=waiting, credential=answered, by=coordinator)


def test_revocation_is_in_the_log_and_what_was_signed_stays(confirmation, coordinator):
    revoke(coordinator)

    assert Entry.objects.filter(kind=Kind.KEY_REVOKED).count() == 1
    assert says() == []
    with pytest.raises(RuleError, match="already"):
        revoke(coordinator)


@pytest.mark.parametrize("code", ["", "bad"])
def test_revocation_asks_for_a_code(key, coordinator, code):
    with pytest.raises(RuleError, match="one-time code"):
        revoke(coordinator, code=code)


def test_nobody_revokes_the_key_of_another(key, coordinator, nurse):
    with pytest.raises(AccessError):
        revoke(coordinator, by=nurse)


def test_keys_of_who_leaves_are_revoked(confirmation, coordinator, centre, custodian):
    from centre.core.actions.set_up import system_actor

    leave(user=coordinator, centre=centre, by=system_actor())

    assert coordinator.passkeys.get().revoked_at is not None
    assert says() == []


# Checking


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("revoked_at", "2026-01-01 00:00:00+00:00", "after its key was revoked"),
        ("registered_at", "2027-01-01 00:00:00+00:00", "before its key was registered"),
        ("kid", "k:" + "0" * 32, "Nobody's key has the name"),
    ],
)
def test_key_counts_only_as_it_was_registered(confirmation, column, value, told):
    assert says() == []

    statement = f"update core_passkey set {column} = %s"
    behind_the_back("core_passkey", statement, value)

    assert any(told in one for one in says())


def test_confirmation_without_a_security_key_is_found(key, answer, coordinator):
    """As a program would write it that claims what no key signed."""
    waiting = ask(answer, coordinator)
    row = Confirmation(
        pk=waiting.pk,
        user=coordinator,
        log=waiting.log,
        first=int(waiting.covers),
        last=int(waiting.covers),
        covers=waiting.covers,
        prepared_at=waiting.prepared_at,
    )
    row.save()
    journal.record_prepared(
        journal.Prepared(waiting.log, bytes(waiting.statement), waiting.secret),
        by=coordinator,
        on=answer.proposal.on,
        at=clock.now(),
        row=row,
        more=[],
    )

    assert says() == ["bears no signature of a security key of its person"]


def test_confirmation_stretched_to_other_entries_is_found(confirmation):
    behind_the_back(
        "core_confirmation", "update core_confirmation set covers = %s", "0,1"
    )

    assert "confirms other entries than it names" in says()


def signed_head(log):
    signer = journal.system_signer(log)
    return make_checkpoint(log=log, signer=signer, at=clock.now())


def test_bundle_names_the_security_key_with_its_time(confirmation, coordinator):
    entry = entry_of(confirmation)
    own = coordinator.passkeys.get().kid

    told = actors(signed_head(entry.log), [entry])[own]

    assert told["alg"] == "webauthn-es256"
    assert 0 < told["registered"] < entry.n
    assert told["revoked"] is None
    revoke(coordinator)
    assert actors(signed_head(entry.log), [entry])[own]["revoked"] > entry.n


# Pages


def test_key_is_registered_and_revoked_on_its_page(coordinator, browse):
    browser, here = browse(coordinator), reverse("passkeys")
    key = SoftKey()
    asked = challenge_in(browser.get(here).context["options"])
    told = {"name": "Blue key", "code": "good", "credential": key.registered(asked)}

    answer = browser.post(here, told, follow=True).content.decode()

    assert "The security key is registered." in answer
    row = coordinator.passkeys.get()
    browser.post(reverse("revoke_passkey", args=[row.pk]), {"code": "good"})
    row.refresh_from_db()
    assert row.revoked_at is not None


def test_challenge_counts_once(coordinator, browse):
    browser, here = browse(coordinator), reverse("passkeys")
    asked = challenge_in(browser.get(here).context["options"])
    told = {"name": "Blue key", "code": "bad"}
    browser.post(here, {**told, "credential": SoftKey().registered(asked)})

    answer = browser.post(
        here, {**told, "code": "good", "credential": SoftKey().registered(asked)}
    )

    assert "not registered" in answer.content.decode()


def test_page_without_script_says_what_is_missing(coordinator, browse):
    answer = browse(coordinator).post(
        reverse("passkeys"), {"name": "Blue key", "code": "good"}
    )

    assert "It needs JavaScript" in answer.content.decode()
    assert "Blue key" in answer.content.decode()


def test_without_script_the_way_on_is_open(key, answer, coordinator, browse):
    waiting = ask(answer, coordinator)

    here = waiting.get_absolute_url()
    told = browse(coordinator).post(here, {"credential": ""}).content.decode()

    assert "It needs JavaScript" in told
    assert "Hidden field" not in told
    assert "Go on without it" in told


def test_bare_address_says_why_there_are_no_keys(coordinator, browse, settings):
    settings.CENTRE_ORIGIN = "http://127.0.0.1:8000"

    told = browse(coordinator).get(reverse("passkeys")).content.decode()

    assert "need a host name" in told


def test_approval_leads_to_the_key_and_back(key, case, custodian, coordinator, browse):
    proposal = approvals.propose(
        act=TwoPersonAct.CUSTODY_AMENDMENT,
        on=case,
        payload={"event": "7"},
        words="A slip of the pen.",
        by=custodian,
        code="good",
    )
    browser = browse(coordinator)
    asked = browser.post(proposal.get_absolute_url(), {"code": "good"})
    page = browser.get(asked.url)
    answered = key.signed(challenge_in(page.context["options"]))

    done = browser.post(asked.url, {"credential": answered})

    assert done.url == proposal.get_absolute_url()
    assert Confirmation.objects.get().user == coordinator
    shown = browser.get(done.url).content.decode()
    assert shown.count("with a security key") == 1


def test_proposal_is_confirmed_by_who_made_it(answer, custodian):
    key = register(custodian)
    proposal = answer.proposal
    waiting = confirming.prepare_proposal(proposal=proposal, back="/", by=custodian)

    confirm(waiting, key, custodian)

    assert confirmed_rows([proposal]) == {proposal.pk}
    assert confirmed_rows([answer]) == set()
    assert confirmed_rows([]) == set()


def test_waiting_confirmation_is_nobody_elses(key, answer, coordinator, nurse, browse):
    waiting = ask(answer, coordinator)

    assert browse(nurse).get(waiting.get_absolute_url()).status_code == 404
