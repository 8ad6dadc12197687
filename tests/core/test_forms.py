"""Whoever leaves something out is told what to do."""

from __future__ import annotations

import pytest
from django import forms

from centre.core.forms import ActionForm


class Everything(ActionForm):
    """One field of each kind, each needed."""

    words = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    scan = forms.FileField()
    agreed = forms.BooleanField()
    own = forms.CharField(error_messages={"required": "Write your number."})


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("words", "Fill this in."),
        ("kind", "Choose one."),
        ("scan", "Choose a file."),
        ("agreed", "Tick this."),
        ("own", "Write your number."),
    ],
)
def test_what_was_left_out_is_told_as_something_to_do(name, sentence):
    assert Everything({}).errors[name] == [sentence]


def test_a_field_that_a_form_adds_for_itself_is_told_so_too():
    form = Everything({})
    form.fields["more"] = forms.CharField()

    assert form.errors["more"] == ["Fill this in."]
