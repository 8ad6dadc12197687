"""How well an examination is documented: 26 topics of our own, never a grade of her.

The topics follow what published indices of medico-legal records ask about:
completeness, injuries, photographs, chain of custody, opinion, signature. Words and
weights are ours.
"""

from centre.forensics.rules.documentation.model import (
    Found,
    Look,
    Package,
    Point,
    Room,
    Score,
    State,
    Topic,
)
from centre.forensics.rules.documentation.topics import TOPICS, score
from centre.forensics.rules.documentation.trend import Judged, Trend, trend

__all__ = [
    "TOPICS",
    "Found",
    "Judged",
    "Look",
    "Package",
    "Point",
    "Room",
    "Score",
    "State",
    "Topic",
    "Trend",
    "score",
    "trend",
]
