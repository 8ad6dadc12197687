"""Proofs out of tiles are those of the plain computation, and read short runs only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centre.ledger import actions, merkle, proofs, tiles
from centre.ledger.actions import Said
from centre.ledger.errors import ProofError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry, Tile
from tests.ledger.conftest import AMINA, LOG, OPENED, SWAB, found, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of four hashes, so that few entries make many levels."""
    monkeypatch.setattr(tiles, "WIDTH", 4)
    monkeypatch.setattr(tiles, "_HEIGHT", 2)


def grow(count: int) -> list[bytes]:
    """So many more entries; the leaves of all."""
    so_far = Entry.objects.filter(log=LOG).count()
    each = timedelta(microseconds=1)
    actions.append_all(
        log=LOG,
        said=[
            Said(Kind.ITEM_SEALED, SWAB, bytes(32), OPENED + (so_far + at) * each)
            for at in range(count)
        ],
        signer=AMINA,
        role="custodian",
    )
    rows = Entry.objects.filter(log=LOG).order_by("n")
    return [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]


def inclusion(size: int, index: int) -> list[bytes]:
    reader = tiles.Reader(LOG)
    return [reader.root(*one) for one in merkle.inclusion_ranges(index, size)]


@pytest.mark.parametrize("integrated", [0, 17, 85])
@pytest.mark.usefixtures("log", "narrow")
def test_proofs_are_those_of_the_plain_computation(integrated: int) -> None:
    if integrated:
        grow(integrated)
        tiles.integrate(LOG)
    leaves = grow(85 - integrated)

    for size in range(1, 86):
        for index in {0, size // 3, size // 2, size - 1}:
            plain = merkle.inclusion_proof(leaves[:size], index)
            assert inclusion(size, index) == plain
        for old in {1, size // 3 + 1, size - 1} - {0, size}:
            plain = merkle.consistency_proof(leaves[:size], old)
            assert list(proofs.prove_consistency(log=LOG, old=old, new=size)) == plain


@pytest.mark.usefixtures("log")
def test_a_proof_reads_two_short_runs_of_each_level() -> None:
    size = 3 * 256 + 40
    leaves = grow(size)
    assert tiles.integrate(LOG) == 3

    with CaptureQueriesContext(connection) as queries:
        proof = inclusion(size, 300)

    merkle.verify_inclusion(
        leaves[300], index=300, size=size, proof=proof, root=merkle.root(leaves)
    )
    assert len(queries) == 3


@pytest.mark.usefixtures("log", "narrow")
def test_integration_goes_on_where_it_stopped() -> None:
    grow(18)
    assert tiles.integrate(LOG) == 5
    assert tiles.integrate(LOG) == 0
    grow(3)
    assert tiles.integrate(LOG) == 1
    assert found() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_tile SET root = leaf FROM (SELECT leaf FROM ledger_entry"
        " WHERE n = 3) AS other WHERE level = 1 AND number = 2",
        "UPDATE ledger_tile SET number = 9 WHERE level = 1 AND number = 2",
        "UPDATE ledger_tile SET level = 0 WHERE level = 2",
    ],
    ids=["another hash", "another place", "no level"],
)
@pytest.mark.usefixtures("log", "narrow")
def test_a_changed_tile_is_named_and_made_anew(statement: str) -> None:
    grow(20)
    tiles.integrate(LOG)
    assert found() == []
    with connection.cursor() as cursor:
        cursor.execute(statement)

    assert said(found()) == {
        "The hash of a full tile is not that of what lies below it."
    }
    tiles.rebuild(LOG)
    assert found() == []
    assert Tile.objects.count() == 6


@pytest.mark.usefixtures("log", "narrow")
def test_nothing_is_proven_where_entries_are_missing() -> None:
    grow(5)

    with pytest.raises(ProofError, match="missing"):
        tiles.Reader(LOG).root(4, 8)
