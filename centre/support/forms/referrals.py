"""Sending a referral, and noting what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from centre.agencies.rules import SHARE_WORDS, Share
from centre.core.forms import ActionForm
from centre.core.models import Recipient
from centre.support.actions.referrals import Asked, Told
from centre.support.forms.plans import day_field, words_field
from centre.support.rules.referrals import (
    BY_AGENCY,
    HELPED_WORDS,
    REASONS,
    URGENCY_WORDS,
    Move,
)

_CHOSEN = (Share.IDENTITY, Share.SAFETY, Share.INCIDENT, Share.CARE, Share.CHILDREN)
_REASON_LABELS = {
    Move.DECLINE: "Why can the agency not take it?",
    Move.MISS: "What stood in the way?",
    Move.CLOSE: "What came of it?",
    Move.CANCEL: "Why is it cancelled?",
}


class SendForm(ActionForm):
    """To whom, for what, and what goes along."""

    family = forms.ChoiceField(label="What kind of help?")
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Recipient.objects.none(),
        empty_label="Choose one",
        help_text="The survivor must have said yes to this very agency.",
    )
    urgency = forms.ChoiceField(
        label="How soon?", choices=URGENCY_WORDS, widget=forms.RadioSelect
    )
    needs = words_field(
        "What is needed",
        help_text="As needs, not diagnoses. Leave out what happened.",
    )
    shares = forms.MultipleChoiceField(
        label="What else goes along, with her agreement?",
        choices=[(s.value, SHARE_WORDS[s]) for s in _CHOSEN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="What is needed and how to reach her safely always goes along.",
    )
    channel = forms.CharField(
        label="How is the agency told?",
        help_text="For example: sealed letter she carries, call to the night desk.",
        max_length=160,
    )

    def __init__(self, *args: Any, families: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["family"]
        listed.choices = [("", "Choose one"), *families]
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Pass what is asked on as one value."""
        if not self.is_valid():
            return False
        names = ("family", "needs", "channel", "urgency")
        told = {name: self.cleaned_data.pop(name) for name in names}
        shares = (Share.REFERRAL.value, *self.cleaned_data.pop("shares"))
        return super().perform(action, asked=Asked(shares=shares, **told), **given)


class AnswerForm(ActionForm):
    """The agency's own answer: a reason where one is needed, and a note."""

    reason = forms.ChoiceField(widget=forms.RadioSelect)
    note = words_field("Anything to note", rows=2, required=False)

    def __init__(self, *args: Any, move: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.label = _REASON_LABELS.get(move, "")
        reason.choices = REASONS[move]
        for name in self.spare(move):
            del self.fields[name]

    def spare(self, move: Move) -> list[str]:
        """The fields this move does not need."""
        return [] if REASONS[move] else ["reason"]


class MoveForm(AnswerForm):
    """One move of a referral as the centre notes it."""

    who = forms.CharField(label="Who at the agency answered?", max_length=160)
    how = forms.CharField(
        label="How did the answer come?",
        help_text="For example: by phone, on the slip she brought.",
        max_length=160,
    )
    helped = forms.ChoiceField(
        label="Did it help, as she sees it?",
        choices=HELPED_WORDS,
        widget=forms.RadioSelect,
        initial="not_asked",
    )
    happened_on = day_field("On which day?")
    field_order = ["who", "how", "reason", "helped", "happened_on", "note"]

    def spare(self, move: Move) -> list[str]:
        """An answer names who and how; only a closing asks whether it helped."""
        spare = super().spare(move)
        if move not in BY_AGENCY:
            spare += ["who", "how"]
        return spare if move is Move.CLOSE else [*spare, "helped"]

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Pass what is told on as one value."""
        if not self.is_valid():
            return False
        told = {n: self.cleaned_data.pop(n) for n in self.fields if n != "token"}
        return super().perform(action, told=Told(**told), **given)
