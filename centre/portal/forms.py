"""The forms of her own page, and of the staff who made it."""

from __future__ import annotations

from django import forms

from centre.core.forms import ActionForm, clean_text
from centre.portal.rules import MOST_WORDS, PIN_DIGITS, Wish

_NUMBER = {
    "inputmode": "numeric",
    "autocomplete": "off",
    "maxlength": PIN_DIGITS,
}


def _number(label: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs=_NUMBER)
    return forms.CharField(label=label, max_length=20, widget=widget)


class LookForm(forms.Form):
    """A code and a number; nothing of them is ever shown again."""

    code = forms.CharField(
        label="Your code",
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    pin = _number("Your number")


class WishForm(forms.Form):
    """What she would like, and her number once more."""

    wish = forms.ChoiceField(
        label="What would you like?",
        choices=[(w.value, w.words) for w in Wish],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="In your words, if you like",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    pin = _number("Your number, once more")

    def clean_words(self) -> str:
        """Text in the form both databases keep alike."""
        return clean_text(self.cleaned_data["words"])


class CardForm(ActionForm):
    """The number she chooses, typed by herself."""

    pin = _number("A number of six digits, chosen and typed by her")
    again = _number("The same number again")


class AnswerForm(ActionForm):
    """What became of it."""

    words = forms.CharField(
        label="What was done about it",
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
