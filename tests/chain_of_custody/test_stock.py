"""Kits nobody has opened: counted, ordered in time, withdrawn for a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.stock import set_threshold, withdraw_kit
from centre.chain_of_custody.queries import lists
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.roof import work
from centre.chain_of_custody.rules.moves import State
from centre.chain_of_custody.rules.stock import levels
from centre.core import clock
from centre.core.errors import AccessError, RuleError
from centre.core.verification import faults

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def old_kit(centre, custodian):
    return actions.stock_kit(
        centre=centre, kind="adult", expires_on=TODAY - DAY, by=custodian
    )


@pytest.mark.parametrize(
    ("reason", "state"),
    [("damaged", State.VOIDED), ("training", State.VOIDED), ("lost", State.VOIDED)],
)
def test_a_kit_in_stock_is_withdrawn_and_stays_on_record(
    stocked_kit, centre, custodian, reason, state
):
    withdraw_kit(kit=stocked_kit, reason=reason, by=custodian)

    assert standing(stocked_kit).state is state
    assert list(lists.stock(centre)) == []
    assert [e.kit for e in lists.withdrawn(centre)] == [stocked_kit]
    assert list(faults()) == []


def test_an_expired_kit_is_told_apart(old_kit, custodian):
    withdraw_kit(kit=old_kit, reason="expired", by=custodian)
    assert standing(old_kit).state is State.EXPIRED


def test_a_kit_within_its_date_is_not_expired(stocked_kit, custodian):
    with pytest.raises(RuleError, match="has not expired"):
        withdraw_kit(kit=stocked_kit, reason="expired", by=custodian)


def test_an_issued_kit_is_withdrawn_and_a_sealed_one_never(
    stocked_kit, case, nurse, custodian
):
    actions.issue_kit(kit=stocked_kit, case=case, is_intact=True, by=nurse)
    withdraw_kit(kit=stocked_kit, reason="damaged", by=custodian)
    assert standing(stocked_kit).state is State.VOIDED


def test_an_open_kit_is_no_longer_withdrawn(kit, custodian):
    with pytest.raises(RuleError, match="can be written down only"):
        withdraw_kit(kit=kit, reason="damaged", by=custodian)
    assert standing(kit).state is State.OPENED


def test_a_withdrawn_kit_is_not_issued(stocked_kit, case, nurse, custodian):
    withdraw_kit(kit=stocked_kit, reason="damaged", by=custodian)
    with pytest.raises(RuleError):
        actions.issue_kit(kit=stocked_kit, case=case, is_intact=True, by=nurse)
    with pytest.raises(RuleError):
        withdraw_kit(kit=stocked_kit, reason="damaged", by=custodian)


def test_an_expired_kit_is_issued_only_with_what_was_replaced(old_kit, case, nurse):
    with pytest.raises(RuleError, match="This kit has expired"):
        actions.issue_kit(kit=old_kit, case=case, is_intact=True, by=nurse)

    event = actions.issue_kit(
        kit=old_kit, case=case, is_intact=True, replaced="Two blood tubes", by=nurse
    )

    assert event.details["replaced"] == "Two blood tubes"
    assert event.details["is_expired"] is True


@pytest.mark.parametrize("person", ["nurse", "coordinator", "custodian_elsewhere"])
def test_others_withdraw_nothing(stocked_kit, person, request):
    with pytest.raises(AccessError):
        withdraw_kit(
            kit=stocked_kit, reason="damaged", by=request.getfixturevalue(person)
        )


def test_levels_say_when_to_order():
    kits = [("adult", None), ("adult", TODAY - DAY), ("child", TODAY + 30 * DAY)]

    found = {one.kind: one for one in levels(kits, {"adult": 1, "blood": 0}, TODAY)}

    assert (found["adult"].count, found["adult"].expired) == (2, 1)
    assert found["adult"].is_low
    assert found["blood"].is_low
    assert found["child"].expiring == 1
    assert not found["child"].is_low


def test_the_newest_threshold_counts_and_the_page_says_order_now(
    stocked_kit, centre, custodian, browse, later
):
    set_threshold(centre=centre, kind="adult", threshold=0, by=custodian)
    later(minutes=1)
    browser = browse(custodian)
    browser.post(reverse("set_threshold"), {"kind": "adult", "threshold": "3"})

    page = browser.get(reverse("stock")).content.decode()

    assert "order now" in page
    assert lists.stock_levels(centre, TODAY)[0].threshold == 3


def test_a_kit_is_withdrawn_on_its_page_and_can_still_be_looked_at(
    stocked_kit, browse, custodian
):
    browser = browse(custodian)
    where = reverse("withdraw_kit", args=[stocked_kit.code])
    wrong = browser.post(where, {"reason": "other", "note": ""})
    assert "Write why it is withdrawn." in wrong.content.decode()

    done = browser.post(where, {"reason": "damaged", "note": ""})

    assert done.status_code == 302
    page = browser.get(stocked_kit.get_absolute_url())
    assert "Withdrawn from use" in page.content.decode()


def told(custodian):
    return [
        t.sentence for t in work(custodian, clock.now()) if t.href == reverse("stock")
    ]


def test_the_work_list_tells_what_to_order_and_what_has_expired(
    centre, old_kit, custodian, nurse
):
    assert told(custodian) == ["Kits of the kind adult: 1 expired."]

    set_threshold(centre=centre, kind="adult", threshold=1, by=custodian)
    assert "Kits of the kind adult: 0 left, to be ordered at 1." in told(custodian)
    for _ in range(2):
        actions.stock_kit(centre=centre, kind="adult", expires_on=None, by=custodian)
    withdraw_kit(kit=old_kit, reason="expired", by=custodian)
    assert told(custodian) == []
    assert told(nurse) == []
