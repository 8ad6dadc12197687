"""Recovery shares of the root key: three cards of words, any two of which open it.

Shamir's scheme in the form of SLIP-0039: each share is a line of English words that can
be written on paper, and one share tells nothing of the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from shamir_mnemonic import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.utils import MnemonicError

from centre.vault import cipher, root
from centre.vault.errors import RootKeyError

SHARES: Final = 3
NEEDED: Final = 2


def make() -> list[str]:
    """Three shares of this server's root key; they are stored nowhere."""
    [made] = generate_mnemonics(
        group_threshold=1,
        groups=[(NEEDED, SHARES)],
        master_secret=root.held_key(),
    )
    return list(made)


def combine(shares: Sequence[str]) -> bytes:
    """The root key that two shares make; anything else raises `RootKeyError`."""
    try:
        key: bytes = combine_mnemonics([" ".join(s.lower().split()) for s in shares])
    except MnemonicError as error:
        raise RootKeyError(
            "These words do not make a key. Check each word against the paper, and "
            "that the two cards are of the same set."
        ) from error
    if len(key) != cipher.KEY_BYTES:
        raise RootKeyError("These words make no key of this kind.")
    return key


def key_id(key: bytes) -> str:
    """Tells one root key from another without telling the key."""
    return cipher.key_id(key).hex()


def restore(shares: Sequence[str], path: Path) -> str:
    """Write the root key that two shares make to a new file; its id."""
    key = combine(shares)
    root.write_key(path, key)
    return key_id(key)
