"""`manage.py verify` finds one changed byte anywhere, and names table and row."""

from __future__ import annotations

import json
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from centre.core import verification
from centre.core.actions.upkeep import tick
from centre.core.models import AccessNote, Case, ConsentDecision, Opening
from centre.intake.actions import consent, identity
from centre.intake.models import Identity
from centre.intake.rules.consent import Decision
from centre.ledger.models import Entry
from centre.ledger.sqlite import altering
from tests.intake.test_consent import HEADER, SIGNING


@pytest.fixture
def visited(case, nurse):
    """A case with an identity, a signed talk, a reading and a fresh checkpoint."""
    identity.keep_identity(case=case, details={"given_names": "Amani"}, by=nurse)
    identity.open_identity(case=case, by=nurse)
    consent.sign_conversation(
        case=case,
        about=uuid4(),
        header=HEADER,
        decisions=[Decision("C02", "centre", "", "given")],
        signing=SIGNING,
        by=nurse,
    )
    tick(case.centre)
    return case


def behind_the_back(table: str, statement: str, *values: object) -> None:
    """Change a row as somebody with the database in her hands would."""
    with altering(connection), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _on_sqlite(cursor, table, statement, values)
        else:
            _on_postgresql(cursor, table, statement, values)


def _on_sqlite(cursor, table: str, statement: str, values: tuple[object, ...]) -> None:
    cursor.execute(
        "select name, sql from sqlite_master where type='trigger' and tbl_name=%s",
        [table],
    )
    guards = cursor.fetchall()
    for name, _ in guards:
        cursor.execute(f'drop trigger "{name}"')
    cursor.execute(statement, values)
    for _, sql in guards:
        cursor.execute(sql)


def _on_postgresql(
    cursor, table: str, statement: str, values: tuple[object, ...]
) -> None:
    cursor.execute("set constraints all immediate")
    cursor.execute(
        "select tgname from pg_trigger where tgrelid=%s::regclass and not tgisinternal",
        [table],
    )
    guards = [row[0] for row in cursor.fetchall()]
    if table == "ledger_entry":
        cursor.execute(
            "alter table ledger_entry drop constraint ledger_entry_leaf_is_its_hash"
        )
    for name in guards:
        cursor.execute(f'alter table "{table}" disable trigger "{name}"')
    cursor.execute(statement, values)
    for name in guards:
        cursor.execute(f'alter table "{table}" enable always trigger "{name}"')


def _key(row) -> object:
    return row.pk.hex if connection.vendor == "sqlite" else row.pk


def flip(content: bytes, place: int) -> bytes:
    """The same bytes with one bit turned."""
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


def found() -> list[str]:
    """Tables named by the verification."""
    return [fault.table for fault in verification.faults()]


def test_what_the_centre_wrote_is_sound(visited):
    assert found() == []


def test_nothing_can_be_changed_with_the_guards_standing(visited):
    for model in (Case, ConsentDecision, Opening, AccessNote, Identity, Entry):
        with pytest.raises(DatabaseError), transaction.atomic():
            model._base_manager.all().update(**{_any_column(model): 1})
        with pytest.raises(DatabaseError), transaction.atomic():
            model._base_manager.all()._raw_delete(model._base_manager.db)


def _any_column(model) -> str:
    return "n" if model in (Entry, Opening) else "id"


@pytest.mark.parametrize("place", [0, 40, -1])
def test_one_byte_of_an_entry(visited, place):
    entry = Entry.objects.order_by("-n").first()
    behind_the_back(
        "ledger_entry",
        "update ledger_entry set entry=%s where log=%s and n=%s",
        flip(bytes(entry.entry), place),
        entry.log,
        entry.n,
    )

    assert "ledger_entry" in found()


def test_one_byte_of_an_encrypted_field(visited):
    row = Identity.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("select details from intake_identity")
        stored = bytes(cursor.fetchone()[0])
    behind_the_back(
        "intake_identity",
        "update intake_identity set details=%s where id=%s",
        flip(stored, 30),
        _key(row),
    )

    faults = list(verification.faults())
    assert any(f.table == "intake_identity" and f.row == str(row.pk) for f in faults)


def test_one_plain_column_of_a_consent(visited):
    row = ConsentDecision.objects.get()
    behind_the_back(
        "core_consentdecision",
        "update core_consentdecision set state='declined' where id=%s",
        _key(row),
    )

    faults = list(verification.faults())
    assert [(f.table, f.row) for f in faults] == [("core_consentdecision", str(row.pk))]
    assert "state" in faults[0].says


def test_a_planted_row(visited, nurse):
    behind_the_back(
        "core_consentdecision",
        "insert into core_consentdecision select %s, 99, item, recipient, purpose, "
        "'given', valid_from, valid_until, decided_at, details, case_id, "
        "conversation_id, taken_by_id from core_consentdecision",
        uuid4().hex if connection.vendor == "sqlite" else uuid4(),
    )

    assert "core_consentdecision" in found()


def test_a_guard_that_is_gone(visited):
    with altering(connection), connection.cursor() as cursor:
        for statement in _dropping_one_guard():
            cursor.execute(statement)

    faults = list(verification.faults())
    assert [f.table for f in faults] == ["core_case"]
    assert "lost the guard" in faults[0].says


def _dropping_one_guard() -> list[str]:
    if connection.vendor == "sqlite":
        return ['drop trigger "guard_core_case_update"']
    disable = 'alter table "core_case" disable trigger "guard_core_case_update"'
    return ["set constraints all immediate", disable]


def test_a_row_that_is_gone(visited):
    behind_the_back("intake_identity", "delete from intake_identity where 1=1")

    assert "intake_identity" in found()


def test_an_opening_of_another_entry(visited):
    first, second = Opening.objects.order_by("n")[:2]
    behind_the_back(
        "core_opening", "update core_opening set n=9999 where id=%s", _key(first)
    )

    assert "core_opening" in found()
    assert second.pk


def test_the_command_says_so_and_ends_with_one(visited):
    out = StringIO()
    call_command("verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"sound": True, "full": True, "faults": []}

    behind_the_back(
        "core_case", "update core_case set age_band='60+' where id=%s", _key(visited)
    )
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert told["faults"][0]["table"] == "core_case"
    assert told["faults"][0]["row"] == str(visited.pk)
