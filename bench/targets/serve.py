"""Serving a target: gunicorn, one worker of one thread, kept-alive connections, on a free port of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.generate import DATA
from dashboard.config import ROOT

START_SECONDS = 60
LOG = DATA / "servers.log"
TARGETS = {
    "marquee": "wsgi:app",
    "counted": "bench.targets.counted:app",
    "stock": "bench.targets.stock:app",
    "limit": "bench.targets.limit:app",
}
OPTIONS = (
    "--workers=1",
    "--worker-class=gthread",
    "--threads=1",
    "--keep-alive=600",
    "--timeout=120",
    "--log-level=warning",
    "--no-control-socket",
)


@dataclass(frozen=True)
class Served:
    """A served target: its name, port and the process to look at."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_ms(self) -> float:
        """What the server's threads have spent on processors so far; 0 where the system does not tell."""
        pid = self.process.pid
        try:
            workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            tasks = [task for worker in workers for task in Path(f"/proc/{worker}/task").iterdir()]
            return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6
        except OSError:
            return 0.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(uri: str) -> dict[str, str]:
    """Marquee as in production; nothing of what the shell says about Flask."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    return kept | {
        "BENCH_DATABASE": uri,
        "FLASK_CONFIG": "production",
        "FLASK_SECRET_KEY": "only-for-the-benchmark-" + "x" * 32,
        "FLASK_SQLALCHEMY_DATABASE_URI": uri,
        "FLASK_INSTANCE_PATH": str(DATA / "instance"),
        "FLASK_UPLOADED_POSTERS_DEST": str(DATA / "posters"),
    }


@contextmanager
def serving(name: str, uri: str) -> Iterator[Served]:
    """Start serving a target on the database at `uri`; stop it in the end. `wait` says when it is there."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", *OPTIONS, TARGETS[name]]
    LOG.parent.mkdir(exist_ok=True)
    with (
        LOG.open("ab") as log,
        subprocess.Popen(command, cwd=ROOT, env=_environment(uri), stderr=log) as process,
    ):
        try:
            yield Served(name, port, process)
        finally:
            # At once: nobody waits for an answer any more.
            process.send_signal(signal.SIGQUIT)
            process.wait(30)


def wait(served: Served) -> None:
    """Come back when the target takes connections. Raises RuntimeError if it does not come up."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and served.process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", served.port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{served.name} did not come up; {LOG} says why")
