"""Who may do what, where. Code asks `actor.can(permission, record)` and `scope(select, actor, permission, Model)`;
it never asks for a role by name. What is not granted is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, exists, false, insert, select, true
from sqlalchemy.engine import Connection

from models import AuditEntry, Cinema, Grant, Hall, Permission, Role, Screening, User, db, role_permission
from models.text import N_, Term
from services.errors import Forbidden, NotFound
from services.permissions import PERMISSIONS, READING, SEED_ROLES

# The cinemas for which a permission is held; None stands for all of them, those to come included.
Cinemas = frozenset[int] | None
EVERYWHERE: Final = None


def _declared(permission: str) -> str:
    """The permission. Raises KeyError if there is none of that name: a typo must not read as a refusal."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return permission


def _reads(permission: str) -> bool:
    return permission.split(".")[1] in READING


@dataclass(frozen=True)
class Actor:
    """Someone who acts, with all their rights worked out once: permission -> cinemas."""

    id: int | None
    name: str
    rights: Mapping[str, Cinemas] = field(default_factory=dict)

    def can(self, permission: str, record: Any = None) -> bool:
        """Whether the permission is held; for `record`, or (None) for any cinema at all.

        Raises KeyError for a permission that is not declared.
        """
        if _declared(permission) not in self.rights:
            return False
        cinemas = self.rights[permission]
        if record is None or cinemas is EVERYWHERE:
            return True
        owners = owners_of(record)
        if owners is CHAIN:
            return _reads(permission)
        return bool(owners) and owners <= cinemas

    def require(self, permission: str, record: Any = None) -> None:
        """Raise Forbidden unless `can`."""
        if not self.can(permission, record):
            raise Forbidden(
                N_("You may not do this: it needs the permission “%(what)s” (%(permission)s)."),
                what=Term(PERMISSIONS[permission]),
                permission=permission,
            )

    def can_create(self, model: type) -> bool:
        """Whether a record of `model` may be added at all: what belongs to the chain needs the right for all of it."""
        permission = f"{model.__tablename__}.create"  # type: ignore[attr-defined]
        return self.can(permission) if model in (Hall, Screening, User) else self.everywhere(permission)

    def everywhere(self, permission: str) -> bool:
        """Whether the permission is held for the whole chain."""
        return _declared(permission) in self.rights and self.rights[permission] is EVERYWHERE


SYSTEM: Final = Actor(None, "system", dict.fromkeys(PERMISSIONS, EVERYWHERE))
# Whoever is not logged in.
NOBODY: Final = Actor(None, "nobody")
CHAIN: Final = None
# The largest number that PostgreSQL's integer takes; beyond it the database would not even look.
ID_MAX: Final = 2**31 - 1


def owners_of(record: Any) -> frozenset[int] | None:
    """The cinemas a record belongs to; CHAIN for what belongs to all. A user belongs where all their grants are."""
    if isinstance(record, Cinema):
        return frozenset({record.id} if record.id else ())
    if isinstance(record, Hall | Screening):
        # A relation assigned in memory is newer than the column that it will fill at the flush.
        cinema = record.__dict__.get("cinema")
        cinema_id = cinema.id if cinema is not None else record.cinema_id
        return frozenset({cinema_id} if cinema_id else ())
    if isinstance(record, User):
        cinemas = {grant.cinema.id if grant.cinema else grant.cinema_id for grant in record.grants}
        return frozenset() if None in cinemas else frozenset(c for c in cinemas if c)
    if isinstance(record, AuditEntry):
        return frozenset({record.cinema_id} if record.cinema_id else ())
    return CHAIN


# What belongs to cinemas; everything else belongs to the whole chain.
OWNED: Final = (Cinema, Hall, Screening, User, AuditEntry)


def _owned(model: Any, cinemas: frozenset[int]) -> ColumnElement[bool]:
    if model is Cinema:
        return Cinema.id.in_(cinemas)
    if model is not User:
        return model.cinema_id.in_(cinemas)
    mine = exists().where(Grant.user_id == User.id, Grant.cinema_id.in_(cinemas))
    foreign = exists().where(
        Grant.user_id == User.id, Grant.cinema_id.is_(None) | Grant.cinema_id.not_in(cinemas)
    )
    return mine & ~foreign


def allowed(actor: Actor, permission: str, model: type) -> ColumnElement[bool]:
    """The WHERE condition for the rows of `model` on which `actor` holds `permission`."""
    if _declared(permission) not in actor.rights:
        return false()
    cinemas = actor.rights[permission]
    if cinemas is EVERYWHERE or (model not in OWNED and _reads(permission)):
        return true()
    return _owned(model, cinemas) if model in OWNED else false()


def scope(query: Select[Any], actor: Actor, permission: str, model: type) -> Select[Any]:
    """`query` (over `model`) limited to the rows on which `actor` holds `permission`."""
    condition = allowed(actor, permission, model)
    return query if condition is true() else query.where(condition)


def get(actor: Actor, permission: str, model: type[Any], record_id: int) -> Any:
    """The record, if `actor` holds `permission` on it.

    Raises Forbidden when the permission is missing, NotFound for what is outside the actor's cinemas or gone.
    """
    actor.require(permission)
    if not 0 < record_id <= ID_MAX:
        raise NotFound(N_("There is no such record."))
    viewing = f"{permission.split('.')[0]}.view"
    query = select(model).where(model.id == record_id)
    record = db.session.scalar(scope(query, actor, viewing if viewing in PERMISSIONS else permission, model))
    if record is None:
        raise NotFound(N_("There is no such record."))
    actor.require(permission, record)
    return record


def held_by(user_id: int) -> Select[Any]:
    """The select of (permission, cinema id or None) for what a user's roles open."""
    query = select(role_permission.c.permission_name, Grant.cinema_id)
    return query.join(Grant, Grant.role_id == role_permission.c.role_id).where(Grant.user_id == user_id)


def rights_of(user_id: int) -> dict[str, Cinemas]:
    """All rights of a user, in one statement."""
    found = db.session.execute(held_by(user_id))
    return merge((name, cinema_id) for name, cinema_id in found if name in PERMISSIONS)


def merge(pairs: Any) -> dict[str, Cinemas]:
    """Rights from (permission, cinema id or None) pairs."""
    rights: dict[str, Cinemas] = {}
    for name, cinema_id in pairs:
        if cinema_id is None or (name in rights and rights[name] is EVERYWHERE):
            rights[name] = EVERYWHERE
        else:
            rights[name] = (rights.get(name) or frozenset()) | {cinema_id}
    return rights


def actor_for(user: User) -> Actor:
    """The actor of a stored user."""
    return Actor(user.id, user.display_name, rights_of(user.id))


def sync(connection: Connection) -> None:
    """Make the permission table follow the declaration; seed the roles when there are none at all.

    A permission that is new goes to the platform administrator: nobody can hand out what nobody holds.
    """
    known = set(connection.scalars(select(Permission.name)))
    if stale := known - set(PERMISSIONS):
        connection.execute(delete(Permission).where(Permission.name.in_(stale)))
    if missing := [name for name in PERMISSIONS if name not in known]:
        connection.execute(insert(Permission), [{"name": name} for name in missing])
        administrator = connection.scalar(select(Role.id).where(Role.key == SEED_ROLES[0].key))
        if administrator is not None:
            _open(connection, administrator, missing)
    if connection.scalar(select(Role.id).limit(1)) is not None:
        return
    for seed in SEED_ROLES:
        values = {"key": seed.key, "name": seed.name, "description": seed.description, "version": 1}
        role_id = connection.scalars(insert(Role).returning(Role.id), [values]).one()
        _open(connection, role_id, dict.fromkeys(seed.permissions))


def _open(connection: Connection, role_id: int, names: Iterable[str]) -> None:
    rows = [{"role_id": role_id, "permission_name": name} for name in names]
    connection.execute(insert(role_permission), rows)
