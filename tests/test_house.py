"""The house keeps its own rules, and each rule is shown to bite."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess

import pytest

from tests import house

PYTHON = list(house.python_files("centre", "tests", "tools"))
ROOMS = [(name, text) for name, text in PYTHON if name.startswith("centre/")]
TEMPLATES = list(house.template_files())
ACTS = house.calls_of(ROOMS)


def broken(rule, files, *more):
    return [said for name, text in files for said in rule(name, text, *more)]


def test_files_and_functions_fit_the_eye():
    ours = [(name, text) for name, text in PYTHON if not name.startswith("tests/")]
    assert broken(house.too_long, ours) == []


def test_a_long_file_or_function_is_found():
    long_function = "def f():\n" + "    x = 1\n" * 50
    assert list(house.too_long("a.py", "x = 1\n" * 401))
    assert list(house.too_long("a.py", long_function))
    assert not list(house.too_long("centre/demo/a.py", long_function))
    assert not list(house.too_long("a.py", "x = 1\n" * 400))


def test_no_module_is_a_junk_drawer():
    assert broken(house.junk_drawer, ROOMS) == []


def test_a_junk_drawer_is_found():
    assert list(house.junk_drawer("centre/intake/utils.py"))
    assert list(house.junk_drawer("centre/helpers/dates.py"))


def test_views_read_rows_of_cases_only_within_reach():
    assert broken(house.unguarded_rows, ROOMS) == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Item.objects.all()", True),
        ("get_object_or_404(Item, pk=Item.objects.first().pk)", True),
        ("within(Item.objects.all(), user, permission)", False),
        ("within_or_404(Item.objects.all(), request, permission, code=code)", False),
        ("Membership.objects.filter(user=user)", False),
        ("AccessNote.objects.filter(user=request.user)", False),
        ("AccessNote.objects.filter(user=somebody)", True),
    ],
)
def test_an_unguarded_read_is_found(body, found):
    text = f"def view(request):\n    return {body}\n"
    assert bool(list(house.unguarded_rows("centre/x/views.py", text))) is found
    assert bool(list(house.unguarded_rows("centre/x/views/a.py", text))) is found


def test_rules_know_no_database_clock_or_request():
    assert broken(house.impure_rules, ROOMS) == []


@pytest.mark.parametrize(
    "line",
    [
        "from django.db import models",
        "import django.db.models",
        "from django.conf import settings",
        "from centre.core import clock",
        "from centre.intake.models import Survivor",
    ],
)
def test_an_impure_rule_is_found(line):
    assert list(house.impure_rules("centre/x/rules.py", line))
    assert list(house.impure_rules("centre/x/rules/moves.py", line))


def test_every_act_names_who_asks_and_writes_down():
    assert broken(house.careless_act, ROOMS, ACTS) == []


GOOD_ACT = """
@transaction.atomic
def release_item(*, item, by):
    access.require(by, Permission.ITEM_RELEASE, item.case)
    _write(item, by)
"""


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("*, item, by", "item, *, by", "by position"),
        ("*, item, by", "*, item", "does not take by="),
        ("access.require(", "print(", "does not ask"),
        ("_write(item", "print(item", "not written down"),
    ],
)
def test_a_careless_act_is_found(was, becomes, says):
    acts = {"_write": {"record"}}
    name = "centre/x/actions.py"
    assert list(house.careless_act(name, GOOD_ACT, acts)) == []

    [said] = house.careless_act(name, GOOD_ACT.replace(was, becomes), acts)
    assert says in said


def test_acts_that_nobody_asks_for_are_still_there():
    known = {name for name, _ in ROOMS}
    assert set(house.UNASKED_ACTS) - known == set()


def test_templates_hold_no_script_style_or_trusted_text():
    assert broken(house.unsafe_template, TEMPLATES) == []


@pytest.mark.parametrize(
    "line",
    [
        "<script>x()</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<button onclick="x()">',
        '<a href="javascript:x()">',
        "{{ words|safe }}",
        "{% autoescape off %}",
        '<img src="https://example.org/x.png">',
    ],
)
def test_an_unsafe_template_is_found(line):
    assert list(house.unsafe_template("a.html", line))
    assert not list(house.unsafe_template("a.html", "{# " + line + " #}"))


def test_titles_tell_nothing():
    assert broken(house.telling_title, TEMPLATES) == []


@pytest.mark.parametrize(
    "line",
    [
        "<head><title>Examination</title></head>",
        "{% block title %}Sexual violence{% endblock %}",
    ],
)
def test_a_telling_title_is_found(line):
    assert list(house.telling_title("a.html", line))


def test_locks_name_no_registry_and_hash_everything():
    for lock in sorted((house.ROOT / "requirements").glob("*.txt")):
        lines = lock.read_text(encoding="utf-8").splitlines()
        assert [line for line in lines if "://" in line] == []
        named = [at for at, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]
        assert named
        for at in named:
            assert "==" in lines[at]
            assert "--hash=sha256:" in lines[at + 1], lines[at]


def test_every_package_of_the_run_is_the_same_in_the_tests():
    run, test = (
        set(re.findall(r"^(\S+==\S+)", _requirements(level), re.MULTILINE))
        for level in ("run", "test")
    )
    assert run - test == set()
    assert test - run


def test_the_licence_is_the_one_we_name():
    text = (house.ROOT / "LICENSE").read_bytes()
    assert text.lstrip().startswith(b"GNU AFFERO GENERAL PUBLIC LICENSE")
    assert hashlib.sha256(text).hexdigest() == (
        "57c8ff33c9c0cfc3ef00e650a1cc910d7ee479a8bc509f6c9209a7c2a11399d6"
    )


def test_no_tracked_file_holds_a_key_a_database_or_a_machine_path():
    git = shutil.which("git") or "git"
    listed = subprocess.run(
        [git, "-C", str(house.ROOT), "ls-files", "-z"],
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("This is a copy without its history.")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    kept_out = re.compile(r"(\.sqlite3|\.key|\.pem|\.env|\.pyc|\.orig|\.rej)$|^var/")
    assert [name for name in names if kept_out.search(name)] == []
    here = str(house.ROOT.parent) + "/"
    for name in names:
        path = house.ROOT / name
        if path.is_file() and here != "//":
            assert here.encode() not in path.read_bytes(), name


def _requirements(level: str) -> str:
    return (house.ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8")
