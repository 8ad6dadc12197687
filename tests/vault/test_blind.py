"""Short indexes: equal values meet, little is learnt."""

from __future__ import annotations

import hashlib
import hmac
import re
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from centre.vault import blind, keys
from centre.vault.errors import VaultError
from tests.house import ROOT
from tests.vault.conftest import Vault

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

IMPORTED = re.compile(r"vault(\.| import .*\b)blind\b")


def of(vault: Vault, value: str, *, field: str = "phone", bits: int = 18) -> int:
    """The index of a value at the test's centre."""
    return blind.index(value, field=field, centre_id=vault.centre, bits=bits)


def test_equal_values_share_an_index(vault: Vault) -> None:
    assert of(vault, "Amina  Kamau") == of(vault, " amina KAMAU")
    assert of(vault, "Amina Kamau") != of(vault, "Amina Kimani")


def test_another_field_or_centre_has_another_index(vault: Vault) -> None:
    elsewhere = uuid4()
    keys.make_centre_key(elsewhere)

    here = [of(vault, f"value {n}") for n in range(20)]
    assert here != [of(vault, f"value {n}", field="name") for n in range(20)]
    there = [
        blind.index(f"value {n}", field="phone", centre_id=elsewhere, bits=18)
        for n in range(20)
    ]
    assert here != there


def test_the_index_is_what_the_page_says(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frozen: first bits of HMAC-SHA256 under a key of the field's own."""
    monkeypatch.setattr(keys, "centre_key", lambda _: bytes(range(32)))
    key = HKDFExpand(SHA256(), 32, b"osc/bidx\0phone").derive(bytes(range(32)))
    digest = hmac.digest(key, b"osc-bidx/v1\0phone\x000712 345", hashlib.sha256)

    value = blind.index("0712  345", field="phone", centre_id=UUID(int=1), bits=12)
    assert value == int.from_bytes(digest[:2], "big") >> 4
    assert value == 3059


@pytest.mark.parametrize(
    ("rows", "bits"),
    [(0, 1), (3, 1), (1000, 8), (10_000, 12), (100_000, 15), (1_000_000, 18)],
)
def test_at_least_two_rows_share_a_value(rows: int, bits: int) -> None:
    assert blind.bits_for(rows) == bits


def test_the_index_fits_its_bits(vault: Vault) -> None:
    found = {of(vault, str(n), bits=3) for n in range(200)}

    assert found == set(range(8))


@pytest.mark.parametrize("bits", [0, 25])
def test_an_index_that_tells_too_much_is_refused(vault: Vault, bits: int) -> None:
    with pytest.raises(VaultError):
        of(vault, "value", bits=bits)


def test_no_room_indexes_anything() -> None:
    """Whoever does brings refilling and emptying with it (decision 18)."""
    sources = (p for p in (ROOT / "centre").rglob("*.py") if p.name != "blind.py")

    assert [p for p in sources if IMPORTED.search(p.read_text("utf-8"))] == []
