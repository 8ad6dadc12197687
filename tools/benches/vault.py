"""What encryption costs: documents, columns, files, and finding a name by opening.

Rows lie in tables made for this, beside the plain same. Each figure is a ratio taken
in turns in one run; creating is measured inside one transaction too, where no waiting
for the disk hides our own work. Each line tells its goal and whether it was met.
"""

from __future__ import annotations

import hashlib
import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402 - loaded
from django.conf import settings  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402

from centre.core.models import Case, Centre  # noqa: E402
from centre.ledger.roles import as_owner  # noqa: E402
from centre.ledger.sqlite import altering  # noqa: E402
from centre.vault import cipher, files, keys  # noqa: E402
from centre.vault.fields import EncryptedJSON, EncryptedText  # noqa: E402
from centre.vault.models import CaseKey, CentreKey  # noqa: E402
from centre.vault.scan import matching  # noqa: E402

ROWS: Final = 400
COLUMNS: Final = 12
NAMES: Final = 10_000
WARM: Final = 5
SMALL: Final = 1024 * 1024
LARGE: Final = 128 * SMALL
MEGA: Final = 1e6

Figure = dict[str, Any]
Act = Callable[[], Any]


class Sheet(models.Model):
    """A form's answers, encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case_id = models.UUIDField()
    content = EncryptedJSON(scope="case_id")

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.id)


class PlainJSON(models.JSONField):
    """Without the check whose function SQLite runs in no untrusted schema."""

    def db_check(self, connection: Any) -> None:
        """None."""


class PlainSheet(models.Model):
    """The same in the open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case_id = models.UUIDField()
    content = PlainJSON()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.id)


def _wide(
    name: str, column: Callable[[], models.Field[Any, Any]]
) -> type[models.Model]:
    """A table with twelve columns of words."""
    fields = {f"words_{n}": column() for n in range(COLUMNS)}
    meta = type("Meta", (), {"app_label": "bench"})
    row = {"id": models.UUIDField(primary_key=True, default=uuid.uuid4)}
    case = {"case_id": models.UUIDField()}
    more = {"__module__": __name__, "Meta": meta, "__str__": lambda self: str(self.pk)}
    return type(name, (models.Model,), {**row, **case, **fields, **more})


Wide: Final[Any] = _wide("Wide", lambda: EncryptedText(scope="case_id"))
PlainWide: Final[Any] = _wide("PlainWide", models.TextField)
TABLES: Final[tuple[type[models.Model], ...]] = (Sheet, PlainSheet, Wide, PlainWide)

ANSWERS: Final = {
    f"exam.part_{n}.question": {"v": "Words of a middling answer, as they are."}
    for n in range(40)
}
WORDS: Final = {
    f"words_{n}": "Forty letters or so in each column." for n in range(COLUMNS)
}


def figures() -> Iterator[Figure]:
    """Every figure on this database; the tables are gone afterwards."""
    _tables(make=True)
    try:
        case = Case.objects.order_by("opened_at")[0].pk
        yield from _documents(case)
        yield from _columns(case)
        yield from _attachments(case)
        yield from _names(case)
    finally:
        _tables(make=False)
        CaseKey.objects.filter(case_id__in=_made).delete()


_made: Final[list[uuid.UUID]] = []
"""Scopes whose keys were made for this."""


def _of(model: type[models.Model]) -> Any:
    return model._default_manager


def _tables(*, make: bool) -> None:
    app = connection.settings_dict["USER"]
    with (
        as_owner(connection, settings.DATABASE_OWNERS["default"]),
        altering(connection),
        connection.schema_editor() as editor,
    ):
        for model in TABLES:
            (editor.create_model if make else editor.delete_model)(model)
            if make and connection.vendor == "postgresql":
                editor.execute(f'GRANT ALL ON "{model._meta.db_table}" TO "{app}"')


def _documents(case: uuid.UUID) -> Iterator[Figure]:
    def ours() -> None:
        _of(Sheet).create(case_id=case, content=ANSWERS)

    def plain() -> None:
        _of(PlainSheet).create(case_id=case, content=ANSWERS)

    baseline = "the same document in a plain JSONField"
    yield from _created("document", ours, plain, baseline, (None, 1.15))
    ours_id, plain_id = (
        m._default_manager.latest("id").pk for m in (Sheet, PlainSheet)
    )
    one = (lambda: _one(Sheet, ours_id), lambda: _one(PlainSheet, plain_id))
    yield _ratio("vault_document_read", *_in_turns(ROWS, *one), baseline, 1.15)
    ways = (lambda: _all(Sheet), lambda: _all(PlainSheet))
    yield _ratio("vault_100_documents_read", *_in_turns(40, *ways), baseline, None)


def _columns(case: uuid.UUID) -> Iterator[Figure]:
    def ours() -> None:
        Wide.objects.create(case_id=case, **WORDS)

    def plain() -> None:
        PlainWide.objects.create(case_id=case, **WORDS)

    baseline = f"the same row with {COLUMNS} plain columns"
    yield from _created(f"{COLUMNS}_columns", ours, plain, baseline, (1.75, 1.3))
    ways = (lambda: _listed(Wide), lambda: _listed(PlainWide))
    value, other = _in_turns(40, *ways)
    line = _ratio("vault_list_of_100_one_opened", value, other, baseline, None)
    yield line | _goal(min(value) * 1000, 4.0, "ms_at_least")


def _created(
    name: str, ours: Act, plain: Act, baseline: str, goals: tuple[float | None, float]
) -> Iterator[Figure]:
    with transaction.atomic():
        memory = _in_turns(ROWS, ours, plain)
    where = f"vault_{name}_create"
    yield _ratio(f"{where}_in_memory", *memory, baseline, goals[0])
    disk = _in_turns(ROWS, ours, plain, clock=time.perf_counter)
    yield _ratio(f"{where}_on_disk", *disk, baseline, goals[1])


def _one(model: Any, key: uuid.UUID) -> Any:
    return _of(model).get(pk=key).content


def _all(model: Any) -> list[Any]:
    return [row.content for row in _of(model).all()[:100]]


def _listed(model: type[models.Model]) -> None:
    rows = list(_of(model).all()[:100])
    _ = rows[50].words_5


def _attachments(case: uuid.UUID) -> Iterator[Figure]:
    """CPU seconds, against AES-GCM and SHA-256 alone over the same bytes."""
    piece, count = secrets.token_bytes(SMALL), LARGE // SMALL
    writing: list[float] = []
    reading: list[float] = []
    for _ in range(3):
        blob = uuid.uuid4()
        pieces = (piece for _ in range(count))
        writing.append(_cpu(partial(files.write, pieces, blob_id=blob, case_id=case)))
        content = files.read(blob, case)
        reading.append(_cpu(partial(deque, content, 0)))
        files.path_of(blob).unlink()
    with_hashes, alone = _floor(piece, count, hashes=2), _floor(piece, count, hashes=0)
    plain = "AES-GCM and two SHA-256"
    yield _speed("vault_file_encrypt", min(writing), with_hashes, 400, plain)
    yield _speed("vault_file_decrypt", min(reading), alone, 1000, "AES-GCM alone")
    grown = _grown(LARGE) - _grown(SMALL)
    yield {"figure": "vault_file_extra_memory_mib", "database": connection.vendor,
           "n": LARGE} | _goal(grown / 1024, 4.0, "mib")  # fmt: skip


def _floor(piece: bytes, count: int, *, hashes: int) -> float:
    key, nonce = AESGCM(secrets.token_bytes(32)), secrets.token_bytes(12)
    made = [hashlib.sha256() for _ in range(hashes)]
    began = time.process_time()
    for _ in range(count):
        key.encrypt(nonce, piece, None)
        for one in made:
            one.update(piece)
    return time.process_time() - began


def _grown(size: int) -> int:
    """KiB at most in use by a process that encrypts and decrypts so many bytes."""
    ran = subprocess.run(
        [sys.executable, "-m", "tools.benches.vault", str(size)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(ran.stdout)


def _through(size: int) -> int:
    """In a process of its own: a file of this size written and read."""
    case, blob = Case.objects.order_by("opened_at")[0].pk, uuid.uuid4()
    with tempfile.TemporaryDirectory() as folder:
        settings.VAULT_BLOBS = Path(folder)
        piece = bytes(64 * 1024)
        files.write(
            (piece for _ in range(size // len(piece))), blob_id=blob, case_id=case
        )
        for _ in files.read(blob, case):
            pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _names(case: uuid.UUID) -> Iterator[Figure]:
    """Everybody's name opened and looked at; all in one case, and each in another."""
    for name, scopes in (("one_case", [case] * NAMES), ("own_cases", _many_cases())):
        _of(Sheet).all().delete()
        _of(PlainSheet).all().delete()
        told = [
            {"given_names": f"Amani {n}", "family_name": "Invented"}
            for n in range(NAMES)
        ]
        pairs = list(zip(scopes, told, strict=True))
        keys.warm(set(scopes[:4000]))
        _of(Sheet).bulk_create(
            [Sheet(case_id=scope, content=who) for scope, who in pairs], 500
        )
        _of(PlainSheet).bulk_create(
            [PlainSheet(case_id=scope, content=who) for scope, who in pairs], 500
        )
        spent: list[float] = []
        other: list[float] = []
        for _ in range(3):
            keys.forget()
            spent.append(
                _cpu(lambda: _check(matching(_of(Sheet).all(), "content", _is_her)))
            )
            plain = _of(PlainSheet).values_list("pk", "content").iterator(2000)
            hers = (row for row in plain if _is_her(row[1]))
            other.append(_cpu(partial(_check, hers)))
        baseline = "the same names in a plain JSONField"
        line = _ratio(f"vault_names_{name}", spent, other, baseline, None)
        yield line | _goal(min(spent) * MEGA / NAMES, 15.0, "us_per_name")


def _is_her(who: Any) -> bool:
    return "amani 77" in who["given_names"].casefold()


def _check(found: Iterator[Any]) -> None:
    wanted = sum(str(number).startswith("77") for number in range(NAMES))
    if len(list(found)) != wanted:
        sys.exit("The search by opening did not find whom it should.")


def _many_cases() -> list[uuid.UUID]:
    """As many scopes as names, each with a key of its own."""
    centre = CentreKey.objects.get(centre_id=Centre.objects.order_by("code")[0].pk)
    wrapping, scopes = (
        keys.open_centre_key(centre),
        [uuid.uuid4() for _ in range(NAMES)],
    )
    rows = [
        CaseKey(
            case_id=scope,
            centre_key=centre,
            wrapped=cipher.wrap_key(
                wrapping, cipher.new_key(), cipher.dek_aad(scope, 1)
            ),
        )
        for scope in scopes
    ]
    CaseKey.objects.bulk_create(rows, 500)
    _made.extend(scopes)
    return scopes


def _cpu(act: Act) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _in_turns(
    count: int, ours: Act, plain: Act, clock: Callable[[], float] | None = None
) -> tuple[list[float], list[float]]:
    """Seconds of both, one after the other, so that both meet the same machine.

    Where all the work is done in this process, only its own time is counted.
    """
    own = connection.vendor == "sqlite"
    now = clock or (time.process_time if own else time.perf_counter)
    first: list[float] = []
    second: list[float] = []
    for number in range(count + WARM):
        for act, kept in ((ours, first), (plain, second)):
            began = now()
            act()
            if number >= WARM:
                kept.append(now() - began)
    return first, second


def _ratio(
    figure: str,
    ours: list[float],
    plain: list[float],
    baseline: str,
    goal: float | None,
) -> Figure:
    value, other = statistics.median(ours), statistics.median(plain)
    ratio = round(value / other, 2)
    line = {
        "figure": figure,
        "database": connection.vendor,
        "ratio": ratio,
        "baseline": baseline,
        "value_ms": round(value * 1000, 3),
        "baseline_ms": round(other * 1000, 3),
        "n": len(ours),
    }
    return line if goal is None else line | {"goal": goal, "is_met": ratio <= goal}


def _goal(value: float, goal: float, unit: str) -> Figure:
    return {unit: round(value, 2), "goal": goal, "is_met": value <= goal}


def _speed(figure: str, spent: float, floor: float, goal: int, baseline: str) -> Figure:
    speed = LARGE / MEGA / spent
    return {
        "figure": figure,
        "database": connection.vendor,
        "ratio": round(spent / floor, 2),
        "baseline": baseline,
        "megabytes_per_cpu_second": round(speed),
        "goal": goal,
        "is_met": speed >= goal,
        "n": LARGE,
    }


if __name__ == "__main__":
    print(_through(int(sys.argv[1])))
