"""Every address with every person of the cast: who meets what, and who meets nothing.

The table below is the promise. An address that does not stand in it fails the first
test; a person who meets anything else than it says fails hers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests.world import DATABASES, world

__all__ = ["world"]

CARE = "nadia clara"
TALKS = f"{CARE} coral"
STORE = f"{CARE} kito"
CENTRE = "nadia clara coral selma kito dora nora"
ELSEWHERE = "nell kara"
AGENCIES = "ivan sabi leo lara"
OVERSIGHT = "aude sami"
EVERYBODY = f"{CENTRE} {ELSEWHERE} {AGENCIES} {OVERSIGHT}"
ENROLLED = "nadia clara coral selma kito ivan dora aude sami"
TALK = UUID("00000000-0000-4000-8000-000000000005")
NO_CODE = "AAAAAAAAAAAAA"
KEYS = {"event", "key", "person"}
"""Parts of an address that are a row's own key."""
NO_PAGE = "/there-is-no-such-page/"


class Row(NamedTuple):
    """One address: where it lies, who meets it, and what a GET and a POST answer.

    None is "not by this method", which is told to everybody alike.
    """

    where: str
    who: str
    get: int | None = 200
    post: int | None = None
    post_who: str = ""


def page(who: str, where: str = "") -> Row:
    return Row(where, who)


def form(who: str, where: str = "", answer: int = 200, **more: Any) -> Row:
    return Row(where, who, post=answer, **more)


def button(who: str, where: str = "", answer: int = 302) -> Row:
    return Row(where, who, None, answer)


TABLE = {
    # The roof
    "home": page(EVERYBODY),
    "search": button(EVERYBODY),
    "case": page(f"{TALKS} dora", "reference=case"),
    "close_case": form("dora", "reference=case"),
    "join": button(f"{TALKS} dora nora selma", "reference=case"),
    # Her own page
    "own_page": form(EVERYBODY),
    "card": form(TALKS, "reference=case"),
    "end_card": button(TALKS, "reference=case"),
    "answer_wish": form(TALKS, "key=wish"),
    # Doors and accounts
    "sign_in": form(EVERYBODY),
    "second_factor": form(ENROLLED),
    "recovery": form(EVERYBODY),
    "enrol_factor": form(" ".join(set(EVERYBODY.split()) - set(ENROLLED.split()))),
    "choose_role": Row("", EVERYBODY, 302, 302),
    "step_up": form(EVERYBODY),
    "lock": button(EVERYBODY),
    "unlock": form(EVERYBODY),
    "sign_out": button(EVERYBODY),
    "exit": button(EVERYBODY),
    "away": page(EVERYBODY),
    "account": form(EVERYBODY),
    "passkeys": form(EVERYBODY),
    "revoke_passkey": button("ivan", "key=passkey"),
    "confirm_act": form("ivan", "key=waiting"),
    "access_log": page("aude"),
    "integrity": page("aude dora kito kara"),
    "figures": form("dora aude"),
    "own_figures": page("dora aude", "year=told"),
    "year_figures": page("dora aude", "year=told"),
    "take_out_figures": Row("year=told", "dora aude", None, 404),
    "people": form("dora sami"),
    "review_access": form("dora"),
    "end_post": form("sami", "key=post"),
    "proposals": page(EVERYBODY),
    "proposal": form("kito dora leo", "key=proposal"),
    # Arrival and consent
    "open_case": form("nadia nora nell"),
    "identity": form(TALKS, "reference=case", 302, post_who=CARE),
    "contact": form(TALKS, "reference=case"),
    "consents": page(TALKS, "reference=case"),
    "consent_begin": button(TALKS, "reference=case"),
    "consent_talk": form(TALKS, "reference=case about=talk step=header"),
    "withdraw_consent": form(TALKS, "reference=case number=1"),
    "intake_form": Row("reference=case form=triage", CARE, 302),
    "intake_review": form(CARE, "reference=case form=triage", 302),
    "intake_section": form(CARE, "reference=case form=triage section=arrival", 302),
    # The directory
    "directory": page(f"{CENTRE} {ELSEWHERE}"),
    "list_agency": form("dora"),
    "agency": page(CENTRE, "reference=agency"),
    "describe_agency": form("dora", "reference=agency"),
    "add_member": form("dora", "reference=agency"),
    "end_member": button("dora", "reference=agency username=sabi"),
    # The store
    "store": page("kito kara dora"),
    "unfetched": page("kito kara"),
    "chase_item": button("kito", "code=item"),
    "chase_kit": button("kito", "code=kit"),
    "dashboard": page("kito kara"),
    "seal_log": form("kito kara"),
    "print_seal_log": button("kito kara", answer=200),
    "stock": form("kito kara"),
    "set_threshold": Row("", "kito kara", None, 200),
    "custody_document": page(STORE, "key=document"),
    "attach_document_item": form(STORE, "code=item"),
    "attach_document_kit": form(STORE, "code=kit"),
    "withdraw_kit": form("kito", "code=kit"),
    "places": form("kito kara"),
    "spot_checks": form("kito kara aude"),
    "spot_check": form("kito aude", "number=spot_check"),
    "spot_check_paper": button("kito aude", "number=spot_check", 200),
    "inventories": form("kito kara aude"),
    "inventory": form("kito aude", "key=inventory"),
    "close_inventory": button("kito aude", "key=inventory"),
    "backlog": form("kito kara dora"),
    "backlog_template": page("kito kara dora"),
    "backlog_draft": form("kito", "key=backlog_draft"),
    "add_backlog_scan": button("kito", "key=backlog_draft", 200),
    "drop_backlog": button("kito", "key=backlog_draft"),
    "backlog_list": page("kito dora", "number=backlog"),
    "backlog_labels": button("kito dora", "number=backlog", 200),
    "backlog_scan": page("kito dora", "key=backlog_scan"),
    "label_place": button("kito", "code=place", 200),
    "case_evidence": page(STORE, "reference=case"),
    "issue_kit": form(STORE, "reference=case"),
    "collection_plan": form(CARE, "reference=case"),
    "collect_item": form(CARE, "reference=case"),
    "note_not_taken": form(CARE, "reference=case"),
    "case_labels": button(CARE, "reference=case", 409),
    "item": page(STORE, "code=item"),
    "kit": page(STORE, "code=kit"),
    "open_kit": form(STORE, "code=kit"),
    "package_item": form(CARE, "code=item"),
    "label_item": form(CARE, "code=item"),
    "seal_item": form(CARE, "code=item"),
    "add_to_kit_item": form(CARE, "code=item"),
    "seal_kit": form(CARE, "code=kit"),
    "store_item": form("kito", "code=item"),
    "store_kit": form("kito", "code=kit"),
    "move_item": form("kito", "code=item"),
    "move_kit": form("kito", "code=kit"),
    "check_out_item": form("kito", "code=item"),
    "check_out_kit": form("kito", "code=kit"),
    "check_in_item": form("kito", "code=item"),
    "check_in_kit": form("kito", "code=kit"),
    "check_seal_item": form(STORE, "code=item"),
    "check_seal_kit": form(STORE, "code=kit"),
    "raise_discrepancy_item": form(STORE, "code=item"),
    "raise_discrepancy_kit": form(STORE, "code=kit"),
    "tell_police_item": form(STORE, "code=item"),
    "tell_police_kit": form(STORE, "code=kit"),
    "add_note_item": form(STORE, "code=item"),
    "add_note_kit": form(STORE, "code=kit"),
    "print_label_item": button(CARE, "code=item", 200),
    "print_label_kit": button(STORE, "code=kit", 200),
    "report_item": button("kito", "code=item", 200),
    "report_kit": button("kito", "code=kit", 200),
    "export_item": form("kito", "code=item"),
    "export_kit": form("kito", "code=kit"),
    "provenance_item": button("kito", "code=item", 200),
    "provenance_kit": button("kito", "code=kit", 200),
    "certify": button("kito", "number=report", 200),
    "report_again": button("kito", "number=report", 200),
    "resolve_discrepancy": form("dora", "event=discrepancy"),
    # What is not every day's work
    "dry_item": form(CARE, "code=item"),
    "end_drying_item": form(CARE, "code=item"),
    "propose_unsealed_item": form(STORE, "code=item"),
    "store_unsealed_item": form(STORE, "code=item"),
    "propose_opening_item": form(STORE, "code=item"),
    "propose_opening_kit": form(STORE, "code=kit"),
    "open_seal_item": form(STORE, "code=item"),
    "open_seal_kit": form(STORE, "code=kit"),
    "take_part_item": form(STORE, "code=item"),
    "seal_again_item": form(STORE, "code=item"),
    "use_up_item": form(STORE, "code=item"),
    "hold_item": form("dora leo", "code=item"),
    "hold_kit": form("dora leo", "code=kit"),
    "lift_hold_item": form("dora leo", "code=item"),
    "lift_hold_kit": form("dora leo", "code=kit"),
    "missing_item": form("kito", "code=item"),
    "missing_kit": form("kito", "code=kit"),
    "found_item": form("kito", "code=item"),
    "found_kit": form("kito", "code=kit"),
    "condition_item": form("kito", "code=item"),
    "condition_kit": form("kito", "code=kit"),
    "temperature": form("kito", "code=place"),
    "correct_event": page(STORE, "event=discrepancy"),
    "amend_event": form(STORE, "event=discrepancy field=occurred_at"),
    "void_event": form(STORE, "event=discrepancy"),
    "carry_out_correction": button(STORE, "key=proposal"),
    # Keeping and ending
    "retention_list": page("kito kara dora leo"),
    "set_by_policy": button("kito kara"),
    "change_reporting": form(CARE, "reference=case"),
    "disposal_kit": page("kito dora leo", "code=kit"),
    "certificate_kit": button("kito dora leo", "code=kit", 409),
    "set_retention_kit": form("kito", "code=kit"),
    "extend_retention_kit": form(f"{CARE} dora", "code=kit"),
    "propose_destruction_kit": form("kito", "code=kit"),
    "give_notice_kit": form("dora", "code=kit"),
    "answer_notice_kit": form(f"{CARE} dora", "code=kit"),
    "ask_to_destroy_kit": form("kito", "code=kit"),
    "authorise_kit": form("dora leo", "code=kit"),
    "destroy_kit": form("kito", "code=kit"),
    "propose_return_kit": form("kito", "code=kit"),
    "return_kit": form("kito", "code=kit"),
    "disposal_item": page("kito dora leo", "code=item"),
    "certificate_item": button("kito dora leo", "code=item", 409),
    "set_retention_item": form("kito", "code=item"),
    "extend_retention_item": form(f"{CARE} dora", "code=item"),
    "propose_destruction_item": form("kito", "code=item"),
    "give_notice_item": form("dora", "code=item"),
    "answer_notice_item": form(f"{CARE} dora", "code=item"),
    "ask_to_destroy_item": form("kito", "code=item"),
    "authorise_item": form("dora leo", "code=item"),
    "destroy_item": form("kito", "code=item"),
    "propose_return_item": form("kito", "code=item"),
    "return_item": form("kito", "code=item"),
    # Requests and hand-over
    "request_evidence": form("ivan"),
    "own_requests": page("ivan"),
    "own_request": page("ivan", "reference=request"),
    "withdraw_request": button("ivan", "reference=request"),
    "handover_accept": Row("reference=request", "ivan", 302, 302),
    "handover_receipt": page("ivan", "reference=handed_over"),
    "request_draft": form("ivan", "key=draft"),
    "forget_draft": button("ivan", "key=draft"),
    "give_info": button("ivan", "reference=request", 200),
    "dispute_request": button("ivan", "reference=request", 200),
    "own_answer_letter": page("ivan", "reference=handed_over"),
    "transfers": page("kito kara ivan lara"),
    "find_transfer": form("kito kara ivan lara"),
    "receive_unexpected": form("kito kara ivan lara"),
    "held": page("ivan lara"),
    "send_back": form("ivan", "code=held"),
    "receive_return_item": form("kito", "code=item"),
    "receive_return_kit": form("kito", "code=kit"),
    "transfer": page("kito ivan", "code=transfer"),
    "blank_form": button("kito kara", answer=200),
    "enter_paper": form("kito", "reference=request"),
    "paper_form": page("", "code=transfer"),
    "transfer_receipt": page("kito ivan", "code=transfer"),
    **{
        f"{word}_transfer": form("kito ivan", "code=transfer", 302, get=302)
        for word in ("receive", "refuse", "hand_out", "pick_up", "cancel", "take_back")
    },
    "submissions": page("lara"),
    "submission": page("", "code=item"),
    "take_in_submission": form("", "code=item"),
    "start_submission": form("", "code=item"),
    "analysed_submission": form("", "code=item"),
    "result_submission": form("", "code=item"),
    "submit_to_lab": form("kito", "reference=request"),
    "produce_in_court_item": form("kito", "code=item"),
    "produce_in_court_kit": form("kito", "code=kit"),
    "return_from_court_item": form("kito", "code=item"),
    "return_from_court_kit": form("kito", "code=kit"),
    "retained_by_court_item": form("kito", "code=item"),
    "retained_by_court_kit": form("kito", "code=kit"),
    "requests": page("kito kara dora"),
    "key_in_request": form("kito kara"),
    "request_clocks": page("kito kara dora"),
    "ask_survivor": form(TALKS, "key=to_ask"),
    "answer_letter": page("kito dora", "reference=handed_over"),
    "request_summary": Row("reference=handed_over", "kito dora", 302),
    "pick_list": page("kito", "reference=handed_over"),
    "pick_list_paper": page("kito", "reference=handed_over"),
    "request_paper": page("kito dora", "reference=request key=paper"),
    "triage_request": form("kito", "reference=request"),
    "ask_info_request": form("kito", "reference=request"),
    "review_request": form("dora", "reference=request"),
    "review_emergency_request": form("dora", "reference=request"),
    "pick_up_request": form("kito", "reference=request"),
    "forward_withdrawal_request": form("kito", "reference=request"),
    "answer_dispute_request": form("dora", "reference=request"),
    "confirm_return_request": form("kito", "reference=request"),
    "expire_request": form("dora", "reference=request"),
    "close_request": form("dora", "reference=request"),
    "request": page("kito dora", "reference=request"),
    "match_request": form("kito", "reference=request"),
    "decide_request": form("dora", "reference=request"),
    "handover_offer": form("kito", "reference=request"),
    "centre_receipt": page("kito dora", "reference=handed_over"),
    # The examination
    "documentation": page("dora"),
    "documentation_of": page("dora", "person=examiner"),
    "begin_examination": form(CARE, "reference=case"),
    "examination": Row("reference=examination", CARE, 302),
    "examination_section": form(CARE, "reference=examination section=visit", 302),
    "examination_review": form(CARE, "reference=examination"),
    "examination_map": form(CARE, "reference=examination view=body_ant"),
    "injury": form(CARE, "reference=examination number=1"),
    "remove_injury": button(CARE, "reference=examination number=1"),
    "photographs": form(CARE, "reference=examination"),
    "photograph": page(CARE, "reference=examination number=1"),
    "photograph_original": page(CARE, "reference=examination number=1"),
    "samples": form(CARE, "reference=examination"),
    "advice": form(CARE, "reference=examination"),
    "addendum": form(CARE, "reference=completed"),
    "print_form": button(CARE, "reference=completed", 200),
    "print_report": button(CARE, "reference=completed", 200),
    # Support
    "caseload": page("coral selma"),
    "supervisors": form("dora"),
    "case_plan": Row("reference=case", "coral", 302),
    "make_plan": form("coral", "reference=case"),
    "plan": page("coral", "reference=plan"),
    "revise_plan": form("coral", "reference=plan"),
    "close_plan": form("coral", "reference=plan"),
    "set_goal": form("coral", "reference=plan family=shelter"),
    "revise_goal": form("coral", "reference=goal"),
    "set_step": form("coral", "reference=goal"),
    "revise_step": form("coral", "reference=step"),
    "done_step": button("coral", "reference=step"),
    "note_session": form("coral", "reference=case"),
    "session": page("coral selma", "reference=session"),
    "send_referral": form("coral", "reference=case"),
    "referral": page(TALKS, "reference=referral"),
    "move_referral": form("coral", "reference=referral move=accept"),
    "make_appointment": form("coral", "reference=case"),
    "appointment": form("coral", "reference=appointment"),
    "incoming": page("sabi"),
    "incoming_referral": form("sabi", "reference=referral"),
    "answer_incoming": form("sabi", "reference=referral move=accept"),
}

ONE_OR_THE_OTHER = {"second_factor", "enrol_factor"}
"""Who has a second factor is sent on from its enrolment, and the other way round."""

STRANGERS = {"sign_in", "exit", "away", "own_page"}
HALF_SIGNED_IN = {
    "second_factor", "recovery", "enrol_factor", "choose_role", "sign_out",
}  # fmt: skip
WHEN_LOCKED = {"lock", "unlock"}

WRITTEN_DOWN = {
    "core_accessnote",
    "core_opening",
    "ledger_checkpoint",
    "ledger_entry",
    "ledger_head",
    "django_session",
}
"""Looking is written down, and a paper bears the ledger's head; nothing else is."""

OWN_FACTOR = {"enrol_factor": {"core_totpdevice", "vault_casekey"}}
"""The page that shows a new second factor makes its seed."""


def addresses() -> Iterator[tuple[str, str]]:
    """Every pattern of the resolver, by name and path."""

    def walk(resolver: Any, before: str) -> Iterator[tuple[str, str]]:
        for pattern in resolver.url_patterns:
            whole = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern, whole)
            else:
                yield pattern.name or whole, whole

    return walk(get_resolver(), "")


def located(name: str, things: dict[str, Any], *, missing: bool = False) -> str:
    """The address of a row: of what there is, or of what there is not."""
    words = dict(part.split("=") for part in TABLE[name].where.split())
    found = {key: _key(key, word, things) for key, word in words.items()}
    if missing:
        found |= {key: NO_CODE for key in found if key in {"reference", "code"}}
        found |= {key: TALK for key in found if key in KEYS}
    return reverse(name, kwargs=found)


def _key(key: str, word: str, things: dict[str, Any]) -> Any:
    if word == "talk":
        return TALK
    if word == "agency":
        return things["furniture"].shelter.agency.reference
    if word not in things:
        return int(word) if word.isdigit() else word
    return things[word].pk if key in KEYS else getattr(things[word], key)


class Answer(NamedTuple):
    """What came back, without what differs from one page to the next by nature."""

    status: int
    headers: dict[str, str]
    body: bytes
    wrote: set[str]


@contextmanager
def undone() -> Iterator[set[str]]:
    """Let nothing remain, and tell which tables were written to."""
    wrote: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        found = re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', sql)
        if found:
            wrote.add(found[1])
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in DATABASES:
            stack.enter_context(transaction.atomic(using=alias))
            stack.callback(transaction.set_rollback, True, using=alias)
            stack.enter_context(connections[alias].execute_wrapper(watch))
        yield wrote


def ask(browser: Client, method: str, address: str, **headers: str) -> Answer:
    """One request that leaves no trace, in the database or in the browser."""
    cookies = browser.cookies.copy()
    with undone() as wrote:
        response = getattr(browser, method)(address, headers=headers or None)
        body = b"".join(response) if response.streaming else response.content
    browser.cookies = cookies
    return Answer(response.status_code, dict(response.headers), body, wrote)


def bare(answer: Answer, address: str) -> tuple[int, dict[str, str], bytes]:
    """An answer without its tokens and without the address that was asked for."""
    body = re.sub(
        rb'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', b"", answer.body
    )
    body = body.replace(f'value="{address}"'.encode(), b"")
    headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
    return answer.status, headers, body


def expected(name: str, method: str, who: str) -> int:
    """What the table says."""
    row = TABLE[name]
    status = row.get if method == "get" else row.post
    if status is None:
        return 405
    people = (row.post_who if method == "post" else "") or row.who
    if who in people.split():
        return status
    return 302 if name in ONE_OR_THE_OTHER else 404


def test_every_address_stands_in_the_table():
    names = [name for name, _ in addresses()]
    assert sorted(names) == sorted(TABLE), "list each address, with who meets it"


def test_no_address_is_given_twice():
    paths = [path for _, path in addresses()]
    assert len(paths) == len(set(paths))


def few() -> list[str]:
    """The fewest who together may open every page, and one who may open almost none."""
    wanted = {
        (name, frozenset(people.split()))
        for name, row in TABLE.items()
        for people in (row.who, row.post_who)
        if people
    }
    chosen = ["nora"]
    while wanted := {one for one in wanted if not one[1] & set(chosen)}:
        counts = Counter(who for _, people in sorted(wanted) for who in people)
        chosen.append(max(sorted(counts), key=counts.__getitem__))
    return chosen


def asked() -> list[str]:
    """Everybody; what another kind of database could change, few suffice to show."""
    return EVERYBODY.split() if connection.vendor == "sqlite" else few()


def test_the_few_may_together_open_every_page():
    for row in TABLE.values():
        assert not row.who or set(row.who.split()) & set(few())


@pytest.mark.parametrize("who", asked())
def test_each_person_meets_what_the_table_says(who, world, db, browse):
    browser = browse(world.people[who], world.passwords[who])
    nothing = bare(ask(browser, "get", NO_PAGE), NO_PAGE)
    faults = []
    for name in TABLE:
        for method in ("get", "post"):
            address = located(name, world.things)
            answer = ask(browser, method, address)
            faults += wrong(name, method, who, answer)
            if answer.status == 404 and bare(answer, address) != nothing:
                faults.append(f"{method} {name}: not the page of something missing")
    assert faults == []


def wrong(name: str, method: str, who: str, answer: Answer) -> Iterator[str]:
    """What is wrong with one answer."""
    wanted = expected(name, method, who)
    if answer.status != wanted:
        yield f"{method} {name}: {answer.status}, not {wanted}"
    changed = answer.wrote - WRITTEN_DOWN - OWN_FACTOR.get(name, set())
    if (method == "get" or answer.status == 404) and changed:
        yield f"{method} {name} wrote to {', '.join(sorted(changed))}"


@pytest.mark.parametrize("who", asked())
def test_what_is_missing_is_missing_in_one_way(who, world, db, browse):
    browser = browse(world.people[who], world.passwords[who])
    nothing = bare(ask(browser, "get", NO_PAGE), NO_PAGE)
    faults = []
    for name, row in TABLE.items():
        if who not in row.who.split() or not re.search(
            "reference|code|event", row.where
        ):
            continue
        method = "get" if row.get else "post"
        address = located(name, world.things, missing=True)
        if bare(ask(browser, method, address), address) != nothing:
            faults.append(f"{method} {address}")
    assert faults == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_meet_the_door(method, world, db):
    assert sent(Client(), method, world, STRANGERS) == {"/sign-in/"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_gave_only_the_password_meets_the_second_door(method, world, db, browse):
    browser = half(browse(world.people["nadia"], world.passwords["nadia"]))
    assert sent(browser, method, world, STRANGERS | HALF_SIGNED_IN) == {
        "/sign-in/code/"
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_locked_screen_opens_nothing(method, world, db, browse):
    browser = locked(browse(world.people["nadia"], world.passwords["nadia"]))
    open_ones = STRANGERS | HALF_SIGNED_IN | WHEN_LOCKED
    assert sent(browser, method, world, open_ones) == {"/unlock/"}


def test_who_has_left_meets_the_door(world, db, browse):
    from centre import endings
    from centre.core.actions.set_up import system_actor

    nora, centre = world.people["nora"], world.things["centre"]
    browser = browse(nora, world.passwords["nora"])
    endings.leave(user=nora, centre=centre, by=system_actor())
    assert sent(browser, "get", world, STRANGERS) == {"/sign-in/"}


def test_a_page_that_keeps_itself_is_told_at_the_door(world, db):
    headers = {"X-Kept-By": "page"}
    address = located("intake_section", world.things)
    assert ask(Client(), "post", address, **headers).status == 401


def test_no_post_passes_without_its_token(world, db, browse):
    browser = browse(world.people["nadia"], world.passwords["nadia"])
    browser.handler.enforce_csrf_checks = True
    answers = {
        name: ask(browser, "post", located(name, world.things)).status
        for name, row in TABLE.items()
        if row.post
    }
    assert {name for name, status in answers.items() if status != 403} == set()


def sent(browser: Client, method: str, world: Any, open_ones: set[str]) -> set[str]:
    """Where everything leads but the pages that are open."""
    met = set()
    for name in TABLE:
        if name not in open_ones:
            answer = ask(browser, method, located(name, world.things))
            where = answer.headers.get("Location", f"{answer.status} {name}")
            met.add(where.partition("?")[0])
    return met


def half(browser: Client) -> Client:
    """The same browser before the second factor."""
    from centre.core import middleware

    return _with(browser, {middleware.FACTOR_AT: 0})


def locked(browser: Client) -> Client:
    """The same browser with its screen locked."""
    from centre.core import middleware

    return _with(browser, {middleware.LOCKED: True})


def _with(browser: Client, changed: dict[str, Any]) -> Client:
    session = browser.session
    session.update(changed)
    session.save()
    return browser
