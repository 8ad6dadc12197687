"""Encrypted files: whole or not at all, bound to id and case, constant memory."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from centre.vault import chunks, files, keys
from centre.vault.errors import DamagedError, KeyDestroyedError, NoKeyError, VaultError
from tests.vault.conftest import Vault, give_new_generation

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

CHUNK = chunks.CHUNK_BYTES
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200_000]


def content(size: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return b"".join(n.to_bytes(4, "big") for n in range(size // 4 + 1))[:size]


def stored(vault: Vault, size: int) -> UUID:
    """A file of this size."""
    blob = uuid4()
    files.write(io.BytesIO(content(size)), blob_id=blob, case_id=vault.case)
    return blob


def whole(blob: UUID, case: UUID) -> bytes:
    """Everything that can be read."""
    return b"".join(files.read(blob, case))


def spoil(blob: UUID, data: bytes) -> None:
    """Replace the file, past the program."""
    path = files.path_of(blob)
    path.chmod(0o600)
    path.write_bytes(data)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_exactly(vault: Vault, size: int) -> None:
    blob = uuid4()
    made = files.write(io.BytesIO(content(size)), blob_id=blob, case_id=vault.case)

    assert whole(blob, vault.case) == content(size)
    assert made.size == size
    assert made.sha256 == hashlib.sha256(content(size)).hexdigest()
    on_disk = files.path_of(blob).read_bytes()
    assert made.cipher_sha256 == hashlib.sha256(on_disk).hexdigest()
    assert len(on_disk) == 56 + size + 16 * (size // CHUNK + 1)


def test_pieces_of_any_size_are_taken(vault: Vault) -> None:
    blob, data = uuid4(), content(50_000)
    pieces = (data[n : n + 777] for n in range(0, len(data), 777))
    files.write(pieces, blob_id=blob, case_id=vault.case)

    assert whole(blob, vault.case) == data


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 10), (0, 0), (CHUNK - 5, 10), (CHUNK, CHUNK), (199_990, 100), (300_000, 5)],
)
def test_a_range_is_a_slice(vault: Vault, offset: int, length: int) -> None:
    blob = stored(vault, 200_000)

    part = files.read_range(blob, vault.case, offset, length)
    assert part == content(200_000)[offset : offset + length]


def test_a_range_before_the_beginning_is_refused(vault: Vault) -> None:
    with pytest.raises(ValueError, match="not negative"):
        files.read_range(stored(vault, 10), vault.case, -1, 5)


def test_no_content_lies_open_and_only_the_owner_reads(vault: Vault) -> None:
    blob = uuid4()
    mark = b"marked-canary-of-a-survivor"
    files.write([mark * 2000], blob_id=blob, case_id=vault.case)

    found = [p for p in vault.blobs.rglob("*") if p.is_file()]
    assert found == [files.path_of(blob)]
    assert mark not in found[0].read_bytes()
    assert stat.S_IMODE(found[0].stat().st_mode) == 0o400
    (vault.blobs / "plain").write_bytes(mark)
    assert any(mark in p.read_bytes() for p in vault.blobs.rglob("*") if p.is_file())


def test_a_file_of_another_case_or_id_is_refused(vault: Vault) -> None:
    blob, other = stored(vault, 100), uuid4()
    with pytest.raises(DamagedError):
        files.read(blob, vault.other_case)
    folder = files.path_of(other).parent
    folder.mkdir(exist_ok=True)
    files.path_of(other).write_bytes(files.path_of(blob).read_bytes())
    with pytest.raises(DamagedError):
        files.read(other, vault.case)


def test_two_files_swapped_are_both_refused(vault: Vault) -> None:
    one, two = stored(vault, 100), stored(vault, 100)
    first = files.path_of(one).read_bytes()
    spoil(one, files.path_of(two).read_bytes())
    spoil(two, first)

    for blob in (one, two):
        with pytest.raises(DamagedError):
            files.read(blob, vault.case)


def test_every_cut_is_refused_before_the_first_byte(vault: Vault) -> None:
    blob = stored(vault, 2 * CHUNK + 100)
    data = files.path_of(blob).read_bytes()
    borders = [0, 1, 55, 56, 71, 72, chunks.position(1), chunks.position(2)]
    for length in [*borders, *range(100, len(data), 1500), len(data) - 1]:
        spoil(blob, data[:length])
        with pytest.raises(DamagedError):
            files.read(blob, vault.case)
        with pytest.raises(DamagedError):
            files.read_range(blob, vault.case, 0, 1)


def test_appended_bytes_are_refused(vault: Vault) -> None:
    blob = stored(vault, 100)
    data = files.path_of(blob).read_bytes()
    for more in (b"x", data[56:], bytes(16)):
        spoil(blob, data + more)
        with pytest.raises(DamagedError):
            whole(blob, vault.case)


def test_sampled_flips_are_refused(vault: Vault) -> None:
    blob = stored(vault, CHUNK + 100)
    data = files.path_of(blob).read_bytes()
    for at in [0, 23, 24, 55, 56, 57, *range(60, len(data), 997), len(data) - 1]:
        flipped = bytearray(data)
        flipped[at] ^= 1
        spoil(blob, bytes(flipped))
        with pytest.raises(DamagedError):
            whole(blob, vault.case)
    spoil(blob, data)
    assert whole(blob, vault.case) == content(CHUNK + 100)


def test_reordered_chunks_are_refused(vault: Vault) -> None:
    blob = stored(vault, 2 * CHUNK + 5)
    data = files.path_of(blob).read_bytes()
    a, b, c = chunks.position(0), chunks.position(1), chunks.position(2)
    spoil(blob, data[:a] + data[b:c] + data[a:b] + data[c:])

    with pytest.raises(DamagedError):
        whole(blob, vault.case)
    with pytest.raises(DamagedError):
        files.read_range(blob, vault.case, 0, 10)


def test_a_missing_file_is_refused(vault: Vault) -> None:
    blob = uuid4()

    assert not files.exists(blob)
    with pytest.raises(DamagedError, match="missing"):
        files.read(blob, vault.case)


def test_a_file_is_never_written_over(vault: Vault) -> None:
    blob = stored(vault, 10)

    with pytest.raises(VaultError, match="stays"):
        files.write([b"other"], blob_id=blob, case_id=vault.case)
    assert whole(blob, vault.case) == content(10)


def test_an_interrupted_write_leaves_nothing(vault: Vault) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield content(100_000)
        raise OSError("no space left")

    blob = uuid4()
    with pytest.raises(OSError, match="no space"):
        files.write(breaks_off(), blob_id=blob, case_id=vault.case)
    assert not files.exists(blob)
    assert [p for p in vault.blobs.rglob("*") if p.is_file()] == []


def test_nothing_is_written_without_a_key(vault: Vault) -> None:
    with pytest.raises(NoKeyError):
        files.write([b"x"], blob_id=uuid4(), case_id=uuid4())
    assert not vault.blobs.exists()


def test_content_reaches_the_disk_before_its_name_does(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def note_sync(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("folder" if is_folder else "content")
        sync(handle)

    def note_rename(self: Path, target: Path) -> Path:
        done.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "rename", note_rename)
    stored(vault, 10)

    assert done[-3:] == ["content", "name", "folder"]


def test_destroying_the_key_covers_files(vault: Vault) -> None:
    blob = stored(vault, 100)
    keys.destroy_case_key(vault.case)

    with pytest.raises(KeyDestroyedError):
        files.read(blob, vault.case)
    with pytest.raises(KeyDestroyedError):
        files.read_range(blob, vault.case, 0, 1)


def test_a_file_under_an_older_key_generation_still_opens(vault: Vault) -> None:
    blob = stored(vault, 100)
    give_new_generation(vault.case)

    assert whole(blob, vault.case) == content(100)
    assert files.read_range(blob, vault.case, 10, 5) == content(100)[10:15]


def test_memory_does_not_grow_with_the_file(vault: Vault) -> None:
    blob, piece, many = uuid4(), bytes(64 * 1024), 320
    tracemalloc.start()
    try:
        made = files.write(
            (piece for _ in range(many)), blob_id=blob, case_id=vault.case
        )
        read = sum(len(part) for part in files.read(blob, vault.case))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert made.size == read == many * len(piece)
    assert peak < 2 * 1024 * 1024


def test_a_sound_file_has_no_fault(vault: Vault) -> None:
    blob = uuid4()
    made = files.write([b"content"], blob_id=blob, case_id=vault.case)

    assert fault(vault, blob, made) == ""


def test_each_fault_of_a_file_is_told(vault: Vault) -> None:
    blob = uuid4()
    made = files.write([b"content"], blob_id=blob, case_id=vault.case)

    wrong = files.Stored(made.size, "0" * 64, made.cipher_sha256)
    assert "does not hold" in fault(vault, blob, wrong)
    wrong = files.Stored(made.size, made.sha256, "0" * 64)
    assert "not the file" in fault(vault, blob, wrong)
    swapped = files.fault(
        blob_id=blob,
        case_id=vault.other_case,
        sha256=made.sha256,
        cipher_sha256=made.cipher_sha256,
    )
    assert "cannot be opened" in swapped
    files.path_of(blob).unlink()
    assert "missing" in fault(vault, blob, made)


def test_after_destruction_only_the_ciphertext_is_compared(vault: Vault) -> None:
    blob = uuid4()
    made = files.write([b"content"], blob_id=blob, case_id=vault.case)
    keys.destroy_case_key(vault.case)

    assert fault(vault, blob, made) == ""
    spoil(blob, b"replaced")
    assert "not the file" in fault(vault, blob, made)


def fault(vault: Vault, blob: UUID, made: files.Stored) -> str:
    """What the check says of this file."""
    return files.fault(
        blob_id=blob,
        case_id=vault.case,
        sha256=made.sha256,
        cipher_sha256=made.cipher_sha256,
    )
