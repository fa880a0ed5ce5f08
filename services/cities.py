"""Cities: keep the list of places."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select

from models import Cinema, City, db
from models.text import N_
from services import records
from services.access import Actor
from services.errors import Conflict, Invalid
from services.records import Consequence


def _check(values: dict[str, Any]) -> None:
    records.require_text(values, "name")
    code = values.get("code")
    if code is not None and not re.fullmatch(r"[1-9]\d{5}", code):
        raise Invalid(N_("A city code has six digits (GB/T 2260)."), "code")


def create(actor: Actor, values: dict[str, Any]) -> City:
    """Add a city. Raises Forbidden, Invalid, Conflict (code taken)."""
    _check(values)
    return records.create(actor, City, values)


def update(actor: Actor, city: City, values: dict[str, Any]) -> City:
    """Change a city. Raises as `create`."""
    _check(values)
    return records.update(actor, city, values)


def consequences(city: City) -> list[Consequence]:
    """What stands in the way of deleting: the cinemas of the city, trashed ones included."""
    cinemas = db.session.scalar(select(func.count()).where(Cinema.city_id == city.id)) or 0
    return [Consequence(N_("Cinemas in this city, to be moved first"), cinemas, True)] if cinemas else []


def delete(actor: Actor, city: City) -> None:
    """Delete a city. Raises Forbidden; Conflict while cinemas stand in it."""
    actor.require("city.delete", city)
    if consequences(city):
        raise Conflict(N_("There are cinemas in this city; move them first."))
    records.delete(actor, city)
