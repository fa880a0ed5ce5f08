"""What all records share: saving inside a savepoint, and database refusals told in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Index, String, UniqueConstraint, inspect
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models import clock, db
from models.screening import OVERLAP, SPAN_AT_MOST_A_DAY
from models.text import N_
from services.access import Actor
from services.errors import Conflict, Invalid, ServiceError


@dataclass(frozen=True)
class Consequence:
    """What hangs on a record that is to be deleted: words (message id), how many (None: no number), and whether it
    forbids the deletion."""

    text: str
    count: int | None
    blocks: bool = False


# NUL, and halves of pairs that stand alone: no database takes them.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")

# What the database's own refusals mean, by constraint name: (error, message, field).
MEANINGS: dict[str, tuple[type[ServiceError], str, str | None]] = {
    OVERLAP: (Conflict, N_("The hall is taken at that time by another screening."), "starts_at"),
    SPAN_AT_MOST_A_DAY: (Invalid, N_("A screening may occupy its hall for a day at most."), "starts_at"),
    "uq_cinema_city_id_name": (Conflict, N_("This city already has a cinema of that name."), "name"),
    "uq_hall_cinema_id_name": (Conflict, N_("This cinema already has a hall of that name."), "name"),
    "uq_city_code": (Conflict, N_("Another city has this code."), "code"),
    "uq_distributor_name": (Conflict, N_("There is already a distributor of that name."), "name"),
    "uq_role_name": (Conflict, N_("There is already a role of that name."), "name"),
    "uq_user_name": (Conflict, N_("Someone already logs in by that name."), "name"),
    "uq_user_email": (Conflict, N_("Someone already has this e-mail address."), "email"),
    "uq_grant_user_id_role_id_cinema_id": (Conflict, N_("The same role is granted twice."), "grants"),
    "uq_grant_user_id_role_id_all": (Conflict, N_("The same role is granted twice."), "grants"),
    "uq_poster_film_id_position": (Conflict, N_("Someone else changed this film's posters just now."), None),
    "fk_screening_hall": (
        Conflict,
        N_("The hall has screenings, so it cannot move to another cinema."),
        "cinema",
    ),
}


def _constraint(error: IntegrityError) -> str:
    """The name of the constraint that refused, on either database."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name:
        return name
    text = str(error.orig)
    if unique := re.match(r"UNIQUE constraint failed: (.+)", text):
        return _unique_name({column.strip() for column in unique[1].split(",")})
    return text.removeprefix("CHECK constraint failed: ")


def _unique_name(columns: set[str]) -> str:
    """SQLite names the columns of a unique key, not the key."""
    table = db.metadata.tables[next(iter(columns)).split(".")[0]]
    keys: list[Any] = [*table.indexes, *table.constraints]
    for key in keys:
        unique = isinstance(key, UniqueConstraint) or (isinstance(key, Index) and key.unique)
        if unique and {f"{table.name}.{column.name}" for column in key.columns} == columns:
            return str(key.name)
    single = next(iter(columns))
    return f"uq_{single.replace('.', '_')}" if len(columns) == 1 else ""


def explain(error: IntegrityError) -> ServiceError:
    """A database refusal as one of ours. The database's own words never reach a page."""
    name = _constraint(error)
    if name in MEANINGS:
        kind, message, field = MEANINGS[name]
        return kind(message, field)
    if name.startswith("fk_") or "FOREIGN KEY" in name:
        return Conflict(
            N_("Something else still refers to this record, or it refers to something that is gone.")
        )
    return Invalid(N_("The database refused these values."))


def begin_writing() -> None:
    """Take SQLite's write lock now, so that what is read from here on stays true until it is written.

    A transaction that has only read so far is ended first: SQLite refuses to turn it into a writing one as soon as
    somebody else has written. PostgreSQL needs none of this.
    """
    session = db.session()
    bind = session.get_bind()
    # Within a transaction from outside (tests run in one) there is nothing to begin.
    if bind.dialect.name != "sqlite" or isinstance(bind, Connection):
        return
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


@contextmanager
def saving() -> Iterator[None]:
    """A savepoint around a write: flushed at its end; after a refusal nothing of it remains.

    Raises Conflict or Invalid for what the database refuses, Conflict when someone else was faster.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError as error:
        raise explain(error) from error
    except DataError as error:
        raise Invalid(N_("The database refused these values.")) from error
    except StaleDataError as error:
        raise Conflict(N_("Someone else changed this record in the meantime.")) from error


def check_lengths(model: type[Any], values: Mapping[str, Any]) -> None:
    """Raise Invalid for text (or a list of it) that holds NUL or is not Unicode, and for too long a text."""
    columns = inspect(model).columns
    for name, value in values.items():
        if name not in columns:
            continue
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and UNKEEPABLE.search(text) for text in texts):
            raise Invalid(N_("This text holds characters that cannot be kept."), name)
        if not isinstance(value, str):
            continue
        limit = columns[name].type.length if isinstance(columns[name].type, String) else None
        if limit and len(value) > limit:
            raise Invalid(N_("At most %(limit)s characters."), name, limit=limit)


def require_text(values: Mapping[str, Any], *names: str) -> None:
    """Raise Invalid if one of the named values is given and blank."""
    for name in names:
        if name in values and not (values[name] or "").strip():
            raise Invalid(N_("This is needed."), name)


def check_range(values: Mapping[str, Any], name: str, low: float, high: float) -> None:
    """Raise Invalid if the named number is given and outside low..high."""
    value = values.get(name)
    if value is not None and not low <= value <= high:
        raise Invalid(N_("Must be between %(low)s and %(high)s."), name, low=low, high=high)


def assign(record: Any, values: Mapping[str, Any]) -> None:
    """Set the values that differ, so that only real changes are written and audited."""
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def count_change(record: Any) -> None:
    """Let a change of what hangs on a record (its lists of others) count as a change of the record itself,
    so that its version says so. Nothing happens if there is none."""
    if db.session.is_modified(record):
        record.updated_at = clock.now()


def create(actor: Actor, model: type[Any], values: Mapping[str, Any]) -> Any:
    """Add a record. Raises Forbidden, Invalid, Conflict."""
    permission = f"{model.__tablename__}.create"
    actor.require(permission)
    check_lengths(model, values)
    with saving(), db.session.no_autoflush:
        record = model(**values)
        db.session.add(record)
        actor.require(permission, record)
    return record


def update(actor: Actor, record: Any, values: Mapping[str, Any]) -> Any:
    """Change a record. Raises Forbidden (for the old or the new owner), Invalid, Conflict."""
    permission = f"{record.__tablename__}.edit"
    actor.require(permission, record)
    check_lengths(type(record), values)
    with saving(), db.session.no_autoflush:
        assign(record, values)
        count_change(record)
        actor.require(permission, record)
    return record


def delete(actor: Actor, record: Any) -> None:
    """Remove a record for good. Raises Forbidden, Conflict while something refers to it."""
    actor.require(f"{record.__tablename__}.delete", record)
    with saving():
        db.session.delete(record)


def trash(actor: Actor, record: Any) -> None:
    """Move a record to the trash. Raises Forbidden."""
    actor.require(f"{record.__tablename__}.delete", record)
    if record.deleted_at is None:
        with saving():
            record.deleted_at = clock.now()


def restore(actor: Actor, record: Any) -> None:
    """Take a record out of the trash. Raises Forbidden; Conflict if its name is taken by now."""
    actor.require(f"{record.__tablename__}.edit", record)
    with saving():
        record.deleted_at = None
