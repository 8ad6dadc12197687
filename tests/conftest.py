"""The cast and the furniture: named people, a fixed Monday, everything by actions."""

from __future__ import annotations

import gc
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from hypothesis import settings as trials

from tools import migrated

PASSWORD = "seven quiet rivers at dawn"
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)

Browse = Callable[..., Client]

trials.register_profile("same", deadline=None, derandomize=True)
trials.register_profile("searching", deadline=None, max_examples=2_000)
trials.load_profile("same")
"""Every run tries the same examples, so that a change alone can break it; `make fuzz`
looks for new ones."""


REACHES_ROWS = {"db", "django_db_setup", "databases", "rounds"}
"""What a test asks for that cannot do without a database."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever touches the database touches both: rows and keys.

    Who touches none is tried once and not again on the other kind of database.
    """
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if "db" in asked and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=["default", "keys"]))
        marked = any(map(item.get_closest_marker, ("django_db", "postgres")))
        if asked & REACHES_ROWS or marked:
            item.add_marker(pytest.mark.stored)


def pytest_collection_finish() -> None:
    """What was imported stays to the end, and is not gone through for rubbish again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for keys and files, made for this run."""
    from centre.vault.root import create_root_key

    folder = tmp_path_factory.mktemp("home")
    settings.CENTRE_HOME = folder
    settings.KEY_DIR = folder / "keys"
    settings.VAULT_BLOBS = folder / "blobs"
    settings.VAULT_ROOT_KEY_FILE = folder / "keys" / "root.key"
    settings.KEY_DIR.mkdir()
    settings.VAULT_BLOBS.mkdir()
    create_root_key(settings.VAULT_ROOT_KEY_FILE)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Begin with the databases that were migrated for this run, if there are any."""
    folder = migrated.kept()
    with ExitStack() as held:
        for alias, name in migrated.SQLITE.items() if folder else ():
            database = settings.DATABASES[alias]
            if database["ENGINE"] == "django.db.backends.postgresql":
                database["TEST"]["TEMPLATE"] = database["NAME"]
                continue
            memory = f"file:memorydb_{alias}?mode=memory&cache=shared"
            copy = held.enter_context(closing(sqlite3.connect(memory, uri=True)))
            with closing(sqlite3.connect(folder / name)) as made:
                made.backup(copy)
        yield


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Nine o'clock UTC on the first of June 2026, standing still until moved."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def centre(db: None):
    """The centre of the cast."""
    from centre.core.actions.set_up import open_centre

    return open_centre(
        code="riverside", name="Riverside One-Stop Centre", timezone="Africa/Nairobi"
    )


@pytest.fixture
def centre_elsewhere(db: None):
    """Another centre in the same database."""
    from centre.core.actions.set_up import open_centre

    return open_centre(
        code="hillside", name="Hillside One-Stop Centre", timezone="Africa/Nairobi"
    )


def enrol(username: str, name: str, role, centre):
    """Enrol one of the cast, her signing key unlocked, in her role as in a session.

    Who acts in every role she holds, as in no session, has `acting` taken away.
    """
    from centre.core.actions import people
    from centre.core.actions.set_up import system_actor

    user = people.enrol_person(
        username=username,
        name=name,
        password=PASSWORD,
        role=role,
        centre=centre,
        by=system_actor(),
    )
    people.unlock(user, PASSWORD)
    user.acting = user.memberships.get()
    return user


@pytest.fixture
def nurse(centre):
    """Opens cases, examines."""
    from centre.core.permissions import Role

    return enrol("nadia", "Nadia Njoroge", Role.NURSE, centre)


@pytest.fixture
def nurse_off_team(centre):
    """A nurse of the same centre who is on no care team."""
    from centre.core.permissions import Role

    return enrol("nora", "Nora Nekesa", Role.NURSE, centre)


@pytest.fixture
def clinician(centre):
    """Examines and signs."""
    from centre.core.permissions import Role

    return enrol("clara", "Clara Chebet", Role.CLINICIAN, centre)


@pytest.fixture
def counsellor(centre):
    """Carries support plans."""
    from centre.core.permissions import Role

    return enrol("coral", "Coral Cherono", Role.COUNSELLOR, centre)


@pytest.fixture
def supervisor(centre):
    """Another counsellor, whom the coordinator may name supervisor."""
    from centre.core.permissions import Role

    return enrol("selma", "Selma Simiyu", Role.COUNSELLOR, centre)


@pytest.fixture
def custodian(centre):
    """Keeps the store."""
    from centre.core.permissions import Role

    return enrol("kito", "Kito Kamau", Role.CUSTODIAN, centre)


@pytest.fixture
def investigator(centre):
    """An officer of an outside agency."""
    from centre.core.permissions import Role

    return enrol("ivan", "Ivan Irungu", Role.INVESTIGATOR, centre)


@pytest.fixture
def coordinator(centre):
    """Decides requests, names supervisors."""
    from centre.core.permissions import Role

    return enrol("dora", "Dora Daudi", Role.COORDINATOR, centre)


@pytest.fixture
def auditor(centre):
    """Reads the access log, no content."""
    from centre.core.permissions import Role

    return enrol("aude", "Aude Atieno", Role.AUDITOR, centre)


@pytest.fixture
def administrator(centre):
    """Enrols people; sees no case."""
    from centre.core.permissions import Role

    return enrol("sami", "Sami Sang", Role.ADMINISTRATOR, centre)


@pytest.fixture
def custodian_elsewhere(centre_elsewhere):
    """A custodian of the other centre."""
    from centre.core.permissions import Role

    return enrol("kara", "Kara Kiprono", Role.CUSTODIAN, centre_elsewhere)


@pytest.fixture
def nurse_elsewhere(centre_elsewhere):
    """A nurse of the other centre."""
    from centre.core.permissions import Role

    return enrol("nell", "Nell Naliaka", Role.NURSE, centre_elsewhere)


@pytest.fixture
def leaver(centre):
    """A nurse who has left; her instance still holds a key."""
    from centre import endings
    from centre.core.actions.set_up import system_actor
    from centre.core.permissions import Role

    user = enrol("lena", "Lena Lagat", Role.NURSE, centre)
    endings.leave(user=user, centre=centre, by=system_actor())
    user.refresh_from_db()
    return user


@pytest.fixture
def case(centre, nurse):
    """An adult's case; the nurse is on its care team."""
    from centre.core.actions.cases import open_case

    return open_case(centre=centre, registration="named", age_band="25-59", by=nurse)


@pytest.fixture
def child_case(centre, nurse):
    """A 9-year-old's case."""
    from centre.core.actions.cases import open_case

    return open_case(centre=centre, registration="named", age_band="5-9", by=nurse)


@pytest.fixture
def on_team(case, nurse):
    """Put a person on the care team of the case."""
    from centre.core.actions.cases import join_care_team

    def join(user):
        join_care_team(case=case, user=user, by=nurse)
        return user

    return join


@pytest.fixture
def browse() -> Browse:
    """A signed-in browser of a person: both factors given, key unlocked."""
    from centre.core import clock, middleware
    from centre.core.actions.people import unlock
    from centre.ledger.signing import wrap_with_key

    def open_for(user, password: str = PASSWORD) -> Client:
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        key = bytes(range(32))
        moment = int(clock.now().timestamp())
        session = client.session
        session[middleware.BEGUN_AT] = moment
        session[middleware.ACTIVE_AT] = moment
        session[middleware.FACTOR_AT] = moment
        post = user.memberships.filter(ended_at__isnull=True).first()
        session[middleware.MEMBERSHIP] = str(post.pk) if post else ""
        session[middleware.KEY_BOX] = wrap_with_key(unlock(user, password), key).hex()
        session.save()
        cookie = urlsafe_b64encode(key).decode()
        client.cookies[settings.KEY_COOKIE_NAME] = cookie
        return client

    return open_for
