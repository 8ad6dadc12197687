"""From what was typed for one question to its answer, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.datastructures import MultiValueDict

from centre.packs import controls
from centre.packs.answers import Answer, checked_answer
from centre.packs.errors import AnswerError
from centre.packs.model import Question
from centre.packs.posted import Posted
from centre.packs.text import UNKEEPABLE
from centre.packs.widgets import PartsWidget

BOTH: Final = "Give an answer or a reason, not both."
NO_CONSENT: Final = "Consent to this step is not in force; only a reason can be noted."
NOTE_ALONE: Final = "A note belongs to a reason. Choose the reason, or empty the note."
ROWS_STAND: Final = "There are entries here. Take them out before giving a reason."

_NO_FILES: Final[MultiValueDict[str, Any]] = MultiValueDict()
_REASON: Final = PartsWidget(controls.REASON_PARTS)


@dataclass(frozen=True)
class Entry:
    """One question as it came from the page."""

    question: Question
    name: str
    posted: Posted
    is_permitted: bool

    def answer(self, before: Mapping[str, Any]) -> tuple[Answer, tuple[str, ...]]:
        """The answer as it is kept now, and what is wrong with it."""
        if self.question.kind not in controls.CONTROLS:
            return self._reason_only(before)
        raw, reason = self._raw(), self._reason()
        if reason.get("") == controls.CLEAR:
            return {}, ()
        if raw and not self.is_permitted:
            if not self._is_as_before(raw, before):
                return _typed(raw, reason), (NO_CONSENT,)
            raw = None
        if self.posted.was_changed(self.name):
            return _typed(raw, reason), (UNKEEPABLE,)
        try:
            return self._settle(raw, reason, before), ()
        except AnswerError as error:
            return _typed(raw, reason), error.sentences

    def _is_as_before(self, raw: Any, before: Mapping[str, Any]) -> bool:
        """Whether a page from before consent ended only repeats what is kept."""
        try:
            value = controls.read_value(self.question, raw)
            return checked_answer(self.question, {"v": value}) == before
        except AnswerError:
            return False

    def _settle(
        self, raw: Any, reason: Mapping[str, str], before: Mapping[str, Any]
    ) -> Answer:
        value = controls.read_value(self.question, raw) if self.is_permitted else None
        chosen = reason_of(reason)
        if value is None:
            kept_value = {} if self.is_permitted or "v" not in before else dict(before)
            return checked_answer(self.question, chosen) if chosen else kept_value
        entered = checked_answer(self.question, {"v": value})
        if not chosen or _same(chosen, before):
            return entered
        if self.question.kind in controls.PICKED and entered == before:
            return checked_answer(self.question, chosen)
        raise AnswerError(BOTH)

    def _reason_only(self, before: Mapping[str, Any]) -> tuple[Answer, tuple[str, ...]]:
        """Rows and what a room gives: here only the reason is entered."""
        value = {key: before[key] for key in ("v", "last") if key in before}
        try:
            chosen = reason_of(self._reason())
            if not chosen:
                return value, ()
            if value.get("v"):
                return value, (ROWS_STAND,)
            remembered = {k: v for k, v in value.items() if k == "last"}
            return checked_answer(self.question, chosen) | remembered, ()
        except AnswerError as error:
            return value, error.sentences

    def _raw(self) -> Any:
        """What was typed; empty where nothing was."""
        widget = controls.CONTROLS[self.question.kind].widget(self.question, "en")
        raw = widget.value_from_datadict(self.posted.data, _NO_FILES, self.name)
        if isinstance(raw, dict):
            typed = {key: text for key, text in raw.items() if text.strip()}
            return typed if typed.keys() - _SILENT else {}
        return raw

    def _reason(self) -> dict[str, str]:
        raw = _REASON.value_from_datadict(
            self.posted.data, _NO_FILES, f"{self.name}__r"
        )
        return {key: text for key, text in raw.items() if text.strip()}


_SILENT: Final = frozenset({"by", "source", "side", "about"})
"""Inputs that say nothing while all others are empty."""


def reason_of(reason: Mapping[str, str]) -> Answer:
    """The reason that was chosen, or nothing."""
    code, _, sub = reason.get("", "").partition(":")
    note = reason.get("n", "").strip()
    if not code and note:
        raise AnswerError(NOTE_ALONE)
    if not code:
        return {}
    chosen: Answer = {"r": code}
    return chosen | ({"sub": sub} if sub else {}) | ({"note": note} if note else {})


def initial_value(question: Question, answer: Mapping[str, Any]) -> Any:
    """What the inputs show of a kept answer, or of what was typed."""
    if "t" in answer:
        return answer["t"].get("value")
    return controls.shown(question, answer["v"]) if "v" in answer else None


def initial_reason(answer: Mapping[str, Any]) -> dict[str, str]:
    """What the menu of reasons shows."""
    if "t" in answer:
        return dict(answer["t"].get("reason", {}))
    if "r" not in answer:
        return {}
    code = ":".join(part for part in (answer["r"], answer.get("sub", "")) if part)
    return {"": code, "n": answer.get("note", "")}


def still_wrong(question: Question, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with what was typed earlier and is kept as typed."""
    if "t" not in answer or question.kind not in controls.CONTROLS:
        return ()
    try:
        value = controls.read_value(question, answer["t"].get("value"))
        chosen = reason_of(answer["t"].get("reason", {}))
        if value is not None and chosen:
            return (BOTH,)
        checked_answer(question, {"v": value} if value is not None else chosen)
    except AnswerError as error:
        return error.sentences
    return ("This was not kept as an answer yet. Look at it and keep it again.",)


def _typed(raw: Any, reason: Mapping[str, str]) -> Answer:
    typed: dict[str, Any] = {"value": raw} if raw else {}
    return {"t": typed | ({"reason": dict(reason)} if reason else {})}


def _same(chosen: Answer, before: Mapping[str, Any]) -> bool:
    return chosen == {key: before[key] for key in ("r", "sub", "note") if key in before}
