"""A pack with any fault is not read; each fault says what and where."""

from __future__ import annotations

import pytest

from centre.packs import read
from centre.packs.errors import PackError
from centre.packs.model import Required, Status
from centre.packs.read import read_folder


def test_a_pack_is_read_whole(pack):
    assert str(pack) == "visit 1.0"
    assert pack.status is Status.DRAFT
    assert [section.code for section in pack.sections] == ["who", "body"]
    assert pack.section("body").intro() == "Ask before each step."
    assert [q.code for q in pack.question("inj").children] == [
        "inj.type",
        "inj.colour",
        "inj.stitches",
    ]
    assert pack.question("p.pregnant").choice_label("unsure") == "Not sure"
    assert pack.label(pack.section("who")) == "Who"
    assert pack.label(pack.question("p.sex")) == "Sex"
    assert len(pack.boxes) == 4


def test_a_sub_question_takes_from_its_repeat(pack):
    child = pack.question("inj.type")
    assert (child.section, child.required, child.absent) == (
        "body",
        Required.REASON,
        "E",
    )
    assert (child.sensitivity, child.disclosure) == (4, "F")


def test_the_fingerprint_follows_content_and_not_layout(write, pack):
    same = read_folder(
        write(("\n[[section]]", "\n\n# note\n[[section]]"), name="a/visit")
    )
    other = read_folder(write(('"Sex"', '"Sex now"'), name="b/visit"))
    assert len(pack.fingerprint) == 64
    assert same.fingerprint == pack.fingerprint
    assert other.fingerprint != pack.fingerprint


FAULTS = [
    ('source = "Own work"', 'source = "x"\ncolour = "x"', "'colour' is unknown"),
    ('jurisdiction = "INT"\n', "", "'jurisdiction' is missing"),
    ('status = "draft"', 'status = "done"', "'status' must be one of"),
    ('status = "draft"', 'status = "approved"', "needs a sign_off"),
    ('version = "1.0"', "version = 1.0", "'version' must be of type str"),
    ('source = "Own work"', 'source = " "', "'source' is empty"),
    ('code = "p.weeks"', 'code = "p.pregnant"', "code is used twice"),
    ('code = "p.sex"', 'code = "p.Sex"', "not well formed"),
    ('code = "p.sex"', 'code = "p__sex"', "not well formed"),
    ('code = "p.sex"', 'code = "p.0"', "not well formed"),
    ('kind = "bool3"', 'kind = "maybe"', "'kind' must be one of"),
    ("sensitivity = 2", "sensitivity = 6", "'sensitivity' must be one of"),
    ("sensitivity = 2", "sensitivity = true", "must be of type int"),
    ("sensitivity = 2", 'sensitivity = 2\nopen = "x"', "'open' is unknown"),
    (
        'section = "who"\nkind = "choice"',
        'section = "x"\nkind = "choice"',
        "no section",
    ),
    (
        'section = "who"\nkind = "verbatim"',
        'section = "body"\nkind = "verbatim"',
        "later",
    ),
    ('choices = ["female", "male", "unknown"]\n', "", "exactly one of choices"),
    ('["female", "male", "unknown"]', '["female"]', "at least two choices"),
    ('["female", "male", "unknown"]', '["female", "female"]', "'female' twice"),
    ('["female", "male", "unknown"]', '["female", 3]', "not well formed"),
    ('exclusive = ["none"]', 'exclusive = ["nil"]', "is not a choice"),
    ("exact = true", "exact = true\nplaces = 1", "'places' does not go with"),
    ('unit = "kg"\n', "", "needs a unit"),
    ("min = 0\nmax = 45", "min = 46\nmax = 45", "min is above max"),
    ("places = 1", "places = 9", "places must lie"),
    ('kind = "verbatim"', 'kind = "verbatim"\nmax_length = 0', "max_length must lie"),
    ('required = "system"', 'required = "reason"', "required by 'system' only"),
    (
        'parent = "inj"\nkind = "text"',
        'parent = "b.signs"\nkind = "text"',
        "earlier repeat",
    ),
    ('parent = "inj"\nkind = "text"', 'parent = "zz"\nkind = "text"', "not an earlier"),
    (
        'parent = "inj"\nkind = "text"',
        'parent = "inj"\nkind = "repeat"',
        "within a repeat",
    ),
    ('code = "inj.colour"', 'code = "colour.inj"', "must begin with 'inj.'"),
    ('box = "weight" }', 'box = "height" }', "no box 'height'"),
    (', box = "weight" }', " }", "'box' is missing"),
    (", verified = false", "", "'verified' is missing"),
    ('code = "46098-0"', 'code = "46098-0", choice = "it"', "which there is not"),
    ('{ question = "p.sex", is = "female" }', "{ }", "a condition is one of"),
    ('{ question = "p.sex", is = "female" }', "{ all = [] }", "not understood"),
    ('{ question = "p.sex", is = "female" }', '{ any = ["x"] }', "is a table"),
    (
        '{ question = "p.sex", is = "female" }',
        '{ question = "p.sex" }',
        "exactly one of",
    ),
    (
        '{ question = "p.sex", is = "female" }',
        '{ question = "p.sex", is = "female", in = ["male"] }',
        "exactly one of",
    ),
    ('"p.sex", is = "female"', '"p.weeks", at_least = 3', "not an earlier question"),
    ('"p.sex", is = "female"', '"facts.height", at_least = 3', "no fact 'height'"),
    ('"p.sex", is = "female"', '"p.sex", is = "femal"', "does not fit"),
    ('"p.sex", is = "female"', '"p.sex", has = "female"', "does not fit"),
    ('"p.sex", is = "female"', '"p.sex", below = 3', "does not fit"),
    ('"p.sex", is = "female"', '"p.sex", in = []', "does not fit"),
    ('"p.sex", is = "female"', '"p.sex", answered = "yes"', "does not fit"),
    ('"p.sex", is = "unknown"', '"b.weight", at_least = 3', "not an earlier question"),
    ('severity = "hard"', 'severity = "soft"', "'severity' must be one of"),
    ('"p.when", "p.seen_at"', '"p.when"', "names 1 questions"),
    ('"p.when", "p.seen_at"', '"p.when", "p.sex"', "does not fit the kind"),
    ('"p.when", "p.seen_at"', '"p.when", "p.none"', "no question 'p.none'"),
    ("slack = 1", "amount = 1", "'amount' does not go with"),
    ('kind = "range"', 'kind = "never"', "needs 'when'"),
    ('kind = "range"', 'kind = "differs_at_most"', "needs 'amount'"),
    ('code = "few-stitches"', 'code = "seen-after"', "rule seen-after: the code"),
    ('"p.when", "p.seen_at"', '"p.when", "facts.now"', None),
    ('label = "Pregnant"', "", "'label' is missing"),
    ('[question."p.pregnant"]\nlabel = "Pregnant"', "", "p.pregnant has no words"),
    (
        '[question."p.pregnant"]',
        '[question."p.z"]\nlabel = "Z"\n[question."p.pregnant"]',
        "p.z, which there is not",
    ),
    ('male = "Male"\n', "", "choice male of p.sex has no words"),
    ('male = "Male"\n', 'male = "Male"\nman = "Man"\n', "man, which is not a choice"),
    ('male = "Male"\n', 'male = " "\n', "must be words"),
    (
        '[choice."b.signs"]',
        '[choice."b.weight"]\nx = "X"\n[choice."b.signs"]',
        "none of its own",
    ),
    ('who = "Who"\n', "", "section who has no words"),
    ('who = "Who"\n', 'who = "Who"\nx = "X"\n', "section x, which there is not"),
    ('body = "Ask before each step."', 'z = "Z"', "intro z, which there is not"),
    ('seen-after = "It', 'seen-before = "It', "rule seen-after has no words"),
    ('title = "Visit"', "", "'title' is missing"),
    ('maps = ["p.sex"]', "", "exactly one of maps"),
    ('maps = ["p.sex"]', 'maps = ["p.sex"]\nextra = true', "exactly one of maps"),
    ('maps = ["p.sex"]', "maps = []", "'maps' is empty"),
    ("extra = true", "extra = false", "'extra' must be one of"),
    ('box = "sex"', 'box = "virginity"', "has the box twice"),
    (
        'box = "sex"\nlabel = "Sex"\nmaps = ["p.sex"]',
        'box = "sex"\nlabel = "Sex"\nextra = true',
        "no question is printed in it",
    ),
    (
        '[[section]]\ncode = "body"',
        '[[section]]\ncode = "nil"\n[[section]]\ncode = "body"',
        "section nil: it has no question",
    ),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTS)
def test_every_fault_is_refused_with_its_place(write, old, new, says):
    folder = write((old, new))
    if says is None:
        assert read_folder(folder).rules
        return
    with pytest.raises(PackError) as refused:
        read_folder(folder)
    assert says in str(refused.value)
    assert all(fault.startswith("visit/1.0: ") for fault in refused.value.faults)


def test_all_faults_are_told_at_once(write):
    folder = write(('is = "female"', 'is = "femal"'), ("places = 1", "places = 9"))
    with pytest.raises(PackError) as refused:
        read_folder(folder)
    assert len(refused.value.faults) == 2


def test_a_repeat_needs_sub_questions(write):
    start = '[[question]]\ncode = "inj.type"'
    end = '[[question]]\ncode = "b.swab"'
    from tests.packs.conftest import PACK

    cut = PACK[PACK.index(start) : PACK.index(end)]
    with pytest.raises(PackError, match="it has no sub-question"):
        read_folder(write((cut, "")))


def test_the_folder_bears_the_name(write):
    with pytest.raises(PackError, match=r"must be visit/1\.0"):
        read_folder(write(version="1.1"))


def test_strange_files_and_broken_files_are_refused(write):
    folder = write()
    (folder / "notes.txt").write_text("x")
    with pytest.raises(PackError, match=r"notes\.txt does not belong"):
        read_folder(folder)
    (folder / "notes.txt").unlink()
    (folder / "labels" / "English.toml").write_text('title = "x"')
    with pytest.raises(PackError, match="not named after a language"):
        read_folder(folder)
    (folder / "pack.toml").write_bytes(b"\xff")
    with pytest.raises(PackError, match="UTF-8"):
        read_folder(folder)
    (folder / "pack.toml").write_text("name =")
    with pytest.raises(PackError, match="not TOML"):
        read_folder(folder)


def test_english_must_be_there(write):
    folder = write()
    (folder / "labels" / "en.toml").rename(folder / "labels" / "sw.toml")
    with pytest.raises(PackError, match=r"labels/en\.toml is missing"):
        read_folder(folder)


def test_another_language_is_as_complete_as_english(write):
    folder = write()
    english = (folder / "labels" / "en.toml").read_text()
    swahili = folder / "labels" / "sw.toml"
    swahili.write_text(english.replace('label = "Sex"', 'label = "Jinsia"'))
    pack = read_folder(folder)
    assert pack.languages == ("en", "sw")
    assert pack.question("p.sex").label("sw") == "Jinsia"
    assert pack.question("p.sex").label("fr") == "Sex"
    swahili.write_text(english.replace('who = "Who"\n', ""))
    with pytest.raises(PackError, match=r"labels/sw\.toml: the section who"):
        read_folder(folder)


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "DATA", tmp_path)
    read._folders.cache_clear()
    yield
    read._folders.cache_clear()


@pytest.mark.usefixtures("own_data")
def test_load_gives_the_newest_that_is_not_retired(write):
    write()
    write(('version = "1.0"', 'version = "1.9"'), version="1.9")
    write(('version = "1.0"', 'version = "1.10"'), version="1.10")
    retired = ('status = "draft"', 'status = "retired"')
    write(('version = "1.0"', 'version = "2.0"'), retired, version="2.0")
    assert read.load("visit").version == "1.10"
    assert read.load("visit", "2.0").status is Status.RETIRED
    assert [p.version for p in read.all_packs()] == ["1.0", "1.9", "1.10", "2.0"]


@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize(
    ("name", "version"), [("../visit", "1.0"), ("visit", "9"), ("x", None)]
)
def test_load_finds_only_what_is_delivered(write, name, version):
    write()
    with pytest.raises(PackError, match="There is no form"):
        read.load(name, version)


@pytest.mark.usefixtures("own_data")
def test_load_refuses_content_that_is_not_what_the_record_met(write):
    write()
    held = read.load("visit")
    assert read.load("visit", "1.0", fingerprint=held.fingerprint) is held
    with pytest.raises(PackError, match="not the one this record was made with"):
        read.load("visit", "1.0", fingerprint="0" * 64)


def test_a_signed_pack_says_so(write):
    who = '{who = "Dr A", role = "Lead", on = 2026-01-02}'
    signed = f'status = "approved"\nsign_off = [{who}]'
    pack = read_folder(write(('status = "draft"', signed)))
    assert pack.is_signed_off
    assert pack.sign_offs[0].who == "Dr A"
