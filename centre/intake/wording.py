"""The words read aloud, and their fingerprint, kept with every signed talk."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from centre.core.consent_items import ITEMS, TOPICS

VERSION: Final = "en-2026.1"

BEFORE: Final = (
    "You decide. You can say yes to some things and no to others. Whatever you say, "
    "you get the same care. You can stop at any time and change your mind later. "
    "There are times when the law makes us tell somebody; we say so before you tell us."
)


def fingerprint() -> str:
    """SHA-256 of every word the survivor was read."""
    words = {
        "before": BEFORE,
        "topics": TOPICS,
        "questions": {code: item.question for code, item in ITEMS.items()},
    }
    text = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
