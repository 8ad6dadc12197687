"""Reads of this room; the roof takes its part from here."""

from centre.support.queries.roof import find, next_steps, timeline, work

__all__ = ["find", "next_steps", "timeline", "work"]
