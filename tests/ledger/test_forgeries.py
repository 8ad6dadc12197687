"""The thief's table: each forgery, and what gives it away.

The last line of defence of each is named; what no log can see by itself is here too,
so that nobody believes otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from centre.ledger import checkpoint, entry, merkle, statement
from centre.ledger.entry import Signature
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.origins import genesis
from centre.ledger.signing import Signer
from tests.ledger.conftest import (
    AMINA,
    KITO,
    LOG,
    LOG_KEY,
    STRANGER,
    Behind,
    found,
    said,
)

pytestmark = pytest.mark.django_db

SIGNERS = {one.kid: one for one in (AMINA, KITO, STRANGER)}
Change = Callable[[list[dict[str, Any]]], None]


def test_rewriting_with_all_hashes_recomputed_is_found_by_signature_and_root(
    signed: list[Entry], behind: Behind
) -> None:
    def edit(stories: list[dict[str, Any]]) -> None:
        stories[3]["kind"] = Kind.ITEM_DESTROYED.value

    _rewrite(behind, edit)

    assert "The signature is not that of its key." in said(found())
    assert "The entries up to here are not those that were signed." in said(found())


def test_rewriting_signed_with_a_made_up_key_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    def edit(stories: list[dict[str, Any]]) -> None:
        stories[3] |= {"kind": Kind.ITEM_DESTROYED.value, "actor": STRANGER.kid}

    _rewrite(behind, edit, sign_as=SIGNERS)

    assert "Nobody's key has the name the signature gives." in said(found())


def test_rewriting_under_checkpoints_of_a_made_up_log_key_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    """With every actor's key in hand, the log's key still stands in the way."""

    def edit(stories: list[dict[str, Any]]) -> None:
        stories[3]["kind"] = Kind.ITEM_DESTROYED.value

    _rewrite(behind, edit, sign_as=SIGNERS)
    _resign(behind, STRANGER)

    assert said(found()) == {"The log's key did not sign the checkpoint."}


def test_rewriting_with_all_keys_stolen_passes_here_and_needs_an_outside_anchor(
    signed: list[Entry], behind: Behind
) -> None:
    """What no log can see by itself: printed anchors can."""
    code = Checkpoint.objects.get(size=6).anchor_code

    def edit(stories: list[dict[str, Any]]) -> None:
        stories[3]["kind"] = Kind.ITEM_DESTROYED.value

    _rewrite(behind, edit, sign_as=SIGNERS)
    _resign(behind, LOG_KEY)

    assert found() == []
    assert Checkpoint.objects.get(size=6).anchor_code != code


def test_dropped_entry_with_all_hashes_recomputed_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    def edit(stories: list[dict[str, Any]]) -> None:
        del stories[2]

    _rewrite(behind, edit)

    assert "The signature is not that of its key." not in said(found())
    assert "The entry does not follow its stream's previous entry." in said(found())
    assert "The log has fewer entries than when this was signed." in said(found())


def test_statement_put_in_anothers_mouth_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    def edit(stories: list[dict[str, Any]]) -> None:
        stories[2]["actor"] = KITO.kid

    _rewrite(behind, edit)

    assert "The first signature is not its actor's." in said(found())


def test_entry_with_an_earlier_time_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    def edit(stories: list[dict[str, Any]]) -> None:
        stories[4]["at"] = stories[3]["at"]

    _rewrite(behind, edit)

    assert "The entry is not later than the one before it." in said(found())


def test_kind_that_was_never_in_the_list_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    content = bytes(signed[7].entry).replace(b'"item.sealed"', b'"item.eatenup"')
    behind(
        "UPDATE ledger_entry SET entry = %s, leaf = %s WHERE n = 7",
        content,
        merkle.leaf_hash(content),
    )

    assert "The kind of a statement is not in the closed list." in said(found())


def test_cut_tail_is_found_by_a_newer_checkpoint(
    signed: list[Entry], behind: Behind
) -> None:
    _cut(behind, signed, size=7)

    assert said(found()) == {"The log has fewer entries than when this was signed."}


def test_cut_tail_behind_the_last_checkpoint_passes_here(
    signed: list[Entry], behind: Behind
) -> None:
    """What no log can see by itself: a newer anchor outside can."""
    _cut(behind, signed, size=7)
    behind("DELETE FROM ledger_checkpoint WHERE size = 8")

    assert found() == []


def _rewrite(
    behind: Behind, edit: Change, *, sign_as: dict[str, Signer] | None = None
) -> None:
    """Tell another history with every hash and link recomputed, as a thief would."""
    stories = [_story(one) for one in Entry.objects.filter(log=LOG).order_by("n")]
    edit(stories)
    behind("DELETE FROM ledger_entry")
    prev = genesis(LOG, Head.objects.get(pk=LOG).vkey)
    streams: dict[bytes, bytes] = {}
    content = b""
    for n, story in enumerate(stories):
        content = _retold(n, prev, story, streams, sign_as)
        prev = merkle.leaf_hash(content)
        told = entry.decode(content).statement
        streams[told.stream] = prev
        behind(
            "INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            *(LOG, n, told.stream, told.sseq, told.kind, content, prev),
        )
    behind(
        "UPDATE ledger_head SET size = %s, last_leaf = %s, last_at = %s",
        *(len(stories), prev, entry.decode(content).at),
    )


def _story(one: Entry) -> dict[str, Any]:
    content = one.content
    stated = content.statement
    story = {name: getattr(stated, name) for name in stated.__slots__}
    return story | {"at": content.at, "signatures": content.signatures}


def _retold(
    n: int,
    prev: bytes,
    story: dict[str, Any],
    streams: dict[bytes, bytes],
    sign_as: dict[str, Signer] | None,
) -> bytes:
    parts = dict(story)
    at, signatures = parts.pop("at"), parts.pop("signatures")
    if sign_as is not None:
        parts["sprev"] = streams.get(parts["stream"])
    signed = statement.Statement(**parts).encode()
    if sign_as is not None:
        signer = sign_as[parts["actor"]]
        signature = signer.sign(statement.message(LOG, signed))
        signatures = [Signature(signer.kid, signature)]
    return entry.encode(
        at=at, log=LOG, n=n, prev=prev, signatures=signatures, statement=signed
    )


def _resign(behind: Behind, signer: Signer) -> None:
    """Put checkpoints over the present entries, signed with some key."""
    leaves = [bytes(one.leaf) for one in Entry.objects.filter(log=LOG).order_by("n")]
    for made in Checkpoint.objects.filter(log=LOG):
        tree = merkle.Frontier()
        for leaf in leaves[: made.size]:
            tree.add(leaf)
        signed = checkpoint.sign(
            origin=LOG, size=made.size, root=tree.root(), signer=signer
        )
        behind(
            "UPDATE ledger_checkpoint SET root = %s, frontier = %s, note = %s"
            " WHERE size = %s",
            *(tree.root(), tree.packed(), signed, made.size),
        )


def _cut(behind: Behind, signed: list[Entry], *, size: int) -> None:
    """Cut off the newest entries and move the head back onto the last one left."""
    last = signed[size - 1]
    behind("DELETE FROM ledger_entry WHERE n >= %s", size)
    behind(
        "UPDATE ledger_head SET size = %s, last_leaf = %s, last_at = %s",
        *(size, last.leaf, last.content.at),
    )
