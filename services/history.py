"""Setting back what an entry of the trail changed: what would become of each field, and doing it.

A revert is a change like any other. It goes through the noun's own service, so every rule, right, scope and constraint
holds, and the trail tells it by an entry of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Column, Date, Enum, Time, inspect

from models import AuditEntry, Cinema, Format, Hall, Role, Screening, User, clock, db
from models.base import StringList, UTCDateTime
from models.text import N_
from services import (
    access,
    audit,
    cinemas,
    cities,
    distributors,
    films,
    halls,
    roles,
    screenings,
    staff,
)
from services.access import Actor
from services.errors import Conflict, ServiceError
from services.permissions import PERMISSIONS

SERVICES: Final[dict[str, Any]] = {
    "film": films,
    "screening": screenings,
    "cinema": cinemas,
    "hall": halls,
    "city": cities,
    "distributor": distributors,
    "user": staff,
    "role": roles,
}
VERBS: Final = frozenset({"update", "delete", "restore", "grant", "revoke"})
# What a service works out from other fields.
DERIVED: Final[dict[type[Any], frozenset[str]]] = {
    Hall: frozenset({"seats"}),
    Screening: frozenset({"preshow_at", "ends_at", "cleared_at", "business_date", "cinema_id"}),
}
# By the key of a role the product knows its own; nobody changes it.
FIXED: Final = frozenset({"key"})

SECRET = N_("Secrets are not in the trail.")
WORKED_OUT = N_("It is worked out again from the other fields.")
NO_FIELD = N_("This field cannot be changed (any more).")
NO_VALUE = N_("The product no longer knows the value of that time.")
GONE = N_("What it named is gone, or not for you to see.")
TRASHED = N_("What it named is in the trash.")
SO_ALREADY = N_("It is so already.")
NO_RIGHT = N_("You may not delete this.")
STALE = N_("Someone else changed this record in the meantime. Open it again to see what it is now.")


class Left(Exception):
    """A field cannot be set back; the reason is a message id."""


@dataclass(frozen=True)
class Field:
    """A field of an entry, its values as the trail tells them: what the entry made of it, what it is now, what it will
    be. `left` says why it stays as it is (message id)."""

    name: str
    made: Any
    now: Any
    will: Any
    left: str = ""

    @property
    def moved(self) -> bool:
        """Whether it has been changed since."""
        return not self.left and self.now != self.made


@dataclass(frozen=True)
class Plan:
    """What a revert would do: `values` for the service's update, and whether it deletes or restores."""

    entry: AuditEntry
    record: Any
    fields: list[Field]
    values: dict[str, Any]
    trash: str = ""

    @property
    def possible(self) -> bool:
        """Whether anything would be set back at all."""
        return bool(self.values or self.trash)


def revertible(resource: str, action: str, changes: dict[str, Any]) -> bool:
    """Whether an entry changed fields of a record that a service could set back."""
    noun, _dot, verb = action.partition(".")
    open_fields = set(changes) - audit.SECRET - FIXED
    return noun == resource and resource in SERVICES and verb in VERBS and bool(open_fields)


def stamp(record: Any) -> str:
    """What tells whether a record has changed meanwhile: its version, or else the moment of its last change."""
    return str(getattr(record, "version", None) or record.updated_at.isoformat())


def plan(actor: Actor, entry: AuditEntry, record: Any) -> Plan:
    """What setting back `entry`, which is about `record`, would do. Changes nothing."""
    if entry.action in audit.GRANTS:
        return _plan_grant(actor, entry, record)
    fields: list[Field] = []
    values: dict[str, Any] = {}
    trash = ""
    for name, pair in entry.changes.items():
        old, made = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        try:
            if name == "deleted_at":
                trash = _trash(actor, record, old)
                will = old and audit.plain(clock.now())
            else:
                key, value = _value(actor, type(record), name, old)
                will = _same(present(record, name), old)
                values[key] = value
            fields.append(Field(name, made, present(record, name), will))
        except Left as reason:
            fields.append(Field(name, made, present(record, name), old, str(reason)))
    return Plan(entry, record, fields, values, trash)


def apply(actor: Actor, plan: Plan, seen: str, reason: str = "") -> None:
    """Do it, all or nothing. `seen` is the record's stamp when the plan was shown; `reason` goes into the trail.

    Raises Conflict if the record has changed since, and whatever the noun's service raises.
    """
    if seen != stamp(plan.record):
        raise Conflict(STALE)
    service = SERVICES[plan.record.__tablename__]
    told = f"revert: {plan.entry.id}" + (f" · {reason}" if reason else "")
    with audit.because(db.session(), told), db.session.begin_nested():
        if plan.trash == "restore":
            service.restore(actor, plan.record)
        if plan.values:
            service.update(actor, plan.record, plan.values)
        if plan.trash == "delete":
            service.delete(actor, plan.record)


def present(record: Any, name: str) -> Any:
    """A field's present value as the trail would tell it."""
    if name == "permissions" and isinstance(record, Role):
        return sorted(item.name for item in record.permissions)
    value = audit.plain(getattr(record, name, None))
    return audit.DOTS if name in audit.SECRET and value else value


def _same(now: Any, old: Any) -> Any:
    """The old value; Left if it is the present one."""
    if now == old:
        raise Left(SO_ALREADY)
    return old


def _trash(actor: Actor, record: Any, old: Any) -> str:
    """“restore” or “delete”, whatever leads back to how it was."""
    if (record.deleted_at is None) == (old is None):
        raise Left(SO_ALREADY)
    if old is None:
        return "restore"
    if not actor.can(f"{record.__tablename__}.delete", record):
        raise Left(NO_RIGHT)
    return "delete"


# ── From the trail's words to values that a service takes ──


def _value(actor: Actor, model: type[Any], name: str, old: Any) -> tuple[str, Any]:
    """By which name, and as what, the service takes the old value of a field. Raises Left."""
    if name in audit.SECRET:
        raise Left(SECRET)
    if name in DERIVED.get(model, ()):
        raise Left(WORKED_OUT)
    if name == "permissions" and model is Role:
        return name, _known(old, PERMISSIONS)
    column = model.__table__.columns.get(name)
    if column is None or name in FIXED | audit.SILENT:
        raise Left(NO_FIELD)
    if column.foreign_keys:
        key = name.removesuffix("_id")
        return key, _referenced(actor, inspect(model).relationships[key].mapper.class_, old)
    if name == "formats":
        return name, _known(old, {item.value for item in Format})
    return name, _read(column, old)


def _known(words: Any, known: Any) -> list[str]:
    if not isinstance(words, list) or not set(words) <= set(known):
        raise Left(NO_VALUE)
    return words


def _referenced(actor: Actor, model: type[Any], number: Any) -> Any:
    """The record of that number, if the actor may see it. Raises Left."""
    if number is None:
        return None
    try:
        record = access.get(actor, f"{model.__tablename__}.view", model, number)
    except (ServiceError, TypeError) as error:
        raise Left(GONE) from error
    if getattr(record, "deleted_at", None) is not None:
        raise Left(TRASHED)
    return record


READERS: Final[dict[type[Any], Callable[[str], Any]]] = {
    UTCDateTime: datetime.fromisoformat,
    Date: date.fromisoformat,
    Time: time.fromisoformat,
}


def _read(column: Column[Any], old: Any) -> Any:
    """The value of a column from how the trail tells it. Raises Left for what does not fit (any more)."""
    kind = column.type
    if old is None:
        if not column.nullable:
            raise Left(NO_VALUE)
        return None
    try:
        if isinstance(kind, Enum) and kind.enum_class:
            return kind.enum_class(old)
        if reader := READERS.get(type(kind)):
            return reader(old)
    except (ValueError, TypeError) as error:
        raise Left(NO_VALUE) from error
    fits = list if isinstance(kind, StringList) else kind.python_type
    if not isinstance(old, (fits, int) if fits is float else fits):
        raise Left(NO_VALUE)
    return old


# ── Roles of staff ──


def _plan_grant(actor: Actor, entry: AuditEntry, user: User) -> Plan:
    """Taking away again what the entry granted, or granting again what it took away."""
    granted = entry.action.endswith(".grant")
    role_id, cinema_id = (entry.changes.get(name, [None, None])[granted] for name in ("role_id", "cinema_id"))
    pair, held = (role_id, cinema_id), [(grant.role_id, grant.cinema_id) for grant in user.grants]
    made, will = ([[*pair]], []) if granted else ([], [[*pair]])
    now = [[*pair]] if pair in held else []
    try:
        _same(now, will)
        _referenced(actor, Role, role_id)
        _referenced(actor, Cinema, cinema_id)
    except Left as reason:
        return Plan(entry, user, [Field("grants", made, now, will, str(reason))], {})
    wanted = [key for key in held if key != pair] if granted else [*held, pair]
    return Plan(entry, user, [Field("grants", made, now, will)], {"grants": wanted})
