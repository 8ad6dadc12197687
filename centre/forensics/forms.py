"""What the pages of an examination ask: the arguments of its acts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from centre.chain_of_custody.queries.plan import choices
from centre.chain_of_custody.rules.samples import METHODS
from centre.core.errors import RuleError
from centre.core.forms import ActionForm
from centre.forensics.actions.advice import ANSWERS
from centre.forensics.body_map.marks import CLASSES
from centre.forensics.rules import injuries, photographs
from centre.packs.model import Pack

LONG: Final = 10_000
_EMPTY: Final = ("", "Choose one")
_SIDES: Final = {
    "": "Does not apply",
    "left": "Left",
    "right": "Right",
    "both": "Both sides",
    "midline": "Middle",
}


def choice(
    label: str, choices: dict[str, str], *, required: bool = True, help_text: str = ""
) -> forms.ChoiceField:
    """One of a closed list, nothing chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        choices=[_EMPTY, *choices.items()],
        required=required,
        help_text=help_text,
    )


def sentences(
    label: str, help_text: str = "", *, required: bool = False
) -> forms.CharField:
    """Words of any length that a person types."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )


def moment(label: str, *, required: bool) -> forms.DateTimeField:
    """A date and time by the clock on the wall."""
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
    )


def millimetres(label: str) -> forms.IntegerField:
    """A size on the body."""
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=injuries.MOST_MM
    )


class BeginForm(ActionForm):
    """Which form the examination is made with."""

    pack_name = forms.ChoiceField(
        label="Form",
        help_text="It stays the form of this examination, in this version.",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, packs: Iterable[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pack_name"]
        field.choices = [(p.name, f"{p.title()}, version {p.version}") for p in packs]


class InjuryForm(ActionForm):
    """An injury in words and numbers."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    kind = choice("Class", {code: c.words for code, c in CLASSES.items()})
    sized = choice("Size", injuries.SIZED, required=False)
    length_mm = millimetres("Length in mm")
    width_mm = millimetres("Width in mm")
    shape = choice("Shape", injuries.SHAPES, required=False)
    colours = forms.MultipleChoiceField(
        label="Colour",
        help_text="As seen. Colour does not tell the age of an injury.",
        choices=list(injuries.COLOURS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    depth = choice("Depth", injuries.DEPTHS, required=False)
    pattern = forms.CharField(
        label="Pattern, in words",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    cause = sentences(
        "How it happened, in the survivor's own words", "Word for word, without quotes."
    )
    cause_by = choice("Who said it", injuries.SPOKEN_BY, required=False)
    note = sentences("Note")


class RemoveInjuryForm(ActionForm):
    """Taking out an injury that was noted by mistake."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PhotographForm(ActionForm):
    """One photograph with what is told of it."""

    original = forms.FileField(
        label="Photograph",
        help_text="JPEG, PNG or HEIC, up to 20 MB. It is kept untouched.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/heic"}),
    )
    kind = choice("What it shows", photographs.CLASSES)
    frame = choice("Kind of frame", photographs.FRAMES)
    area = forms.CharField(
        label="Part of the body",
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    injury = forms.IntegerField(
        label="Injury number", required=False, min_value=1, max_value=999
    )
    scale = choice("Scale in the picture", photographs.SCALES)
    is_square = forms.BooleanField(
        label="Taken at a right angle to the surface", required=False
    )
    device = forms.CharField(label="Camera", required=False, max_length=100)
    taken_at = moment("When it was taken", required=False)
    caption = sentences("Caption: only what can be seen")

    def clean_original(self) -> bytes:
        """The bytes of the file, if there are neither too many nor none."""
        posted = self.cleaned_data["original"]
        try:
            photographs.check_size(posted.size)
        except RuleError as error:
            raise forms.ValidationError(str(error)) from error
        content: bytes = posted.read()
        return content


class SampleForm(ActionForm):
    """A specimen that is taken now."""

    specimen = forms.ChoiceField(
        label="Sample", help_text="In the order of collection."
    )
    site = forms.CharField(label="Site on the body, or the thing", max_length=60)
    side = forms.ChoiceField(label="Side", choices=list(_SIDES.items()), required=False)
    method = choice("How it was taken", METHODS)
    collected_at = moment("When it was taken", required=True)
    count = forms.IntegerField(
        label="How many, such as swabs", min_value=1, max_value=50, initial=1
    )
    description = sentences("Description", "What it looks like. No name of a person.")
    late_reason = forms.CharField(
        label="If that is more than a day ago: why it is written down late",
        required=False,
        max_length=1000,
    )

    def __init__(
        self, *args: Any, hours: tuple[float, float] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["specimen"]
        field.choices = [_EMPTY, *choices(hours)]


class AdviceForm(ActionForm):
    """What was done with one advice."""

    rule = forms.CharField(widget=forms.HiddenInput, max_length=10)
    done = forms.ChoiceField(
        label="What was done",
        choices=list(ANSWERS.items()),
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label="Because",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class CompleteForm(ActionForm):
    """Completing an examination; there is nothing to fill in."""


class AddendumForm(ActionForm):
    """What is added after completion."""

    reason = forms.CharField(
        label="Why it is added now",
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = sentences("What is added", required=True)
