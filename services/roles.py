"""Roles: name bags of permissions and change them, never beyond one's own rights."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from models import Grant, Permission, Role, User, db
from models.text import N_, Term
from services import access, records
from services.access import Actor
from services.errors import Conflict, Forbidden, Invalid
from services.permissions import PERMISSIONS
from services.records import Consequence

# Whoever holds all of these for the whole chain can put everything else right again.
KEYS_OF_THE_HOUSE = ("user.edit", "role.edit")


def _permissions(names: list[str]) -> list[Permission]:
    if unknown := set(names) - set(PERMISSIONS):
        raise Invalid(N_("There is no permission “%(name)s”."), "permissions", name=sorted(unknown)[0])
    return list(
        db.session.scalars(select(Permission).where(Permission.name.in_(names)).order_by(Permission.name))
    )


def _own(actor: Actor, names: set[str]) -> None:
    """Nobody hands out a right that they lack; a role reaches the whole chain, so it takes the right for all of it."""
    for name in sorted(names):
        if not actor.everywhere(name):
            raise Forbidden(
                N_("You cannot hand out “%(permission)s”: you do not hold it for all cinemas."),
                permission=Term(PERMISSIONS[name]),
            )


def _prepared(values: dict[str, Any]) -> dict[str, Any]:
    records.require_text(values, "name")
    if "permissions" not in values:
        return values
    return {**values, "permissions": _permissions(values["permissions"])}


def create(actor: Actor, values: dict[str, Any]) -> Role:
    """Add a role; `permissions` are names. Raises Forbidden, Invalid, Conflict (name taken)."""
    actor.require("role.create")
    values = _prepared(values)
    _own(actor, {item.name for item in values.get("permissions", ())})
    return records.create(actor, Role, values)


def change(actor: Actor, role: Role, values: dict[str, Any]) -> Role:
    """Change a role as one of several changes: the caller asks `require_keyholder` when all are done.

    Raises as `create`.
    """
    actor.require("role.edit", role)
    values = _prepared(values)
    if "permissions" in values:
        _own(actor, {item.name for item in role.permissions} ^ {item.name for item in values["permissions"]})
    return records.update(actor, role, values)


def update(actor: Actor, role: Role, values: dict[str, Any]) -> Role:
    """Change a role. Raises as `create`; Conflict if nobody would be left to keep staff and roles."""
    with db.session.begin_nested():
        change(actor, role, values)
        require_keyholder()
    return role


def copy(actor: Actor, role: Role, name: str, description: str | None = None) -> Role:
    """Add a role that opens and demands what `role` does; its description goes along unless one is given.

    Raises as `create`.
    """
    values = {
        "name": name,
        "description": role.description if description is None else description,
        "demands_second_factor": role.demands_second_factor,
        "permissions": [item.name for item in role.permissions],
    }
    return create(actor, values)


def copyable(actor: Actor, role: Role) -> bool:
    """Whether `actor` may copy the role: nobody hands out what they lack."""
    return actor.everywhere("role.create") and all(actor.everywhere(item.name) for item in role.permissions)


def untaken(names: list[str]) -> str:
    """The first of the names that no role has; the last one if all are taken."""
    taken = set(db.session.scalars(select(Role.name).where(Role.name.in_(names))))
    return next((name for name in names if name not in taken), names[-1])


def find(name: str) -> Role | None:
    """The role of a key or, if no role has that key, of a name."""
    found = db.session.scalars(select(Role).where((Role.key == name) | (Role.name == name)))
    return min(found, key=lambda role: role.key != name, default=None)


def consequences(role: Role) -> list[Consequence]:
    """What stands in the way of deleting: the grants of the role."""
    grants = db.session.scalar(select(func.count()).select_from(Grant).where(Grant.role_id == role.id)) or 0
    return [Consequence(N_("Grants to staff, to be taken from them first"), grants, True)] if grants else []


def delete(actor: Actor, role: Role) -> None:
    """Delete a role. Raises Forbidden; Conflict while someone has it."""
    actor.require("role.delete", role)
    _own(actor, {item.name for item in role.permissions})
    if consequences(role):
        raise Conflict(N_("Staff still have this role; take it from them first."))
    records.delete(actor, role)


def granted(actor: Actor) -> Select[Any]:
    """The select of (role_id, grants, staff) by role: how often it is granted to those whom `actor` may see, and to how
    many of them. Roles belong to the whole chain, who holds them does not."""
    # By another name: what is allowed on users looks at their grants itself.
    held = aliased(Grant)
    living = case((User.deleted_at.is_(None), held.user_id))
    query: Any = (
        select(held.role_id, func.count().label("grants"), func.count(living.distinct()).label("staff"))
        .join(User, User.id == held.user_id)
        .where(access.allowed(actor, "user.view", User))
        .group_by(held.role_id)
    )
    return query


def require_keyholder() -> None:
    """Raise Conflict when no active account is left that may keep staff and roles of the whole chain. One without a
    password (invited, not there yet) does not count."""
    db.session.flush()
    # One such change at a time, or two keyholders could take the key from each other. Nothing else locks this row.
    # (On SQLite there is one writer anyway.)
    key = select(Permission.name).where(Permission.name == KEYS_OF_THE_HOUSE[0])
    db.session.execute(key.with_for_update(key_share=True))
    query = (
        select(User.id)
        .join(Grant, Grant.user_id == User.id)
        .join(Role, Role.id == Grant.role_id)
        .join(Role.permissions)
        .where(User.active, User.deleted_at.is_(None), User.password_hash != "", Grant.cinema_id.is_(None))
        .where(Permission.name.in_(KEYS_OF_THE_HOUSE))
        .group_by(User.id)
        .having(func.count(Permission.name.distinct()) == len(KEYS_OF_THE_HOUSE))
        .limit(1)
    )
    if db.session.scalar(query) is None:
        raise Conflict(N_("Nobody would be left who may keep staff and roles for all cinemas."))
