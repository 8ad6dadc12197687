"""Going through who has access: the word about everybody, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from centre import endings
from centre.agencies.actions import Offer, add_member, list_agency
from centre.chain_of_custody.queries import clock_work
from centre.core import access_reviews, clock, journal
from centre.core.access_reviews import Verdict
from centre.core.actions.access_reviews import review_access
from centre.core.actions.people import grant_role
from centre.core.actions.set_up import system_actor
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessReview
from centre.core.permissions import Role
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry


def said(centre, by, **words):
    """Still right for everybody but those named."""
    rows = access_reviews.posts(centre).exclude(user=by)
    return {p.pk: words.get(p.user.username, Verdict.RIGHT) for p in rows}


def review(centre, by, **words):
    return review_access(centre=centre, verdicts=said(centre, by, **words), by=by)


def sentences(by):
    return [task.sentence for task in access_reviews.work(by, clock.now())]


@pytest.fixture
def later(monday):
    """Let time pass."""
    return lambda **how: monday.shift(timedelta(**how))


@pytest.fixture
def staff(later, nurse, custodian, coordinator, administrator):
    return nurse, custodian, coordinator, administrator


def test_a_review_is_kept_with_a_word_about_everybody(staff, centre, coordinator):
    nurse = staff[0]
    row = review(centre, coordinator, nadia=Verdict.CHANGED)

    (post,) = nurse.memberships.all()
    assert row.told[post.pk] == "changed"
    assert len(row.told) == 3  # not her own
    entry = Entry.objects.get(kind=Kind.ACCESS_REVIEWED)
    assert entry.log == journal.origin(centre)


def test_what_is_not_right_is_on_the_work_list_of_who_ends_it(
    staff, centre, coordinator, administrator
):
    nurse = staff[0]
    review(centre, coordinator, nadia=Verdict.LEFT)
    told = "The access review says these are to be ended: 1."
    assert sentences(administrator) == [told]
    assert sentences(coordinator) == []

    endings.end_role(membership=nurse.memberships.get(), by=administrator)
    assert sentences(administrator) == []


def test_nothing_ends_by_a_review(staff, centre, coordinator):
    nurse = staff[0]
    review(centre, coordinator, nadia=Verdict.LEFT)

    assert nurse.memberships.get().ended_at is None


def test_the_newest_review_counts(staff, centre, coordinator, administrator, later):
    review(centre, coordinator, nadia=Verdict.LEFT)
    later(days=1)
    review(centre, coordinator)

    assert sentences(administrator) == []


def test_somebody_who_came_meanwhile_is_not_passed_over(
    staff, centre, coordinator, nurse
):
    told = said(centre, coordinator)
    grant_role(user=nurse, role=Role.CLINICIAN, centre=centre, by=system_actor())

    with pytest.raises(RuleError, match="Somebody came or left"):
        review_access(centre=centre, verdicts=told, by=coordinator)
    assert not AccessReview.objects.exists()


@pytest.mark.parametrize("word", ["", "yes", "RIGHT"])
def test_a_word_of_the_list_is_said(staff, centre, coordinator, word):
    with pytest.raises(RuleError, match="Say of each person"):
        review(centre, coordinator, nadia=word)


def test_nobody_reviews_an_empty_centre(later, centre, coordinator):
    with pytest.raises(RuleError, match="Nobody but you"):
        review(centre, coordinator)


def test_only_the_coordinator_reviews(staff, centre, nurse, administrator, browse):
    for somebody in (nurse, administrator):
        with pytest.raises(AccessError):
            review(centre, somebody)
        assert browse(somebody).get(reverse("review_access")).status_code == 404


def test_who_was_not_here_for_60_days_is_asked_about_first(
    staff, centre, coordinator, nurse, custodian, later
):
    assert sentences(coordinator) == []
    later(days=59)
    journal.looked(Kind.READ, by=nurse, on=centre, at=clock.now(), what="something")
    later(days=2)
    journal.looked(
        Kind.READ, by=custodian, on=centre, at=clock.now(), what="x", outcome="refused"
    )

    listed = access_reviews.asked_about(centre, coordinator, clock.now())
    assert [(p.row.user.username, p.is_unused) for p in listed] == [
        ("kito", True),
        ("sami", True),
        ("nadia", False),
    ]
    assert sentences(coordinator) == ["Not here for 60 days, and still with access: 2."]


def due(by):
    found = clock_work.pressing(by, clock.now())
    return [one for one in found if one.reading.policy.code == "ACCESS_REVIEW"]


def test_the_clock_asks_every_three_months(staff, centre, coordinator, later):
    assert due(coordinator) == []
    later(days=93)
    (one,) = due(coordinator)
    assert one.href == reverse("review_access")

    review(centre, coordinator)
    assert due(coordinator) == []
    later(days=80)
    assert due(coordinator)


def test_the_clock_runs_for_nobody_else(staff, custodian, later):
    later(days=200)

    assert due(custodian) == []


# The pages


def test_the_page_chooses_nothing_beforehand_and_keeps_what_was_chosen(
    staff, centre, coordinator, browse
):
    browser, address = browse(coordinator), reverse("review_access")
    assert browser.get(address).content.count(b" selected") == 3
    assert browser.get(address).content.count(b'value="" selected') == 3
    fields = {f"post-{key.hex}": "right" for key in said(centre, coordinator)}
    missing = fields.popitem()[0]

    page = browser.post(address, fields).content.decode()
    assert page.count('<option value="right" selected') == len(fields)
    assert "Choose one." in page
    assert not AccessReview.objects.exists()

    answer = browser.post(address, {**fields, missing: "unknown"}, follow=True)
    assert "1 to be ended" in answer.content.decode()
    assert "nobody here knows" in answer.content.decode()


def test_the_page_names_for_whom_an_outsider_acts(
    staff, centre, investigator, coordinator, browse
):
    offer = Offer(name="Riverside Police")
    police = list_agency(centre=centre, kind="police", offer=offer, by=coordinator)
    add_member(agency=police, user=investigator, unit="Desk", by=coordinator)
    page = browse(coordinator).get(reverse("review_access")).content.decode()

    assert "Riverside Police" in page


def test_the_page_asks_as_much_for_forty_as_for_four(
    staff, centre, coordinator, browse, django_assert_max_num_queries
):
    from tests.conftest import enrol

    browser, address = browse(coordinator), reverse("review_access")
    for number in range(12):
        enrol(f"more-{number}", f"More {number}", Role.NURSE, centre)
    with django_assert_max_num_queries(16):
        assert browser.get(address).status_code == 200


def test_a_role_is_ended_on_its_page(staff, nurse, administrator, browse):
    post = nurse.memberships.get()
    address = reverse("end_post", args=[post.pk])
    browser = browse(administrator)
    answer = browser.post(address, {"what": "role"}, follow=True)

    post.refresh_from_db()
    nurse.refresh_from_db()
    assert "Ended" in answer.content.decode()
    assert (post.ended_at is None, nurse.is_active) == (False, True)
    assert browser.post(address, {"what": "role"}).status_code == 404


def test_an_account_is_ended_on_the_same_page(staff, nurse, administrator, browse):
    address = reverse("end_post", args=[nurse.memberships.get().pk])
    browse(administrator).post(address, {"what": "account"})

    nurse.refresh_from_db()
    assert not nurse.is_active
    assert not nurse.memberships.filter(ended_at=None).exists()


@pytest.mark.parametrize("what", ["role", "account"])
def test_nobody_ends_her_own(staff, administrator, browse, what):
    address = reverse("end_post", args=[administrator.memberships.get().pk])
    page = browse(administrator).post(address, {"what": what}).content.decode()

    administrator.refresh_from_db()
    assert "Ask another administrator" in page
    assert administrator.is_active
    assert administrator.memberships.get().ended_at is None


def test_an_account_another_centre_counts_on_stays(
    staff, nurse, administrator, centre, centre_elsewhere, browse
):
    grant_role(user=nurse, role=Role.NURSE, centre=centre_elsewhere, by=system_actor())
    here = nurse.memberships.get(centre=centre)
    page = browse(administrator).post(
        reverse("end_post", args=[here.pk]), {"what": "account"}
    )

    nurse.refresh_from_db()
    assert "works at another centre too" in page.content.decode()
    assert nurse.is_active


def test_what_has_ended_does_not_end_again(staff, nurse, administrator):
    post = nurse.memberships.get()
    endings.end_role(membership=post, by=administrator)
    post.refresh_from_db()
    first = post.ended_at
    with pytest.raises(RuleError, match="ended already"):
        endings.end_role(membership=post, by=administrator)
    endings.leave(user=nurse, centre=post.centre, by=administrator)
    with pytest.raises(RuleError, match="ended already"):
        endings.leave(user=nurse, centre=post.centre, by=administrator)

    post.refresh_from_db()
    assert post.ended_at == first
