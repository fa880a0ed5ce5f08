"""Records for tests: each call adds one whose values make sense, and any value may be given instead.

>>> hall = factories.hall(cinema=factories.cinema(timezone="Europe/Berlin"), cleaning_min=5)
>>> factories.screening(hall=hall, starts_at=factories.at(hall, "2026-11-20 19:30"))

They add to the session of the test and flush; nothing is committed. Rights and services are not asked.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from models import (
    AccountLink,
    AuditEntry,
    Cinema,
    City,
    Distributor,
    Film,
    Grant,
    Hall,
    LinkPurpose,
    Permission,
    Poster,
    Role,
    Screening,
    SecondFactor,
    User,
    db,
)
from services import access, screenings
from services.access import Actor
from services.passwords import Passwords
from tests.support.client import PASSWORD

CHEAP = Passwords({"time_cost": 1, "memory_cost": 8, "parallelism": 1})
# What somebody's authenticator app shares with us (RFC 6238, base32).
TOTP_SECRET = "JBSWY3DPEHPK3PXP" * 2
_numbers = itertools.count(1)


def _added(record: Any) -> Any:
    db.session.add(record)
    db.session.flush()
    return record


def at(place: Cinema | Hall, wall: str) -> datetime:
    """The instant of a wall-clock time such as '2026-11-20 19:30' at a cinema or in its hall."""
    cinema = place.cinema if isinstance(place, Hall) else place
    return datetime.fromisoformat(wall).replace(tzinfo=cinema.zone).astimezone(UTC)


def city(**values: Any) -> City:
    """A city."""
    return _added(City(**{"name": "上海", "pinyin": "shanghai", **values}))


def distributor(**values: Any) -> Distributor:
    """A distributor."""
    return _added(Distributor(**{"name": f"发行公司 {next(_numbers)}", **values}))


def film(**values: Any) -> Film:
    """A film of 90 minutes that comes in every format."""
    return _added(Film(**{"title": "神女", "original_title": "The Goddess", "runtime_min": 90, **values}))


def cinema(**values: Any) -> Cinema:
    """A cinema by Shanghai's clock: 10 minutes of pre-show, 15 of cleaning. Without halls."""
    number = next(_numbers)
    given = {"name": f"第{number}影院", "preshow_min": 10, "cleaning_min": 15, **values}
    return _added(Cinema(**{"city": given.get("city") or city(), **given}))


def hall(**values: Any) -> Hall:
    """A hall of 100 seats for 2D and IMAX 2D that is cleaned as long as its cinema says."""
    plan = {"formats": ["2D", "IMAX2D"], "layout": ["ssssssssss"] * 10, "seats": 100}
    given = {"name": f"{next(_numbers)} 号厅", **plan, **values}
    return _added(Hall(**{"cinema": given.get("cinema") or cinema(), **given}))


def screening(**values: Any) -> Screening:
    """A planned screening on 2026-11-20 at 19:30, its times worked out from film and hall unless given."""
    place = values.pop("hall", None) or hall()
    show = values.pop("film", None) or film()
    span = screenings.times(show, place, values.get("starts_at") or at(place, "2026-11-20 19:30"))
    given = {"price": 3990, "status": "planned", **span.values(), **values}
    return _added(Screening(**{"film": show, "hall": place, "cinema": place.cinema, **given}))


def poster(**values: Any) -> Poster:
    """The row of a poster; no file belongs to it."""
    size = {"width": 1000, "height": 1500, "bytes": 90_000, "sha256": f"{next(_numbers):064x}"}
    return _added(Poster(**{"film": values.get("film") or film(), **size, **values}))


def role(*permissions: str, **values: Any) -> Role:
    """A role with these permissions."""
    found = db.session.scalars(select(Permission).where(Permission.name.in_(permissions)))
    return _added(Role(**{"name": f"role {next(_numbers)}", "permissions": list(found), **values}))


def user(*permissions: str, cinema: Cinema | None = None, **values: Any) -> User:
    """A member of staff who holds these permissions at `cinema` (None: everywhere), by a role of their own.

    Without permissions there is no grant, unless `grants` are given. The password is PASSWORD.
    """
    number = next(_numbers)
    given = {"name": f"staff{number}", "display_name": f"Staff {number}", **values}
    grants = [Grant(role=role(*permissions), cinema=cinema)] if permissions else []
    return _added(User(**{"password_hash": CHEAP.hash(PASSWORD), "grants": grants, **given}))


def second_factor(user: User, secret: str = TOTP_SECRET) -> SecondFactor:
    """Two-step log-in of a user, switched on long ago, without recovery codes."""
    then = datetime(2026, 1, 1, tzinfo=UTC)
    return _added(SecondFactor(user_id=user.id, secret=secret, created_at=then, confirmed_at=then))


def account_link(**values: Any) -> AccountLink:
    """An invitation that nobody has followed yet; its token is not known to anybody."""
    moments = {
        "created_at": datetime(2026, 11, 20, tzinfo=UTC),
        "expires_at": datetime(2027, 1, 1, tzinfo=UTC),
    }
    given = {"purpose": LinkPurpose.INVITATION, "token_hash": f"{next(_numbers):064x}", **moments}
    return _added(AccountLink(**{**given, **values}))


def actor(*permissions: str, cinema: Cinema | None = None) -> Actor:
    """Someone who acts with these permissions at `cinema` (None: everywhere)."""
    return access.actor_for(user(*permissions, cinema=cinema))


def audit_entry(**values: Any) -> AuditEntry:
    """An entry of the trail, by no one in particular."""
    told = {"actor_name": "system", "action": "film.create", "resource": "film", "record_label": "神女"}
    return _added(AuditEntry(**{"at": datetime(2026, 11, 20, tzinfo=UTC), **told, **values}))


def told_change(noun: str, record_id: int, **values: Any) -> AuditEntry:
    """An entry that tells of a change of a record: of its name, or what it has instead."""
    field, pair = {"film": ("title", ["旧", "新"]), "screening": ("price", [1234, 5678])}.get(
        noun, ("name", ["旧", "新"])
    )
    about = {"resource": noun, "record_id": record_id, "action": f"{noun}.update"}
    return audit_entry(**{**about, "changes": {field: pair}, **values})


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


def count(model: type[Any]) -> int:
    """How many rows of `model` there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0
