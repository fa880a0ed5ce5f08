"""The extension objects, and how they are bound to the application."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_uploads import UploadSet, configure_uploads
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from dashboard import config
from models import db
from views import language

babel = Babel()
bootstrap = Bootstrap5()
csrf = CSRFProtect()
login_manager = LoginManager()
mail = Mail()
migrate = Migrate()
posters = UploadSet("posters", extensions=("webp",))
# Seconds between tries to switch a SQLite file to its write-ahead log; two and a half in all.
WAL_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.7, 0.7)


def init_app(app: Flask) -> None:
    """Bind all extensions."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", _engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"), compare_type=True)
    babel.init_app(app, locale_selector=language.select_locale)
    bootstrap.init_app(app)
    csrf.init_app(app)
    mail.init_app(app)
    configure_uploads(app, posters)
    from views.auth import init_login

    init_login(login_manager)
    login_manager.init_app(app)


def _engine_options(uri: str) -> dict[str, Any]:
    url = make_url(uri)
    if url.get_backend_name() != "sqlite":
        # A database that went away and came back costs no request.
        return {"pool_pre_ping": True}
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return {"connect_args": {"timeout": 15}}


def _prepare_sqlite(engine: Engine) -> None:
    """Make SQLite keep what it is told: foreign keys, WAL, and transactions that really begin.

    Python's driver opens no transaction for a SELECT, so a check before an insert would lie outside it;
    requests that write say BEGIN IMMEDIATE (see unit_of_work), which waits instead of failing halfway.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        _use_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait here for another process that is just doing the same, or
    that is the last to leave and puts the log away: so we do."""
    for pause in (*WAL_PAUSES, None):
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            return
        except sqlite3.OperationalError:
            if pause is None:
                raise
            time.sleep(pause)
