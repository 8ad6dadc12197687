"""Read a pack of care rules, strictly: any fault, and it is not read at all."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from centre.forensics.rules.care.conditions import ALWAYS, KINDS, Condition
from centre.forensics.rules.care.conditions import read as read_condition
from centre.forensics.rules.care.model import (
    Amount,
    Band,
    CarePack,
    Case,
    Dose,
    Input,
    Matter,
    Remark,
    Verdict,
)
from centre.packs.errors import PackError

LONGEST_CODE: Final = 10

_NAMED: Final = re.compile(r"\{(\w+)\}")
_BY_CASE: Final = frozenset({Verdict.OFFER, Verdict.LATE, Verdict.NOT_NEEDED,
                             Verdict.REFER})  # fmt: skip
_KEYS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "pack": (
        frozenset({"name", "version", "input", "table", "matter"}),
        frozenset({"sign_off"}),
    ),
    "matter": (
        frozenset({"code", "title", "source", "case"}),
        frozenset({"dose", "remark"}),
    ),
    "case": (
        frozenset({"rule", "verdict", "says", "because"}),
        frozenset({"when", "must_know", "verified"}),
    ),
    "dose": (
        frozenset({"rule", "says"}),
        frozenset({"when", "because", "must_know", "table", "amount", "verified"}),
    ),
    "remark": (frozenset({"rule", "says"}), frozenset({"when", "on", "verified"})),
    "amount": (frozenset({"name", "per_kg", "unit"}), frozenset({"most"})),
    "input": (frozenset({"kind", "ask"}), frozenset()),
    "band": (frozenset({"least", "says"}), frozenset({"under"})),
    "sign_off": (frozenset({"who", "on"}), frozenset()),
}
"""Of each table: the keys it needs, and those it may have."""
_NUMBER: Final = (int, Decimal)
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    **dict.fromkeys(("amount", "case", "dose", "matter", "remark"), list),
    **dict.fromkeys(("input", "sign_off", "when"), dict),
    **dict.fromkeys(("least", "most", "per_kg", "under"), _NUMBER),
    **dict.fromkeys(("must_know", "verified"), bool),
    "on": (list, date),
}
"""Of each key: what stands there. All the others, but `table`, are words."""


@cache
def load(path: Path) -> CarePack:
    """The pack of this file; PackError says what is wrong with it and where."""
    content = path.read_bytes()
    try:
        raw = tomllib.loads(content.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path.name}: {error}") from error
    return _pack(raw, hashlib.sha256(content).hexdigest())


def _pack(raw: Mapping[str, Any], fingerprint: str) -> CarePack:
    _check_keys("pack", raw, "the pack")
    if not isinstance(raw["table"], dict):
        raise PackError("the pack: 'table' is not as it must be")
    inputs = {name: _input(name, one) for name, one in raw["input"].items()}
    tables = {name: _bands(name, rows) for name, rows in raw["table"].items()}
    kinds = {name: one.kind for name, one in inputs.items()}
    signed = raw.get("sign_off", {})
    if "sign_off" in raw:
        _check_signed(signed)
    matters = tuple(_matter(one, kinds, tables) for one in raw["matter"])
    codes = [matter.code for matter in matters]
    if len(set(codes)) < len(codes):
        raise PackError("two matters have one code")
    return CarePack(
        name=raw["name"],
        version=raw["version"],
        fingerprint=fingerprint,
        inputs=inputs,
        tables=tables,
        matters=matters,
        signed_by=signed.get("who", ""),
        signed_on=signed.get("on"),
    )


def _check_signed(raw: Mapping[str, Any]) -> None:
    """A name and a day: half a signature is none, and must not look like one."""
    _check_keys("sign_off", raw, "sign_off")
    if not raw["who"].strip() or not isinstance(raw["on"], date):
        raise PackError("sign_off: 'who' is a name and 'on' is a day")


def _input(name: str, raw: Mapping[str, Any]) -> Input:
    _check_keys("input", raw, f"input {name}")
    if raw["kind"] not in KINDS:
        raise PackError(f"input {name}: there is no kind '{raw['kind']}'")
    return Input(raw["kind"], raw["ask"])


def _bands(name: str, rows: Any) -> tuple[Band, ...]:
    """Half-open bands, one after the other without a hole; the last has no end."""
    if not isinstance(rows, list):
        raise PackError(f"table {name}: is no list of bands")
    bands = []
    for row in rows:
        _check_keys("band", row, f"table {name}")
        under = row.get("under")
        bands.append(
            Band(
                Decimal(row["least"]),
                None if under is None else Decimal(under),
                row["says"],
            )
        )
    ends = [band.under for band in bands]
    if not bands or ends[:-1] != [band.least for band in bands[1:]]:
        raise PackError(f"table {name}: between two bands is a hole, or they overlap")
    if ends[-1] is not None:
        raise PackError(f"table {name}: the last band must have no end")
    return tuple(bands)


def _matter(
    raw: Mapping[str, Any],
    kinds: Mapping[str, str],
    tables: Mapping[str, tuple[Band, ...]],
) -> Matter:
    _check_keys("matter", raw, "a matter")
    where = f"matter {raw['code']}"
    if len(raw["code"]) > LONGEST_CODE:
        raise PackError(f"{where}: the code is longer than {LONGEST_CODE} signs")
    cases = tuple(_case(one, kinds, where) for one in raw["case"])
    if not cases or cases[-1].when is not ALWAYS:
        raise PackError(f"{where}: the last case has no condition, so that one holds")
    if any(case.when is ALWAYS for case in cases[:-1]):
        raise PackError(f"{where}: only the last case has no condition")
    doses = tuple(_dose(one, kinds, tables, where) for one in raw.get("dose", []))
    if doses and doses[-1].when is not ALWAYS:
        raise PackError(f"{where}: the last dose has no condition, so that one holds")
    remarks = tuple(_remark(one, kinds, where) for one in raw.get("remark", []))
    return Matter(
        code=raw["code"],
        title=raw["title"],
        source=raw["source"],
        cases=cases,
        doses=doses,
        remarks=remarks,
    )


def _case(raw: Mapping[str, Any], kinds: Mapping[str, str], where: str) -> Case:
    _check_keys("case", raw, f"{where}, a case")
    where = f"{where}, case {raw['rule']}"
    if raw["verdict"] not in _BY_CASE:
        raise PackError(f"{where}: there is no verdict '{raw['verdict']}'")
    _check_named([raw["says"], raw["because"]], kinds, where)
    return Case(
        rule=raw["rule"],
        verdict=Verdict(raw["verdict"]),
        says=raw["says"],
        because=raw["because"],
        when=_condition(raw, kinds, where),
        must_know=raw.get("must_know", False),
        verified=raw.get("verified", True),
    )


def _dose(
    raw: Mapping[str, Any],
    kinds: Mapping[str, str],
    tables: Mapping[str, tuple[Band, ...]],
    where: str,
) -> Dose:
    _check_keys("dose", raw, f"{where}, a dose")
    where = f"{where}, dose {raw['rule']}"
    table = raw.get("table", "")
    if not isinstance(table, str) or (table and table not in tables):
        raise PackError(f"{where}: there is no table '{table}'")
    amounts = tuple(_amount(one, where) for one in raw.get("amount", []))
    given = [amount.name for amount in amounts] + ["table"] * bool(table)
    _check_named([raw["says"], raw.get("because", "")], [*kinds, *given], where)
    return Dose(
        rule=raw["rule"],
        says=raw["says"],
        when=_condition(raw, kinds, where),
        because=raw.get("because", ""),
        must_know=raw.get("must_know", False),
        table=table,
        amounts=amounts,
        verified=raw.get("verified", True),
    )


def _amount(raw: Mapping[str, Any], where: str) -> Amount:
    _check_keys("amount", raw, where)
    most = raw.get("most")
    return Amount(
        raw["name"],
        Decimal(raw["per_kg"]),
        raw["unit"],
        None if most is None else Decimal(most),
    )


def _remark(raw: Mapping[str, Any], kinds: Mapping[str, str], where: str) -> Remark:
    _check_keys("remark", raw, f"{where}, a remark")
    where = f"{where}, remark {raw['rule']}"
    _check_named([raw["says"]], kinds, where)
    try:
        on = tuple(Verdict(one) for one in raw.get("on", [Verdict.OFFER]))
    except (TypeError, ValueError) as error:
        raise PackError(f"{where}: {error}") from error
    return Remark(
        rule=raw["rule"],
        says=raw["says"],
        when=_condition(raw, kinds, where),
        on=on,
        verified=raw.get("verified", True),
    )


def _condition(
    raw: Mapping[str, Any], kinds: Mapping[str, str], where: str
) -> Condition:
    if "when" not in raw:
        return ALWAYS
    try:
        return read_condition(raw["when"], kinds)
    except PackError as error:
        raise PackError(f"{where}: {error}") from error


def _check_keys(table: str, raw: Any, where: str) -> None:
    if not isinstance(raw, dict):
        raise PackError(f"{where}: is no table")
    needed, allowed = _KEYS[table]
    for wrong in (*_wrong_keys(set(raw), needed, allowed), *_wrong_types(raw)):
        raise PackError(f"{where}: {wrong}")


def _wrong_keys(
    found: set[str], needed: frozenset[str], allowed: frozenset[str]
) -> Iterator[str]:
    for key in sorted(needed - found):
        yield f"'{key}' is missing"
    for key in sorted(found - needed - allowed):
        yield f"'{key}' is not known"


def _wrong_types(raw: Mapping[str, Any]) -> Iterator[str]:
    for key, value in raw.items():
        wanted = _TYPES.get(key, str)
        if key != "table" and not isinstance(value, wanted):
            yield f"'{key}' is not as it must be"


def _check_named(texts: Iterable[str], known: Collection[str], where: str) -> None:
    for text in texts:
        for name in _NAMED.findall(text):
            if name not in known:
                raise PackError(f"{where}: '{{{name}}}' names nothing")
