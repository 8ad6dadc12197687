"""For whom a custody report is made: what each reader needs, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Profile(StrEnum):
    """The four readers."""

    COURT = "court"
    INVESTIGATOR = "investigator"
    SURVIVOR = "survivor"
    AUDIT = "audit"

    @property
    def words(self) -> str:
        """As the choice says it."""
        return {
            Profile.COURT: "For a court: everything",
            Profile.INVESTIGATOR: "For the investigator: without our store and notes",
            Profile.SURVIVOR: "For the survivor: plain words, safe to be found",
            Profile.AUDIT: "For an audit: codes alone, no names and no words",
        }[self]


@dataclass(frozen=True)
class Shows:
    """What a profile shows."""

    names: bool
    specimen: bool
    places: bool
    words: bool


SHOWS: Final[dict[Profile, Shows]] = {
    Profile.COURT: Shows(names=True, specimen=True, places=True, words=True),
    Profile.INVESTIGATOR: Shows(names=True, specimen=True, places=False, words=False),
    Profile.SURVIVOR: Shows(names=False, specimen=False, places=False, words=False),
    Profile.AUDIT: Shows(names=False, specimen=False, places=True, words=False),
}
