"""The pages beside the code are held to what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.house import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
NEEDED = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "LICENSE",
    "docs/access-matrix.md",
    "docs/architecture.md",
    "docs/glossary.md",
    "docs/packs.md",
    "docs/threat-model.md",
]
AMERICAN = (
    r"\b(center|counselor|organization|behavior|color|authorize|recognize|"
    r"enrollment|labeled|canceled|fulfill)s?\b"
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CHANGELOG_LINE = re.compile(r"^## \[(Unreleased|\d+\.\d+\.\d+)\]", re.MULTILINE)


def dead_links(page: Path, text: str) -> list[str]:
    """Links to files or headings that are not there."""
    found = []
    for target in LINK.findall(_prose(text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (heading and heading not in _headings(path)):
            found.append(f"{page.name}: {target}")
    return found


def _headings(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in kept}


def _prose(text: str) -> str:
    return re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", NEEDED)
def test_every_page_a_stranger_needs_is_there(name):
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page):
    assert dead_links(page, TEXT[page]) == []


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# Here\n[a](missing.md) [b](#not-here) [c](#here)")

    assert dead_links(page, page.read_text()) == ["a.md: missing.md", "a.md: #not-here"]


def test_the_readme_is_short_and_shows_both_commands():
    text = TEXT[ROOT / "README.md"]

    assert text.count("\n") <= 150
    assert re.search(r"^\s*make run\b", text, re.MULTILINE)
    assert re.search(r"^\s*make test\b", text, re.MULTILINE)
    assert "AGPL" in text


def test_every_make_target_that_is_named_exists():
    targets = re.findall(
        r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    named = {
        word
        for text in TEXT.values()
        for word in re.findall(r"(?:^|`)\s*make ([a-z0-9]+)", text, re.MULTILINE)
    }
    assert named
    assert named - set(targets) == set()


def test_every_management_command_that_is_named_exists():
    named = {
        word
        for text in TEXT.values()
        for word in re.findall(r"manage\.py ([a-z_]+)", text)
    }
    assert named
    assert named - set(get_commands()) == set()


def test_every_command_of_ours_is_told_of():
    ours = {name for name, app in get_commands().items() if app.startswith("centre")}
    told = "\n".join(TEXT.values())

    assert [name for name in sorted(ours) if f"manage.py {name}" not in told] == []


def test_every_choice_of_a_deployment_is_told_of():
    settings = (ROOT / "centre" / "settings.py").read_text(encoding="utf-8")
    asked = re.findall(r"environment\.\w+\(\s*\"([A-Z_]+)\"", settings)
    told = "\n".join(TEXT.values())

    assert asked
    assert [name for name in asked if f"`{name}`" not in told] == []


def test_nothing_is_told_of_that_nobody_reads():
    read = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("centre", "tools")
        for path in (ROOT / folder).rglob("*.py")
    )
    named = {
        name
        for text in TEXT.values()
        for name in re.findall(r"`(CENTRE_[A-Z_]+)`", text)
    }
    assert [name for name in sorted(named) if f'"{name}"' not in read] == []


def test_the_changelog_keeps_its_form():
    text = TEXT[ROOT / "CHANGELOG.md"]
    assert CHANGELOG_LINE.search(text)
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))

    assert kinds <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
        "Migrations",
        "Policy",
    }


def test_decision_records_are_numbered_without_a_gap_and_short():
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(record.name[:4]) for record in records] == [*range(1, len(records) + 1)]
    for record in records:
        assert TEXT[record].count("\n") <= 60, record.name


@pytest.mark.parametrize("folder", ["guides", "decisions"])
def test_every_guide_and_record_is_reached_from_the_index(folder: str):
    index = TEXT[ROOT / "docs" / "index.md"]
    pages = sorted((ROOT / "docs" / folder).glob("*.md"))
    assert [page.name for page in pages if f"({folder}/{page.name})" not in index] == []


def test_the_pages_are_in_british_english():
    found = [
        f"{page.name}: {word}"
        for page, text in TEXT.items()
        for word in re.findall(AMERICAN, _prose(text), re.IGNORECASE)
    ]
    assert found == []


def test_an_american_word_is_found():
    assert re.findall(AMERICAN, "the counselor's behavior", re.IGNORECASE)
    assert not re.findall(AMERICAN, "the centre's behaviour", re.IGNORECASE)
