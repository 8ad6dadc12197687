"""A plan changed behind the application's back is named, though people may edit it."""

from __future__ import annotations

import pytest

from centre.core import verification
from centre.support.models import Plan
from tests.core.test_verification import _key, behind_the_back


@pytest.fixture
def sound(plan):
    """A plan with its first version; nothing is wrong yet."""
    assert list(verification.faults()) == []
    return plan


def test_a_plain_column_of_a_live_plan(sound):
    table = Plan._meta.db_table
    behind_the_back(
        "support_plan",
        "update support_plan set review_on='2031-01-01' where id=%s",
        _key(sound),
    )

    faults = list(verification.faults())
    assert [(f.table, f.row) for f in faults] == [(table, str(sound.pk))]
    assert "review_on" in faults[0].says
