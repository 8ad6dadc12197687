"""The body map: views are whole, places have regions, marks have their signs."""

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from centre.core.errors import RuleError
from centre.forensics.body_map import forms, geometry, marks, views
from centre.forensics.body_map.geometry import Point
from centre.forensics.body_map.marks import CLASSES, Mark, Shape
from centre.forensics.body_map.views import Place

VIEWS = views.all_views()
ids = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.id)
FRONT = views.load("body_ant")


# The views


def test_the_views_an_examination_needs_are_there():
    needed = {
        *("body_ant", "body_post", "head_left", "head_right", "thigh_inner"),
        *("hand_L_dorsal", "hand_L_palmar", "hand_R_dorsal", "hand_R_palmar"),
        *("vulva_adult", "penis_scrotum_front", "anus_clock"),
        *("child_ant", "child_post"),
    }

    assert needed <= {view.id for view in VIEWS}


@ids
def test_a_view_can_be_drawn_by_screen_and_paper(view):
    paths = (*view.outline, *view.detail, *view.fine)

    assert view.outline
    assert all(geometry.commands(path)[0].letter == "M" for path in paths)
    assert all(path.endswith("Z") for path in view.outline)


@ids
def test_a_figure_stays_within_its_picture(view):
    for path in view.outline:
        for polygon in geometry.polygons(path):
            assert all(0 <= p.x <= view.width for p in polygon)
            assert all(0 <= p.y <= view.height for p in polygon)


@ids
def test_every_place_of_a_figure_has_a_region(view):
    steps = [(n + 0.37) / 30 for n in range(30)]
    grid = [Place(x, y) for x in steps for y in steps]
    inside = [place for place in grid if views.on_figure(view, place, near=0)]

    assert inside
    assert [place for place in inside if views.region_at(view, place) is None] == []


@ids
def test_a_mark_set_by_the_list_lies_in_the_region_it_names(view):
    for region in view.regions:
        assert views.region_at(view, region.place) == region


@ids
def test_the_keys_of_regions_are_unique_and_sides_are_known(view):
    keys = [region.key for region in view.regions]

    assert len(keys) == len(set(keys))
    assert {region.side for region in view.regions} <= {"left", "right", "midline"}


@pytest.mark.parametrize(
    ("view_id", "x", "key"),
    [
        ("body_ant", 0.3, "thigh_outer_right"),
        ("body_ant", 0.7, "thigh_outer_left"),
        ("body_post", 0.3, "thigh_outer_left"),
        ("body_post", 0.7, "thigh_outer_right"),
        ("child_ant", 0.32, "thigh_outer_right"),
        ("child_post", 0.32, "buttock_left"),
    ],
)
def test_left_and_right_are_the_persons_own(view_id, x, key):
    region = views.region_at(views.load(view_id), Place(x, 0.6))

    assert region is not None
    assert region.key == key


@pytest.mark.parametrize(
    ("view_id", "thumb_on"),
    [
        ("hand_L_dorsal", "right"),
        ("hand_L_palmar", "left"),
        ("hand_R_dorsal", "left"),
        ("hand_R_palmar", "right"),
    ],
)
def test_each_hand_has_its_thumb_on_its_own_side(view_id, thumb_on):
    view = views.load(view_id)
    side = "left" if "_L_" in view_id else "right"
    thumb = view.region(f"thumb_{side}").place

    assert ("right" if thumb.x > 0.5 else "left") == thumb_on


def test_the_head_seen_from_its_left_looks_to_the_left():
    left, right = (views.load(f"head_{side}") for side in ("left", "right"))

    assert left.region("nose").place.x < 0.5 < right.region("nose").place.x


def test_a_place_off_the_figure_has_no_region_but_one_just_off_it_has():
    assert views.region_at(FRONT, Place(0.02, 0.02)) is None
    just_off = Place(0.5, (30 - 10) / FRONT.height)
    far_off = Place(0.5, (30 - 29) / FRONT.height)

    assert views.on_figure(FRONT, just_off)
    assert not views.on_figure(FRONT, just_off, near=0)
    assert not views.on_figure(FRONT, far_off)


@pytest.mark.parametrize(
    ("place", "hour"),
    [((0, -0.1), 12), ((0.1, 0), 3), ((0, 0.1), 6), ((-0.1, 0), 9), ((0.05, -0.09), 1)],
)
def test_the_clock_runs_as_the_examiner_sees_it(place, hour):
    view = views.load("anus_clock")
    assert view.clock is not None
    at = Place(view.clock.x + place[0], view.clock.y + place[1])

    assert views.clock_hour(view, at) == hour
    assert views.clock_hour(FRONT, at) is None


def test_views_are_offered_by_anatomy_and_age():
    girl = {v.id for v in views.shown_for(anatomy="female", is_child=True)}
    man = {v.id for v in views.shown_for(anatomy="male")}

    assert {"child_ant", "vulva_prepub", "anus_clock"} <= girl
    assert not {"body_ant", "vulva_adult", "penis_under"} & girl
    assert {"body_ant", "penis_under"} <= man
    assert not {"child_ant", "vulva_adult"} & man
    assert {"vulva_adult", "penis_under"} <= {v.id for v in views.shown_for()}


def test_an_old_version_is_asked_for_by_number_and_an_unknown_one_is_missing():
    assert views.load("body_ant", 1).version == 1
    with pytest.raises(KeyError):
        views.load("body_ant", 99)


def test_paper_has_the_same_drawing_the_other_way_up():
    drawing = views.on_paper(FRONT, left=100, bottom=50, width=250)
    top, foot = drawing.at(Place(0, 0)), drawing.at(Place(1, 1))

    assert drawing.scale == 0.5
    assert top == Point(100, 50 + FRONT.height / 2)
    assert foot == Point(350, 50)
    count = sum(map(len, (FRONT.outline, FRONT.detail, FRONT.fine)))
    assert len(drawing.strokes) == count
    assert [word.text for word in drawing.words] == ["Right", "Left"]


# Geometry

SQUARE = [Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10)]


@given(st.floats(0.1, 9.9), st.floats(0.1, 9.9))
def test_what_is_inside_a_square_is_inside(x, y):
    assert geometry.contains(SQUARE, Point(x, y))
    assert not geometry.contains(SQUARE, Point(x + 10, y))


def test_distance_is_to_the_nearest_edge():
    assert geometry.distance(SQUARE, Point(5, 13)) == 3
    assert geometry.distance(SQUARE, Point(13, 14)) == 5


def test_a_bow_tie_crosses_itself_and_a_square_does_not():
    assert geometry.crosses_itself([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]])
    assert not geometry.crosses_itself(SQUARE)


@pytest.mark.parametrize(
    "path", ["M0 0 A5 5 0 0 1 9 9", "M0 0 l5 5", "M0 0 H9", "nonsense"]
)
def test_a_path_the_paper_cannot_follow_is_refused(path):
    with pytest.raises(ValueError, match="something other"):
        geometry.commands(path)


def test_a_curve_ends_where_it_should():
    (polygon,) = geometry.polygons("M0 0 C0 5 5 10 10 10 Z")

    assert polygon[0] == Point(0, 0)
    assert polygon[-1] == Point(10, 10)


# Marks


def a_mark(shape: Shape = Shape.POINT, *coords: tuple[float, float]) -> Mark:
    """A bruise on the front of the body."""
    places = tuple(Place(*c) for c in coords) or (Place(0.5, 0.3),)
    return Mark(1, "bruise", "body_ant", 1, places, shape)


def test_every_class_has_letters_of_its_own():
    letters = [kind.letters for kind in CLASSES.values()]

    assert len(letters) == len(set(letters))
    assert {"A", "B", "L", "I", "S", "Bt", "Bu", "P", "R", "Sw", "T", "Sc"} <= set(
        letters
    )


@pytest.mark.parametrize(
    "mark",
    [
        a_mark(),
        a_mark(Shape.LINE, (0.5, 0.3), (0.5, 0.4)),
        a_mark(Shape.ELLIPSE, (0.5, 0.3), (0.03, 0.02)),
        a_mark(Shape.POLYGON, (0.45, 0.3), (0.55, 0.3), (0.5, 0.35)),
    ],
)
def test_a_well_formed_mark_on_the_figure_stands(mark):
    marks.check(mark)


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        (a_mark(Shape.POINT, (0.5, 1.2)), "outside the picture"),
        (a_mark(Shape.POINT, (0.02, 0.02)), "off the figure"),
        (a_mark(Shape.POLYGON, (0.4, 0.3), (0.5, 0.3)), "cannot be drawn with 2"),
        (a_mark(Shape.LINE, (0.4, 0.3)), "cannot be drawn with 1"),
        (
            a_mark(Shape.POLYGON, (0.4, 0.3), (0.6, 0.4), (0.6, 0.3), (0.4, 0.4)),
            "crosses itself",
        ),
    ],
)
def test_a_mark_that_cannot_stand_says_why(mark, sentence):
    with pytest.raises(RuleError, match=sentence):
        marks.check(mark)


def test_a_mark_off_the_figure_stands_when_confirmed():
    marks.check(a_mark(Shape.POINT, (0.02, 0.02)), is_confirmed=True)


def test_places_are_kept_with_four_decimals():
    mark = marks.point(1, "burn", FRONT, 1 / 3, 2 / 3)

    assert mark.place == (0.3333, 0.6667)


def test_marks_at_one_place_have_badges_side_by_side_that_cover_no_spot():
    crowd = [marks.point(n, "bruise", FRONT, 0.5, 0.3 + n / 500) for n in range(1, 9)]
    drawn = marks.draw(FRONT, crowd)
    badges = [(float(m.badge_x), float(m.badge_y)) for m in drawn]
    spots = [(float(m.x), float(m.y)) for m in drawn]
    unit = FRONT.unit

    for n, (x, y) in enumerate(badges):
        for a, b in badges[n + 1 :]:
            assert abs(x - a) >= 49 * unit or abs(y - b) >= 23 * unit
        assert all(abs(x - a) >= 25 * unit or abs(y - b) >= 11 * unit for a, b in spots)


def test_only_marks_of_the_view_are_drawn_and_in_order_of_their_numbers():
    elsewhere = Mark(1, "bruise", "body_post", 1, (Place(0.5, 0.3),))
    third, second = (marks.point(n, "scar", FRONT, 0.5, 0.3) for n in (3, 2))

    assert [m.number for m in marks.draw(FRONT, [third, elsewhere, second])] == [2, 3]


def test_a_mark_says_number_class_and_region():
    (drawn,) = marks.draw(
        FRONT, [marks.point(4, "bite", FRONT, *FRONT.region("chest").place)]
    )

    assert drawn.words == "4: Bite mark, chest"
    assert drawn.letters == "Bt"


# The list beside the picture


def posted(*rows: dict[str, str]) -> dict[str, str]:
    """What the browser sends for so many rows."""
    data = {"mark-TOTAL_FORMS": str(len(rows)), "mark-INITIAL_FORMS": "0"}
    for n, row in enumerate(rows):
        data |= {f"mark-{n}-{name}": value for name, value in row.items()}
    return data


BRUISE = {"number": "1", "kind": "bruise"}


def test_a_region_alone_sets_the_mark_in_its_middle():
    made = forms.mark_list(FRONT, posted({**BRUISE, "region": "chest"}))

    assert made.is_valid()
    (row,) = made.kept
    assert row.mark().place == FRONT.region("chest").place


def test_a_place_alone_finds_its_region():
    place = FRONT.region("knee_left").place
    row = {**BRUISE, "x": str(place.x), "y": str(place.y)}
    made = forms.mark_list(FRONT, posted(row))

    assert made.is_valid()
    assert next(made.kept).cleaned_data["region"] == "knee_left"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (BRUISE, "region"),
        ({**BRUISE, "x": "0.01", "y": "0.01"}, "x"),
        ({**BRUISE, "x": "7", "y": "0.5"}, "x"),
        ({**BRUISE, "x": "nan", "y": "0.5"}, "x"),
        ({"kind": "bruise", "region": "chest"}, "number"),
        ({**BRUISE, "region": "tail"}, "region"),
    ],
)
def test_a_row_that_makes_no_mark_says_at_which_field(row, field):
    made = forms.mark_list(FRONT, posted(row))

    assert not made.is_valid()
    assert field in made.errors[0]


def test_an_untouched_row_and_a_removed_one_are_not_kept():
    removed = {**BRUISE, "remove": "on"}
    made = forms.mark_list(FRONT, posted({}, removed, {**BRUISE, "region": "chest"}))

    assert made.is_valid()
    assert len(list(made.kept)) == 1


def test_the_page_carries_what_the_picture_needs_and_works_without_it():
    made = forms.mark_list(FRONT, initial=[{"number": 1, "kind": "bruise"}])
    page = {"view": FRONT, "marks": marks.draw(FRONT, [a_mark()]), "list": made}
    html = render_to_string("components/body_map.html", page)

    assert 'data-place="' in html
    assert 'data-letters="B"' in html
    assert html.count("data-mark-row") == 3 + html.count("data-mark-rows")
    assert "1: Bruise, chest" in html
    assert re.search(r'name="mark-0-region"', html)
    assert "style=" not in html
