"""The acts of examinations: the only writers of this room's rows."""

from centre.forensics.actions.advice import answer_advice
from centre.forensics.actions.documentation import open_documentation
from centre.forensics.actions.examinations import (
    Opened,
    add_addendum,
    begin_examination,
    complete_examination,
    facts_of,
    keep_section,
    open_examination,
    packs,
)
from centre.forensics.actions.frozen import frozen_examination, open_frozen
from centre.forensics.actions.injuries import (
    ChangedError,
    Described,
    Placed,
    keep_injury,
    keep_marks,
    remove_injury,
)
from centre.forensics.actions.photographs import (
    Frame,
    add_photograph,
    open_original,
    open_photograph,
)
from centre.forensics.actions.samples import open_kit, take_sample

__all__ = [
    "ChangedError",
    "Described",
    "Frame",
    "Opened",
    "Placed",
    "add_addendum",
    "add_photograph",
    "answer_advice",
    "begin_examination",
    "complete_examination",
    "facts_of",
    "frozen_examination",
    "keep_injury",
    "keep_marks",
    "keep_section",
    "open_documentation",
    "open_examination",
    "open_frozen",
    "open_kit",
    "open_original",
    "open_photograph",
    "packs",
    "remove_injury",
    "take_sample",
]
