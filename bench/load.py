"""Bulk loading into migrated tables: rules and indexes are taken down, and put back as they were."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column

from bench.rows import MADE_AT, TABLES, Row, Scale, Table
from models import db

CHUNK = 20_000
# Index and constraint definitions come from the database itself, so that what is put back is what was there.
SQLITE_RULES = """
SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL
"""
POSTGRESQL_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('x', 'f') ORDER BY contype DESC
"""
POSTGRESQL_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""


def _stored(value: Any) -> str | int | None:
    """A default as both databases take it."""
    if isinstance(value, StrEnum):
        return str(value.value)
    if isinstance(value, datetime):
        return MADE_AT
    if isinstance(value, time):
        return value.isoformat("microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value)
    return int(value) if isinstance(value, bool) else value


def _default(column: Column[Any]) -> str | int | None:
    default: Any = column.default
    if default is None:
        raise ValueError(f"{column} has no default: a maker of bench.rows has to give it")
    return _stored(default.arg(None) if default.is_callable else default.arg)


def completed(table: Table) -> tuple[list[str], Row]:
    """All columns to fill, and the values of those that the maker leaves to the models."""
    left = [
        column
        for column in db.metadata.tables[table.name].columns
        if column.name not in table.columns
        and (column.default is not None or not column.nullable)
        and column.server_default is None
        and column.computed is None
    ]
    return [*table.columns, *(column.name for column in left)], tuple(map(_default, left))


def _rows(table: Table, scale: Scale, constants: Row) -> Iterator[Row]:
    return (row + constants for row in table.rows(scale))


def into_sqlite(path: Path, scale: Scale) -> None:
    """Fill a migrated SQLite file that nobody else has open. A failure leaves a file that is worth nothing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000", "locking_mode=EXCLUSIVE"):
            connection.execute(f"PRAGMA {pragma}").close()
        connection.execute("BEGIN")
        for table in TABLES:
            columns, constants = completed(table)
            rules = connection.execute(SQLITE_RULES, (table.name,)).fetchall()
            for kind, name, _definition in rules:
                connection.execute(f'DROP {kind} "{name}"')
            places, names = ", ".join("?" * len(columns)), ", ".join(f'"{name}"' for name in columns)
            statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'  # noqa: S608 - names of our models
            connection.executemany(statement, _rows(table, scale, constants))
            for _kind, _name, definition in sorted(rules):
                connection.execute(definition)
        connection.execute("COMMIT")


def into_postgresql(uri: str, scale: Scale) -> None:
    """Fill a migrated PostgreSQL database."""
    with psycopg.connect(uri) as connection:
        # The instants of bench.rows are in UTC.
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for table in TABLES:
            columns, constants = completed(table)
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            name = sql.Identifier(table.name)
            with _rules_down(connection, table.name):
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(name, names)
                with connection.cursor() as cursor, cursor.copy(statement) as copy:
                    rows = _rows(table, scale, constants)
                    while chunk := list(itertools.islice(rows, CHUNK)):
                        copy.write("".join(map(_line, chunk)))
            connection.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}").format(
                    sql.Literal(f'"{table.name}"'), name
                )
            )


def _line(row: Row) -> str:
    """A line of COPY's text format; no generated text has a tab, a line's end or a backslash."""
    return "\t".join(["\\N" if value is None else str(value) for value in row]) + "\n"


@contextmanager
def _rules_down(connection: psycopg.Connection, name: str) -> Iterator[None]:
    table, quoted = sql.Identifier(name), f'"{name}"'
    constraints = connection.execute(POSTGRESQL_CONSTRAINTS, (quoted,)).fetchall()
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
    for constraint, _definition in constraints:
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, sql.Identifier(constraint))
        )
    indexes = connection.execute(POSTGRESQL_INDEXES, (quoted,)).fetchall()
    for index, _definition in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(index)))
    yield
    for _index, definition in indexes:
        connection.execute(definition)
    for constraint, definition in constraints:
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                table, sql.Identifier(constraint), sql.SQL(definition)
            )
        )
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
