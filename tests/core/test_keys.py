"""A person's key counts from its registration to its end, and the log says both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.core import clock, journal
from centre.core.errors import RuleError
from centre.core.models import Opening, SigningKey
from centre.core.verification import faults
from centre.endings import leave
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from tests.core.test_verification import behind_the_back


def of(user):
    return user.signing_keys.get()


def said():
    return [fault.says for fault in faults()]


def test_leaving_revokes_the_key_in_the_log(centre, nurse, administrator):
    leave(user=nurse, centre=centre, by=administrator)

    entry = Entry.objects.get(log=journal.origin(centre), kind=Kind.KEY_REVOKED)
    opening = Opening.objects.get(log=entry.log, n=entry.n)
    assert opening.secret["payload"]["facts"]["key"] == of(nurse).kid
    assert of(nurse).revoked_at <= entry.at
    assert said() == []


def test_what_a_leaver_signs_afterwards_is_found(centre, nurse, administrator, case):
    leave(user=nurse, centre=centre, by=administrator)
    journal.record(Kind.READ, by=nurse, on=case, at=clock.now(), facts={})

    assert "The entry was signed after its key was revoked." in said()


def test_leaving_after_the_clock_went_back_raises_no_alarm(
    centre, nurse, administrator, case, monday
):
    journal.record(Kind.READ, by=nurse, on=case, at=clock.now(), facts={})
    monday.shift(-timedelta(minutes=20))

    leave(user=nurse, centre=centre, by=administrator)

    assert said() == []


def test_nobody_ends_her_own_account(centre, administrator):
    with pytest.raises(RuleError, match="another administrator"):
        leave(user=administrator, centre=centre, by=administrator)


@pytest.mark.parametrize("column", ["registered_at", "revoked_at", "kid"])
def test_a_changed_life_of_a_key_is_found(centre, nurse, case, column):
    values = {"kid": "k:" + "0" * 32}
    assert said() == []

    behind_the_back(
        "core_signingkey",
        f"update core_signingkey set {column} = %s where kid = %s",
        values.get(column, "2025-01-01 00:00:00+00:00"),
        of(nurse).kid,
    )

    assert said() != []


def test_taking_a_revocation_back_is_found(centre, nurse, administrator):
    leave(user=nurse, centre=centre, by=administrator)
    SigningKey.objects.filter(user=nurse).update(revoked_at=None)

    assert said() != []
