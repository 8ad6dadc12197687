"""How much of everything a run of the figures makes.

`BENCH=full` takes the volumes the goals name in full (a million entries), `BENCH=short`
just enough to see that the run comes to its end; else it is done within half an hour.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Volumes:
    """Entries of a log that is checked and of a long run; things on a shelf; cases."""

    checked: int
    long_run: int
    shelf: int
    cases: int
    share: int = 1
    """Of so many samples one is taken."""

    def samples(self, count: int) -> int:
        """How often to measure what is measured so often in a usual run."""
        return max(5, count // self.share)


_USUAL: Final = Volumes(checked=50_000, long_run=20_000, shelf=2_000, cases=10_000)
_CHOICES: Final = {
    "full": Volumes(checked=1_000_000, long_run=100_000, shelf=2_000, cases=10_000),
    "short": Volumes(checked=2_000, long_run=400, shelf=60, cases=200, share=20),
}
NAMED_BY: Final = "BENCH"


def volumes() -> Volumes:
    """The volumes of this run."""
    return _CHOICES.get(os.environ.get(NAMED_BY, ""), _USUAL)
