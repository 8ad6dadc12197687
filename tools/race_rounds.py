"""Rounds of two people acting on one thing at the same moment, on PostgreSQL.

Each round lets two acts begin together that cannot both be true: exactly one is
written, the other is refused in words. `no_lock` takes the lock on the case away, as a
negative control that must find what the lock is for.

    python -m tools.race_rounds ROUNDS KIND,KIND [no_lock]    (on empty databases)

The last line is the result as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any, Final

FRESH: Final = 12
"""So many rounds one item serves; its history would grow long otherwise."""

Act = Callable[[], Any]
Round = Callable[["Scene", Any], tuple[Act, Act]]


@dataclass
class Scene:
    """The people, the case and what is handed over."""

    visit: Any
    kito: Any
    kendi: Any
    ivan: Any
    terms: Any
    seals: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main(rounds: str, kinds: str, control: str = "none") -> int:
    """The same number of rounds of each of these kinds."""
    chosen = [kind for kind in KINDS if kind.__name__ in kinds.split(",")]
    with tempfile.TemporaryDirectory(prefix="centre-race-") as home:
        os.environ.update(CENTRE_HOME=home, DJANGO_SETTINGS_MODULE="centre.settings")
        scene = _furnish()
        _spoil(control)
        began = time.monotonic()
        won = {}
        for kind in chosen:
            won[kind.__name__] = _contest(
                scene, kind, int(rounds), is_control=control != "none"
            )
        seconds = time.monotonic() - began
        if control == "none":
            scene.faults += list(_unsound(scene))
    result = {
        "rounds": sum(won.values()),
        "control": control,
        "faults": scene.faults[:5],
        "seconds": round(seconds, 1),
    }
    print(json.dumps(result), flush=True)
    return int(bool(scene.faults) != (control != "none"))


def double_release(scene: Scene, item: Any) -> tuple[Act, Act]:
    """Two custodians release one item to two transfers."""
    return (
        lambda: _release(scene, item, scene.kito),
        lambda: _release(scene, item, scene.kendi),
    )


def receive_and_cancel(scene: Scene, item: Any) -> tuple[Act, Act]:
    """The receiver signs while the releaser takes the release back."""
    from centre.chain_of_custody import actions

    transfer = _release(scene, item, scene.kito)
    return (
        lambda: _receive(scene, item, transfer),
        lambda: actions.cancel_transfer(
            transfer=transfer,
            reason="Nobody came",
            seen=_seen(scene, item),
            by=scene.kito,
        ),
    )


def release_and_check_out(scene: Scene, item: Any) -> tuple[Act, Act]:
    """One custodian releases what another lets a colleague take from the shelf."""
    from centre.chain_of_custody import actions

    nadia = scene.visit.who("nadia")
    return (
        lambda: _release(scene, item, scene.kito),
        lambda: actions.check_out(
            package=item, taker=nadia, reason="To be photographed", by=scene.kendi
        ),
    )


def receive_twice(scene: Scene, item: Any) -> tuple[Act, Act]:
    """The receiver presses the button on two devices."""
    transfer = _release(scene, item, scene.kito)

    def receive() -> None:
        _receive(scene, item, transfer)

    return receive, receive


KINDS: Final[Sequence[Round]] = (
    double_release,
    receive_and_cancel,
    release_and_check_out,
    receive_twice,
)


def _contest(scene: Scene, kind: Round, rounds: int, *, is_control: bool) -> int:
    """Let two acts begin together, so many times; what is wrong is kept.

    A control has shown what it should with the first fault and ends there.
    """
    from django.db import connection

    together = Barrier(2)
    done = 0

    def run(act: Act) -> str:
        together.wait(timeout=30)
        return _outcome(act)

    with ThreadPoolExecutor(2) as pool:
        item = None
        for number in range(rounds):
            if is_control and scene.faults:
                break
            if item is None or number % FRESH == 0:
                item = _new_item(scene)
            outcomes = sorted(pool.map(run, kind(scene, item)))
            if outcomes != ["refused", "won"]:
                scene.faults.append(f"{kind.__name__}: {', '.join(outcomes)}")
            done += 1
            try:
                _put_right(scene, item)
            except Exception as error:  # noqa: BLE001 - a fault of the round before
                scene.faults.append(f"{kind.__name__}: left {type(error).__name__}")
                item = None
        list(pool.map(lambda _: connection.close(), range(2)))
    return done


def _outcome(act: Act) -> str:
    from centre.core.errors import RuleError

    try:
        act()
    except RuleError:
        return "refused"
    except Exception as error:  # noqa: BLE001 - whatever it is, it was not polite
        return type(error).__name__
    return "won"


def _release(scene: Scene, item: Any, by: Any) -> Any:
    from centre.chain_of_custody import actions

    return actions.release_transfer(
        case=item.case,
        lines=[actions.Line(item)],
        seals={item.code: scene.seals[item.code]},
        terms=scene.terms,
        receiver=scene.ivan,
        by=by,
    )


def _receive(scene: Scene, item: Any, transfer: Any) -> None:
    from centre.chain_of_custody import actions

    actions.receive_transfer(transfer=transfer, seen=_seen(scene, item), by=scene.ivan)


def _seen(scene: Scene, item: Any) -> dict[str, Any]:
    from centre.chain_of_custody.rules.checks import Seen

    return {item.code: Seen(scene.seals[item.code])}


def _put_right(scene: Scene, item: Any) -> None:
    """Whatever the round ended with, the item lies on the shelf again."""
    from centre.chain_of_custody import actions
    from centre.chain_of_custody.models import Transfer
    from centre.chain_of_custody.queries.history import standing
    from centre.chain_of_custody.rules.moves import State

    stands = standing(item)
    if stands.transfer is not None:
        transfer = Transfer.objects.get(pk=stands.transfer)
        by = scene.kito if transfer.released_by_id == scene.kito.pk else scene.kendi
        actions.cancel_transfer(
            transfer=transfer,
            reason="The round is over",
            seen=_seen(scene, item),
            by=by,
        )
    elif stands.state is State.CHECKED_OUT:
        shelf = scene.visit.furniture.shelf
        seen = _seen(scene, item)[item.code]
        actions.check_in(package=item, place=shelf, seen=seen, by=scene.kito)
    elif stands.state is State.RECEIVED and stands.is_away:
        back = actions.send_back(
            packages=[item],
            seals={item.code: scene.seals[item.code]},
            conveyance="By hand",
            words="The round is over",
            by=scene.ivan,
        )
        actions.take_back(transfer=back, seen=_seen(scene, item), by=scene.kito)
        actions.store(package=item, place=scene.visit.furniture.shelf, by=scene.kito)


def _new_item(scene: Scene) -> Any:
    from centre.chain_of_custody import actions
    from centre.core import clock
    from centre.demo import steps

    item = actions.collect_item(
        case=scene.visit.case,
        kit=None,
        specimen="SKIN-SW",
        site="neck",
        side="",
        method="dry",
        collected_at=clock.now(),
        by=scene.visit.who("nadia"),
    )
    seal = f"R{len(scene.seals) + 1}"
    scene.seals[item.code] = seal
    steps.seal_up(scene.visit, item, seal, packaging="swab_box", by="nadia")
    steps.put_away(scene.visit, item)
    return item


def _unsound(scene: Scene) -> Iterator[str]:
    """What does not verify afterwards, or is marked as it is not."""
    from centre.chain_of_custody.queries.whereabouts import drift_of
    from centre.core import verification

    for fault in verification.faults():
        yield f"{fault.table}: {fault.says}"
    for table, _, says in drift_of(scene.visit.case):
        yield f"{table}: {says}"


def _furnish() -> Scene:
    import django

    sys.argv = ["manage.py", "setup"]
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGNING_KEY_COST = {"memory_kib": 64, "iterations": 1, "lanes": 1}
    quiet: dict[str, Any] = {"verbosity": 0}
    call_command("setup", **quiet)
    for alias in ("default", "keys"):
        call_command("migrate", database=alias, interactive=False, **quiet)
    return _people()


def _people() -> Scene:
    from centre.chain_of_custody.actions import Terms
    from centre.chain_of_custody.rules.checks import Basis
    from centre.core.actions import people as accounts
    from centre.core.actions.set_up import open_centre, system_actor
    from centre.core.permissions import Role
    from centre.demo import adult, steps
    from centre.demo.cast import enrol_cast
    from centre.demo.furniture import furnish

    centre = open_centre(code="riverside", name="Riverside", timezone="Africa/Nairobi")
    people = enrol_cast(centre)
    kendi = accounts.enrol_person(
        username="kendi",
        name="Kendi Karani",
        password="seven quiet rivers at dawn",  # noqa: S106 - thrown away in a minute
        role=Role.CUSTODIAN,
        centre=centre,
        by=system_actor(),
    )
    accounts.unlock(kendi, "seven quiet rivers at dawn")
    found = steps.arrive(
        centre, people, furnish(centre, people), registration="named", age_band="25-59"
    )
    adult.agree(found)
    terms = Terms(
        recipient=found.furniture.police.code,
        organisation="Police",
        purpose="investigation",
        basis=Basis.CONSENT,
        basis_text="Line 1 of the request",
    )
    return Scene(found, people["kito"], kendi, people["ivan"], terms)


def _spoil(control: str) -> None:
    """Take the lock away, for the control alone."""
    if control == "no_lock":
        from centre.chain_of_custody.actions import docket

        docket.lock = lambda case: case


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main(*sys.argv[1:]))
