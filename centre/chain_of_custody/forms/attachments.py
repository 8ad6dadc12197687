"""Attaching a document to a kit, an item, or one event of it."""

from __future__ import annotations

from typing import Any

from django import forms

from centre.chain_of_custody.forms.parts import PackageForm, choice
from centre.chain_of_custody.queries.history import history
from centre.chain_of_custody.rules.stock import DOCUMENTS


class AttachForm(PackageForm):
    """The file, what it is, and which event it is the source of."""

    content = forms.FileField(
        label="Document",
        help_text="PDF, JPEG or PNG, at most 10 MB. It is kept encrypted.",
        widget=forms.FileInput(
            attrs={"accept": "application/pdf,image/jpeg,image/png"}
        ),
    )
    kind = choice("What it is", DOCUMENTS)
    about = forms.ChoiceField(
        label="Which event it belongs to",
        help_text="Such as the late entry that was copied from this paper.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["about"]
        own = [line.event for line in history(self.package) if not line.via_kit]
        named = [(str(e.pk), f"No. {e.number}: {e.get_move_display()}") for e in own]
        field.choices = [("", "To all of it"), *named]

    def clean_content(self) -> bytes:
        """The bytes of the file."""
        content: bytes = self.cleaned_data["content"].read()
        return content
