"""The retention policies, read strictly from their data files, one for each edition."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.retention import CountsFrom, Notice, Policy, Unit

FOLDER: Final = Path(__file__).parent / "data" / "retention"
IN_FORCE: Final = "2026.1"
_TABLE: Final = {"name", "version", "majority_years", "fallback", "policy"}


class RetentionError(Exception):
    """The retention file says something it cannot mean."""


@dataclass(frozen=True)
class Policies:
    """One edition."""

    version: str
    majority_years: int
    fallback: str
    policies: tuple[Policy, ...]

    def of(self, jurisdiction: str) -> list[Policy]:
        """The policies of a place, else of the land around it, else the fallback."""
        for place in (jurisdiction, jurisdiction.partition("-")[0]):
            found = [p for p in self.policies if place and p.jurisdiction == place]
            if found:
                return found
        return [p for p in self.policies if p.code == self.fallback]

    def named(self, code: str) -> Policy:
        """One policy by its code."""
        return next(p for p in self.policies if p.code == code)


@lru_cache(maxsize=8)
def policies(version: str = IN_FORCE) -> Policies:
    """One edition of the policies; the one in force unless another is named."""
    return read((FOLDER / f"{version}.toml").read_bytes())


def read(content: bytes) -> Policies:
    """Read the policies, or say what is wrong with them."""
    table = tomllib.loads(content.decode())
    if set(table) != _TABLE:
        odd = ", ".join(sorted(set(table) ^ _TABLE))
        raise RetentionError(f"Missing or unknown in the retention file: {odd}.")
    found = tuple(_policy(line) for line in table["policy"])
    codes = [p.code for p in found]
    if len(codes) != len(set(codes)) or table["fallback"] not in codes:
        raise RetentionError("Each policy has a code of its own, the fallback too.")
    return Policies(
        version=table["version"],
        majority_years=table["majority_years"],
        fallback=table["fallback"],
        policies=found,
    )


def _policy(line: dict[str, Any]) -> Policy:
    wanted = {f.name for f in fields(Policy)}
    code = line.get("code", "?")
    if set(line) != wanted:
        odd = ", ".join(sorted(set(line) ^ wanted))
        raise RetentionError(f"Missing or unknown in the policy {code}: {odd}.")
    try:
        return Policy(
            **{
                **line,
                "reporting": frozenset(Reporting(r) for r in line["reporting"]),
                "counts_from": CountsFrom(line["counts_from"]),
                "unit": Unit(line["unit"]),
                "notice": Notice(line["notice"]),
            }
        )
    except ValueError as error:
        raise RetentionError(f"The policy {code}: {error}.") from error
