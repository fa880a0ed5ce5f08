"""Requests that leave nothing behind, for tests that ask for a great deal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models import db


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is undone in the database."""
    db.session.commit()
    # Within the session fixture the engine is the connection of the test.
    savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]
    yield
    db.session.rollback()
    savepoint.rollback()
    db.session.expire_all()
