"""The PostgreSQL server of the benchmark: that of the development requirements, with its data below bench/.data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.support import postgres

# The databases can be made again. No automatic vacuum: it would disturb what is measured.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "'8GB'", "autovacuum": "off"}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server with its data in `folder`; stops it in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    server = postgres.server(folder)
    uri = str(server.get_uri())
    try:
        for name, value in SETTINGS.items():
            postgres.execute(uri, f"ALTER SYSTEM SET {name} = {value}")
        postgres.execute(uri, "SELECT pg_reload_conf()")
        yield uri
    finally:
        server.stop()


def ask(uri: str, statement: str, *parameters: str) -> Any:
    """The first value that a statement gives; None without one."""
    with psycopg.connect(uri) as connection:
        row = connection.execute(statement, parameters).fetchone()
        return row[0] if row else None
