"""One transaction per request: begun for writing where the method writes, its context told to the trail."""

from __future__ import annotations

from flask import Flask, g, request

from models import db
from services import audit, records
from views.base import current_actor

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Begin writing requests as such; write down who asks, and from where."""

    @app.before_request
    def _begin() -> None:
        if request.method in WRITING and request.endpoint not in (None, "static"):
            view = app.view_functions[request.endpoint]
            if not getattr(getattr(view, "view_class", None), "writes_late", False):
                records.begin_writing()
            db.session().info["audit"] = audit.Context(
                current_actor(), "web", (request.remote_addr or "")[:64], g.request_id
            )
