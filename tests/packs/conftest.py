"""A small pack with one of everything, and a way to write packs to a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from centre.packs.model import Pack
from centre.packs.read import read_folder

PACK = """
name = "visit"
version = "1.0"
status = "draft"
jurisdiction = "INT"
source = "Own work"

[[section]]
code = "who"

[[section]]
code = "body"
when = { not = { question = "p.sex", is = "unknown" } }

[[question]]
code = "p.sex"
section = "who"
kind = "choice"
required = "reason"
absent = "H"
sensitivity = 2
disclosure = "F"
choices = ["female", "male", "unknown"]
codes = [{ system = "http://loinc.org", code = "46098-0", verified = false }]

[[question]]
code = "p.pregnant"
section = "who"
kind = "bool3"
required = "reason"
absent = "H"
sensitivity = 4
disclosure = "C"
when = { question = "p.sex", is = "female" }

[[question]]
code = "p.weeks"
section = "who"
kind = "int"
required = "reason"
absent = "H"
sensitivity = 4
disclosure = "C"
unit = "wk"
min = 0
max = 45
when = { question = "p.pregnant", is = "yes" }

[[question]]
code = "p.account"
section = "who"
kind = "verbatim"
required = "warn"
absent = "H"
sensitivity = 4
disclosure = "F"

[[question]]
code = "p.when"
section = "who"
kind = "datetime"
required = "reason"
absent = "H"
sensitivity = 4
disclosure = "F"

[[question]]
code = "p.seen_at"
section = "who"
kind = "datetime"
required = "reason"
absent = "X"
sensitivity = 1
disclosure = "F"
exact = true

[[question]]
code = "b.signs"
section = "body"
kind = "multi"
required = "reason"
absent = "E"
sensitivity = 3
disclosure = "C"
choices = ["pale", "sweating", "none"]
exclusive = ["none"]

[[question]]
code = "b.weight"
section = "body"
kind = "qty"
required = "reason"
absent = "T"
sensitivity = 3
disclosure = "C"
unit = "kg"
min = 1
max = 300
places = 1
consent = "C03"
print = [{ form = "F1", box = "weight" }]

[[question]]
code = "inj"
section = "body"
kind = "repeat"
required = "reason"
absent = "E"
sensitivity = 4
disclosure = "F"

[[question]]
code = "inj.type"
parent = "inj"
kind = "choice"
choices = ["bruise", "cut"]

[[question]]
code = "inj.colour"
parent = "inj"
kind = "text"
required_when = { question = "inj.type", is = "bruise" }

[[question]]
code = "inj.stitches"
parent = "inj"
kind = "int"
when = { question = "inj.type", is = "cut" }

[[question]]
code = "b.swab"
section = "body"
kind = "bool"
required = "reason"
absent = "E"
sensitivity = 4
disclosure = "F"
when = { question = "inj.type", is = "cut" }

[[question]]
code = "b.marks"
section = "body"
kind = "bodymap"
required = "warn"
absent = "E"
sensitivity = 4
disclosure = "F"

[[question]]
code = "b.risk"
section = "body"
kind = "calc"
required = "system"
absent = "X"
sensitivity = 3
disclosure = "C"

[[rule]]
code = "seen-after"
kind = "not_after"
severity = "hard"
questions = ["p.when", "p.seen_at"]
slack = 1

[[rule]]
code = "few-stitches"
kind = "range"
severity = "warn"
questions = ["inj.stitches"]
max = 20
"""

LABELS = """
title = "Visit"

[section]
who = "Who"
body = "Body"

[intro]
body = "Ask before each step."

[question."p.sex"]
label = "Sex"
hint = "As < in documents"
[question."p.pregnant"]
label = "Pregnant"
[question."p.weeks"]
label = "Weeks"
[question."p.account"]
label = "Account"
[question."p.when"]
label = "When"
[question."p.seen_at"]
label = "Seen at"
[question."b.signs"]
label = "Signs"
[question."b.weight"]
label = "Weight"
[question."inj"]
label = "Injury"
[question."inj.type"]
label = "Kind"
[question."inj.colour"]
label = "Colour"
[question."inj.stitches"]
label = "Stitches"
[question."b.swab"]
label = "Swab taken"
[question."b.marks"]
label = "Marks"
[question."b.risk"]
label = "Risk"

[choice."p.sex"]
female = "Female"
male = "Male"
unknown = "Not known"
[choice."b.signs"]
pale = "Pale"
sweating = "Sweating"
none = "None of these"
[choice."inj.type"]
bruise = "Bruise"
cut = "Cut"

[rule]
seen-after = "It cannot have happened after the person was seen."
few-stitches = "That is a large number of stitches."
"""

FORMS = """
[[box]]
form = "F1"
box = "sex"
label = "Sex"
maps = ["p.sex"]

[[box]]
form = "F1"
box = "virginity"
label = "State of hymen"
suppressed = "Not performed - not a valid clinical test"

[[box]]
form = "F1"
box = "weight"
label = "Weight"
extra = true

[[box]]
form = "F1"
box = "injuries"
label = "Injuries"
maps = ["inj.type", "case.reference"]
"""


def _changed(text: str, changes: tuple[tuple[str, str], ...]) -> str:
    for old, new in changes:
        text = text.replace(old, new, 1)
    return text


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a pack; `change` replaces pieces of its text."""

    def written(
        *changes: tuple[str, str],
        name: str = "visit",
        version: str = "1.0",
        pack: str = PACK,
        labels: str = LABELS,
        forms: str = FORMS,
    ) -> Path:
        texts = {"pack.toml": pack, "labels/en.toml": labels, "forms.toml": forms}
        folder = tmp_path / name / version
        (folder / "labels").mkdir(parents=True)
        for old, _new in changes:
            assert any(old in text for text in texts.values()), old
        for path, text in texts.items():
            (folder / path).write_text(_changed(text, changes), encoding="utf-8")
        return folder

    return written


@pytest.fixture(scope="session")
def small_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The small pack, read once, for tests that run many times."""
    folder = tmp_path_factory.mktemp("packs") / "visit" / "1.0"
    (folder / "labels").mkdir(parents=True)
    (folder / "pack.toml").write_text(PACK, encoding="utf-8")
    (folder / "labels" / "en.toml").write_text(LABELS, encoding="utf-8")
    (folder / "forms.toml").write_text(FORMS, encoding="utf-8")
    return read_folder(folder)


@pytest.fixture
def pack(write: Write) -> Pack:
    """The small pack."""
    return read_folder(write())
