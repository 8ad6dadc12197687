"""When a return may be made."""

from __future__ import annotations

from typing import Final

from centre.core.errors import RuleError

FIRST: Final = 2000
"""No store of evidence kept its record here before that year."""


def check_year(year: int, *, this_year: int) -> None:
    """A return is of a year that is over, so that its figures stay what they are."""
    if not FIRST <= year < this_year:
        raise RuleError(
            f"A return can be made of a year that is over, {this_year - 1} the latest. "
            "Figures of part of a year could be subtracted from those of the whole."
        )


def check_unmade(year: int, *, is_made: bool) -> None:
    """A year is told once."""
    if is_made:
        raise RuleError(
            f"The return for {year} is made already and stays as it is. Print it again "
            "or take its file."
        )
