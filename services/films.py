"""Films: keep the house's films."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import Film, Format, Screening
from models.film import RUNTIME_MAX
from models.text import N_
from services import records, screenings
from services.access import Actor
from services.errors import Conflict, Invalid
from services.records import Consequence

EARLIEST_RELEASE = date(1888, 1, 1)  # Roundhay Garden Scene, the oldest surviving film.
LATEST_RELEASE = date(2100, 12, 31)


def _check(values: dict[str, Any]) -> None:
    records.require_text(values, "title")
    records.check_range(values, "runtime_min", 1, RUNTIME_MAX)
    records.check_range(values, "release_date", EARLIEST_RELEASE, LATEST_RELEASE)  # type: ignore[arg-type]
    if unknown := set(values.get("formats", ())) - {item.value for item in Format}:
        raise Invalid(N_("There is no format “%(format)s”."), "formats", format=sorted(unknown)[0])


def create(actor: Actor, values: dict[str, Any]) -> Film:
    """Add a film. Raises Forbidden, Invalid."""
    _check(values)
    return records.create(actor, Film, values)


def update(actor: Actor, film: Film, values: dict[str, Any]) -> Film:
    """Change a film. Screenings that stand keep their times. Raises Forbidden, Invalid, Conflict (stale)."""
    _check(values)
    return records.update(actor, film, values)


def consequences(film: Film) -> list[Consequence]:
    """What the trash takes along or leaves behind: counts with their words."""
    return screenings.standing(Screening.film_id == film.id)


def delete(actor: Actor, film: Film) -> None:
    """Move a film to the trash. Raises Forbidden; Conflict while it has screenings to come."""
    actor.require("film.delete", film)
    if screenings.count_upcoming(Screening.film_id == film.id):
        raise Conflict(N_("This film has screenings to come; cancel or move them first."))
    records.trash(actor, film)


restore = records.restore
