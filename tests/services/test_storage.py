"""The folder of files: whole files or none, names of ours only, a full disk told in words."""

from __future__ import annotations

import errno
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.storage import Storage, StorageFull

NAME = "ab" + "0" * 62 + "-full.webp"


def everything(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "posters")


def test_a_file_lies_below_the_first_two_digits_of_its_hash(storage: Storage) -> None:
    path = storage.put(NAME, b"picture")
    assert path == storage.root / "ab" / NAME
    assert path.read_bytes() == b"picture"
    assert everything(storage.root) == [f"ab/{NAME}"]


def test_nothing_can_run_what_is_stored(storage: Storage) -> None:
    assert storage.put(NAME, b"#!/bin/sh").stat().st_mode & 0o111 == 0


def test_what_is_there_is_never_written_again(storage: Storage) -> None:
    path = storage.put(NAME, b"picture")
    before = path.stat()
    storage.put(NAME, b"picture")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "poster.webp",
        "../" + NAME,
        "/etc/passwd",
        NAME.upper(),
        NAME + "\n",
        NAME + "\0",
        NAME.replace(".webp", ".php"),
        NAME.replace("-full", "-../x"),
        NAME.replace("-full", ""),
        NAME[1:],
        "海报.webp",
    ],
)
def test_only_a_hash_and_a_variant_make_a_name(storage: Storage, name: str) -> None:
    for use in (storage.path, storage.delete, storage.take, lambda bad: storage.put(bad, b"x")):
        with pytest.raises(ValueError, match="not a name"):
            use(name)
    assert not storage.root.exists()


def test_delete_and_take_do_not_mind_a_missing_file(storage: Storage) -> None:
    storage.delete(NAME)
    assert storage.take(NAME) is None
    storage.put(NAME, b"picture")
    assert storage.take(NAME) == b"picture"
    assert everything(storage.root) == []


@contextmanager
def small_files_only(limit: int) -> Iterator[None]:
    """As on a full disk, the kernel itself refuses to let a file grow beyond `limit` bytes."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_full_disk_leaves_no_half_file(storage: Storage) -> None:
    with small_files_only(100_000), pytest.raises(StorageFull) as refusal:
        storage.put(NAME, os.urandom(200_000))
    assert refusal.value.status == 507
    assert everything(storage.root) == []
    # And it works again as soon as there is room.
    storage.put(NAME, os.urandom(200_000))
    assert everything(storage.root) == [f"ab/{NAME}"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_turns_out_full_when_it_syncs_leaves_no_half_file(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        storage.put(NAME, b"picture")
    assert everything(storage.root) == []


def test_other_trouble_is_not_called_a_full_disk(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_handle: int) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="I/O error"):
        storage.put(NAME, b"picture")
    assert everything(storage.root) == []


def test_file_and_folder_are_synced_and_the_name_comes_last(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []
    real = os.fsync

    def watched(handle: int) -> None:
        what = Path(f"/proc/self/fd/{handle}").readlink()
        seen.append((what.suffix or what.name, storage.path(NAME).exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    storage.put(NAME, b"picture")
    assert seen == [(".part", False), ("ab", True), ("posters", True)]


def test_readers_never_see_a_half_file(storage: Storage) -> None:
    data = os.urandom(300_000)
    stop = threading.Event()
    sizes: set[int] = set()

    def look() -> None:
        while not stop.is_set():
            try:
                sizes.add(storage.path(NAME).stat().st_size)
            except FileNotFoundError:
                continue

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(20):
            storage.put(NAME, data)
            storage.delete(NAME)
    finally:
        stop.set()
        reader.join()
    assert sizes <= {len(data)}


def test_names_pass_over_what_is_not_ours(storage: Storage) -> None:
    storage.put(NAME, b"picture")
    (storage.root / "ab" / "note.webp").write_bytes(b"")
    (storage.root / "ab" / "tmp123.part").write_bytes(b"")
    (storage.root / "README").write_bytes(b"")
    (storage.root / "cd").mkdir()
    (storage.root / "cd" / NAME).write_bytes(b"in the wrong folder")
    assert list(storage.names()) == [NAME]


def test_no_folder_yet_means_no_files(storage: Storage) -> None:
    assert list(storage.names()) == []
    assert storage.sweep(before=1e12) == 0


def test_parts_left_by_a_killed_process_are_swept_when_old(storage: Storage) -> None:
    folder = storage.put(NAME, b"picture").parent
    for name, age in (("old.part", 1000), ("new.part", 3000)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (age, age))
    assert storage.sweep(before=2000) == 1
    assert everything(storage.root) == [f"ab/{NAME}", "ab/new.part"]
