"""The letter that asks an agency to fetch evidence; it names a code and no person."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.chasing import Letter
from centre.chain_of_custody.rules.chasing import FIRMEST, WORDS
from centre.core import references
from centre.core.paper import Document


def chase_letter(letter: Letter) -> bytes:
    """One letter in the firmness of its step."""
    zone = ZoneInfo(letter.centre.timezone)
    row = letter.row
    made = row.issued_at.astimezone(zone)
    title, asks = WORDS[row.step]
    paper = Document(
        title,
        f"LETTER {references.grouped(row.number)}",
        head=letter.head,
        print_number=references.grouped(row.number),
        centre=letter.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {letter.by}",
    )
    paper.pairs(
        [
            ("To", row.agency.name),
            ("About", f"{letter.thing.capitalize()} {references.grouped(letter.code)}"),
            ("Waits since", f"{row.waits_since.astimezone(zone):%d %b %Y}"),
            ("That is", f"{letter.days} days"),
            ("This letter", f"{row.step} of {FIRMEST}"),
            *_clock(letter, zone),
        ]
    )
    paper.paragraph(asks, strong=True)
    paper.paragraph(
        "Whoever comes brings a service card and this letter. The package is handed "
        "over against two signatures; its seal is read by both. Please write the code "
        "above on every answer, and no name of a person."
    )
    return paper.build()


def _clock(letter: Letter, zone: ZoneInfo) -> list[tuple[str, str]]:
    if letter.clock is None or letter.clock.due_at is None:
        return []
    policy = letter.clock.policy
    due = f"{letter.clock.due_at.astimezone(zone):%d %b %Y %H:%M} {zone.key}"
    mark = "" if policy.is_verified else " (to be checked locally)"
    return [(policy.words, f"due {due}"), ("Rule", f"{policy.citation}{mark}")]
