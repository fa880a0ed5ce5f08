"""How `make run` serves: gunicorn with two processes of four threads, on HOST and PORT."""

import os
from pathlib import Path
from typing import Any

from werkzeug.test import Client

host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
workers = 2
threads = 4
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- heartbeat file only, made safely by gunicorn
loglevel = "warning"
proc_name = "marquee"
# No control socket: nothing outside needs to steer this server.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Tell where Marquee is, once, when a first request inside the process has been answered well."""
    if worker.age != 1:
        return
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 -- compared, not bound
    address = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
    status = Client(worker.wsgi).get("/healthz/ready", base_url=address).status_code
    if status == 200:
        print(f"\n  Marquee is at {address}/admin/   (Ctrl-C stops it)\n", flush=True)
    else:
        print(f"\n  Marquee is up at {address} but not ready: /healthz/ready says {status}.\n", flush=True)
