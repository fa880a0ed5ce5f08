"""Distributors: keep the list of who brings films."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from models import Distributor, Film, db
from models.text import N_
from services import records
from services.access import Actor
from services.errors import Conflict
from services.records import Consequence


def create(actor: Actor, values: dict[str, Any]) -> Distributor:
    """Add a distributor. Raises Forbidden, Invalid, Conflict (name taken)."""
    records.require_text(values, "name")
    return records.create(actor, Distributor, values)


def update(actor: Actor, distributor: Distributor, values: dict[str, Any]) -> Distributor:
    """Change a distributor. Raises as `create`."""
    records.require_text(values, "name")
    return records.update(actor, distributor, values)


def consequences(distributor: Distributor) -> list[Consequence]:
    """What stands in the way of deleting: the distributor's films."""
    films = db.session.scalar(select(func.count()).where(Film.distributor_id == distributor.id)) or 0
    return [Consequence(N_("Films of this distributor, to be changed first"), films, True)] if films else []


def delete(actor: Actor, distributor: Distributor) -> None:
    """Delete a distributor. Raises Forbidden; Conflict while films name it."""
    actor.require("distributor.delete", distributor)
    if consequences(distributor):
        raise Conflict(N_("Films name this distributor; change them first."))
    records.delete(actor, distributor)
