"""The acceptance tests of the store exist by number, each at least once.

A test of number N is named `test_acceptance_NN_...`, wherever its world stands.
"""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
LAST = 28


def numbers():
    """Every number some test bears in its name."""
    text = "\n".join(f.read_text(encoding="utf-8") for f in TESTS.rglob("test_*.py"))
    return {int(n) for n in re.findall(r"\ndef test_acceptance_(\d\d)_", text)}


def test_every_number_has_its_test():
    assert set(range(1, LAST + 1)) - numbers() == set()


def test_no_number_is_beyond_the_last():
    assert numbers() <= set(range(1, LAST + 1))
