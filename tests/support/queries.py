"""Counts the statements that code under test sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

# Sent for the sake of transactions, and differently in tests than in the product.
_BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


@contextmanager
def counting(connection: Connection) -> Iterator[list[str]]:
    """Collect the statements sent on `connection` inside the block, transaction brackets left out.

    >>> with counting(connection) as statements:
    ...     client.get("/admin/film/")
    >>> assert len(statements) <= 12
    """
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_BRACKETS):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)
