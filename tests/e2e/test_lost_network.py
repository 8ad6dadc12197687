"""The network goes while somebody types: it is said, and nothing is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e import visit

WORDS = "Neighbour, waits outside"
MORE = "Neighbour, has gone home"


def test_what_is_typed_without_a_network_is_kept_when_it_returns(site, sit):
    nurse = sit("nadia")
    visit.open_case(nurse, site.origin)
    status = nurse.locator("[data-keep-status]")
    escort = nurse.locator('[name="tri.escort__name"]')

    escort.fill(WORDS)
    escort.blur()
    expect(status).to_contain_text("Kept ")

    nurse.context.set_offline(True)
    escort.fill(MORE)
    escort.blur()
    expect(status).to_contain_text("Not kept: no network")
    nurse.get_by_role("button", name="Keep and go on").click()
    expect(status).to_contain_text("Not kept: no network")
    expect(escort).to_have_value(MORE)

    nurse.context.set_offline(False)
    expect(status).to_contain_text("Kept ", timeout=15_000)
    nurse.reload()
    expect(escort).to_have_value(MORE)
