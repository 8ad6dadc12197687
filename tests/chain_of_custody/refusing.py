"""How a refusal is tried: it says what to do, and nothing at all is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from centre.chain_of_custody.models import CustodyEvent, InTransit
from centre.chain_of_custody.queries.history import Package
from centre.core.errors import RuleError
from centre.ledger.models import Entry


def written() -> tuple[int, int, int]:
    """How much there is: entries of the ledger, events, and what is under way."""
    kept = (Entry, CustodyEvent, InTransit)
    entries, events, going = (model.objects.count() for model in kept)
    return entries, events, going


@contextmanager
def refused(says: str | None, kind: type[Exception] = RuleError) -> Iterator[None]:
    """The act inside is refused with these words, and leaves nothing behind."""
    before = written()
    with pytest.raises(kind, match=says):
        yield
    assert written() == before


def at(word: str, thing: Package) -> str:
    """The page of one act on one kit or item."""
    return reverse(f"{word}_{thing.thing}", args=[thing.code])


def turned_away(
    client: Client,
    page: str,
    typed: Mapping[str, Any],
    says: str,
    *,
    kept: Collection[str] = (),
) -> None:
    """The page answers in a sentence, keeps what was typed, and nothing is written."""
    before = written()
    answer = client.post(page, typed)
    shown = unescape(answer.content.decode()).split("<main", 1)[-1]
    assert answer.status_code == 200
    assert says in shown.split('class="error', 1)[1]
    assert [word for word in kept if word not in shown] == []
    assert written() == before


def let_through(client: Client, page: str, typed: Mapping[str, Any]) -> None:
    """The same page takes what is true; what it leads to is written."""
    before = written()
    answer = client.post(page, typed)
    assert answer.status_code == 302, unescape(answer.content.decode())
    assert written() != before
