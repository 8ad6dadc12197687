"""Every act of plans: done, refused, broken rule, written down."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from centre.core import verification
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote, Opening
from centre.ledger.models import Entry
from centre.ledger.sqlite import altering
from centre.support.actions import goals, plans
from centre.support.actions.goals import Wanted
from centre.support.actions.versions import StaleError
from centre.support.models import Goal, Plan, Step
from tests.support.conftest import NEXT_MONTH, content


def kinds() -> list[str]:
    return list(Entry.objects.order_by("n").values_list("kind", flat=True))


def unguard(table: str) -> None:
    """Take the guards off, as somebody with the database's own rights could."""
    with altering(connection), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=%s",
            [table],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def test_a_plan_is_kept_encrypted_and_bound(plan):
    assert plan.version == 1
    assert kinds()[-1] == "plan.made"
    version = plan.history.get()
    assert Opening.objects.filter(
        table="support_historicalplan", row=version.history_id
    ).exists()
    with connection.cursor() as cursor:
        for table in ("support_plan", "support_historicalplan"):
            cursor.execute(f"SELECT content FROM {table}")
            assert b"my life back" not in bytes(cursor.fetchone()[0])


def test_every_version_has_its_author_and_its_own_entry(plan, carer, case):
    plans.revise_plan(
        plan=plan,
        seen=1,
        content=content(legal="wanted"),
        review_on=NEXT_MONTH,
        by=carer,
    )

    versions = {v.version: v for v in plan.history.all()}
    assert set(versions) == {1, 2}
    assert versions[1].content["needs"]["legal"]["need"] == "not_asked"
    assert versions[2].content["needs"]["legal"]["need"] == "wanted"
    assert {v.history_user for v in versions.values()} == {carer}
    assert kinds()[-1] == "plan.revised"


def test_what_was_bound_verifies_and_a_changed_former_version_does_not(
    plan, goal, step, carer
):
    goals.done_step(step=step, seen=1, by=carer)
    mine = [f for f in verification.faults() if "support" in f.table]
    assert mine == []

    table = "support_historicalgoal"
    unguard(table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET state='met'")

    found = [f for f in verification.faults() if f.table == table]
    assert "state" in found[0].says


def test_former_versions_cannot_be_rewritten(plan):
    with pytest.raises(DatabaseError), transaction.atomic():
        Plan.history.model.objects.update(closure="moved")


def test_one_plan_is_current(plan, carer, case):
    with pytest.raises(RuleError, match="current plan already"):
        plans.make_plan(case=case, content=content(), review_on=NEXT_MONTH, by=carer)
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    "person", ["nurse", "supervisor", "coordinator", "custodian", "leaver"]
)
def test_only_a_counsellor_of_the_care_team_makes_and_opens_plans(
    plan, case, person, request
):
    other = request.getfixturevalue(person)

    with pytest.raises(AccessError):
        plans.open_plan(plan=plan, by=other)
    with pytest.raises(AccessError):
        plans.revise_plan(
            plan=plan, seen=1, content=content(), review_on=NEXT_MONTH, by=other
        )
    assert not AccessNote.objects.filter(what=f"plan {plan}").exists()


def test_opening_a_plan_is_written_down(plan, carer):
    plans.open_plan(plan=plan, by=carer)

    looked = AccessNote.objects.get(what=f"plan {plan}")
    assert (looked.user, looked.case, looked.kind) == (carer, plan.case, "read")


def test_the_second_writer_overwrites_nothing(plan, carer):
    plans.revise_plan(
        plan=plan,
        seen=1,
        content=content(legal="wanted"),
        review_on=NEXT_MONTH,
        by=carer,
    )

    with pytest.raises(StaleError) as stopped:
        plans.revise_plan(
            plan=plan,
            seen=1,
            content=content(economic="wanted"),
            review_on=NEXT_MONTH,
            by=carer,
        )
    assert stopped.value.theirs.version == 2
    plan.refresh_from_db()
    assert plan.content["needs"]["legal"]["need"] == "wanted"
    assert plan.history.count() == 2


def test_keeping_the_same_again_makes_no_version(plan, carer):
    plans.revise_plan(
        plan=plan,
        seen=1,
        content=content(shelter="wanted"),
        review_on=NEXT_MONTH,
        by=carer,
    )

    assert plan.history.count() == 1


def test_child_support_needs_a_child(case, carer):
    with pytest.raises(RuleError, match="applies only"):
        plans.make_plan(
            case=case, content=content(child="wanted"), review_on=NEXT_MONTH, by=carer
        )
    plans.make_plan(
        case=case,
        content=content(child="wanted", has_children="yes"),
        review_on=NEXT_MONTH,
        by=carer,
    )


def test_a_goal_of_the_child_family_is_refused_without_one(plan, carer):
    with pytest.raises(RuleError, match="applies only"):
        goals.set_goal(plan=plan, family="child", wanted=Wanted("School."), by=carer)
    assert not Goal.objects.exists()


def test_goals_and_steps_keep_their_words_in_every_version(goal, step, carer):
    goals.revise_goal(
        goal=goal,
        seen=1,
        wanted=Wanted("A door and a window.", "in_progress", NEXT_MONTH),
        by=carer,
    )

    former = goal.history.get(version=1)
    assert former.words == "A door that locks."
    assert goal.history.get(version=2).words == "A door and a window."
    assert kinds()[-3:] == ["goal.set", "step.set", "goal.set"]


def test_a_step_is_done_once(step, carer):
    done = goals.done_step(step=step, seen=1, by=carer)

    assert (done.done_by, done.version) == (carer, 2)
    assert kinds()[-1] == "step.done"
    with pytest.raises(RuleError, match="done already"):
        goals.done_step(step=step, seen=2, by=carer)
    with pytest.raises(RuleError, match="done already"):
        goals.revise_step(
            step=step, seen=2, words="Again", owner=None, due_on=None, by=carer
        )


def test_a_step_belongs_to_the_care_team_or_to_her(goal, carer, custodian):
    with pytest.raises(RuleError, match="care team"):
        goals.set_step(goal=goal, words="x", owner=custodian, due_on=None, by=carer)
    hers = goals.set_step(goal=goal, words="x", owner=None, due_on=None, by=carer)
    assert hers.owner_words == "The survivor herself"


def test_a_day_that_has_passed_is_refused_and_nothing_is_written(goal, carer):
    with pytest.raises(RuleError, match="has passed"):
        goals.set_step(
            goal=goal, words="x", owner=None, due_on=date(2020, 1, 1), by=carer
        )
    assert not Step.objects.exists()


def test_a_closed_plan_is_only_read(plan, goal, step, carer):
    plans.close_plan(plan=plan, seen=1, closure="goals_met", by=carer)

    assert kinds()[-1] == "plan.closed"
    with pytest.raises(RuleError, match="closed"):
        plans.revise_plan(
            plan=plan, seen=2, content=content(), review_on=NEXT_MONTH, by=carer
        )
    with pytest.raises(RuleError, match="closed"):
        goals.set_goal(plan=plan, family="legal", wanted=Wanted("x"), by=carer)
    with pytest.raises(RuleError, match="closed"):
        goals.done_step(step=step, seen=1, by=carer)
    plans.make_plan(case=plan.case, content=content(), review_on=NEXT_MONTH, by=carer)


def test_a_plan_with_an_open_referral_does_not_close(plan, referral, carer):
    with pytest.raises(RuleError, match=str(referral)):
        plans.close_plan(plan=plan, seen=1, closure="goals_met", by=carer)


@pytest.mark.parametrize(
    "words", ["😀 مرحبا بكم", "x" * 10_000, "line\nline", "Ñandú & <b>bold</b>"]
)
def test_any_words_come_back_as_they_were(plan, carer, words):
    goal = goals.set_goal(plan=plan, family="legal", wanted=Wanted(words), by=carer)

    assert Goal.objects.get(pk=goal.pk).words == words
    assert goal.history.get().words == words
