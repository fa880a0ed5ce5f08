"""The application as the tests make it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from dashboard import create_app
from models import db


def make_app(uri: str, files: Path, **config: Any) -> Flask:
    """Make the application on the database at `uri`; what it writes to disk goes below the folder `files`.

    Form protection stays on; only password hashing is cheap, by the testing configuration.
    """
    return create_app(
        {
            "CONFIG": "testing",
            "TESTING": True,
            "DEBUG": False,
            "SECRET_KEY": "only-for-tests-" + "x" * 32,
            "SQLALCHEMY_DATABASE_URI": uri,
            "INSTANCE_PATH": str(files / "instance"),
            "UPLOADED_POSTERS_DEST": str(files / "posters"),
            **config,
        }
    )


def close(app: Flask) -> None:
    """Close the application's pooled database connections; leaving them open is a warning, so an error."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
