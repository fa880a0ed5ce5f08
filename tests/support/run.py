"""What the workers of one test run share: a folder, locks, and things made once."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# The process that collects the results makes the folder; its workers find it here.
VARIABLE = "MARQUEE_TEST_RUN"


def make_folder() -> Path:
    """Make the folder of this run and tell the workers of it."""
    folder = Path(tempfile.mkdtemp(prefix="marquee-tests-"))
    os.environ[VARIABLE] = str(folder)
    return folder


def folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[VARIABLE])


def remove_folder() -> None:
    """Remove the folder of this run."""
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the run's lock called `name`: one worker at a time."""
    with (folder() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[], str]) -> str:
    """Return what `make` gave the first worker that asked for `name`; the others wait for it.

    Where it failed once it is not tried again: RuntimeError, with the first failure's text.
    """
    made, failed = folder() / f"{name}.made", folder() / f"{name}.failed"
    with locked(name):
        if failed.exists():
            raise RuntimeError(f"{name} failed before: {failed.read_text(encoding='utf-8')}")
        if not made.exists():
            try:
                made.write_text(make(), encoding="utf-8")
            except Exception as error:
                failed.write_text(repr(error), encoding="utf-8")
                raise
        return made.read_text(encoding="utf-8")
