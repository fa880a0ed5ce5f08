"""Several processes at once on one database, each with an application of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from flask import Flask

from tests.support import network
from tests.support.application import make_app

# Longer than a machine with two busy cores needs to import the application some times over.
PATIENCE = 120  # seconds

_app: Flask
_start: Barrier


def _enter(uri: str, files: Path, barrier: Barrier) -> None:
    global _app, _start
    network.forbid()
    _app, _start = make_app(uri, files), barrier


def _run(function: Callable[[Any], Any], argument: Any) -> Any:
    _start.wait(PATIENCE)
    with _app.app_context():
        return function(argument)


class Race:
    """A migrated database of its own (`uri`), for tests in which several processes write at once."""

    def __init__(self, uri: str, files: Path) -> None:
        self.uri = uri
        self.files = files
        self.app = make_app(uri, files)

    def run(self, function: Callable[[Any], Any], arguments: Sequence[Any]) -> list[Any]:
        """Call `function`, from a module's top level, with each argument in a process of its own, all at once.

        Each runs inside an application context and commits for itself. Returns the results in order;
        raises what the first failing call raised.
        """
        # spawn: a forked child would share the parent's database connections.
        context = multiprocessing.get_context("spawn")
        barrier = context.Barrier(len(arguments))
        with context.Pool(len(arguments), _enter, (self.uri, self.files, barrier)) as pool:
            tasks = [(function, argument) for argument in arguments]
            return pool.starmap_async(_run, tasks, chunksize=1).get(PATIENCE)
