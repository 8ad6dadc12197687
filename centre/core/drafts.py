"""Keeping a section on the server while it is typed, without losing anyone's words.

Who keeps says which revision she saw. If somebody kept the section meanwhile, nothing
is overwritten: both versions are shown side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from centre.core.errors import RuleError
from centre.core.models import Case, Draft, User


class ConflictError(RuleError):
    """Somebody kept the same section meanwhile."""

    def __init__(self, theirs: Draft) -> None:
        super().__init__(
            "Somebody else kept this section while you were typing. Compare both "
            "versions below, then keep the one that is right."
        )
        self.theirs = theirs


def of(about: UUID) -> dict[str, Draft]:
    """The drafts of a form by section."""
    return {d.section: d for d in Draft.objects.filter(about=about)}


def answers_of(drafts: Mapping[str, Draft]) -> dict[str, Any]:
    """All answers kept so far, over all sections."""
    answers: dict[str, Any] = {}
    for draft in drafts.values():
        answers.update(draft.content.get("answers", {}))
    return answers


def keep(
    *,
    case: Case,
    about: UUID,
    section: str,
    content: Mapping[str, Any],
    revision: int,
    by: User,
    at: datetime,
) -> Draft:
    """Keep a section; call it inside an act that checked the permission."""
    draft = Draft.objects.select_for_update().filter(about=about, section=section)
    kept = draft.first()
    if kept is None:
        kept = Draft(case=case, about=about, section=section)
    elif kept.content == dict(content):
        return kept
    elif kept.revision != revision:
        raise ConflictError(kept)
    kept.content = dict(content)
    kept.revision += 1
    kept.kept_at, kept.kept_by = at, by
    kept.save()
    return kept
