"""Uploading a list of old things, its scans, and signing for the whole of it."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from centre.chain_of_custody.forms.disposal import one_time_code
from centre.core.forms import ActionForm

_NO_FILE: Final = "Choose the file. A file of more than 20 MB is not taken in."


class _WholeFile(forms.FileField):
    """A file as it is; what is wrong with an empty one is said by the act."""

    def __init__(self, *, label: str, help_text: str, accept: str) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            allow_empty_file=True,
            max_length=None,
            widget=forms.FileInput(attrs={"accept": accept}),
            error_messages={"required": _NO_FILE},
        )


class UploadForm(ActionForm):
    """The filled-in template."""

    content = _WholeFile(
        label="The list",
        help_text="The template, filled in and saved as CSV UTF-8, comma separated.",
        accept=".csv,text/csv",
    )

    def clean_content(self) -> bytes:
        """The bytes of the file."""
        found: bytes = self.cleaned_data["content"].read()
        return found


class ScanOfPaperForm(ActionForm):
    """A scan of the old paper; its file's name stands in the list."""

    content = _WholeFile(
        label="A scan that the list names",
        help_text="PDF, JPEG or PNG, at most 10 MB. It is kept encrypted.",
        accept="application/pdf,image/jpeg,image/png",
    )

    def clean(self) -> dict[str, Any]:
        """The bytes of the file, and its name as the list has it."""
        cleaned = super().clean()
        uploaded = cleaned.get("content")
        if uploaded is not None:
            cleaned["name"] = uploaded.name
            cleaned["content"] = uploaded.read()
        return cleaned


class TakeOverForm(ActionForm):
    """The signature under all of it."""

    code = one_time_code()
