"""Reads of this room: what the roof shows, the injuries, the care that is advised."""

from centre.forensics.queries.care import advice_on, care_inputs
from centre.forensics.queries.roof import find, next_steps, timeline, work

__all__ = ["advice_on", "care_inputs", "find", "next_steps", "timeline", "work"]
