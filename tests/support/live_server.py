"""Serves the application with demo data in a process of its own, for tests in a browser.

Usage: python -m tests.support.live_server URI FILES NOW. Prints its port once it is listening, serves
until its standard input closes.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

import models.clock
from tests.support import network
from tests.support.application import close, make_app


@dataclass(frozen=True)
class LiveServer:
    """A served application: where it is, and an application object on the same database to look into it."""

    url: str
    app: Flask


@contextmanager
def serving(uri: str, files: Path, now: datetime) -> Iterator[LiveServer]:
    """Serve a migrated database at `uri` with the clock standing at `now`; stops when the block ends."""
    command = [sys.executable, "-m", "tests.support.live_server", uri, str(files), now.isoformat()]
    # Its standard input is a pipe from here: should this process die, the server ends too.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            if not port:
                raise RuntimeError("the live server did not start; its message stands above")
            app = make_app(uri, files)
            yield LiveServer(f"http://127.0.0.1:{port}", app)
            close(app)
        finally:
            process.stdin.close()
            process.wait(10)


def _serve(uri: str, files: Path, now: datetime) -> None:
    network.forbid()
    models.clock.source = lambda: now
    app = make_app(uri, files)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # As whoever runs it would say: links lead here.
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.port, flush=True)
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    _serve(sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))
