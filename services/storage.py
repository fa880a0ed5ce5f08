"""Files of ours on disk, named by content. A name either stands for a whole file or for none."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.text import N_
from services.errors import ServiceError

# A SHA-256 and the name of a variant. Nothing a person typed ever becomes part of a path.
_NAME = re.compile(r"[0-9a-f]{64}-[a-z]{1,16}\.webp")
_PART = ".part"
_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


class StorageFull(ServiceError):
    """The disk takes no more; nothing of the file was kept."""

    status = 507


@dataclass(frozen=True)
class Storage:
    """A folder of files, spread over sub-folders by the first two digits of their hash.

    Files of one name have one content, so a name that is there is never written again.
    """

    root: Path

    def path(self, name: str) -> Path:
        """Where the file `name` is, or would be. Raises ValueError for anything but <sha256>-<variant>.webp."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name of a stored file: {name!r}")
        return self.root / name[:2] / name

    def put(self, name: str, data: bytes) -> Path:
        """Keep `data` under `name` if nothing is there yet. It survives a power cut once this returns.

        Raises StorageFull, and OSError for other trouble with the folder; either leaves nothing behind.
        """
        path = self.path(name)
        if path.exists():
            return path
        with _full_disk_told():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(suffix=_PART, dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(part).replace(path)
            except BaseException:
                Path(part).unlink(missing_ok=True)
                raise
            _sync_folder(path.parent)
            _sync_folder(self.root)
        return path

    def delete(self, name: str) -> None:
        """Remove the file `name`, if it is there."""
        self.path(name).unlink(missing_ok=True)

    def take(self, name: str) -> bytes | None:
        """Remove the file `name` and return what was in it; None if it is not there."""
        try:
            data = self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        self.delete(name)
        return data

    def names(self) -> Iterator[str]:
        """The names of all files kept, in order; what else lies in the folder is passed over."""
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*.webp")):
            if _NAME.fullmatch(path.name) and path.name[:2] == path.parent.name:
                yield path.name

    def changed_at(self, name: str) -> float:
        """When the file `name` was written, in seconds since 1970; infinity if it is gone."""
        try:
            return self.path(name).stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def sweep(self, before: float) -> int:
        """Remove the parts of files that a killed process left before that moment; return how many."""
        count = 0
        for part in self.root.glob(f"[0-9a-f][0-9a-f]/*{_PART}"):
            try:
                if part.stat().st_mtime < before:
                    part.unlink()
                    count += 1
            except FileNotFoundError:
                continue  # Its writer lives and has just finished.
        return count


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        message = N_("The disk is full, so the file was not kept. Please tell whoever runs Marquee.")
        raise StorageFull(message) from error


def _sync_folder(folder: Path) -> None:
    """A new name is safe only once its folder is on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
