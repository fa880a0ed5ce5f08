"""One transaction per request: begun for writing where the method writes, its context told to the trail."""

from __future__ import annotations

from flask import Flask, request

from services import records
from views import previews
from views.base import tell_trail

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def init_app(app: Flask) -> None:
    """Begin writing requests as such; write down who asks, and from where."""

    @app.before_request
    def _begin() -> None:
        if request.method in WRITING and request.endpoint not in (None, "static"):
            view = app.view_functions[request.endpoint]
            if not getattr(getattr(view, "view_class", None), "writes_late", False):
                records.begin_writing()
            tell_trail()
            previews.only_look(app)
