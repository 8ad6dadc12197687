"""What the figures should be, and a table of what they are.

A goal is a ratio inside one run wherever that can be. Those of the ledger name the
database they are for: on SQLite one writes at a time by nature. A line that was given
a goal where it was measured keeps that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Figure = dict[str, Any]
POSTGRESQL: Final = "postgresql"
SQLITE: Final = "sqlite"
BOTH: Final = (SQLITE, POSTGRESQL)


@dataclass(frozen=True)
class Goal:
    """At most (or at least) so much of one value of one figure."""

    row: str
    figure: str
    value: str
    most: float | None = None
    least: float | None = None
    on: tuple[str, ...] = BOTH

    def is_met(self, found: float) -> bool:
        """Whether the measured value keeps to it."""
        above = self.least is None or found >= self.least
        return above and (self.most is None or found <= self.most)

    @property
    def says(self) -> str:
        """The bound as it stands in the table."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return f"≤ {self.most:g}"


_PG: Final = (POSTGRESQL,)
_LITE: Final = (SQLITE,)

GOALS: Final = (
    Goal("L1", "ledger_append_1_writer_mean", "ratio", 1.25, on=_PG),
    Goal("L1", "ledger_append_1_writer_median", "ratio", 1.15, on=_PG),
    Goal("L2", "ledger_append_one_log_8_writers", "ratio", 1.9, on=_PG),
    Goal("L2", "ledger_append_log_each_8_writers", "ratio", 1.2, on=_PG),
    Goal("L2", "ledger_long_run_events_per_second", "faults", 0),
    Goal("L3", "ledger_create_and_event_1_writer_mean", "ratio", 0.95, on=_PG),
    Goal("L3", "ledger_create_and_event_8_writers", "ratio", 1.25, on=_PG),
    Goal("L4", "ledger_append_1_writer_mean", "ratio", 1.35, on=_LITE),
    Goal("L4", "ledger_append_one_log_8_writers", "ratio", 1.25, on=_LITE),
    Goal("L5", "ledger_note_of_a_reading_1_writer_mean", "ratio", 0.95, on=_PG),
    Goal("L5", "ledger_batch_of_100_events_per_second", "per_second", least=10_000),
    Goal("L5", "access_notes_sequenced_per_second", "per_second", least=10_000),
    Goal("L6", "verify_chain", "ratio", 4.0),
    Goal("L6", "verify_chain", "cpu_s_per_million", 6.0),
    Goal("L7", "verify_signatures_1_process", "ratio", least=0.85),
    Goal("L7", "verify_signatures_2_process", "times_one_process", least=1.6),
    Goal("L8", "verify_incremental_1000", "cpu_ms", 50),
    Goal("L8", "proof_of_inclusion_made", "ms", 1.0),
    Goal("L8", "proof_of_inclusion_checked", "us", 50),
    Goal("L8", "proof_of_inclusion_size", "bytes", 1024),
    Goal("L8", "proof_of_consistency_made_newest_batch", "ms", 1.0),
    Goal("L8", "proof_of_consistency_made_half", "ms", 1.0),
    Goal("L9", "checkpoint_signed", "cpu_ms", 0.1),
    Goal("L9", "cosignature_round_trip", "ms", 5.0),
    Goal("—", "custody_report_of_500_events", "ratio", 25),
    Goal("—", "chain_of_500_events_read", "ratio", 25),
    Goal("—", "inventory_of_2000_items", "ratio", 10),
)
"""Long papers and full shelves may grow as what is on them does, and no more."""

_MARKS: Final = {True: "met", False: "NOT MET", None: "—"}
_VALUES: Final = ("ratio", "per_second", "ms", "us", "value_ms", "cpu_ms", "bytes")


def judged(line: Figure) -> list[Figure]:
    """The line once for each of its goals; as it is if it has none."""
    if "goal" in line:
        return [line]
    name, database = str(line["figure"]), line["database"]
    found = [
        line
        | {"row": goal.row, "measure": goal.value, "goal": goal.says}
        | {"is_met": goal.is_met(line[goal.value])}
        for goal in GOALS
        if goal.figure == name and database in goal.on and goal.value in line
    ]
    return found or [line]


def unmeasured(lines: Iterable[Figure], databases: Sequence[str]) -> list[Goal]:
    """Goals no line of this run speaks of; a short run has other volumes."""
    told = {(one["figure"], one["database"]) for one in lines}
    return [
        goal
        for goal in GOALS
        if any((goal.figure, one) not in told for one in goal.on if one in databases)
    ]


def table(lines: Sequence[Figure]) -> str:
    """Every figure with its goal, one below the other."""
    rows: list[tuple[str, ...]] = [("", "figure", "database", "measured", "goal", "")]
    rows += [_row(line) for line in lines]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    padded = (
        "  ".join(part.ljust(width) for part, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in padded)


def summary(lines: Sequence[Figure]) -> str:
    """How many goals were met; no run fails for it."""
    told = [bool(line["is_met"]) for line in lines if "is_met" in line]
    return f"{sum(told)} of {len(told)} goals met."


def _row(line: Figure) -> tuple[str, ...]:
    measure = _measure(line)
    return (
        str(line.get("row", "")),
        str(line["figure"]),
        str(line["database"]),
        f"{line[measure]:g} {measure}" if measure else "",
        str(line.get("goal", "")),
        _MARKS[line.get("is_met")],
    )


def _measure(line: Figure) -> str:
    if "measure" in line:
        return str(line["measure"])
    return next((value for value in _VALUES if value in line), "")
