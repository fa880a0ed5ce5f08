"""Halls: keep a cinema's halls and their seats."""

from __future__ import annotations

from typing import Any

from models import Format, Hall, Screening
from models.cinema import MINUTES_MAX
from models.hall import COUPLE, GAP, SEAT, SEATS_MAX, WHEELCHAIR
from models.text import N_
from services import records, screenings
from services.access import Actor
from services.errors import Conflict, Invalid
from services.records import Consequence

ROWS_MAX, PLACES_MAX = 60, 80


def count_seats(layout: list[str]) -> int:
    """How many places of a layout can be sold."""
    return sum(1 for row in layout for place in row if place != GAP)


def block(rows: int, places: int) -> list[str]:
    """A plain layout of rows x places seats. Raises Invalid outside 1..60 rows and 1..80 places."""
    records.check_range({"rows": rows}, "rows", 1, ROWS_MAX)
    records.check_range({"places": places}, "places", 1, PLACES_MAX)
    return [SEAT * places for _ in range(rows)]


def _check_layout(layout: list[str]) -> None:
    if len(layout) > ROWS_MAX or any(len(row) > PLACES_MAX for row in layout):
        raise Invalid(
            N_("At most %(rows)s rows of %(places)s places."), "layout", rows=ROWS_MAX, places=PLACES_MAX
        )
    for number, row in enumerate(layout, 1):
        if strange := set(row) - {SEAT, WHEELCHAIR, COUPLE, GAP}:
            raise Invalid(
                N_("Row %(row)s: “%(letter)s” is no kind of place (s, w, c or _)."),
                "layout",
                row=number,
                letter=sorted(strange)[0],
            )
        if any(len(pair) % 2 for pair in row.replace(SEAT, GAP).replace(WHEELCHAIR, GAP).split(GAP)):
            raise Invalid(N_("Row %(row)s: couple seats come in pairs."), "layout", row=number)
    if count_seats(layout) > SEATS_MAX:
        raise Invalid(N_("At most %(limit)s seats."), "layout", limit=SEATS_MAX)


def _prepared(values: dict[str, Any]) -> dict[str, Any]:
    records.require_text(values, "name")
    records.check_range(values, "cleaning_min", 0, MINUTES_MAX)
    if unknown := set(values.get("formats", ())) - {item.value for item in Format}:
        raise Invalid(N_("There is no format “%(format)s”."), "formats", format=sorted(unknown)[0])
    if "layout" not in values:
        return values
    _check_layout(values["layout"])
    return {**values, "seats": count_seats(values["layout"])}


def create(actor: Actor, values: dict[str, Any]) -> Hall:
    """Add a hall; its seats are counted from the layout. Raises Forbidden, Invalid, Conflict."""
    return records.create(actor, Hall, _prepared(values))


def update(actor: Actor, hall: Hall, values: dict[str, Any]) -> Hall:
    """Change a hall. Raises as `create`; Conflict for a move to another cinema while it has screenings."""
    return records.update(actor, hall, _prepared(values))


def consequences(hall: Hall) -> list[Consequence]:
    """What stands in the way of the trash, and what stays."""
    return screenings.standing(Screening.hall_id == hall.id)


def delete(actor: Actor, hall: Hall) -> None:
    """Move a hall to the trash. Raises Forbidden; Conflict while it has screenings to come."""
    actor.require("hall.delete", hall)
    if screenings.count_upcoming(Screening.hall_id == hall.id):
        raise Conflict(N_("This hall has screenings to come; cancel or move them first."))
    records.trash(actor, hall)


def restore(actor: Actor, hall: Hall) -> None:
    """Take a hall out of the trash. Raises Forbidden; Conflict while its cinema is in the trash."""
    if hall.cinema.deleted_at is not None:
        raise Conflict(N_("The hall's cinema is in the trash; restore that first."))
    records.restore(actor, hall)
