"""Each bar before the end of evidence refuses alone, and with none of them it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from centre.chain_of_custody.rules.disposal import Gate, check_destroyable
from centre.chain_of_custody.rules.fold import Reporting, Standing
from centre.chain_of_custody.rules.moves import State, Thing
from centre.chain_of_custody.rules.retention import Notice
from centre.core.errors import RuleError

STORED = Standing(Thing.ITEM, State.STORED, seal="A1")
OPEN = Gate(
    standing=STORED,
    reporting=Reporting.UNREPORTED,
    today=date(2036, 6, 1),
    retain_until=date(2036, 1, 1),
    notice=Notice.CONTACT,
    notice_ends=date(2036, 4, 1),
    proposer=uuid4(),
)
BARS = {
    "a hold": ({"holds": 1}, "until each is lifted"),
    "a question": ({"standing": replace(STORED, questions=(uuid4(),))}, "resolved"),
    "a hand-over": (
        {"standing": replace(STORED, transfer=uuid4())},
        "Receive or cancel that first",
    ),
    "a request": ({"open_requests": 1}, "Decide that request first"),
    "no date": ({"retain_until": None}, "It is kept, or kept longer"),
    "its last day": ({"retain_until": date(2036, 6, 1)}, "It is kept, or kept longer"),
    "no proposal": ({"proposer": None}, "It is proposed first"),
    "an objection": ({"has_objection": True}, "extend its retention"),
    "no notice": ({"notice": None}, "Give notice"),
    "time to object": ({"notice_ends": date(2036, 6, 2)}, "Wait until it has"),
    "a report": ({"reporting": Reporting.REPORTED}, "do not object"),
    "not in store": ({"standing": replace(STORED, state=State.RECEIVED)}, "in store"),
}


@pytest.mark.parametrize("bar", BARS)
def test_r16_action_each_bar_refuses_alone(bar):
    changed, says = BARS[bar]

    with pytest.raises(RuleError, match=says):
        check_destroyable(replace(OPEN, **changed))


def test_r16_control_with_no_bar_it_may_end():
    assert check_destroyable(OPEN) is None
