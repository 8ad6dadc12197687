"""Old kits come in as new things with one late event; nothing known is touched (R22)."""

from __future__ import annotations

import pytest

from centre.chain_of_custody.actions.backlog import take_over_backlog
from centre.chain_of_custody.actions.backlog_drafts import begin_draft
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.history import standing
from centre.core.verification import faults
from tests.chain_of_custody.backlog_lists import old, sheet

pytestmark = pytest.mark.usefixtures("monday")


def test_a_row_becomes_a_thing_in_store_that_is_shown_as_late(
    centre, shelf, custodian, codes
):
    draft = begin_draft(centre=centre, content=sheet(old("17/4", shelf)), by=custodian)
    backlog = take_over_backlog(draft=draft, code=codes(custodian), by=custodian)
    item = backlog.numbers.get().item
    print(standing(item))
    print(CustodyEvent.objects.get().details)
    assert list(faults()) == []
