"""The survivor's copy: plain steps and days, safe to be found."""

from __future__ import annotations

from itertools import groupby

from centre.chain_of_custody.actions.reports import Report
from centre.chain_of_custody.rules.stations import STEP_WORDS
from centre.core import references
from centre.core.paper import Document


def her_copy(report: Report) -> bytes:
    """A plain paper for the survivor: no name, no centre, no word that tells.

    It bears no head of the log either, for that names the centre.
    """
    told = report.told
    paper = Document(
        "Your copy",
        references.grouped(told.package.code),
        report.copy,
        print_number=references.grouped(report.number),
    )
    paper.paragraph(
        "These are the steps so far. Whoever asks after this code is told nothing "
        "more than this."
    )
    every = [
        [STEP_WORDS[line.event.move], line.day]
        for line in told.told
        if line.event.move in STEP_WORDS and not line.is_void
    ]
    steps = [step for step, _ in groupby(every)]  # the item's seal, then the kit's
    paper.table(["Step", "Day"], steps or [["Nothing yet", ""]], [3, 1])
    paper.paragraph(
        "You can ask at any time what happens next, ask for it to be kept longer, and "
        "change what you decided while that is still possible."
    )
    return paper.build()
