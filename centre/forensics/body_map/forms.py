"""The plain list of a view's marks: the picture beside it only fills it in."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms

from centre.core.errors import RuleError
from centre.forensics.body_map import marks, views
from centre.forensics.body_map.marks import BADGES, CLASSES, Mark
from centre.forensics.body_map.views import Place, View


class _ClassSelect(forms.Select):
    """Options that tell the picture which letters and which badge they draw."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        kind = CLASSES.get(str(option["value"]))
        if kind is not None:
            option["attrs"]["data-letters"] = kind.letters
            option["attrs"]["data-badge"] = BADGES[kind.badge]
            option["attrs"]["data-old"] = str(int(kind.badge is marks.Badge.OLD))
        return option


class _RegionSelect(forms.Select):
    """Options that tell the picture where each region lies."""

    places: dict[str, Place]

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        place = self.places.get(str(option["value"]))
        if place is not None:
            option["attrs"]["data-place"] = f"{place.x},{place.y}"
        return option


class MarkForm(forms.Form):
    """One mark of one view. With a region and no place, it stands in its middle."""

    number = forms.IntegerField(label="Injury number", min_value=1, max_value=999)
    kind = forms.ChoiceField(
        label="Class",
        choices=[("", "Choose"), *((k, c.words) for k, c in CLASSES.items())],
        widget=_ClassSelect,
    )
    region = forms.ChoiceField(label="Region", required=False, widget=_RegionSelect)
    x = forms.FloatField(
        label="Across",
        help_text="0 is the picture's left edge, 1 its right.",
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.0001"}),
    )
    y = forms.FloatField(
        label="Down",
        help_text="0 is the picture's top, 1 its foot.",
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.0001"}),
    )
    is_confirmed = forms.BooleanField(label="Off the figure on purpose", required=False)
    remove = forms.BooleanField(label="Remove this mark", required=False)

    def __init__(self, *args: Any, view: View, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.view = view
        region = self.fields["region"]
        region.choices = [  # type: ignore[attr-defined]
            ("", "Choose, or touch the picture"),
            *((r.key, r.words) for r in view.regions),
        ]
        region.widget.places = {r.key: r.place for r in view.regions}

    def clean(self) -> dict[str, Any]:
        """A place follows from the region, or the region from the place."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors or cleaned.get("remove"):
            return cleaned
        place = self._place(cleaned)
        if place is None:
            message = "Touch the picture, or choose a region for this mark."
            self.add_error("region", message)
            return cleaned
        cleaned["x"], cleaned["y"] = place
        if not cleaned["region"]:
            found = views.region_at(self.view, place)
            cleaned["region"] = found.key if found else ""
        try:
            marks.check(self.mark(), is_confirmed=cleaned["is_confirmed"])
        except RuleError as error:
            self.add_error("x", str(error))
        return cleaned

    def _place(self, cleaned: dict[str, Any]) -> Place | None:
        if cleaned.get("x") is not None and cleaned.get("y") is not None:
            return Place(round(cleaned["x"], 4), round(cleaned["y"], 4))
        if cleaned.get("region"):
            return self.view.region(cleaned["region"]).place
        return None

    def mark(self) -> Mark:
        """The mark of a valid row."""
        row = self.cleaned_data
        return marks.point(row["number"], row["kind"], self.view, row["x"], row["y"])


if TYPE_CHECKING:
    _Rows = forms.BaseFormSet[MarkForm]
else:
    _Rows = forms.BaseFormSet


class MarkList(_Rows):
    """All marks of one view, in the order of their numbers."""

    @property
    def kept(self) -> Iterator[MarkForm]:
        """The filled rows of a valid list that are not to be removed."""
        return (
            form
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data["remove"]
        )


def mark_list(
    view: View,
    data: Any = None,
    *,
    initial: Iterable[dict[str, Any]] = (),
    extra: int = 1,
) -> MarkList:
    """The list for one view; `initial` rows carry number, kind, region, x and y."""
    made = forms.formset_factory(
        MarkForm, formset=MarkList, extra=extra, max_num=200, absolute_max=250
    )
    rows = [dict(row) for row in initial]
    listed = made(data, initial=rows, prefix="mark", form_kwargs={"view": view})
    return cast("MarkList", listed)
