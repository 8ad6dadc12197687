"""Marked words: random, so that none of them is anywhere by chance."""

from __future__ import annotations

import hashlib
import secrets
import string
from typing import Final

GUESSED: Final = ("name", "telephone", "identity card", "search")


STEM: Final = 9
"""So many signs all words of one story begin with, so that one look finds any."""


class Marks:
    """The words of one story, by what they stand for."""

    def __init__(self) -> None:
        self.words: dict[str, bytes] = {}
        self.made_elsewhere: dict[str, bytes] = {}
        self._letters = "Z" + _some(string.ascii_lowercase, STEM - 1)
        self._figures = _some(string.digits, STEM)

    def word(self, label: str) -> str:
        """A new word."""
        return self._keep(label, self._letters + _some(string.ascii_lowercase, 6))

    def digits(self, label: str) -> str:
        """A new number."""
        return self._keep(label, self._figures + _some(string.digits, 5))

    def told(self, label: str, content: bytes) -> None:
        """A secret that was made elsewhere."""
        self.made_elsewhere[label] = content

    def needles(self) -> dict[str, bytes]:
        """What to look for, so that every word is found."""
        stems = {"a word": self._letters, "a number": self._figures}
        return {
            **{label: stem.encode() for label, stem in stems.items()},
            **{f"digest of {w}": d for w, d in self._digests().items()},
            **self.made_elsewhere,
        }

    def _digests(self) -> dict[str, bytes]:
        """A digest without a key tells whatever can be guessed."""
        short = (w for w in self.words if w.endswith(GUESSED))
        return {label: hashlib.sha256(self.words[label]).digest() for label in short}

    def _keep(self, label: str, word: str) -> str:
        self.words[label] = word.encode()
        return word


def own_secrets() -> dict[str, bytes]:
    """What the centre itself keeps secret: keys of cases and people, seeds."""
    return {**_keys(), **_seeds()}


def _some(signs: str, count: int) -> str:
    return "".join(secrets.choice(signs) for _ in range(count))


def _keys() -> dict[str, bytes]:
    from centre.vault import keys, root
    from centre.vault.models import CaseKey, CentreKey

    found = {"root key": root.held_key()}
    for row in CentreKey.objects.all():
        found[f"centre key {row.pk}"] = keys.open_centre_key(row)
    for scope in CaseKey.objects.values_list("case_id", flat=True).distinct():
        for generation, key in (
            () if keys.is_destroyed(scope) else keys.case_keys(scope)
        ):
            found[f"case key {scope} {generation}"] = key
    return found


def _seeds() -> dict[str, bytes]:
    from centre.core.models import SystemKey, TotpDevice

    found = {f"key for {k.purpose}": k.seed for k in SystemKey.objects.all()}
    found |= {f"factor of {d.user_id}": d.seed for d in TotpDevice.objects.all()}
    raw = {f"{name}, raw": bytes.fromhex(seed) for name, seed in found.items()}
    return {**{name: seed.encode() for name, seed in found.items()}, **raw}
