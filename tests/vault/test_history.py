"""Former versions kept by simple-history are under the same key, as tightly bound."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections

from centre.vault import keys
from centre.vault.errors import DamagedError, KeyDestroyedError
from tests.vault import raw
from tests.vault.conftest import Vault
from tests.vault.shelf import HISTORY, Plan

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def plan(vault: Vault) -> Plan:
    """A plan with two versions."""
    plan = Plan.objects.create(
        case_id=vault.case, title="open title", goals="A safe room."
    )
    plan.goals = "A safe room and a school."
    plan.save()
    return plan


def versions(plan: Plan) -> list[Any]:
    """Oldest first, as they come from the database."""
    return list(plan.history.order_by("history_date"))


def test_every_version_opens(plan: Plan) -> None:
    goals = [version.goals for version in versions(plan)]

    assert goals == ["A safe room.", "A safe room and a school."]


def test_a_version_becomes_an_instance(plan: Plan) -> None:
    assert versions(plan)[0].instance.goals == "A safe room."


def test_no_version_lies_open(plan: Plan) -> None:
    store = raw.everything("default")

    assert b"safe room" not in store
    assert b"open title" in store, "the scan would not find anything"


def test_destroying_the_key_covers_every_version(vault: Vault, plan: Plan) -> None:
    keys.destroy_case_key(vault.case)

    for version in versions(plan):
        with pytest.raises(KeyDestroyedError):
            _ = version.goals


def test_a_version_keeps_the_first_owners_label(plan: Plan) -> None:
    field: Any = HISTORY._meta.get_field("goals")

    assert field.label == "shelf.Plan"
    assert field.clone().label == "shelf.Plan", "migrations must know it too"


def test_a_version_of_another_row_is_refused(vault: Vault, plan: Plan) -> None:
    other = Plan.objects.create(case_id=vault.case, goals="Other goals.")
    (theirs,), (mine, _) = versions(other), versions(plan)
    table = HISTORY._meta.db_table
    sql = f"UPDATE {table} SET goals = (SELECT goals FROM {table} WHERE history_id = %s) WHERE history_id = %s"  # noqa: E501
    key: Any = HISTORY._meta.pk
    ids = [
        key.get_db_prep_value(v.history_id, connections["default"])
        for v in (theirs, mine)
    ]
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, ids)

    with pytest.raises(DamagedError):
        _ = versions(plan)[0].goals
