"""What a plan, a goal and a step can be.

Goals are the survivor's. Nothing here says that she failed at one: she sets it aside,
or something stands in the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from centre.agencies.rules import Family
from centre.core.errors import RuleError

FARTHEST: Final = timedelta(days=5 * 366)
"""A date further ahead is a slip of the keyboard."""
FIRST_REVIEW: Final = timedelta(days=14)
"""Reviews by default after 14 days, then 1, 3 and 6 months."""


class Need(StrEnum):
    """What was found out about one family; a blank is never a no."""

    WANTED = "wanted"
    NOT_WANTED = "not_wanted"
    ALREADY = "already"
    UNAVAILABLE = "unavailable"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"


NEED_WORDS: Final = (
    (Need.NOT_ASKED, "Not talked about yet"),
    (Need.WANTED, "She wants support"),
    (Need.NOT_WANTED, "She does not want it now"),
    (Need.ALREADY, "She has it elsewhere"),
    (Need.UNAVAILABLE, "She wants it and there is none here"),
    (Need.NOT_APPLICABLE, "Does not apply"),
)


class GoalState(StrEnum):
    """How far a goal is; in progress is not met."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    MET = "met"
    PARTLY = "partly"
    SET_ASIDE = "set_aside"
    BLOCKED = "blocked"


GOAL_WORDS: Final = (
    (GoalState.NOT_STARTED, "Not begun"),
    (GoalState.IN_PROGRESS, "In progress"),
    (GoalState.MET, "Reached"),
    (GoalState.PARTLY, "Reached in part"),
    (GoalState.SET_ASIDE, "She set it aside"),
    (GoalState.BLOCKED, "Something stands in the way"),
)
GOAL_ENDS: Final = frozenset({GoalState.MET, GoalState.PARTLY, GoalState.SET_ASIDE})


class Closure(StrEnum):
    """Why a plan ends. None of these is anybody's fault."""

    GOALS_MET = "goals_met"
    HER_CHOICE = "her_choice"
    MOVED = "moved"
    REFERRED_ON = "referred_on"
    NO_CONTACT = "no_contact"
    SERVICE_ENDS = "service_ends"


CLOSURE_WORDS: Final = (
    (Closure.GOALS_MET, "The goals are reached"),
    (Closure.HER_CHOICE, "She chooses to stop; she may come back at any time"),
    (Closure.MOVED, "She moved, and was handed over with her consent"),
    (Closure.REFERRED_ON, "Others carry on, and have accepted"),
    (Closure.NO_CONTACT, "No safe contact for the agreed time"),
    (Closure.SERVICE_ENDS, "Our own service ends"),
)


def families(*, is_child: bool, has_children: bool) -> list[Family]:
    """The families that apply; child only for a child or a parent."""
    return [f for f in Family if f is not Family.CHILD or is_child or has_children]


def check_family(family: str, *, is_child: bool, has_children: bool) -> None:
    """The child family belongs to a child, or to somebody who has children."""
    if family not in families(is_child=is_child, has_children=has_children):
        raise RuleError(
            "Support for a child applies only if the survivor is a child or has "
            "children. Change “Does she have children?” in the plan first."
        )


def check_needs(content: Mapping[str, Any], *, is_child: bool) -> None:
    """What is wanted belongs to a family that applies."""
    for family, found in content["needs"].items():
        if found["need"] in {Need.WANTED, Need.ALREADY, Need.UNAVAILABLE}:
            check_family(family, is_child=is_child, has_children=is_parent(content))


def is_parent(content: Mapping[str, Any]) -> bool:
    """Whether the survivor said that she has children."""
    return bool(content.get("has_children") == "yes")


def check_day_ahead(day: date | None, *, today: date, kept: date | None = None) -> None:
    """A day to come, and within reach; a kept day may have passed meanwhile."""
    if day is None or day == kept:
        return
    if day < today:
        raise RuleError("This date has passed. Choose today or a later day.")
    if day > today + FARTHEST:
        raise RuleError("This date is more than five years ahead. Check the year.")


def check_words(words: str) -> None:
    """Something was written."""
    if not words.strip():
        raise RuleError("Write down what it is, in a few words.")


def check_owner(owner: object, team: Collection[object]) -> None:
    """Who does a step works on the case, or is the survivor herself."""
    if owner is not None and owner not in team:
        raise RuleError(
            "Only somebody on the care team, or the survivor herself, takes a step on."
        )


def check_open(*, is_closed: bool) -> None:
    """A closed plan is only read."""
    if is_closed:
        raise RuleError("This plan is closed. Begin a new one to go on.")


def check_no_current(*, has_current: bool) -> None:
    """One plan at a time."""
    if has_current:
        raise RuleError("There is a current plan already. Open it and revise it.")


def check_not_done(*, is_done: bool) -> None:
    """A step is done once."""
    if is_done:
        raise RuleError("This step is done already.")


def check_closing(reason: str, open_referrals: Collection[str]) -> None:
    """A plan closes for a listed reason and leaves no referral hanging."""
    if reason not in set(Closure):
        raise RuleError("Choose why the plan is closed.")
    if open_referrals:
        listed = ", ".join(open_referrals)
        raise RuleError(
            f"These referrals are still open: {listed}. Close or cancel them first, "
            "so that nobody waits for an answer."
        )
