"""What a person sees of an examination: pages, refusals, and what is typed badly."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from centre.core.middleware import FACTOR_AT
from centre.core.models import AccessNote, Draft
from centre.forensics import actions
from centre.forensics.models import (
    Addendum,
    AdviceAnswer,
    Completion,
    Examination,
    Injury,
    Photograph,
    SampleTaken,
)
from tests.forensics.conftest import PACK, add, describe, fill, mark, picture

FIRST = "body_ant"


def address(name, examination, *rest):
    return reverse(name, args=[examination.reference, *rest])


def pages(examination):
    return [
        reverse("begin_examination", args=[examination.case.reference]),
        address("examination", examination),
        address("examination_section", examination, first_section(examination)),
        address("examination_review", examination),
        address("examination_map", examination, FIRST),
        address("injury", examination, 1),
        address("photographs", examination),
        address("samples", examination),
        address("advice", examination),
        address("addendum", examination),
    ]


def first_section(examination):
    return actions.packs()[1].sections[0].code


def section_of(code):
    pack = actions.packs()[1]
    return pack.name, pack.by_code[code].section


def listed(*rows):
    """What the list of a view posts."""
    posted = {"mark-TOTAL_FORMS": str(len(rows)), "mark-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        posted |= {f"mark-{index}-{name}": value for name, value in row.items()}
    return posted


def bruise(number=1, **more):
    return {"number": str(number), "kind": "bruise", "x": "0.5", "y": "0.3", **more}


def test_the_child_s_form_is_proposed_for_a_child(child_case, case, nurse, browse):
    client = browse(nurse)

    page = client.get(reverse("begin_examination", args=[child_case.reference]))
    adult = client.get(reverse("begin_examination", args=[case.reference]))

    assert page.context["form"]["pack_name"].value() == "who-core-child"
    assert adult.context["form"]["pack_name"].value() == "ke-moh-363"


def test_beginning_twice_by_a_double_click_begins_once(case, nurse, browse):
    client = browse(nurse)
    url = reverse("begin_examination", args=[case.reference])
    token = str(client.get(url).context["form"]["token"].value())
    posted = {"token": token, "pack_name": PACK}

    first = client.post(url, posted)
    second = client.post(url, posted)

    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert Examination.objects.count() == 1


@pytest.mark.parametrize("number", range(10))
def test_every_page_opens_for_the_nurse(marked, nurse, browse, number):
    answer = browse(nurse).get(pages(marked)[number])

    assert answer.status_code in {200, 302}


@pytest.mark.parametrize(
    "person", ["counsellor", "custodian", "nurse_off_team", "nurse_elsewhere"]
)
def test_out_of_reach_is_the_404_of_what_is_missing(marked, browse, person, request):
    client = browse(request.getfixturevalue(person))
    missing = client.get("/forensics/examinations/NO-SUCH/").content

    for page in pages(marked):
        answer = client.get(page)
        assert answer.status_code == 404, page
        assert strip(answer.content) == strip(missing)


def strip(content):
    """A page without what differs from one request to the next."""
    import re

    return re.sub(rb'(token"|nonce=|Token"?:? ?"?|next")[^>]*>', b"", content)


def test_a_section_is_kept_by_the_page_and_by_the_button(examination, nurse, browse):
    client = browse(nurse)
    url = address("examination_section", examination, first_section(examination))

    by_page = client.post(url, {"version": "0"}, headers={"X-Kept-By": "page"})
    by_button = client.post(url, {"version": "1"})

    assert by_page.json()["version"] == 1
    assert by_button.status_code in {200, 302}
    assert Draft.objects.filter(about=examination.pk).count() == 1


def test_consent_taken_back_between_page_and_submit_keeps_nothing(
    examination, nurse, browse, decide
):
    _, section = section_of("inv.hiv")
    client = browse(nurse)
    url = address("examination_section", examination, section)
    assert client.get(url).status_code == 200
    decide(examination.case, "C06a", state="withdrawn")

    answer = client.post(url, {"version": "0", "inv.hiv": "negative"})

    assert answer.status_code == 409
    assert "taken her consent back" in answer.content.decode()
    assert not Draft.objects.filter(about=examination.pk).exists()


def test_two_people_on_one_section_see_both_versions(
    examination, nurse, clinician, on_team, browse
):
    on_team(clinician)
    name, section = section_of("ge.weight")
    assert name == PACK
    url = address("examination_section", examination, section)
    browse(nurse).post(url, {"version": "0", "ge.weight": "61"})

    answer = browse(clinician).post(url, {"version": "0", "ge.weight": "67"})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="61"' in shown
    assert 'value="67"' in shown


@pytest.mark.parametrize(
    "typed",
    ["x" * 10_000, "😀 مرحبا بك في المركز", "before\x00after", "\u202eturned"],
)
def test_whatever_is_typed_is_answered_without_a_fault(
    examination, nurse, browse, typed
):
    client = browse(nurse)
    _, section = section_of("mh.meds")
    url = address("examination_section", examination, section)

    answer = client.post(url, {"version": "0", "mh.meds": typed})

    assert answer.status_code in {200, 302}
    assert Draft.objects.filter(about=examination.pk).exists()


def test_a_mark_set_in_the_list_stands_on_the_picture(examination, nurse, browse):
    client = browse(nurse)
    url = address("examination_map", examination, FIRST)

    answer = client.post(f"{url}?seen=0", listed(bruise()), follow=True)

    assert answer.status_code == 200
    assert "1 B" in answer.content.decode()
    assert Injury.objects.get().details["marks"][0]["coords"] == [["0.5000", "0.3000"]]


def test_the_same_marks_sent_twice_are_kept_once(examination, nurse, browse):
    client = browse(nurse)
    url = f"{address('examination_map', examination, FIRST)}?seen=0"

    client.post(url, listed(bruise()))
    answer = client.post(url, listed(bruise()))

    assert answer.status_code == 302
    assert Injury.objects.count() == 1


def test_two_people_on_the_map_see_both_versions(
    marked, nurse, clinician, on_team, browse
):
    on_team(clinician)
    url = f"{address('examination_map', marked, FIRST)}?seen=0"

    answer = browse(clinician).post(url, listed(bruise(2)))

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "As somebody else kept it" in shown
    assert "1: Bruise" in shown
    assert 'value="2"' in shown
    assert Injury.objects.count() == 1


def test_a_mark_without_a_place_is_said_and_stays_on_the_page(
    examination, nurse, browse
):
    client = browse(nurse)
    url = f"{address('examination_map', examination, FIRST)}?seen=0"

    answer = client.post(url, listed({"number": "7", "kind": "bite"}))

    assert answer.status_code == 200
    assert "choose a region for this mark" in answer.content.decode()
    assert not Injury.objects.exists()


def test_a_view_that_does_not_fit_the_body_is_missing(examination, nurse, browse):
    client = browse(nurse)

    answer = client.get(address("examination_map", examination, "child_ant"))

    assert answer.status_code == 404


def test_her_words_about_an_injury_are_kept_word_for_word(marked, nurse, browse):
    client = browse(nurse)
    posted = {
        "revision": "1",
        "kind": "bruise",
        "sized": "measured",
        "length_mm": "25",
        "shape": "oval",
        "colours": ["red"],
        "cause": "“He pulled me — نعم”",
        "cause_by": "survivor",
    }

    answer = client.post(address("injury", marked, 1), posted)

    assert answer.status_code == 302
    kept = Injury.objects.get(revision=2).details
    assert kept["cause"] == "“He pulled me — نعم”"
    assert kept["length_mm"] == 25


def test_a_stale_injury_page_shows_both_versions(marked, nurse, browse):
    describe(marked, nurse, note="theirs is this note")

    answer = browse(nurse).post(
        address("injury", marked, 1),
        {"revision": "1", "kind": "bruise", "note": "mine is that note"},
    )

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "theirs is this note" in shown
    assert "mine is that note" in shown
    assert Injury.objects.count() == 2


def test_an_injury_is_taken_out_and_is_missing_afterwards(marked, nurse, browse):
    client = browse(nurse)

    client.post(address("remove_injury", marked, 1), {"revision": "1"})

    assert client.get(address("injury", marked, 1)).status_code == 404
    assert Injury.objects.filter(is_removed=True).count() == 1


def photograph(**more):
    return {
        "original": SimpleUploadedFile("a.jpg", picture()),
        "kind": "body",
        "frame": "close",
        "area": "left forearm",
        "scale": "ruler",
        **more,
    }


def test_a_photograph_is_kept_once_even_when_sent_twice(examination, nurse, browse):
    client = browse(nurse)
    url = address("photographs", examination)
    token = str(client.get(url).context["form"]["token"].value())

    first = client.post(url, photograph(token=token))
    second = client.post(url, photograph(token=token))

    assert first.status_code == second.status_code == 302
    assert Photograph.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 not a picture", "not a photograph we can read"),
        (b"", "This file is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photograph we can read"),
        (picture()[:300], "not a photograph we can read"),
        (picture(kind="GIF"), "not a photograph we can read"),
    ],
)
def test_a_wrong_file_is_said_and_nothing_is_kept(
    examination, nurse, browse, content, sentence
):
    posted = photograph(original=SimpleUploadedFile("a.jpg", content))

    answer = browse(nurse).post(address("photographs", examination), posted)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Photograph.objects.exists()


def test_the_screen_gets_a_copy_and_only_the_original_is_saved(
    examination, nurse, browse
):
    add(examination, nurse)
    client = browse(nurse)

    shown = client.get(address("photograph", examination, 1))
    saved = client.get(address("photograph_original", examination, 1))

    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.content == picture()
    assert {a.headers["X-Content-Type-Options"] for a in (shown, saved)} == {"nosniff"}
    looked = AccessNote.objects.filter(case=examination.case, what__contains="photo")
    assert {note.what for note in looked} == {"photograph 1", "original photograph 1"}


@pytest.mark.parametrize(
    ("kind", "name", "is_asked"),
    [
        ("body", "photograph", False),
        ("intimate", "photograph", True),
        ("body", "photograph_original", True),
    ],
)
def test_private_pictures_and_originals_ask_for_a_fresh_factor(
    examination, nurse, browse, kind, name, is_asked
):
    add(examination, nurse, kind=kind)
    client = browse(nurse)
    session = client.session
    session[FACTOR_AT] -= 301
    session.save()

    answer = client.get(address(name, examination, 1))

    assert (answer.status_code == 302) is is_asked
    if is_asked:
        assert reverse("step_up") in answer.url


def test_a_photograph_whose_consent_was_taken_back_stays_closed(
    examination, nurse, browse, decide
):
    add(examination, nurse)
    decide(examination.case, "C13", state="withdrawn")
    client = browse(nurse)

    answer = client.get(address("photograph", examination, 1))
    page = client.get(address("photographs", examination))

    assert answer.status_code == 409
    assert "taken back" in page.content.decode()
    assert address("photograph", examination, 1) not in page.content.decode()


def test_a_sample_becomes_an_item_and_a_refused_one_nothing(
    examination, nurse, browse, decide
):
    client = browse(nurse)
    url = address("samples", examination)
    posted = {
        "specimen": "SKIN-SW",
        "site": "left forearm",
        "side": "",
        "method": "wet_dry",
        "collected_at": client.get(url).context["form"]["collected_at"].value(),
        "count": "2",
    }
    posted["collected_at"] = f"{posted['collected_at']:%Y-%m-%dT%H:%M}"

    taken = client.post(url, posted)
    decide(examination.case, "C09", state="withdrawn")
    refused = client.post(url, posted)

    assert taken.status_code == 302
    assert "taken her consent back" in refused.content.decode()
    assert SampleTaken.objects.count() == 1


def test_advice_is_answered_and_a_reason_is_needed_for_not_now(
    examination, nurse, browse
):
    client = browse(nurse)
    url = address("advice", examination)

    silent = client.post(url, {"rule": "PEP", "done": "not_now"})
    done = client.post(url, {"rule": "PEP", "done": "followed"})

    assert "Say why it is not done now." in silent.content.decode()
    assert done.status_code == 302
    assert AdviceAnswer.objects.count() == 1


def test_the_review_lists_what_lacks_and_leads_there(marked, nurse, browse):
    client = browse(nurse)

    page = client.get(address("examination_review", marked))
    answer = client.post(address("examination_review", marked))

    links = [line["href"] for line in page.context["lacking"]]
    assert address("injury", marked, 1) in links
    assert any("/sections/" in link for link in links)
    assert "without a value or a reason" in answer.content.decode()
    assert not Completion.objects.exists()


def test_completing_twice_by_a_double_click_completes_once(examination, nurse, browse):
    fill(examination, nurse)
    client = browse(nurse)
    url = address("examination_review", examination)
    token = str(client.get(url).context["form"]["token"].value())

    first = client.post(url, {"token": token})
    second = client.post(url, {"token": token})

    assert first.status_code == second.status_code == 302
    assert Completion.objects.count() == 1


def test_a_completed_examination_reads_as_it_was_frozen(completed, nurse, browse):
    client = browse(nurse)

    page = client.get(address("examination", completed))

    shown = page.content.decode()
    assert Completion.objects.get().content_sha256 in shown
    assert "Add an addendum" in shown
    assert "Print the form" in shown
    assert client.get(address("examination_map", completed, FIRST)).status_code == 302


def test_a_sealed_section_sent_again_says_what_to_do(completed, nurse, browse):
    url = address("examination_section", completed, first_section(completed))

    answer = browse(nurse).post(url, {"version": "1"})

    assert answer.status_code == 409
    assert "Add an addendum instead." in answer.content.decode()


def test_an_addendum_is_kept_with_its_reason(completed, nurse, browse):
    client = browse(nurse)
    url = address("addendum", completed)

    silent = client.post(url, {"reason": "", "text": "She returned."})
    kept = client.post(url, {"reason": "Follow-up", "text": "She returned."})

    assert silent.status_code == 200
    assert kept.status_code == 302
    assert Addendum.objects.get().details == {
        "reason": "Follow-up",
        "text": "She returned.",
    }
    assert (
        "She returned."
        in client.get(address("examination", completed)).content.decode()
    )


def test_the_case_page_tells_and_leads_on(examination, nurse, browse):
    client = browse(nurse)

    page = client.get(examination.case.get_absolute_url()).content.decode()
    home = client.get(reverse("home")).content.decode()

    assert "Examination begun" in page
    assert examination.get_absolute_url() in page
    assert "An examination is not complete" in home


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("examination_section", 45),
        ("examination_map", 40),
        ("examination_review", 45),
        ("photographs", 40),
        ("samples", 40),
    ],
)
def test_pages_ask_the_database_a_constant_number_of_times(
    marked, nurse, browse, django_assert_max_num_queries, name, most
):
    rest = {"examination_section": [first_section(marked)], "examination_map": [FIRST]}
    url = address(name, marked, *rest.get(name, []))
    client = browse(nurse)
    add(marked, nurse)
    client.get(url)
    before = count_queries(client, url)
    for number in range(2, 7):
        mark_more(marked, nurse, number)
        add(marked, nurse)

    with django_assert_max_num_queries(most):
        client.get(url)

    assert count_queries(client, url) <= before


def count_queries(client, url):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connections["default"]) as caught:
        client.get(url)
    return len(caught)


def mark_more(examination, by, number):
    mark(
        examination,
        by,
        number=number,
        view=["body_post", "head_front", "head_left", "head_right", "thigh_inner"][
            number - 2
        ],
        revision=Injury.objects.count(),
    )
