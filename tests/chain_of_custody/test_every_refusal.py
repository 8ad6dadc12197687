"""Every refusal is tried: through the act, through its page, and with its guard off.

A test of refusal N is named `test_rNN_WAY_...`, after the number of an acceptance test
if it bears one too. Its ways are `action`, `page` and `control`, or several of them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
LAST = 28
WAYS = ("action", "page", "control")
NAMED = re.compile(
    rf"^def test_(?:acceptance_\d\d_)?r(\d\d)_((?:(?:{'|'.join(WAYS)})_)+)",
    re.MULTILINE,
)
ELSEWHERE = {
    1: "no page changes an event: the test asks every address that knows one",
}
"""What stands in the place of a page of its own."""


def every_test() -> str:
    """The text of all tests."""
    return "\n".join(f.read_text(encoding="utf-8") for f in TESTS.rglob("test_*.py"))


def tried(text: str) -> set[tuple[int, str]]:
    """Number and way, of every refusal some test bears in its name."""
    found = NAMED.findall(text)
    return {(int(n), way) for n, ways in found for way in ways.strip("_").split("_")}


@pytest.mark.parametrize("way", WAYS)
def test_every_refusal_is_tried_in_this_way(way):
    numbers = {number for number, tried_as in tried(every_test()) if tried_as == way}

    assert set(range(1, LAST + 1)) - numbers == set()


def test_what_stands_in_for_a_page_is_still_there():
    assert {(number, "page") for number in ELSEWHERE} <= tried(every_test())


def test_no_number_is_beyond_the_last():
    assert {number for number, _ in tried(every_test())} <= set(range(1, LAST + 1))


def test_no_test_bears_a_number_without_its_way():
    text = every_test()
    numbered = re.findall(r"^def test_(?:acceptance_\d\d_)?r\d+_", text, re.MULTILINE)

    assert len(numbered) == len(NAMED.findall(text))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("test_r04_action_control_one_at_a_time", {(4, "action"), (4, "control")}),
        ("test_acceptance_03_r03_page_two_people", {(3, "page")}),
        ("test_r4_page_one_at_a_time", set()),
        ("test_r04_one_at_a_time", set()),
        ("test_acceptance_03_two_people", set()),
    ],
)
def test_a_name_tells_its_number_and_ways(name, found):
    assert tried(f"\ndef {name}(world):\n") == found
