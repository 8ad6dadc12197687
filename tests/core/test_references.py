"""References: random, check character, no look-alikes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from centre.core import references

signs = st.sampled_from(references.ALPHABET)
bodies = st.text(signs, min_size=8, max_size=8)
made = bodies.map(references.with_check)


@given(made, st.integers(0, 8), signs)
def test_every_single_wrong_sign_is_found(reference, place, sign):
    wrong = reference[:place] + sign + reference[place + 1 :]

    assert references.is_valid(reference)
    assert references.is_valid(wrong) == (wrong == reference)


@given(made, st.integers(0, 7))
def test_nearly_every_swap_of_neighbours_is_found(reference, place):
    a, b = reference[place], reference[place + 1]
    swapped = reference[:place] + b + a + reference[place + 2 :]

    if a != b and references.is_valid(swapped):
        # ISO 7064 hybrid systems miss one pair of neighbours at each remainder.
        others = [
            reference[:place] + x + y + reference[place + 2 :]
            for x in references.ALPHABET
            for y in references.ALPHABET
            if x != y
            and references.is_valid(reference[:place] + x + y + reference[place + 2 :])
            and references.is_valid(reference[:place] + y + x + reference[place + 2 :])
        ]
        assert set(others) == {reference, swapped}


def test_what_is_typed_with_dashes_and_small_letters_is_the_same_reference():
    reference = references.new()

    assert references.normalise(references.grouped(reference).lower()) == reference


def test_no_sign_is_mistaken_for_another():
    assert not set("0O1I2Z5S6V") & set(references.ALPHABET)


def test_two_references_are_not_the_same():
    assert len({references.new() for _ in range(1000)}) == 1000
