"""Injuries, photographs, consent, completing: plain values."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from centre.core.errors import RuleError
from centre.forensics.rules import complete, consents, injuries, photographs
from centre.packs.read import load
from tests.forensics.conftest import picture


@pytest.mark.parametrize(
    ("view", "group", "code"),
    [
        ("body_ant", "body", "C02"),
        ("hand_L_palmar", "hand", "C02"),
        ("vulva_adult", "genital", "C03"),
        ("penis_under", "genital", "C03"),
        ("anus_clock", "genital", "C05"),
    ],
)
def test_each_view_needs_the_consent_to_look_there(view, group, code):
    assert consents.consent_of_view(view, group) == code


def test_only_what_is_new_needs_a_consent_in_force():
    question = load("who-core-adult").by_code["inv.hiv"]
    kept = {"inv.hiv": {"v": "negative"}}

    assert consents.newly_valued([question], {}, kept) == {"C06a"}
    assert consents.newly_valued([question], kept, kept) == set()
    assert consents.newly_valued([question], kept, {"inv.hiv": {"r": "x"}}) == set()
    assert consents.newly_valued([question], {}, {"inv.hiv": {"r": "x"}}) == set()
    typed = {"inv.hiv": {"t": {"value": "negative"}}}
    assert consents.newly_valued([question], {}, typed) == {"C06a"}


@pytest.mark.parametrize(
    ("details", "lacks"),
    [
        ({"kind": "bruise"}, 4),
        ({"kind": "bruise", "marks": [1], "length_mm": 5, "shape": "oval"}, 1),
        ({"kind": "bruise", "marks": [1], "length_mm": 0, "shape": "oval",
          "colours": ["red"]}, 0),
        ({"kind": "abrasion", "marks": [1], "length_mm": 5, "shape": "linear"}, 0),
        ({"kind": "abrasion", "marks": [1], "sized": "not_measured",
          "shape": "linear"}, 0),
        ({"kind": "tenderness", "marks": [1]}, 0),
    ],
)  # fmt: skip
def test_what_an_injury_lacks(details, lacks):
    assert len(injuries.lacking(details)) == lacks


@pytest.mark.parametrize(
    "details",
    [
        {"kind": "unheard_of"},
        {"kind": "bruise", "shape": "heart"},
        {"kind": "bruise", "colours": ["pink"]},
        {"kind": "bruise", "length_mm": 2001},
        {"kind": "bruise", "length_mm": -1},
        {"kind": "bruise", "width_mm": "5"},
        {"kind": "bruise", "shape": "patterned"},
        {"kind": "bruise", "cause": "words", "cause_by": ""},
    ],
)
def test_an_injury_outside_the_vocabulary_is_refused(details):
    with pytest.raises(RuleError):
        injuries.check_described(details)


@pytest.mark.parametrize(
    ("answers", "count", "says"),
    [
        ({"er.head": {"v": "injury"}}, 0, 1),
        ({"er.head": {"v": "injury"}}, 1, 0),
        ({"er.head": {"v": "no_injury"}}, 1, 1),
        ({"er.head": {"v": "no_injury"}}, 0, 0),
        ({"g.external": {"v": "injury"}, "er.head": {"r": "declined"}}, 1, 0),
        ({}, 1, 0),
    ],
)
def test_regions_and_the_body_map_are_held_against_each_other(answers, count, says):
    assert len(injuries.disagreements(answers, injuries=count)) == says


def test_a_number_once_taken_out_is_not_given_again():
    injuries.check_number(2, used=[1, 2], current=[2])
    injuries.check_number(3, used=[1, 2], current=[2])

    with pytest.raises(RuleError, match="Use 3 instead"):
        injuries.check_number(1, used=[1, 2], current=[2])


def test_the_copy_holds_no_metadata_and_is_no_larger_than_the_screen_needs():
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    original = picture((3000, 2000), exif=exif.tobytes())

    shown = photographs.screen_copy(original)

    assert b"Camera of somebody" in original
    assert b"Camera of somebody" not in shown.content
    copy = Image.open(io.BytesIO(shown.content))
    assert dict(copy.getexif()) == {}
    assert (copy.width, copy.height) == (shown.width, shown.height) == (1600, 1067)


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    shown = photographs.screen_copy(picture((64, 48), exif=exif.tobytes()))

    assert (shown.width, shown.height) == (48, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_usual_kinds_are_taken(kind):
    assert photographs.screen_copy(picture(kind=kind)).width == 64


@pytest.mark.parametrize(
    "content",
    [b"", b"plain words", b"%PDF-1.7", picture()[:200], picture(kind="GIF"),
     picture(kind="BMP"), b"\x89PNG\r\n\x1a\n" + b"\x00" * 40],
)  # fmt: skip
def test_whatever_cannot_be_decoded_is_refused(content):
    with pytest.raises(RuleError, match="not a photograph we can read"):
        photographs.screen_copy(content)


def test_too_many_dots_and_too_many_bytes_are_refused():
    with pytest.raises(RuleError, match="40 million"):
        photographs.screen_copy(picture((6400, 6401), kind="PNG"))
    with pytest.raises(RuleError, match="20 MB"):
        photographs.check_size(20 * 1024 * 1024 + 1)
    photographs.check_size(20 * 1024 * 1024)


def test_a_complete_examination_lacks_nothing_and_contradicts_nothing():
    complete.check_complete(0, [])

    with pytest.raises(RuleError, match="3 answers"):
        complete.check_complete(3, [])
    with pytest.raises(RuleError, match="before"):
        complete.check_complete(0, ["The end is before the beginning."])


@pytest.mark.parametrize(
    ("is_child", "name"), [(True, "who-core-child"), (False, "ke-moh-363")]
)
def test_the_form_proposed_follows_the_age(is_child, name):
    assert complete.suggested(complete.PACKS, is_child=is_child) == name
