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
    level = app.config["LOG_LEVEL"]
    app.logger.setLevel(level)
    if app.config["LOG_FILE"] == "-":
        return
    path = Path(app.config["LOG_FILE"])
    path.parent.mkdir(parents=True, exist_ok=True)
    # Several workers write and rotate the same file; the standard handler would lose lines.
    handler = ConcurrentRotatingFileHandler(
        path,
        maxBytes=app.config["LOG_MAX_BYTES"],
        backupCount=app.config["LOG_BACKUPS"],
        encoding="utf-8",
        chmod=0o640,
    )
    handler.setFormatter(_Line(FORMAT))
    app.logger.addHandler(handler)
