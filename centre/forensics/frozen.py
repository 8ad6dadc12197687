"""A completed examination as its papers need it: plain values, nothing to look up.

`injuries` and `photographs` are the rows of the frozen content, each a number with its
details; `answers` are the settled answers by code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from centre.core.models import Case
from centre.forensics.models import Examination
from centre.packs.model import Pack


@dataclass(frozen=True)
class FrozenCompletion:
    """When and by whom it was signed, and the hash of what was signed."""

    completed_at: datetime
    completed_by: str
    content_sha256: str


@dataclass(frozen=True)
class FrozenSample:
    """A specimen and the item of evidence it became; `seal` is empty until sealed."""

    specimen: str
    words: str
    item: str
    taken_at: datetime
    seal: str = ""


@dataclass(frozen=True)
class FrozenConsent:
    """The newest decision on one item, for one recipient and purpose."""

    item: str
    question: str
    decision: str
    decided_at: datetime
    recipient: str = "centre"
    purpose: str = ""


@dataclass(frozen=True)
class FrozenAddendum:
    """What was added after completion, and why."""

    number: int
    added_at: datetime
    added_by: str
    reason: str
    text: str


@dataclass(frozen=True, kw_only=True)
class FrozenExamination:
    """Everything a paper says about one completed examination.

    `told` has the words of codes that triage, intake or the store answer, for boxes
    of the official form whose question stands in no section of this pack.
    """

    examination: Examination
    case: Case
    pack: Pack
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    injuries: tuple[Mapping[str, Any], ...]
    photographs: tuple[Mapping[str, Any], ...]
    samples: tuple[FrozenSample, ...]
    consents: tuple[FrozenConsent, ...]
    identity: Mapping[str, str]
    completion: FrozenCompletion
    addenda: tuple[FrozenAddendum, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
