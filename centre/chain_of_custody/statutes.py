"""Statutes a line may rest on: citations as data, each marked verified or not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "data" / "statutes.json"


@dataclass(frozen=True)
class Statute:
    """One citation; what is not verified is said to be so wherever it shows."""

    code: str
    jurisdiction: str
    words: str
    note: str
    verified: bool

    @property
    def label(self) -> str:
        """As the form offers it."""
        return self.words if self.verified else f"{self.words} (verify locally)"


@lru_cache(maxsize=1)
def statutes() -> dict[str, Statute]:
    """The table by code; an unknown key stops the reading."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return {row["code"]: Statute(**row) for row in rows}
