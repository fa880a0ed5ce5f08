"""Why somebody may or may not do something: from which grant, or what is missing. The same answer as `Actor.can`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import (
    AuditEntry,
    Cinema,
    City,
    Distributor,
    Film,
    Grant,
    Hall,
    Role,
    Screening,
    User,
    db,
    role_permission,
)
from models.text import N_
from services import access, second_factor
from services.access import CHAIN
from services.errors import Invalid
from services.permissions import PERMISSIONS, PREVIEW, READING

MODELS: Final[dict[str, type[Any]]] = {
    "film": Film,
    "screening": Screening,
    "cinema": Cinema,
    "hall": Hall,
    "city": City,
    "distributor": Distributor,
    "user": User,
    "role": Role,
    "audit": AuditEntry,
}
# What belongs to cinemas; of everything else, which belongs to the chain, all changes need the whole chain.
OF_CINEMAS: Final = frozenset({"cinema", "hall", "screening", "schedule", "user", "audit"})


@dataclass(frozen=True)
class Answer:
    """Yes or no. `grants`: those that give it, as (role, cinema or None for all); of a no, those that do not reach.

    `missing` (a message id) says what a no lacks, `note` what a yes does not mean.
    """

    allowed: bool
    grants: tuple[tuple[Role, Cinema | None], ...] = ()
    missing: str = ""
    note: str = ""


def of_cinemas(permission: str) -> bool:
    """Whether it is held on what belongs to cinemas. Roles belong to the chain, but one looks as a role in a cinema."""
    return permission.split(".")[0] in OF_CINEMAS or permission == PREVIEW


def needs_chain(permission: str) -> bool:
    """Whether it opens nothing unless it is held for all cinemas: changes of what belongs to the chain."""
    if permission.split(".")[1] in READING:
        return False
    return not of_cinemas(permission) or permission in ("cinema.create", "cinema.import")


def subject(permission: str) -> str | None:
    """The noun of the record that a permission is held on; None where there is none to name.

    What is added is asked for a cinema, as is its week, and looking as a role; a poster belongs to its film.
    """
    resource, action = permission.split(".")
    if permission == PREVIEW:
        return "cinema"
    if action in ("create", "import"):
        return None if needs_chain(permission) else "cinema"
    return {"poster": "film", "schedule": "cinema"}.get(resource, resource)


def _holding(user: User, permission: str) -> list[Grant]:
    query = (
        select(Grant)
        .join(role_permission, role_permission.c.role_id == Grant.role_id)
        .where(Grant.user_id == user.id, role_permission.c.permission_name == permission)
        .options(joinedload(Grant.role), joinedload(Grant.cinema))
        .order_by(Grant.id)
    )
    return list(db.session.scalars(query))


def _pairs(grants: Iterable[Grant]) -> tuple[tuple[Role, Cinema | None], ...]:
    return tuple((grant.role, grant.cinema) for grant in grants)


def explain(user: User, permission: str, record: Any = None) -> Answer:
    """Whether the user holds the permission, for `record` or (None) for any cinema at all, and why.

    Raises Invalid for a permission that there is not.
    """
    answer = _explain(user, permission, record)
    if answer.allowed and second_factor.state(user.id).is_missing:
        text = N_(
            "But nothing opens before they have set up two-step log-in, which a role of theirs demands."
        )
        return replace(answer, note=text)
    return answer


def _explain(user: User, permission: str, record: Any) -> Answer:
    if permission not in PERMISSIONS:
        raise Invalid(N_("There is no permission “%(name)s”."), "permission", name=permission[:60])
    holding = _holding(user, permission)
    if closed := _closed(user):
        return Answer(False, _pairs(holding), closed)
    if not holding:
        return Answer(False, (), _not_held(user))
    if record is None:
        limited = needs_chain(permission) and all(grant.cinema_id for grant in holding)
        note = N_("But it opens nothing: what belongs to the whole chain needs it for all cinemas.")
        return Answer(True, _pairs(holding), note=note if limited else "")
    return _on(holding, permission, record)


def _closed(user: User) -> str:
    if user.deleted_at is not None:
        return N_("The account is in the trash.")
    return "" if user.active else N_("The account is closed.")


def _not_held(user: User) -> str:
    if not user.grants:
        return N_("No role is granted to this account.")
    return N_("None of the roles granted to this account holds the permission.")


def _on(holding: list[Grant], permission: str, record: Any) -> Answer:
    everywhere = [grant for grant in holding if grant.cinema_id is None]
    owners = access.owners_of(record)
    if owners is CHAIN:
        if everywhere or permission.split(".")[1] in READING:
            return Answer(True, _pairs(holding if permission.split(".")[1] in READING else everywhere))
        text = N_(
            "It is held for some cinemas only; this record belongs to the whole chain and needs it for all."
        )
        return Answer(False, _pairs(holding), text)
    giving = [grant for grant in holding if grant.cinema_id is None or grant.cinema_id in owners]
    if everywhere or (owners and owners <= {grant.cinema_id for grant in giving}):
        return Answer(True, _pairs(giving))
    if not owners:
        text = N_(
            "It is held for some cinemas only; this record belongs to no single one and needs it for all."
        )
    elif giving:
        text = N_(
            "It is held for some of the cinemas that this record belongs to, and needed for all of them."
        )
    else:
        text = N_("It is held for other cinemas only.")
    return Answer(False, _pairs(holding), text)


def roles_with(permission: str) -> list[Role]:
    """The roles that hold a permission, by name."""
    query = select(Role).join(role_permission).where(role_permission.c.permission_name == permission)
    return list(db.session.scalars(query.order_by(Role.name)))
