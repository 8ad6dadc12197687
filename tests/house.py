"""The rules of the house, as functions from source text to sentences.

Each takes the name of a file and its text, so that a planted sample can prove that
the rule bites.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
MOST_FUNCTION_LINES = 50
STORIES = "centre/demo/"
"""An invented visit is told in one piece, however many answers it has."""

JUNK_DRAWERS = {
    "common", "handlers", "helper", "helpers", "manager", "managers", "misc",
    "service", "services", "shared", "stuff", "tools", "util", "utils",
}  # fmt: skip

REACH = {
    "within",
    "within_or_404",
    "kits_within",
    "cases",
    "centres",
    "holds",
    "require",
}
"""Asking one of these is asking the policy."""

ASKING = {"require", "within", "holds", "AccessError"}
"""What an act calls to learn, or to say, whether it may be done."""

NOT_OF_A_CASE = {
    "Agency", "Anchor", "Centre", "Checkpoint", "Head", "Location", "Membership",
    "Recipient", "Replay", "Restoration", "Service", "TimeStamp", "User",
    "VerificationRun",
}  # fmt: skip
"""Rows that say nothing of a survivor."""

UNASKED_ACTS = {
    "centre/core/actions/set_up.py": "before there is anybody to ask",
    "centre/core/actions/backups.py": "whoever runs the server, as the system",
    "centre/core/actions/upkeep.py": "the clock acts, as the system",
    "centre/core/actions/anchors.py": "the clock acts, as the system",
    "centre/core/actions/signer.py": "whoever runs the server, as the system",
    "centre/core/actions/stamps.py": "the clock acts, as the system",
    "centre/core/actions/replays.py": "whoever runs the server, as the system",
    "centre/core/actions/verifying.py": "the check itself tells, as the system",
    "centre/core/actions/confirming.py": "each confirms her own acts, by her own key",
    "centre/core/actions/passkeys.py": "each acts on her own keys",
    "centre/core/actions/people.py": "each acts on her own account and keys",
    "centre/portal/actions/own.py": "she acts with her own code and number",
}
"""Modules of acts that no permission governs, each with its reason."""

TRUSTED = {
    "{{ qr|safe }}": "dark boxes drawn by ourselves; an SVG without any text",
    "{{ field.help_text|safe }}": "hints stand in our own code, never in the database",
}
"""What a template may hand on as markup, each with its reason."""

QUIET_TITLES = {"Centre", "New page"}
"""What a tab may say: the word on the door, or nothing after a quick exit."""

TEMPLATE_FAULTS = {
    r"<script(?![^>]*\bsrc=)[^>]*>": "holds a script of its own",
    r"<style\b": "holds a style sheet of its own",
    r"\sstyle\s*=": "styles an element in place",
    r"\son[a-z]+\s*=": "runs a script from an attribute",
    r"javascript:": "runs a script from a link",
    r"\|\s*(safe|safeseq)\b": "trusts text as markup",
    r"{%\s*autoescape\s+off": "turns escaping off",
    r"https?://(?!www\.w3\.org/)": "names another host",
    r"hx-on|hx-vals\s*=\s*[\"']js:": "runs a script from htmx",
    r"\sel?if\s+[^%]*\bis_superuser": "asks for a superuser",
}


def python_files(*folders: str) -> Iterator[tuple[str, str]]:
    """Every Python file below these folders but the migrations, with its text."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def template_files() -> Iterator[tuple[str, str]]:
    """Every template, with its text."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def too_long(name: str, text: str) -> Iterator[str]:
    """A file is one subject; a function fits on a screen."""
    count = text.count("\n")
    if count > MOST_LINES:
        yield f"{name} has {count} lines; {MOST_LINES} are the most."
    if name.startswith(STORIES):
        return
    for node in _functions(ast.parse(text)):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MOST_FUNCTION_LINES:
            yield f"{name}: {node.name} has {lines} lines."


def junk_drawer(name: str, text: str = "") -> Iterator[str]:
    """A module is called by what it holds."""
    parts = {part.removesuffix(".py") for part in Path(name).parts}
    for part in sorted(parts & JUNK_DRAWERS):
        yield f"{name}: '{part}' says nothing about what is in it."


def unguarded_rows(name: str, text: str) -> Iterator[str]:
    """A view that touches rows of cases asks the policy in the same breath."""
    if not _is_room_file(name, "views"):
        return
    doors = calls_of([(name, text)], room="views")
    for function in _functions(ast.parse(text)):
        models = _models_read(function)
        asked = _closure(_calls(function), doors) & REACH
        if models - NOT_OF_A_CASE and not asked:
            shown = ", ".join(sorted(models - NOT_OF_A_CASE))
            yield f"{name}: {function.name} reads {shown} without asking the policy."


def impure_rules(name: str, text: str) -> Iterator[str]:
    """Rules decide on plain values: no database, clock, request or settings."""
    if not _is_room_file(name, "rules"):
        return
    banned = ("django.db", "django.conf", "django.http", "centre.core.clock")
    for module in _imports(ast.parse(text)):
        if module.startswith(banned) or re.search(
            r"\.(models|queries|actions)\b", module
        ):
            yield f"{name} imports {module}; a rule must not."


def careless_act(name: str, text: str, acts: Mapping[str, set[str]]) -> Iterator[str]:
    """Every act names who acts, asks whether she may, and is written down."""
    if not _is_room_file(name, "actions") or name in UNASKED_ACTS:
        return
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or not _is_act(node):
            continue
        if node.args.args or node.args.posonlyargs:
            yield f"{name}: {node.name} takes arguments by position."
        if "by" not in {argument.arg for argument in node.args.kwonlyargs}:
            yield f"{name}: {node.name} does not take by=."
        reached = _closure(_calls(node), acts)
        if not reached & ASKING:
            yield f"{name}: {node.name} does not ask whether this may be done."
        if not reached & {"record", "record_all", "looked"}:
            yield f"{name}: {node.name} is not written down."


def calls_of(
    files: Iterable[tuple[str, str]], room: str = "actions"
) -> dict[str, set[str]]:
    """What each function or method of these files calls, by its name."""
    found: dict[str, set[str]] = {}
    for name, text in files:
        if _is_room_file(name, room):
            for node in _functions(ast.parse(text)):
                found.setdefault(node.name, set()).update(_calls(node))
    return found


def unsafe_template(name: str, text: str) -> Iterator[str]:
    """No script, style or unescaped text stands in a template."""
    shown = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    for trusted in TRUSTED:
        shown = shown.replace(trusted, "")
    for pattern, says in TEMPLATE_FAULTS.items():
        if re.search(pattern, shown):
            yield f"{name} {says}."


def telling_title(name: str, text: str) -> Iterator[str]:
    """The title of every page is a quiet word."""
    titles = re.findall(r"{% block title %}(.*?){% endblock", text, re.DOTALL)
    for head in re.findall(r"<head.*?</head>", text, re.DOTALL):
        shown = re.sub(r"{%.*?%}", "", head)
        titles += re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)
    for title in titles:
        if title.strip() not in QUIET_TITLES:
            yield f"{name}: the title says '{title.strip()}'."


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _is_room_file(name: str, room: str) -> bool:
    path = Path(name)
    return room in path.parts[:-1] or path.name == f"{room}.py"


def _models_read(function: ast.FunctionDef) -> set[str]:
    """Models whose rows are read, but for a person's own rows."""
    own = {
        node.func.value.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and re.search(
            r"\.objects\.filter\((user|by)=request\.user\b", ast.unparse(node)
        )
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Attribute)
        and isinstance(node.func.value.value, ast.Name)
    }
    return _models_named(function) - own


def _models_named(function: ast.FunctionDef) -> set[str]:
    return {
        node.value.id
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node.attr == "objects"
        and isinstance(node.value, ast.Name)
    }


def _calls(function: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                found.add(node.func.attr)
            elif isinstance(node.func, ast.Name):
                found.add(node.func.id)
    return found


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_act(node: ast.FunctionDef) -> bool:
    marks = {ast.unparse(mark) for mark in node.decorator_list}
    return not node.name.startswith("_") and "transaction.atomic" in marks


def _closure(names: set[str], calls: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(names), list(names)
    while waiting:
        for name in calls.get(waiting.pop(), set()) - reached:
            reached.add(name)
            waiting.append(name)
    return reached
