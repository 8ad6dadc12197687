"""The store's papers are read back from their own bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.models import IssuedReport
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.moves import Move
from centre.core import references
from centre.core.errors import AccessError
from centre.core.models import AccessNote
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry
from tests.pdf import codes_of, raw_text_of, text_of


def squeezed(text):
    return "".join(text.split())


def scanned(content):
    return [text for _, text in codes_of(content)]


def report_of(package, by):
    return text_of(
        documents.custody_report(actions.print_report(package=package, by=by))
    )


def test_a_label_holds_a_code_and_no_person(sealed_item, nurse):
    sheet = actions.print_labels(packages=[sealed_item], by=nurse)
    made = documents.labels(sheet)

    assert payload(Mark.ITEM, sealed_item.code) in scanned(made)
    read = squeezed(text_of(made))
    for person_or_site in ("Nadia", "Njoroge", "vulva", "Vulval"):
        assert person_or_site not in read
    assert squeezed(f"Case {sealed_item.case}") in read


def test_the_outer_label_tells_how_to_carry_it_and_not_what_it_is(sealed_item, nurse):
    sheet = actions.print_labels(packages=[sealed_item], by=nurse, is_outer=True)
    read = squeezed(text_of(documents.labels(sheet, "outer")))

    assert squeezed("Keep: room temperature") in read
    assert squeezed(sealed_item.kind.label) not in read
    assert str(sealed_item.case) not in read


def test_a_label_says_which_of_the_kits_items_it_is(sealed_item, nurse):
    sheet = actions.print_labels(packages=[sealed_item], by=nurse)
    [label] = sheet.labels

    assert sealed_item.kit is None or any("1 of 1" in line for line in label.lines)
    assert label.has_seal_box
    assert label.signs == ("AMB", "biohazard")


@pytest.mark.parametrize(
    ("asked", "has_line"),
    [((), False), (("VULV-SW",), False), (("BUCC-REF", "URINE-TOX"), True)],
)
def test_a_line_for_the_name_stands_only_where_the_law_asks(
    nurse, collect, settings, asked, has_line
):
    settings.NAMED_LABELS = asked
    item = collect("BUCC-REF", "mouth")
    [label] = actions.print_labels(packages=[item], by=nurse).labels

    assert any(line.startswith("Name:") for line in label.lines) is has_line
    assert not any("Nadia" in line for line in label.lines)


def test_a_kit_and_a_place_have_labels(sealed_kit, shelf, custodian):
    kit = actions.print_labels(packages=[sealed_kit], by=custodian)
    place = actions.print_place_label(place=shelf, by=custodian)

    assert payload(Mark.KIT, sealed_kit.code) in scanned(documents.labels(kit))
    assert payload(Mark.LOCATION, shelf.code) in scanned(documents.labels(place))


def test_the_report_tells_every_event_with_its_entry(
    offered, stored_item, custodian, investigator
):
    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
    )

    read = squeezed(report_of(stored_item, custodian))

    for said in (
        "Collected", "Packaged", "Labelled", "Sealed", "Put away", "Released",
        "Received", "Nadia Njoroge", "Kito Kamau", "Ivan Irungu", "Riverside Police",
        "Ground: Line 1 of the", "Intact", "None was raised.",
    ):  # fmt: skip
        assert squeezed(said) in read
    last = Entry.objects.get(kind="transfer.received")
    assert bytes(last.leaf).hex() in read
    head = Checkpoint.objects.latest("size")
    assert squeezed(head.anchor_code) in read
    assert "7events,0amendments,0void,0enteredlate" in read


def test_the_report_tells_what_was_in_question(stored_item, custodian, coordinator):
    question = actions.raise_discrepancy(
        package=stored_item, question="package_damaged", words="A tear", by=custodian
    )
    actions.resolve_discrepancy(
        event=question, outcome="explained", words="Torn by the tape", by=coordinator
    )

    read = squeezed(report_of(stored_item, custodian))

    for said in ("The package is damaged", "A tear", "Torn by the tape", "Dora Daudi"):
        assert squeezed(said) in read


def test_an_item_in_a_kit_shows_what_happened_to_the_kit(sealed_kit, shelf, custodian):
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    item = sealed_kit.items.first()

    kit_read = squeezed(report_of(sealed_kit, custodian))
    item_read = squeezed(report_of(item, custodian))

    assert squeezed("Shelf 1") in item_read
    assert "K1" in kit_read
    for inside in sealed_kit.items.all():
        assert squeezed(references.grouped(inside.code)) in kit_read


def test_printing_is_written_down_and_counted(stored_item, custodian):
    first = actions.print_report(package=stored_item, by=custodian)
    second = actions.print_report(package=stored_item, by=custodian)

    assert (first.prints, second.prints) == (1, 2)
    assert first.number != second.number
    assert AccessNote.objects.filter(kind=Kind.PRINTED).count() == 2
    issued = Entry.objects.filter(kind=Kind.DOCUMENT_ISSUED)
    assert {bytes(e.stream) for e in issued} == {stored_item.pk.bytes}


@pytest.mark.parametrize("person", ["nurse", "counsellor", "custodian_elsewhere"])
def test_only_the_custodian_prints_a_report(stored_item, person, request):
    with pytest.raises(AccessError):
        actions.print_report(package=stored_item, by=request.getfixturevalue(person))


def test_the_same_report_is_the_same_bytes(stored_item, custodian):
    report = actions.print_report(package=stored_item, by=custodian)

    assert documents.custody_report(report) == documents.custody_report(report)


def test_acceptance_21_a_later_copy_has_the_same_body_under_the_same_head(
    stored_item, custodian
):
    first = actions.print_report(package=stored_item, by=custodian)
    actions.add_note(package=stored_item, words="Something since", by=custodian)
    actions.print_report(package=stored_item, by=custodian)
    issued = IssuedReport.objects.get(number=first.number)
    again = actions.reprint_report(issued=issued, by=custodian)

    assert (first.copy, again.copy) == (1, 2)
    assert replace(again, copy=1) == first
    body, copied = (raw_text_of(documents.custody_report(r)) for r in (first, again))
    assert "Something since" not in copied
    assert body.replace("copy 1", "copy 2") == copied


@pytest.mark.parametrize(
    ("profile", "told", "kept_back"),
    [
        ("court", ["Nadia Njoroge", "Vulval", "Shelf 1", "Keep apart"], []),
        ("investigator", ["Nadia Njoroge", "Vulval"], ["Shelf 1", "Keep apart"]),
        ("audit", ["Shelf 1", "A1"], ["Nadia", "Vulval", "vulva", "Keep apart"]),
        (
            "survivor",
            ["Kept safely", "Closed and signed"],
            ["Nadia", "Vulval", "Shelf", "iverside", "custody", "apart", "evidence"],
        ),
    ],
)
def test_each_reader_gets_what_is_hers(
    stored_item, custodian, profile, told, kept_back
):
    actions.add_note(package=stored_item, words="Keep apart", by=custodian)
    paper = actions.print_report(package=stored_item, by=custodian, profile=profile)
    read = squeezed(raw_text_of(documents.custody_report(paper)))

    assert [word for word in told if squeezed(word) not in read] == []
    assert [word for word in kept_back if squeezed(word) in read] == []


def test_her_copy_says_a_step_once_though_item_and_kit_were_sealed(sealed_kit, nurse):
    item = sealed_kit.items.first()
    paper = actions.print_report(package=item, by=nurse, profile="survivor")
    read = squeezed(raw_text_of(documents.custody_report(paper)))

    moves = [line.event.move for line in paper.told.told]
    assert {Move.SEALED, Move.KIT_SEALED} <= set(moves)
    assert read.count(squeezed("Closed and signed")) == 1


def test_who_cares_for_her_gives_her_the_plain_copy_and_no_other(stored_item, nurse):
    assert actions.print_report(package=stored_item, by=nurse, profile="survivor")
    for profile in ("court", "investigator", "audit"):
        with pytest.raises(AccessError):
            actions.print_report(package=stored_item, by=nurse, profile=profile)


def test_papers_come_as_pdf(stored_item, sealed_item, custodian, nurse, browse):
    paper = browse(custodian).post(reverse("report_item", args=[stored_item.code]))
    label = browse(nurse).post(reverse("print_label_item", args=[stored_item.code]))

    for answer in (paper, label):
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert "Nadia" not in paper["Content-Disposition"]
