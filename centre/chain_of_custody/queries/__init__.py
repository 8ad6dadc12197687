"""Reads of the store: what happened, how things stand, and what the roof shows."""

from centre.chain_of_custody.queries.lists import things_of_code
from centre.chain_of_custody.queries.roof import find, next_steps, timeline, work

__all__ = ["find", "next_steps", "things_of_code", "timeline", "work"]
