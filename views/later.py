"""Work that nobody waits for: it is done when the answer has been given, in a thread of this process."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from flask import Flask, current_app

# Its threads begin with the first piece of work: after gunicorn has forked. What is begun is ended before the process.
workers: Executor = ThreadPoolExecutor(max_workers=4, thread_name_prefix="later")
# Seconds until it begins: the processor that it takes is not taken from the answer, where it would show.
PAUSE = 1.0


def do_later(work: Callable[..., None], *arguments: Any) -> None:
    """Do `work` in an application context of its own, with nothing of this request. Its failure is logged."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    workers.submit(_run, app, work, arguments)


def _run(app: Flask, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    time.sleep(PAUSE)
    with app.app_context():
        try:
            work(*arguments)
        except Exception:
            app.logger.exception("%s failed", work.__name__)
