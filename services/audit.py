"""The trail, written by the session itself: no way in can forget it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session

from models import (
    AuditEntry,
    Cinema,
    City,
    Distributor,
    Film,
    Grant,
    Hall,
    Poster,
    Role,
    Screening,
    User,
    clock,
)
from services.access import SYSTEM, Actor

AUDITED = (City, Distributor, Film, Cinema, Hall, Screening, Poster, User, Role, Grant)
SILENT = {"created_at", "updated_at", "version"}
SECRET = {"password_hash"}


@dataclass
class Context:
    """Who acts, and how they came in. One per session, in `session.info["audit"]`."""

    actor: Actor = SYSTEM
    via: str = "cli"
    address: str = ""
    request_id: str = ""
    reason: str = ""


def context(session: Session) -> Context:
    """The session's context, made when first asked for."""
    return session.info.setdefault("audit", Context())


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    if hasattr(value, "__mapper__"):
        return str(value)
    return value


def changes_of(record: Any) -> dict[str, list[Any]]:
    """The fields of a pending or dirty record that change, each as [old, new]; secrets as dots."""
    state = inspect(record)
    names = {column.key for column in state.mapper.column_attrs}
    names |= {"permissions"} if isinstance(record, Role) else set()
    changes = {}
    for name in sorted(names - SILENT - {"id"}):
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        if name == "permissions":
            changes[name] = [_plain(history.deleted), _plain(history.added)]
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old == new or (state.key is None and new in (None, "", [])):
            continue
        changes[name] = ["•••", "•••"] if name in SECRET else [_plain(old), _plain(new)]
    return changes


def _verb(record: Any, changes: dict[str, list[Any]], verb: str) -> str:
    if verb == "update" and "deleted_at" in changes:
        return "delete" if changes["deleted_at"][1] else "restore"
    return verb


def _entry(who: Context, record: Any, verb: str) -> dict[str, Any] | None:
    changes = {} if verb == "delete" else changes_of(record)
    if verb == "update" and not changes:
        return None
    resource = record.__tablename__
    return {
        "at": clock.now(),
        "actor_id": who.actor.id,
        "actor_name": who.actor.name,
        "via": who.via,
        "address": who.address,
        "request_id": who.request_id,
        "reason": who.reason,
        "action": f"{resource}.{_verb(record, changes, verb)}",
        "resource": resource,
        "record_id": record.id,
        "record_label": _label(record)[:200],
        "cinema_id": record.id if isinstance(record, Cinema) else getattr(record, "cinema_id", None),
        "changes": changes,
    }


def _label(record: Any) -> str:
    if isinstance(record, Grant):
        # A grant that is taken away no longer knows whose it was; its history does.
        users: list[Any] = inspect(record).attrs.user.history.sum()
        return f"{next(filter(None, users), '')} · {record.role}"
    return str(record)


def _deleted(flush_context: Any) -> dict[Any, None]:
    """What the flush deletes, in order. Session.deleted lacks orphans: grants taken out of a user's list."""
    return {
        state.obj(): None
        for state, (is_delete, listed_only) in flush_context.states.items()
        if is_delete and not listed_only
    }


@event.listens_for(Session, "after_flush")
def _write(session: Session, flush_context: Any) -> None:
    who, deleted = context(session), _deleted(flush_context)
    changed = [record for record in session.dirty if record not in deleted]
    rows = [
        entry
        for records, verb in ((session.new, "create"), (changed, "update"), (deleted, "delete"))
        for record in records
        if isinstance(record, AUDITED) and (entry := _entry(who, record, verb))
    ]
    if rows:
        session.connection().execute(insert(AuditEntry), rows)
