"""What commands share: one commit, refusals as plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from models import db
from services import audit, records
from services.access import SYSTEM
from services.errors import ServiceError


@contextmanager
def writing(reason: str = "") -> Iterator[None]:
    """One transaction around a command. A refusal becomes an error message, and nothing is written."""
    records.begin_writing()
    db.session().info["audit"] = audit.Context(SYSTEM, "cli", reason=reason)
    try:
        yield
        db.session.commit()
    except ServiceError as error:
        db.session.rollback()
        raise click.ClickException(str(error)) from error
