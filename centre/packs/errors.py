"""What can be wrong with a pack, and with an answer."""

from __future__ import annotations

from collections.abc import Iterable


class PackError(Exception):
    """A pack is not as it must be; every fault is one sentence with its place."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class AnswerError(ValueError):
    """An answer does not fit its question; each sentence is fit for the screen."""

    def __init__(self, sentences: str | Iterable[str]) -> None:
        said = (sentences,) if isinstance(sentences, str) else tuple(sentences)
        super().__init__(" ".join(said))
        self.sentences = said
