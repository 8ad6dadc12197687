"""Changes of the log itself: entries, heads, checkpoints; with hashes made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from centre.ledger import merkle
from centre.ledger.models import CHECKPOINTS, ENTRIES, HEADS, Checkpoint, Entry, Head
from tools.mutations.scene import Done, NothingThereError, Scene, put, remove, run


def _entry(scene: Scene) -> Entry:
    return Entry.objects.get(pk=scene.row(Entry))


def _at(log: str, *numbers: int, what: str = "") -> Done:
    """A good check names one of these positions of the log."""
    found = {(ENTRIES, f"{log} {n}") for n in numbers}
    return Done(f"{log} {numbers[0]} {what}", frozenset(found))


def _bytes(change: Callable[[Scene, bytes], bytes], *, hashed: bool) -> Any:
    def changed(scene: Scene) -> Done:
        found = _entry(scene)
        content = change(scene, bytes(found.entry))
        if content == bytes(found.entry):
            raise NothingThereError
        put(Entry, "entry", found.pk, content)
        if hashed:
            put(Entry, "leaf", found.pk, merkle.leaf_hash(content))
        return _at(found.log, found.n, found.n + 1)

    return changed


def _cut(scene: Scene, content: bytes) -> bytes:
    return content[: scene.chance.randrange(1, len(content))]


def _other_order(_scene: Scene, content: bytes) -> bytes:
    told = json.loads(content)
    turned = dict(reversed(told.items()))
    return json.dumps(turned, separators=(",", ":"), ensure_ascii=False).encode()


def _with_blank(_scene: Scene, content: bytes) -> bytes:
    return content.replace(b",", b", ", 1)


def _escaped(_scene: Scene, content: bytes) -> bytes:
    return content.replace(b'"log":"o', b'"log":"\\u006f').replace(b"/", b"\\/", 1)


def _longer(_scene: Scene, content: bytes) -> bytes:
    return content + b"\n"


def _part_twice(_scene: Scene, content: bytes) -> bytes:
    return b'{"at":"2026-01-01T00:00:00.000000Z",' + content[1:]


def _part_more(_scene: Scene, content: bytes) -> bytes:
    return content[:-1] + b',"w":1}'


bit = _bytes(lambda scene, content: scene.flipped(content), hashed=False)
bit_hashed = _bytes(lambda scene, content: scene.flipped(content), hashed=True)
cut = _bytes(_cut, hashed=True)
longer = _bytes(_longer, hashed=True)
keys_in_another_order = _bytes(_other_order, hashed=True)
blank = _bytes(_with_blank, hashed=True)
escaped = _bytes(_escaped, hashed=True)
part_twice = _bytes(_part_twice, hashed=True)
part_more = _bytes(_part_more, hashed=True)


def column(scene: Scene) -> Done:
    """A column says something else than the bytes of its entry."""
    found = _entry(scene)
    name, value = scene.one_of(
        [
            ("kind", "item.stored" if found.kind != "item.stored" else "item.sealed"),
            ("stream", scene.flipped(bytes(found.stream))),
            ("sseq", found.sseq + 1000),
            ("leaf", scene.flipped(bytes(found.leaf))),
        ]
    )
    put(Entry, name, found.pk, value)
    return _at(found.log, found.n, found.n + 1, what=name)


def removed(scene: Scene) -> Done:
    """An entry is gone."""
    found = _entry(scene)
    remove(Entry, found.pk)
    return _at(found.log, found.n)


def gap(scene: Scene) -> Done:
    """All entries from one on stand one position later."""
    found = _entry(scene)
    for one in Entry.objects.filter(log=found.log, n__gte=found.n).order_by("-n"):
        put(Entry, "n", one.pk, one.n + 1)
    return _at(found.log, found.n)


def swapped(scene: Scene) -> Done:
    """Two entries of a log change places."""
    found = _entry(scene)
    others = Entry.objects.filter(log=found.log).exclude(pk=found.pk).order_by("pk")
    other = scene.one_of(list(others))
    for one, n in ((found, 10**9), (other, found.n), (found, other.n)):
        put(Entry, "n", one.pk, n)
    return _at(found.log, found.n, other.n)


def planted(scene: Scene) -> Done:
    """An entry stands once more at the end, and the head counts it."""
    found = _entry(scene)
    head = Head.objects.get(pk=found.log)
    run(
        Entry,
        "INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        *(found.log, head.size, bytes(found.stream), 10**6, found.kind),
        *(bytes(found.entry), bytes(found.leaf)),
    )
    if scene.chance.randrange(2):
        put(Head, "size", head.pk, head.size + 1)
        put(Head, "last_leaf", head.pk, bytes(found.leaf))
    return _at(found.log, head.size)


def newest_removed(scene: Scene) -> Done:
    """The newest entry is gone and the head stands before it; its rows are there."""
    heads = [one for one in Head.objects.order_by("pk") if one.size > 1]
    head = scene.one_of(heads)
    newest, before = Entry.objects.filter(log=head.log).order_by("-n")[:2]
    remove(Entry, newest.pk)
    put(Head, "size", head.pk, newest.n)
    put(Head, "last_leaf", head.pk, bytes(before.leaf))
    put(Head, "last_at", head.pk, before.content.at)
    places = {
        (ENTRIES, f"{head.log} {newest.n}"),
        ("core_opening", f"{head.log} {newest.n}"),
    }
    return Done(f"{head.log} without its newest", frozenset(places))


def head(scene: Scene) -> Done:
    """The head says another size, leaf, time or key."""
    found = Head.objects.get(pk=scene.row(Head))
    name, value = scene.one_of(
        [
            ("size", found.size + 1),
            ("size", found.size - 1),
            ("last_leaf", scene.flipped(bytes(found.last_leaf))),
            ("last_at", "2020-01-01T00:00:00.000000Z"),
            ("vkey", found.vkey[:-3] + "AAA"),
        ]
    )
    put(Head, name, found.pk, value)
    near = {(ENTRIES, f"{found.log} {n}") for n in (found.size, found.size - 1)}
    return Done(f"{found.log} {name}", frozenset({(HEADS, found.log), *near}))


def log_removed(scene: Scene) -> Done:
    """A whole log is gone."""
    log = scene.row(Head)
    run(Entry, "DELETE FROM ledger_entry WHERE log = %s", log)
    run(Checkpoint, "DELETE FROM ledger_checkpoint WHERE log = %s", log)
    run(Head, "DELETE FROM ledger_head WHERE log = %s", log)
    return Done(f"{log} gone", frozenset({(HEADS, log), (HEADS, "")}))


def checkpoint(scene: Scene) -> Done:
    """A column of a checkpoint is not what was signed."""
    found = Checkpoint.objects.get(pk=scene.row(Checkpoint))
    name, value = scene.one_of(
        [
            ("note", found.note.replace("\n", "\n ", 1)),
            ("note", scene.flipped(found.note.encode()).decode("latin-1")),
            ("root", scene.flipped(bytes(found.root))),
            ("frontier", scene.flipped(bytes(found.frontier) or b"\0")),
            ("size", found.size + 10**6),
        ]
    )
    put(Checkpoint, name, found.pk, value)
    return Done(f"{found} {name}", frozenset({(CHECKPOINTS, str(found.pk))}))


def checkpoints_swapped(scene: Scene) -> Done:
    """Two checkpoints change their notes."""
    one, other = (
        Checkpoint.objects.get(pk=key) for key in scene.two_of(scene.rows(Checkpoint))
    )
    put(Checkpoint, "note", one.pk, other.note)
    put(Checkpoint, "note", other.pk, one.note)
    places = {(CHECKPOINTS, str(found.pk)) for found in (one, other)}
    return Done(f"notes of {one} and {other}", frozenset(places))
