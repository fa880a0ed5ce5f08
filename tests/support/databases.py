"""Migrated databases: each engine's is migrated once in a run and copied from then on."""

from __future__ import annotations

import itertools
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flask_migrate import upgrade

from tests.support import postgres, run
from tests.support.application import close, make_app

TEMPLATE = "marquee_template"
_numbers = itertools.count()


def _new_name() -> str:
    return f"marquee_{os.getpid()}_{next(_numbers)}"


def _migrate(uri: str) -> str:
    """Bring an empty database to the newest version by the real migrations."""
    app = make_app(uri, run.folder() / "files-template")
    with app.app_context():
        try:
            upgrade()
        except SystemExit as refused:
            # Flask-Migrate leaves the process where it cannot go on; a test should fail instead.
            raise RuntimeError("the migrations did not run; the log says why") from refused
    close(app)
    return uri


def _sqlite_template() -> Path:
    path = run.folder() / f"{TEMPLATE}.sqlite3"
    run.once("sqlite-template", lambda: _migrate(f"sqlite:///{path}"))
    return path


def empty(dialect: str) -> str:
    """Return the address of a new database without tables, for the tests of migrations."""
    if dialect == "postgresql":
        return postgres.create_database(_new_name())
    return f"sqlite:///{run.folder() / _new_name()}.sqlite3"


def copy(original: Path) -> str:
    """Return the address of a copy of a SQLite database."""
    target = run.folder() / f"{_new_name()}.sqlite3"
    with closing(sqlite3.connect(original)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    return f"sqlite:///{target}"


def migrated(dialect: str) -> str:
    """Return the address of a new database of its own with all tables, in some milliseconds."""
    if dialect == "postgresql":
        run.once("postgresql-template", lambda: _migrate(postgres.create_database(TEMPLATE)))
        return postgres.create_database(_new_name(), TEMPLATE)
    return copy(_sqlite_template())
