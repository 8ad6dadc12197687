"""Counselling notes: one author, one named supervisor, and for others nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from centre.core import clock
from centre.core.actions.cases import exclude, join_care_team
from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote
from centre.ledger.models import Entry
from centre.support.actions import appointments, sessions
from centre.support.models import SessionNote
from centre.support.queries import sessions as queries
from centre.support.queries import timeline


def test_a_note_is_kept_encrypted_and_bound(note):
    assert Entry.objects.order_by("n").last().kind == "session.noted"
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM support_sessionnote")
        assert b"the nights" not in bytes(cursor.fetchone()[0])


def test_the_author_and_the_named_supervisor_read_it(note, carer, supervised):
    for person in (carer, supervised):
        assert sessions.open_session(note=note, by=person).content
    readers = AccessNote.objects.filter(what=f"session {note}")
    assert {r.user for r in readers} == {carer, supervised}


@pytest.mark.parametrize(
    "person", ["nurse", "clinician", "supervisor", "coordinator", "auditor"]
)
def test_for_everybody_else_there_is_none(note, case, person, request, nurse):
    other = request.getfixturevalue(person)
    if person in {"clinician", "supervisor", "coordinator"}:
        join_care_team(case=case, user=other, by=nurse)

    assert not queries.notes(other).exists()
    with pytest.raises(AccessError):
        sessions.open_session(note=note, by=other)
    told = [row.what for row in timeline(case, other)]
    assert "Counselling session" not in told


def test_the_timeline_tells_it_to_the_entitled(note, case, carer, supervised):
    for person in (carer, supervised):
        told = [row.what for row in timeline(case, person)]
        assert "Counselling session" in told


def test_a_new_supervisor_takes_the_place_of_the_former(
    note, centre, carer, supervised, coordinator
):
    sessions.name_supervisor(
        centre=centre, counsellor=carer, supervisor=None, by=coordinator
    )

    assert not queries.notes(supervised).exists()
    assert [row.supervisor for row in queries.supervision(centre)] == [None, None]


def test_an_excluded_supervisor_reads_nothing(note, case, supervised, coordinator):
    exclude(case=case, user=supervised, by=coordinator)

    assert not queries.notes(supervised).exists()


def test_only_the_coordinator_names_and_only_counsellors(
    centre, carer, supervisor, coordinator, nurse
):
    with pytest.raises(AccessError):
        sessions.name_supervisor(
            centre=centre, counsellor=carer, supervisor=supervisor, by=supervisor
        )
    with pytest.raises(RuleError, match="another counsellor"):
        sessions.name_supervisor(
            centre=centre, counsellor=carer, supervisor=nurse, by=coordinator
        )
    with pytest.raises(RuleError, match="supervises herself"):
        sessions.name_supervisor(
            centre=centre, counsellor=carer, supervisor=carer, by=coordinator
        )


def test_a_note_is_written_once(note):
    with pytest.raises(DatabaseError), transaction.atomic():
        SessionNote.objects.update(minutes=10)


def test_a_note_of_tomorrow_is_refused(case, carer):
    with pytest.raises(RuleError, match="not been held"):
        sessions.note_session(
            case=case,
            held_at=clock.now() + timedelta(days=1),
            minutes=50,
            mode="phone",
            content="x",
            by=carer,
        )
    assert not SessionNote.objects.exists()


def test_the_nurse_writes_no_counselling_note(case, nurse):
    with pytest.raises(AccessError):
        sessions.note_session(
            case=case,
            held_at=clock.now(),
            minutes=50,
            mode="phone",
            content="x",
            by=nurse,
        )


@pytest.fixture
def appointment(case, carer):
    return appointments.make_appointment(
        case=case,
        starts_at=clock.now() + timedelta(days=2),
        details={"place": "Room 3", "with_whom": "Coral", "way": ""},
        by=carer,
    )


def test_an_appointment_is_made_and_later_kept_once(appointment, carer, monday):
    with pytest.raises(RuleError, match="still to come"):
        appointments.note_appointment(appointment=appointment, was_kept=True, by=carer)
    monday.shift(timedelta(days=3))
    appointments.note_appointment(appointment=appointment, was_kept=False, by=carer)

    kinds = list(Entry.objects.order_by("n").values_list("kind", flat=True))
    assert kinds[-2:] == ["appointment.made", "appointment.missed"]
    with pytest.raises(RuleError, match="noted already"):
        appointments.note_appointment(appointment=appointment, was_kept=True, by=carer)


def test_an_appointment_lies_ahead(case, carer):
    with pytest.raises(RuleError, match="has passed"):
        appointments.make_appointment(
            case=case,
            starts_at=clock.now() - timedelta(minutes=1),
            details={},
            by=carer,
        )
