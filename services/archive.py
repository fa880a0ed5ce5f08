"""Taking old entries out of the trail: into a file first, and only then out of the database."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError

from models import AuditEntry, clock, db
from models.text import N_
from services import audit
from services.errors import Conflict, Invalid
from services.screenings import HOUSE_ZONE

# What happened lately stays in the database, where it is looked for.
KEPT: Final = timedelta(days=30)
PART: Final = 1_000
# So long PostgreSQL waits until nobody writes; everybody who writes later waits behind it.
LOCK_TIMEOUT: Final = "5s"
COLUMNS: Final = [getattr(AuditEntry, column.key) for column in AuditEntry.__table__.columns]


@dataclass(frozen=True)
class Written:
    """What is in the file: how many entries, and the last of them."""

    count: int
    last_id: int


def edge(day: date) -> datetime:
    """The beginning of a day by the clock of the house. Raises Invalid for a day of the last 30."""
    if day > clock.now().astimezone(HOUSE_ZONE).date() - KEPT:
        raise Invalid(
            N_("Entries of the last %(days)s days stay; choose an earlier day."), "before", days=KEPT.days
        )
    return datetime.combine(day, time(), HOUSE_ZONE)


def write(before: datetime, path: Path) -> Written:
    """Write the entries before an instant to a new file, a line of JSON each (gzip if its name ends in .gz), and see
    it safely on the disk. Of no entries no file is made.

    Raises Conflict if the file is there already, OSError if it cannot be written; then nothing is left of it.
    """
    query = select(*COLUMNS).where(AuditEntry.at < before).order_by(AuditEntry.id)
    if db.session.scalar(select(AuditEntry.id).where(AuditEntry.at < before).limit(1)) is None:
        return Written(0, 0)
    count = last_id = 0
    with _new(path) as file:
        for part in db.session.execute(query.execution_options(yield_per=PART)).partitions():
            for row in part:
                file.write(json.dumps(_plain(row), ensure_ascii=False).encode() + b"\n")
                count, last_id = count + 1, row.id
    return Written(count, last_id)


def _plain(row: Any) -> dict[str, Any]:
    return {name: audit.plain(value) for name, value in row._mapping.items()}


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A file that was not there before; on the disk, and in its folder, when the block ends."""
    try:
        file = path.open("xb")
    except FileExistsError as error:
        raise Conflict(N_("“%(file)s” is there already; it is not written over."), file=path.name) from error
    try:
        with file:
            if path.suffix == ".gz":
                # Without a time of its own: the same entries give the same file.
                with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except BaseException:
        path.unlink()
        raise


def remove(before: datetime, written: Written, name: str) -> None:
    """Delete just the entries that are in the file, and leave an entry that says so. The caller commits.

    Raises Conflict if others would go, too, if PostgreSQL finds no moment without writers, or if the database's user
    does not own the table.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    try:
        with audit.unlocked(session):
            gone: Any = session.execute(delete(AuditEntry).where(*_archived(before, written)))
    except (OperationalError, ProgrammingError) as error:
        raise _refusal(error) from error
    if gone.rowcount != written.count:
        raise Conflict(N_("The trail has changed while it was written out; nothing was deleted."))
    day = before.date().isoformat()
    changes: dict[str, list[Any]] = {
        "entries": [written.count, 0],
        "before": [None, day],
        "file": [None, name],
    }
    audit.note(session, "audit.archive", label=name, changes=changes)


def _archived(before: datetime, written: Written) -> tuple[ColumnElement[bool], ...]:
    return AuditEntry.at < before, AuditEntry.id <= written.last_id


def _refusal(error: DBAPIError) -> Exception:
    """What PostgreSQL's refusal means; anything else stays what it is."""
    state = getattr(error.orig, "sqlstate", None)
    if state == "55P03":
        return Conflict(
            N_(
                "Somebody has been writing to the trail for %(time)s; nothing was deleted. Try again in a quiet hour."
            ),
            time=LOCK_TIMEOUT,
        )
    if state == "42501":
        return Conflict(
            N_(
                "Only the owner of the table audit_entry may do this: run it as the database user that owns the tables."
            )
        )
    return error


def still_there(before: datetime, written: Written) -> bool | None:
    """After a commit that failed: whether all the entries of the file are still in the database; None: nobody knows.

    A connection that breaks during the commit does not say what became of it.
    """
    try:
        db.session.rollback()
        query = select(func.count()).select_from(AuditEntry).where(*_archived(before, written))
        return db.session.scalar(query) == written.count
    except SQLAlchemyError:
        return None
