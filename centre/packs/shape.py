"""Which keys the files of a pack may have, and of which type. All else is a fault."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from centre.packs.model import Kind, Required, Status
from centre.packs.reasons import POLICIES

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSION: Final = re.compile(r"[0-9]+(\.[0-9]+){0,3}")
SECTION_CODE: Final = NAME
QUESTION_CODE: Final = re.compile(
    r"[a-z](_?[a-z0-9])*(\.(?![0-9]+(\.|$))[a-z0-9](_?[a-z0-9])*)*"
)
CHOICE_CODE: Final = re.compile(r"[a-z0-9]([_-]?[a-z0-9])*")
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]+)?")

DISCLOSURE: Final = ("F", "C", "P", "A", "L")
"""F forensic, C clinical, P counselling privilege, A administrative, L location."""

RULE_KINDS: Final = (
    "not_after",
    "differs_at_most",
    "age_matches",
    "greater_than",
    "sum_at_most",
    "sum_is",
    "range",
    "needs",
    "never",
    "distinct",
)


@dataclass(frozen=True)
class Key:
    """One key of a table: its types, whether it must be there, what it may say."""

    types: tuple[type, ...]
    needed: bool = False
    one_of: Collection[Any] = ()
    pattern: re.Pattern[str] | None = None


def _text(*, needed: bool = False, one_of: Collection[str] = ()) -> Key:
    return Key((str,), needed, one_of)


def _code(pattern: re.Pattern[str], *, needed: bool = True) -> Key:
    return Key((str,), needed, pattern=pattern)


_FLAG: Final = Key((bool,))
_LIST: Final = Key((list,))
_TABLE: Final = Key((dict,))
_WHOLE: Final = Key((int,))
_NUMBER: Final = Key((int, Decimal))

PACK: Final[Mapping[str, Key]] = {
    "name": _code(NAME),
    "version": _code(VERSION),
    "status": _text(needed=True, one_of=[s.value for s in Status]),
    "jurisdiction": _text(needed=True),
    "source": _text(needed=True),
    "supersedes": _code(VERSION, needed=False),
    "changes": _text(),
    "sign_off": _LIST,
    "section": Key((list,), needed=True),
    "question": Key((list,), needed=True),
    "rule": _LIST,
}
SIGN_OFF: Final[Mapping[str, Key]] = {
    "who": _text(needed=True),
    "role": _text(needed=True),
    "on": Key((date,), needed=True),
}
SECTION: Final[Mapping[str, Key]] = {
    "code": _code(SECTION_CODE),
    "when": _TABLE,
    "source": _text(),
}
QUESTION: Final[Mapping[str, Key]] = {
    "code": _code(QUESTION_CODE),
    "section": _code(SECTION_CODE),
    "kind": _text(needed=True, one_of=[k.value for k in Kind]),
    "required": _text(needed=True, one_of=[r.value for r in Required]),
    "absent": _text(needed=True, one_of=list(POLICIES)),
    "sensitivity": Key((int,), needed=True, one_of=(1, 2, 3, 4, 5)),
    "disclosure": _text(needed=True, one_of=DISCLOSURE),
    "choices": _LIST,
    "choices_from": _code(QUESTION_CODE, needed=False),
    "exclusive": _LIST,
    "unit": _text(),
    "min": _NUMBER,
    "max": _NUMBER,
    "places": _WHOLE,
    "max_length": _WHOLE,
    "exact": _FLAG,
    "format": _text(one_of=("phone",)),
    "when": _TABLE,
    "required_when": _TABLE,
    "parent": _code(QUESTION_CODE, needed=False),
    "consent": _text(),
    "print": _LIST,
    "codes": _LIST,
    "verified": _FLAG,
    "source": _text(),
}
INHERITED: Final = ("section", "required", "absent", "sensitivity", "disclosure")
"""What a sub-question takes from its repeat unless it says otherwise."""

PRINT: Final[Mapping[str, Key]] = {
    "form": _text(needed=True),
    "box": _text(needed=True),
}
CODING: Final[Mapping[str, Key]] = {
    "system": _text(needed=True),
    "code": _text(needed=True),
    "choice": _text(),
    "display": _text(),
    "verified": Key((bool,), needed=True),
}
RULE: Final[Mapping[str, Key]] = {
    "code": _code(NAME),
    "kind": _text(needed=True, one_of=RULE_KINDS),
    "severity": _text(needed=True, one_of=("hard", "warn")),
    "questions": _LIST,
    "amount": _NUMBER,
    "slack": _WHOLE,
    "min": _NUMBER,
    "max": _NUMBER,
    "when": _TABLE,
    "source": _text(),
}
FORMS: Final[Mapping[str, Key]] = {"box": Key((list,), needed=True)}
BOX: Final[Mapping[str, Key]] = {
    "form": _text(needed=True),
    "box": _text(needed=True),
    "label": _text(needed=True),
    "maps": _LIST,
    "suppressed": _text(),
    "extra": Key((bool,), one_of=(True,)),
    "note": _text(),
}
LABELS: Final[Mapping[str, Key]] = {
    "title": _text(needed=True),
    "section": Key((dict,), needed=True),
    "intro": _TABLE,
    "question": Key((dict,), needed=True),
    "choice": _TABLE,
    "rule": _TABLE,
}
QUESTION_LABEL: Final[Mapping[str, Key]] = {
    "label": _text(needed=True),
    "hint": _text(),
}


def table_faults(table: Any, keys: Mapping[str, Key], where: str) -> Iterator[str]:
    """What is wrong with the keys of one table, as sentences."""
    if not isinstance(table, dict):
        yield f"{where}: this must be a table."
        return
    for name in table.keys() - keys.keys():
        yield f"{where}: the key '{name}' is unknown."
    for name, key in keys.items():
        if name in table:
            yield from _value_faults(table[name], name, key, where)
        elif key.needed:
            yield f"{where}: the key '{name}' is missing."


def _value_faults(value: Any, name: str, key: Key, where: str) -> Iterator[str]:
    if type(value) not in key.types:
        wanted = " or ".join(kind.__name__ for kind in key.types)
        yield f"{where}: '{name}' must be of type {wanted}."
    elif key.one_of and value not in key.one_of:
        allowed = ", ".join(str(one) for one in key.one_of)
        yield f"{where}: '{name}' must be one of {allowed}."
    elif key.pattern and not key.pattern.fullmatch(value):
        yield f"{where}: '{name}' is not well formed ('{value}')."
    elif isinstance(value, str) and not value.strip():
        yield f"{where}: '{name}' is empty."


def pack_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the shape of pack.toml."""
    yield from table_faults(raw, PACK, "pack.toml")
    for name, keys in (("sign_off", SIGN_OFF), ("section", SECTION), ("rule", RULE)):
        yield from _list_faults(raw, name, keys)
    for index, question in enumerate(_items(raw, "question"), start=1):
        yield from _question_faults(question, index)


def _question_faults(question: Any, index: int) -> Iterator[str]:
    where = _where("question", question, index)
    if not isinstance(question, dict):
        yield f"{where}: this must be a table."
        return
    keys: Mapping[str, Key] = QUESTION
    if "parent" in question:
        optional = {name: _optional(QUESTION[name]) for name in INHERITED}
        keys = {**QUESTION, **optional}
    yield from table_faults(question, keys, where)
    for name, inner in (("print", PRINT), ("codes", CODING)):
        for table in _items(question, name):
            yield from table_faults(table, inner, f"{where}, {name}")
    for name in ("choices", "exclusive"):
        yield from _code_list_faults(question, name, CHOICE_CODE, where)


def _optional(key: Key) -> Key:
    return Key(key.types, needed=False, one_of=key.one_of, pattern=key.pattern)


def _code_list_faults(
    table: Mapping[str, Any], name: str, pattern: re.Pattern[str], where: str
) -> Iterator[str]:
    values = _items(table, name)
    for value in values:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield f"{where}: '{name}' has an item that is not well formed ('{value}')."
    texts = [value for value in values if isinstance(value, str)]
    for value in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"{where}: '{name}' has '{value}' twice."


def _list_faults(
    raw: Mapping[str, Any], name: str, keys: Mapping[str, Key]
) -> Iterator[str]:
    for index, table in enumerate(_items(raw, name), start=1):
        where = _where(name, table, index)
        yield from table_faults(table, keys, where)
        if name == "rule" and isinstance(table, dict):
            yield from _code_list_faults(table, "questions", QUESTION_CODE, where)


def _items(table: Any, name: str) -> list[Any]:
    value = table.get(name, []) if isinstance(table, dict) else []
    return value if isinstance(value, list) else []


def _where(name: str, table: Any, index: int) -> str:
    code = table.get("code") if isinstance(table, dict) else None
    return f"{name} {code}" if code else f"{name} no. {index}"


def forms_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the shape of forms.toml."""
    yield from table_faults(raw, FORMS, "forms.toml")
    seen: set[tuple[Any, Any]] = set()
    for index, box in enumerate(_items(raw, "box"), start=1):
        named = box.get("box") if isinstance(box, dict) else None
        where = f"forms.toml, box {named or f'no. {index}'}"
        yield from table_faults(box, BOX, where)
        if isinstance(box, dict):
            yield from _box_faults(box, where, seen)


def _box_faults(
    box: Mapping[str, Any], where: str, seen: set[tuple[Any, Any]]
) -> Iterator[str]:
    if len(box.keys() & {"maps", "suppressed", "extra"}) != 1:
        yield f"{where}: exactly one of maps, suppressed and extra is needed."
    if box.get("maps") == []:
        yield f"{where}: 'maps' is empty."
    yield from _code_list_faults(box, "maps", QUESTION_CODE, where)
    place = (str(box.get("form")), str(box.get("box")))
    if place in seen:
        yield f"{where}: this form has the box twice."
    seen.add(place)


def labels_faults(raw: Mapping[str, Any], where: str) -> Iterator[str]:
    """What is wrong with the shape of one file of labels."""
    yield from table_faults(raw, LABELS, where)
    for name in ("section", "intro", "rule"):
        yield from _text_faults(raw.get(name), f"{where}, {name}")
    for code, words in _pairs(raw.get("question")):
        yield from table_faults(words, QUESTION_LABEL, f"{where}, question {code}")
    for code, words in _pairs(raw.get("choice")):
        yield from _text_faults(words, f"{where}, choice {code}")


def _text_faults(table: Any, where: str) -> Iterator[str]:
    for code, words in _pairs(table):
        if not isinstance(words, str) or not words.strip():
            yield f"{where}: '{code}' must be words."


def _pairs(table: Any) -> list[tuple[str, Any]]:
    return list(table.items()) if isinstance(table, dict) else []
