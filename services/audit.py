"""The trail, written by the session itself: no way in can forget it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, delete, event, exists, insert, inspect, select, text
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
from models.audit import APPEND_ONLY
from services.access import SYSTEM, Actor

AUDITED = (City, Distributor, Film, Cinema, Hall, Screening, Poster, User, Role, Grant)
SILENT = {"id", "created_at", "updated_at", "version"}
SECRET = {"password_hash", "secret", "code_hash", "token_hash"}
DOTS = "•••"
EMPTY: tuple[Any, ...] = (None, "", [])
# A grant is told under the member of staff who has it, as what happens to them.
GRANT_VERBS = {"create": "grant", "update": "grant", "delete": "revoke"}
GRANTS = frozenset(f"{User.__tablename__}.{verb}" for verb in GRANT_VERBS.values())
# Of the same refusal one entry in so long is written: nobody fills the disk by being refused.
SAME_REFUSAL = timedelta(minutes=1)


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


@contextmanager
def acting(session: Session, actor: Actor) -> Iterator[None]:
    """Let `actor` stand in the entries written within the block, unless somebody is logged in, who then does it."""
    who = context(session)
    before = who.actor
    who.actor = actor if before.id is None else before
    try:
        yield
    finally:
        who.actor = before


@contextmanager
def because(session: Session, reason: str) -> Iterator[None]:
    """Entries written inside tell this reason."""
    who = context(session)
    before, who.reason = who.reason, reason
    try:
        yield
    finally:
        who.reason = before


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if hasattr(value, "__mapper__"):
        return str(value)
    return value


def _fields(record: Any) -> list[str]:
    names = {column.key for column in inspect(record).mapper.column_attrs} - SILENT
    if isinstance(record, Role):
        names |= {"permissions"}
    # Whose a grant is, its entry says anyway.
    return sorted(names - {"user_id"} if isinstance(record, Grant) else names)


def _first(values: Any) -> Any:
    return plain(values[0]) if values else None


def _pair(name: str, history: Any) -> tuple[Any, Any]:
    """What a field was and what it is, by its history."""
    if name == "permissions":
        old, new = ([*history.unchanged, *(items or ())] for items in (history.deleted, history.added))
        return sorted(map(str, old)), sorted(map(str, new))
    return _first(history.deleted or history.unchanged), _first(history.added or history.unchanged)


def changes_of(record: Any, *, gone: bool = False) -> dict[str, list[Any]]:
    """The fields of a pending or dirty record that change, each as [old, new]; secrets as dots.

    Of a record that is deleted for good (`gone`) all that it held, each as [old, None].
    """
    state = inspect(record)
    changes: dict[str, list[Any]] = {}
    for name in _fields(record):
        history = state.attrs[name].history
        if not gone and not history.has_changes():
            continue
        old, new = _pair(name, history)
        new = None if gone else new
        # Of what begins or ends, what is empty says nothing.
        if old == new or (state.key is None and new in EMPTY) or (gone and old in EMPTY):
            continue
        changes[name] = [DOTS, None if gone else DOTS] if name in SECRET else [old, new]
    if isinstance(record, Grant) and record.cinema_id is None:
        changes["everywhere"] = [True, None] if gone else [None, True]
    return changes


def _verb(record: Any, changes: dict[str, list[Any]], verb: str) -> str:
    if verb == "update" and "deleted_at" in changes:
        return "delete" if changes["deleted_at"][1] else "restore"
    return GRANT_VERBS[verb] if isinstance(record, Grant) else verb


def _entry(who: Context, record: Any, verb: str) -> dict[str, Any] | None:
    changes = changes_of(record, gone=verb == "delete")
    if verb == "update" and not changes:
        return None
    about = _told_of(record)
    action = f"{about['resource']}.{_verb(record, changes, verb)}"
    told = {**_told_by(who), **about, "action": action, "changes": changes}
    # A move from cinema to cinema names both: it is told to readers of the whole chain only.
    return {**told, "cinema_id": None} if all(changes.get("cinema_id", [None])) else told


def _told_by(who: Context) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "actor_id": who.actor.id,
        "actor_name": who.actor.name[:200],
        "via": who.via,
        "address": who.address[:64],
        "request_id": who.request_id[:40],
        "reason": who.reason[:200],
    }


def _told_of(record: Any) -> dict[str, Any]:
    told = {
        "resource": record.__tablename__,
        "record_id": record.id,
        "record_label": _label(record)[:200],
        "cinema_id": record.id if isinstance(record, Cinema) else getattr(record, "cinema_id", None),
    }
    return {**told, **_owner_of(record)} if isinstance(record, Grant) else told


def _owner_of(grant: Grant) -> dict[str, Any]:
    """Whose grant it is. One that is taken away no longer knows; its history does."""
    numbers: list[Any] = inspect(grant).attrs.user_id.history.sum()
    return {"resource": User.__tablename__, "record_id": next(filter(None, numbers), None)}


def note(
    session: Session,
    action: str,
    record: Any = None,
    *,
    actor: Actor | None = None,
    address: str | None = None,
    label: str = "",
    changes: Mapping[str, list[Any]] | None = None,
) -> None:
    """Write an entry for what changes no record: a log-in, a refusal, an export. Nothing secret, nothing typed.

    `action` is “resource.verb”. Who and how are the session's context, but for what is given here.
    """
    who = context(session)
    told = {**_told_by(who), "resource": action.split(".")[0], "record_label": label[:200]}
    if actor is not None:
        told |= {"actor_id": actor.id, "actor_name": actor.name[:200]}
    if address is not None:
        told["address"] = address[:64]
    if record is not None:
        told |= {**_told_of(record), "record_label": label[:200] or _label(record)[:200]}
    session.connection().execute(
        insert(AuditEntry), [{**told, "action": action, "changes": dict(changes or {})}]
    )


def noted_lately(session: Session, action: str, *conditions: ColumnElement[bool]) -> bool:
    """Whether an entry of the action that fits the conditions was written within SAME_REFUSAL."""
    since = clock.now() - SAME_REFUSAL
    query = select(exists().where(AuditEntry.action == action, AuditEntry.at > since, *conditions))
    return bool(session.scalar(query))


def note_refusal(session: Session, endpoint: str, permission: str, status: int) -> bool:
    """Write that the context's actor was refused an endpoint, at most once a minute. Returns whether it was written."""
    actor, action = context(session).actor, f"{endpoint.split('.')[0]}.refused"[:60]
    same = (AuditEntry.actor_id == actor.id, AuditEntry.record_label == endpoint[:200])
    if noted_lately(session, action, *same):
        return False
    told: dict[str, list[Any]] = {"permission": [None, permission], "status": [None, status]}
    note(session, action, label=endpoint, changes=told)
    return True


@contextmanager
def unlocked(session: Session) -> Iterator[None]:
    """Inside, the rule that keeps the trail append-only rests: for the demo's reset and the archive, nothing else.

    Within this transaction only: a rollback brings the rule back, too. PostgreSQL asks for the table's owner, and
    nobody else writes to the trail until the transaction ends.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE audit_entry DISABLE TRIGGER {APPEND_ONLY}"))
        yield
        connection.execute(text(f"ALTER TABLE audit_entry ENABLE TRIGGER {APPEND_ONLY}"))
        return
    rules = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    found = connection.exec_driver_sql(rules).all()
    for name, _sql in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in found:
        connection.exec_driver_sql(sql)


def clear(session: Session) -> None:
    """Delete the whole trail, for the demo's reset."""
    with unlocked(session):
        session.execute(delete(AuditEntry))


def _remember(_record: Any, _value: Any, _old: Any, _initiator: Any) -> None:
    """Nothing; that it listens lets a field know what it held, even if nobody has read it before it is set."""


for _model in AUDITED:
    for _field in inspect(_model).column_attrs:
        event.listen(_field.class_attribute, "set", _remember, active_history=True)


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
    kinds = ((session.new, "create"), (changed, "update"), (deleted, "delete"))
    told = [(record, verb) for records, verb in kinds for record in records if isinstance(record, AUDITED)]
    # A member of staff comes before what they are given: their history begins with them.
    told.sort(key=lambda item: isinstance(item[0], Grant))
    rows = [entry for record, verb in told if (entry := _entry(who, record, verb))]
    if rows:
        session.connection().execute(insert(AuditEntry), rows)
