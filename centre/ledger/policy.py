"""Whose signatures a checkpoint needs before it is believed (C2SP tlog-policy).

log <vkey>
witness <name> <vkey>
group <name> <k|any|all> <name>...
quorum <name|none>
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from centre.ledger import checkpoint, cosign
from centre.ledger.checkpoint import Note, VerifierKey
from centre.ledger.errors import FormatError, SignatureError

NONE: Final = "none"
_COUNT: Final = re.compile(r"any|all|[1-9][0-9]{0,3}")
_SPACE: Final = re.compile(r"[ \t]+")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these witnesses or groups."""

    count: str
    members: tuple[str, ...]

    @property
    def least(self) -> int:
        """How many members must have seen a checkpoint."""
        return {"any": 1, "all": len(self.members)}.get(self.count) or int(self.count)


@dataclass(frozen=True)
class Policy:
    """The logs' keys, the witnesses' keys, and how many of whom are enough."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def encode(self) -> str:
        """The lines of the policy, each name after those it is made of."""
        lines = [f"log {key}" for key in self.logs]
        lines += [f"witness {name} {key}" for name, key in self.witnesses.items()]
        for name, group in self.groups.items():
            lines.append(f"group {name} {group.count} {' '.join(group.members)}")
        return "\n".join([*lines, f"quorum {self.quorum}"]) + "\n"

    def is_met(self, seen: Collection[str]) -> bool:
        """Whether these witnesses, by their names here, are enough."""
        return self.quorum == NONE or self._has(self.quorum, seen)

    def verify(self, note: str) -> Note:
        """The checkpoint, if a listed log signed it and enough witnesses saw it."""
        found = checkpoint.read(note)
        keys = [key for key in self.logs if key.name == found.origin]
        if not any(_is_signed(note, key) for key in keys):
            raise SignatureError("No log of the policy signed the checkpoint.")
        seen = {
            name
            for name, key in self.witnesses.items()
            if cosign.cosigned(found, [key])
        }
        if not self.is_met(seen):
            raise SignatureError("Too few witnesses signed the checkpoint.")
        return found

    def _has(self, name: str, seen: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in seen
        return sum(self._has(one, seen) for one in group.members) >= group.least


def read(text: str) -> Policy:
    """The policy these lines are; refused unless every line means one thing."""
    if _FORBIDDEN.search(text) or not text.endswith("\n"):
        raise FormatError("A policy is lines of text, each ended by a line feed.")
    reader = _Reader()
    for line in text[:-1].split("\n"):
        words = _SPACE.split(line.strip(" \t"))
        if words[0] and not words[0].startswith("#"):
            reader.take(words)
    return reader.policy()


class _Reader:
    """What was read so far; a name counts only after the line that makes it."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorums: list[str] = []
        self.used: set[str] = set()

    def take(self, words: list[str]) -> None:
        match words:
            case ["log", line] | ["log", line, _]:
                self._log(checkpoint.read_vkey(line))
            case ["witness", name, line] | ["witness", name, line, _]:
                self._witness(name, cosign.read_vkey(line))
            case ["group", name, count, *members] if members:
                self._group(name, Group(count, tuple(members)))
            case ["quorum", name] if name == NONE or self._is_known(name):
                self.quorums.append(name)
            case _:
                raise FormatError("A line of the policy means nothing.")

    def policy(self) -> Policy:
        if len(self.quorums) != 1:
            raise FormatError("A policy has exactly one quorum.")
        logs = tuple(self.logs)
        return Policy(logs, self.witnesses, self.groups, self.quorums[0])

    def _is_known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _log(self, key: VerifierKey) -> None:
        _check_new_key(key, self.logs)
        self.logs.append(key)

    def _witness(self, name: str, key: VerifierKey) -> None:
        self._check_new(name)
        _check_new_key(key, self.witnesses.values())
        self.witnesses[name] = key

    def _group(self, name: str, group: Group) -> None:
        self._check_new(name)
        if not all(self._is_known(one) for one in group.members):
            raise FormatError("A group names what no line before it makes.")
        if len(set(group.members)) != len(group.members):
            raise FormatError("A group names a member twice.")
        if self.used & set(group.members):
            raise FormatError("A member of the policy stands in two groups.")
        if _COUNT.fullmatch(group.count) is None or group.least > len(group.members):
            raise FormatError("A group needs as many members as it has, or fewer.")
        self.used |= set(group.members)
        self.groups[name] = group

    def _check_new(self, name: str) -> None:
        if name == NONE or self._is_known(name):
            raise FormatError("A name stands in the policy twice.")


def _check_new_key(key: VerifierKey, others: Iterable[VerifierKey]) -> None:
    if key.public_key in {one.public_key for one in others}:
        raise FormatError("A key stands in the policy twice.")


def _is_signed(note: str, key: VerifierKey) -> bool:
    try:
        checkpoint.verify(note, vkey=str(key))
    except SignatureError:
        return False
    return True
