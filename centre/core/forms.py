"""Forms whose fields are the arguments of one action.

Each rendered form carries a token. A second submit of the same form returns the first
result and does nothing more, so a double click or a lost reply never writes twice.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.apps import apps
from django.db import IntegrityError, models, transaction

from centre.core import clock
from centre.core.errors import RuleError
from centre.core.models import FormToken, User

_REFUSED_CATEGORIES = {"Cs", "Cc"}
_ALLOWED_CONTROLS = {"\n", "\r", "\t"}
_BIDI_OVERRIDES = dict.fromkeys(map(ord, "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"))


def clean_text(value: str) -> str:
    """Text both databases keep alike: NFC, no control signs, no hidden direction."""
    kept = (
        c
        for c in value
        if c in _ALLOWED_CONTROLS or unicodedata.category(c) not in _REFUSED_CATEGORIES
    )
    text = "".join(kept).replace("\r\n", "\n")
    return unicodedata.normalize("NFC", text).translate(_BIDI_OVERRIDES)


_LIBRARY = forms.Field.default_error_messages["required"]


def _what_to_do(field: forms.Field) -> str:
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return "Choose one."
    if isinstance(field, forms.FileField):
        return "Choose a file."
    return "Tick this." if isinstance(field, forms.BooleanField) else "Fill this in."


class ActionForm(forms.Form):
    """A form whose fields are the arguments of one action."""

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    result: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4

    def full_clean(self) -> None:
        """The same, with sentences that say what to do where nothing was told."""
        for field in self.fields.values():
            if field.error_messages.get("required") == _LIBRARY:
                field.error_messages["required"] = _what_to_do(field)
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Text in the form both databases keep alike."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = clean_text(value)
        return cleaned

    def perform(self, action: Callable[..., Any], **given: Any) -> bool:
        """Run the action on valid data; a broken rule becomes a form error."""
        if not self.is_valid():
            return False
        arguments = dict(self.cleaned_data)
        token = arguments.pop("token", None)
        try:
            self.result = self._once(token, action, {**given, **arguments})
        except RuleError as error:
            self.add_error(None, str(error))
            return False
        return True

    def _once(
        self,
        token: uuid.UUID | None,
        action: Callable[..., Any],
        arguments: dict[str, Any],
    ) -> Any:
        by: User = arguments["by"]
        if token is None:
            return action(**arguments)
        earlier = _earlier(token, by)
        if earlier is not None:
            return _result_of(earlier)
        try:
            with transaction.atomic():
                return _perform_with_token(token, by, action, arguments)
        except IntegrityError:
            earlier = _earlier(token, by)
            if earlier is None:
                raise
            return _result_of(earlier)


def first_result(sent: Mapping[str, Any], by: User) -> Any:
    """What the first submit of this very form led to, if there was one.

    For a page whose subject is gone once its form was performed.
    """
    try:
        token = uuid.UUID(str(sent.get("token", "")))
    except ValueError:
        return None
    earlier = _earlier(token, by)
    return _result_of(earlier) if earlier else None


def _perform_with_token(
    token: uuid.UUID, by: User, action: Callable[..., Any], arguments: dict[str, Any]
) -> Any:
    kept = FormToken.objects.create(token=token, user=by, made_at=clock.now())
    result = action(**arguments)
    if isinstance(result, models.Model):
        kept.result_label = result._meta.label
        kept.result_key = str(result.pk)
        kept.save(update_fields=["result_label", "result_key"])
    return result


def _earlier(token: uuid.UUID, by: User) -> FormToken | None:
    return FormToken.objects.filter(token=token, user=by).first()


def _result_of(earlier: FormToken) -> Any:
    if not earlier.result_label:
        return None
    model = apps.get_model(earlier.result_label)
    return model._default_manager.filter(pk=earlier.result_key).first()
