"""Uncertain times: what a person can say of when something happened, kept as a range.

Every rule about elapsed time uses two numbers, the least and the most it can have been;
what decides about care uses the least, which favours the survivor.
"""

from centre.packs.partial.field import PartialTimeField, PartialTimeWidget
from centre.packs.partial.times import PartialTime, Precision, hours_since
from centre.packs.partial.words import written
from centre.packs.partial.zones import is_told_twice, read

__all__ = [
    "PartialTime",
    "PartialTimeField",
    "PartialTimeWidget",
    "Precision",
    "hours_since",
    "is_told_twice",
    "read",
    "written",
]
