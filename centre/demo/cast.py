"""The people of the demo. All of them are invented."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings

from centre.core import clock, totp
from centre.core.access_reviews import Verdict, posts
from centre.core.actions import people
from centre.core.actions.access_reviews import review_access
from centre.core.actions.set_up import system_actor
from centre.core.models import Centre, User
from centre.core.permissions import Role

_WORDS: Final = [
    "amber",
    "basket",
    "copper",
    "ember",
    "fennel",
    "garden",
    "hazel",
    "island",
    "juniper",
    "kettle",
    "lantern",
    "meadow",
    "nutmeg",
    "orchard",
    "pebble",
    "quartz",
    "ribbon",
    "saffron",
    "thimble",
    "umbrella",
    "velvet",
    "willow",
]


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    username: str
    name: str
    role: Role
    does: str


CAST: Final = (
    Person("nadia", "Nadia Njoroge", Role.NURSE, "opens cases, examines"),
    Person("clara", "Clara Chebet", Role.CLINICIAN, "examines, signs"),
    Person("coral", "Coral Cherono", Role.COUNSELLOR, "carries support plans"),
    Person("selma", "Selma Simiyu", Role.COUNSELLOR, "supervises Coral"),
    Person("kito", "Kito Kamau", Role.CUSTODIAN, "keeps the store"),
    Person("ivan", "Ivan Irungu", Role.INVESTIGATOR, "asks for evidence"),
    Person("dora", "Dora Daudi", Role.COORDINATOR, "decides requests"),
    Person("aude", "Aude Atieno", Role.AUDITOR, "reads the access log"),
    Person("sami", "Sami Sang", Role.ADMINISTRATOR, "enrols people"),
)


def enrol_cast(centre: Centre) -> dict[str, User]:
    """Enrol everyone with a second factor; keep the passwords beside the keys."""
    system = system_actor()
    users: dict[str, User] = {}
    passwords: dict[str, str] = {}
    for person in CAST:
        password = _phrase()
        user = people.enrol_person(
            username=person.username,
            name=person.name,
            password=password,
            role=person.role,
            centre=centre,
            by=system,
        )
        people.unlock(user, password)
        device = people.begin_factor(by=user)
        earlier = clock.now() - timedelta(seconds=totp.STEP_SECONDS)
        people.confirm_factor(by=user, code=totp.code_at(device.seed, earlier))
        users[person.username] = user
        passwords[person.username] = password
    _keep(passwords)
    _go_through(centre, users)
    return users


def passwords() -> dict[str, str]:
    """The demo's passwords by sign-in name; empty if this is no demo."""
    path = _path()
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def code_now(username: str) -> str:
    """The code this person's app would show at this moment."""
    user = User.objects.select_related("totp").get(username=username)
    return totp.code_at(user.totp.seed, clock.now())


def _go_through(centre: Centre, people: Mapping[str, User]) -> None:
    """The coordinator goes through who has access; everybody's is right."""
    dora = people["dora"]
    others = posts(centre).exclude(user=dora)
    verdicts = {post.pk: Verdict.RIGHT for post in others}
    review_access(centre=centre, verdicts=verdicts, by=dora)


def _phrase() -> str:
    words = [secrets.choice(_WORDS) for _ in range(4)]
    return f"{' '.join(words)} {secrets.randbelow(90) + 10}"


def _keep(known: dict[str, str]) -> None:
    path = _path()
    path.touch(mode=0o600)
    path.write_text(json.dumps(known, indent=1), encoding="utf-8")


def _path() -> Path:
    return settings.CENTRE_HOME / "demo.json"
