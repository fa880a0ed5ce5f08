"""The debug toolbar, in debug mode only: elsewhere no route and no byte of it exists."""

from __future__ import annotations

from flask import Flask


def init_toolbar(app: Flask) -> None:
    """Add the toolbar when the application runs in debug mode."""
    if not app.debug or app.testing:
        return
    from flask_debugtoolbar import DebugToolbarExtension

    DebugToolbarExtension(app)
