"""Looking at the product as a role in a cinema sees it: never more than one's own rights, and looking only.

A preview is kept in the log-in's record, so it ends with the log-in and other log-ins know nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, literal, null, select, union_all

from models import Cinema, Login, Role, db, role_permission
from models.text import N_
from services import access, audit
from services.access import EVERYWHERE, Actor, Cinemas
from services.errors import Forbidden, NotFound
from services.permissions import PERMISSIONS, PREVIEW

# What a log-in's record says of its preview, in the order that `actor_for` takes.
COLUMNS = (Login.preview_role_id, Login.preview_cinema_id, Role.key, Role.name, Cinema.name)


@dataclass(frozen=True)
class Preview:
    """As whom somebody looks; `cinema` None: in all cinemas. `own` is who they are, with the rights of their own."""

    role_id: int
    role_key: str | None
    role_name: str
    cinema_id: int | None
    cinema: str | None
    own: Actor
    # Whether they still may: without the right there is nothing to see.
    permitted: bool

    def __str__(self) -> str:
        return f"{self.role_name} · {self.cinema or 'all cinemas'}"


def joined(query: Select[Any]) -> Select[Any]:
    """`query` over log-ins, with COLUMNS."""
    query = query.add_columns(*COLUMNS).outerjoin(Role, Role.id == Login.preview_role_id)
    return query.outerjoin(Cinema, Cinema.id == Login.preview_cinema_id)


def actor_for(
    user_id: int,
    name: str,
    role_id: int | None,
    cinema_id: int | None,
    role_key: str | None,
    role_name: str,
    cinema: str | None,
) -> tuple[Actor, Preview | None]:
    """Who acts in a log-in, and the preview they are in. One statement."""
    if role_id is None:
        return Actor(user_id, name, access.rights_of(user_id)), None
    own_rights, rights = _rights(user_id, role_id, cinema_id)
    own = Actor(user_id, name, own_rights)
    permitted = _may(own, cinema_id)
    preview = Preview(role_id, role_key, role_name, cinema_id, cinema, own, permitted)
    return Actor(user_id, name, _within(rights, own_rights) if permitted else {}), preview


def _rights(
    user_id: int, role_id: int, cinema_id: int | None
) -> tuple[dict[str, Cinemas], dict[str, Cinemas]]:
    """The rights of a user, and those that a role gives in a cinema, in one statement."""
    opened = select(role_permission.c.permission_name, null(), literal(False))
    opened = opened.where(role_permission.c.role_id == role_id)
    found = db.session.execute(union_all(access.held_by(user_id).add_columns(literal(True)), opened)).all()
    known = [row for row in found if row[0] in PERMISSIONS]
    own = access.merge((name, place) for name, place, is_own in known if is_own)
    return own, access.merge((name, cinema_id) for name, _place, is_own in known if not is_own)


def _within(rights: Mapping[str, Cinemas], limits: Mapping[str, Cinemas]) -> dict[str, Cinemas]:
    """Of some rights what lies within others."""
    kept = {name: _common(rights[name], limits[name]) for name in rights if name in limits}
    return {name: cinemas for name, cinemas in kept.items() if cinemas is EVERYWHERE or cinemas}


def _common(some: Cinemas, others: Cinemas) -> Cinemas:
    if some is EVERYWHERE or others is EVERYWHERE:
        return others if some is EVERYWHERE else some
    return some & others


def _may(own: Actor, cinema_id: int | None) -> bool:
    cinemas = own.rights.get(PREVIEW, frozenset[int]())
    return cinemas is EVERYWHERE or cinema_id in cinemas


def record(actor: Actor, model: type[Any], record_id: int) -> Any:
    """A role or a cinema that one may look through. Raises NotFound for what `actor` may not see."""
    try:
        return access.get(actor, f"{model.__tablename__}.view", model, record_id)
    except Forbidden as error:
        raise NotFound(N_("There is no such record.")) from error


def require(actor: Actor, cinema: Cinema | None) -> None:
    """Raise Forbidden unless `actor` may look as a role in a cinema (None: in all of them)."""
    actor.require(PREVIEW, cinema)
    if cinema is None and not actor.everywhere(PREVIEW):
        raise Forbidden(N_("You may look as a role in your own cinemas only. Choose one."), "cinema")


def start(own: Actor, login_id: int, role_id: int, cinema_id: int | None) -> None:
    """Let a log-in look as a role in a cinema (None: in all) from its next request on, in place of what it looks as.

    `own` holds the rights of their own, which decide. Raises NotFound for what they may not see, Forbidden.
    """
    role = record(own, Role, role_id)
    cinema = None if cinema_id is None else record(own, Cinema, cinema_id)
    require(own, cinema)
    end(own, login_id)
    login = db.session.get_one(Login, login_id)
    login.preview_role_id, login.preview_cinema_id = role.id, cinema_id
    db.session.flush()
    _note(own, "role.preview", role, cinema_id)


def end(own: Actor, login_id: int) -> None:
    """Let a log-in see the product with one's own eyes again. Nothing happens if it does."""
    login = db.session.get_one(Login, login_id)
    if login.preview_role_id is None:
        return
    _note(own, "role.preview_end", db.session.get_one(Role, login.preview_role_id), login.preview_cinema_id)
    login.preview_role_id = login.preview_cinema_id = None
    db.session.flush()


def _note(own: Actor, action: str, role: Role, cinema_id: int | None) -> None:
    # Not as an entry about the role: its history is read in all cinemas, who looked where is not.
    changes: dict[str, list[Any]] = {"role_id": [None, role.id]}
    if cinema_id is not None:
        changes["cinema_id"] = [None, cinema_id]
    audit.note(db.session(), action, actor=own, label=role.name, changes=changes)
