"""Logging: one line per event with the request's id, rotated, and not to be forged by what users type."""

from __future__ import annotations

import logging
from pathlib import Path

from concurrent_log_handler import ConcurrentRotatingFileHandler
from flask import Flask, g, has_request_context

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"


class _Line(logging.Formatter):
    """Adds the request id and keeps every record on one line: a line break in a user's text starts no new entry."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return super().format(record).replace("\r", "\\r").replace("\n", "\\n")


def init_app(app: Flask) -> None:
    """Send the application's log to its file, or to the console only."""
    app.logger.setLevel(app.config["LOG_LEVEL"])
    if app.config["LOG_FILE"] != "-":
        app.logger.addHandler(_file(app))
    # A developer at the console wants tracebacks as they are.
    for handler in () if app.debug else app.logger.handlers:
        handler.setFormatter(_Line(FORMAT))


def _file(app: Flask) -> logging.Handler:
    path = Path(app.config["LOG_FILE"])
    path.parent.mkdir(parents=True, exist_ok=True)
    # Several workers write and rotate the same file; the standard handler would lose lines.
    return ConcurrentRotatingFileHandler(
        path,
        maxBytes=app.config["LOG_MAX_BYTES"],
        backupCount=app.config["LOG_BACKUPS"],
        encoding="utf-8",
        chmod=0o640,
    )
