"""Cinemas: keep the houses of the chain."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from models import Cinema, Hall, Screening, clock, db
from models.cinema import MINUTES_MAX
from models.text import N_
from services import records, screenings
from services.access import Actor
from services.errors import Conflict, Invalid
from services.records import Consequence

SERVICE_FEE_MAX = 10_000


def _check(values: dict[str, Any]) -> None:
    records.require_text(values, "name", "timezone")
    for name in ("preshow_min", "cleaning_min"):
        records.check_range(values, name, 0, MINUTES_MAX)
    records.check_range(values, "service_fee", 0, SERVICE_FEE_MAX)
    records.check_range(values, "film_week_start", 0, 6)
    records.check_range(values, "latitude", -90, 90)
    records.check_range(values, "longitude", -180, 180)
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        raise Invalid(N_("A place needs both latitude and longitude."), "latitude")
    if "timezone" in values and values["timezone"] not in available_timezones():
        raise Invalid(N_("There is no time zone of that name."), "timezone")


def create(actor: Actor, values: dict[str, Any]) -> Cinema:
    """Add a cinema. Raises Forbidden, Invalid, Conflict (name taken in the city)."""
    _check(values)
    return records.create(actor, Cinema, values)


def update(actor: Actor, cinema: Cinema, values: dict[str, Any]) -> Cinema:
    """Change a cinema. Raises as `create`; Conflict when the clock would shift under screenings to come."""
    place = {"latitude": cinema.latitude, "longitude": cinema.longitude}
    _check({**place, **values})
    zone = values.get("timezone", cinema.timezone)
    moved = ZoneInfo(zone) != cinema.zone or values.get("business_day_start", cinema.business_day_start) != (
        cinema.business_day_start
    )
    if moved and screenings.count_upcoming(Screening.cinema_id == cinema.id):
        raise Conflict(
            N_("There are screenings to come: time zone and start of the business day must stay."), "timezone"
        )
    return records.update(actor, cinema, values)


def _live_halls(cinema: Cinema) -> list[Hall]:
    return [hall for hall in cinema.halls if hall.deleted_at is None]


def consequences(cinema: Cinema) -> list[Consequence]:
    """What the trash takes along (halls), and what stands in its way (screenings to come)."""
    rows = screenings.standing(Screening.cinema_id == cinema.id)
    live = len(_live_halls(cinema))
    return [*rows, Consequence(N_("Halls, which go to the trash with it"), live)] if live else rows


def delete(actor: Actor, cinema: Cinema) -> None:
    """Move a cinema and its halls to the trash. Raises Forbidden; Conflict while screenings are to come."""
    actor.require("cinema.delete", cinema)
    if screenings.count_upcoming(Screening.cinema_id == cinema.id):
        raise Conflict(N_("This cinema has screenings to come; cancel or move them first."))
    with records.saving():
        # One instant for all, so that restoring the cinema brings back just these halls.
        cinema.deleted_at = clock.now()
        for hall in _live_halls(cinema):
            hall.deleted_at = cinema.deleted_at


def restore(actor: Actor, cinema: Cinema) -> None:
    """Take a cinema, and the halls that went with it, out of the trash. Raises Forbidden, Conflict."""
    gone_at = cinema.deleted_at
    records.restore(actor, cinema)
    with records.saving():
        for hall in cinema.halls:
            if gone_at is not None and hall.deleted_at == gone_at:
                hall.deleted_at = None
    db.session.refresh(cinema)
