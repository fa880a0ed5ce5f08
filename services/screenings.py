"""Screenings: put a version of a film into a hall at a time, and change or cancel it.

The occupied span runs from the start of the pre-show to the end of cleaning (Veezi's session has the same
four times: guide/cinema.md §4.1). Minutes come from the hall where it has its own, else from the cinema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from models import Cinema, Film, Format, Hall, Screening, ScreeningStatus, clock, db
from models.screening import PRICE_MAX
from models.text import N_
from services import records
from services.access import Actor
from services.errors import Conflict, Invalid
from services.records import Consequence

# The clock of pages that speak of several cinemas at once.
HOUSE_ZONE = ZoneInfo("Asia/Shanghai")

# A start outside these years is a typing error.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
OUTSIDE = N_("The start lies outside the years 2000 to 2099.")

# What has not been on sale may be deleted; the rest is cancelled, so that the books stay whole.
DELETABLE = (ScreeningStatus.DRAFT, ScreeningStatus.PLANNED)


@dataclass(frozen=True)
class Times:
    """The four instants of a screening, in UTC, and its trading day."""

    preshow_at: datetime
    starts_at: datetime
    ends_at: datetime
    cleared_at: datetime
    business_date: date

    def values(self) -> dict[str, Any]:
        """As column values."""
        return dict(self.__dict__)


def business_date(cinema: Cinema, instant: datetime) -> date:
    """The cinema's trading day of an instant: before `business_day_start` it is still the day before."""
    local = instant.astimezone(cinema.zone)
    return local.date() - timedelta(days=1 if local.time() < cinema.business_day_start else 0)


def times(film: Film, hall: Hall, starts_at: datetime) -> Times:
    """The four times of `film` in `hall` with the feature at `starts_at` (aware).

    Raises Invalid for a film without a runtime and for a start outside 2000..2100.
    """
    if film.runtime_min is None:
        raise Invalid(N_("“%(film)s” has no runtime yet, so its end is unknown."), "film", film=film.title)
    if not EARLIEST <= starts_at < LATEST:
        raise Invalid(OUTSIDE, "starts_at")
    starts_at = starts_at.astimezone(UTC)
    cinema = hall.cinema
    ends_at = starts_at + timedelta(minutes=film.runtime_min)
    cleaning = cinema.cleaning_min if hall.cleaning_min is None else hall.cleaning_min
    return Times(
        starts_at - timedelta(minutes=cinema.preshow_min),
        starts_at,
        ends_at,
        ends_at + timedelta(minutes=cleaning),
        business_date(cinema, starts_at),
    )


def _standing(screening: Screening) -> Times:
    """The times that a screening was planned with; hall and film may say something else by now."""
    return Times(
        screening.preshow_at,
        screening.starts_at,
        screening.ends_at,
        screening.cleared_at,
        screening.business_date,
    )


def wall_clock(cinema: Cinema, local: datetime) -> datetime:
    """The instant of a naive wall-clock time at the cinema.

    Raises Invalid for a time that the zone's clocks skip, and for the first and the last year there is,
    whose instants may lie beyond the calendar; of a doubled hour the first is meant.
    """
    try:
        instant = local.replace(tzinfo=cinema.zone).astimezone(UTC)
    except OverflowError as error:
        raise Invalid(OUTSIDE, "starts_at") from error
    if instant.astimezone(cinema.zone).replace(tzinfo=None) != local:
        raise Invalid(N_("The clocks skip that time: there is no such moment at this cinema."), "starts_at")
    return instant


def live() -> ColumnElement[bool]:
    """The condition for screenings that take place."""
    return Screening.status != ScreeningStatus.CANCELLED


def count_upcoming(condition: ColumnElement[bool]) -> int:
    """How many live screenings that satisfy `condition` have not ended yet."""
    query = (
        select(func.count()).select_from(Screening).where(condition, live(), Screening.ends_at > clock.now())
    )
    return db.session.scalar(query) or 0


def standing(condition: ColumnElement[bool]) -> list[Consequence]:
    """What the screenings that satisfy `condition` mean for the deletion of what they need: those to come forbid it,
    the others stay."""
    upcoming = count_upcoming(condition)
    total = db.session.scalar(select(func.count()).select_from(Screening).where(condition)) or 0
    rows = [
        Consequence(N_("Screenings to come, to be cancelled or moved first"), upcoming, True),
        Consequence(N_("Other screenings, which stay in the books"), total - upcoming),
    ]
    return [row for row in rows if row.count]


def overlapping(hall_id: int, span: Times, besides: int | None = None) -> Screening | None:
    """The first live screening in the hall that shares a minute of the occupied span (half open)."""
    query = (
        select(Screening)
        .join(Screening.film)
        .options(contains_eager(Screening.film))
        .where(
            Screening.hall_id == hall_id,
            live(),
            Screening.preshow_at < span.cleared_at,
            Screening.cleared_at > span.preshow_at,
            # No screening occupies its hall for more than a day: lets the index bound the search.
            Screening.preshow_at >= span.preshow_at - timedelta(days=1),
        )
        .order_by(Screening.preshow_at)
        .limit(1)
    )
    if besides is not None:
        query = query.where(Screening.id != besides)
    return db.session.scalar(query)


def _refuse_overlap(hall: Hall, span: Times, besides: int | None) -> None:
    # One planner per hall at a time: who comes second sees what the first one planned, and can be told its name.
    # (On SQLite there is one writer anyway.)
    db.session.execute(select(Hall.id).where(Hall.id == hall.id).with_for_update(key_share=True))
    other = overlapping(hall.id, span, besides)
    if other is None:
        return
    zone = hall.cinema.zone
    shared = min(other.cleared_at, span.cleared_at) - max(other.preshow_at, span.preshow_at)
    raise Conflict(
        N_(
            "Overlaps “%(film)s” by %(minutes)s minutes: it occupies the hall on %(day)s from %(start)s to %(end)s."
        ),
        "starts_at",
        film=other.film.title,
        minutes=-(-int(shared.total_seconds()) // 60),
        day=f"{other.preshow_at.astimezone(zone):%Y-%m-%d}",
        start=f"{other.preshow_at.astimezone(zone):%H:%M}",
        end=f"{other.cleared_at.astimezone(zone):%H:%M}",
    )


def _check(film: Film, hall: Hall, format: Format, values: Mapping[str, Any], *, placed: bool) -> None:
    """`placed`: the screening takes the hall's time anew, so film and hall must be there."""
    records.check_range(values, "price", 0, PRICE_MAX)
    if placed and film.deleted_at is not None:
        raise Invalid(N_("This film is in the trash."), "film")
    if placed and hall.deleted_at is not None:
        raise Invalid(N_("This hall is in the trash."), "hall")
    if format.value not in hall.formats:
        raise Invalid(N_("%(hall)s cannot show %(format)s."), "format", hall=hall.name, format=format.label)
    if film.formats and format.value not in film.formats:
        raise Invalid(
            N_("“%(film)s” does not come in %(format)s."), "format", film=film.title, format=format.label
        )


def schedule(actor: Actor, values: Mapping[str, Any]) -> Screening:
    """Add a screening. `values`: film, hall (records), starts_at (aware), and optionally format,
    audio_language, subtitle_language, price (fen), status.

    Raises Forbidden, Invalid, and Conflict naming the screening that it would overlap.
    """
    film, hall = values["film"], values["hall"]
    actor.require("screening.create", hall)
    _check(film, hall, Format(values.get("format", Format.TWO_D)), values, placed=True)
    span = times(film, hall, values["starts_at"])
    if values.get("status") != ScreeningStatus.CANCELLED:
        _refuse_overlap(hall, span, None)
    return records.create(
        actor, Screening, {**values, **span.values(), "cinema": hall.cinema, "cinema_id": hall.cinema_id}
    )


create = schedule


def update(actor: Actor, screening: Screening, values: Mapping[str, Any]) -> Screening:
    """Change a screening; its times are worked out again when film, hall or start change. Raises as `schedule`."""
    actor.require("screening.edit", screening)
    film, hall = values.get("film", screening.film), values.get("hall", screening.hall)
    actor.require("screening.edit", hall)
    starts_at = values.get("starts_at", screening.starts_at)
    moved = (film, hall, starts_at) != (screening.film, screening.hall, screening.starts_at)
    status = values.get("status", screening.status)
    revived = screening.status == ScreeningStatus.CANCELLED and status != ScreeningStatus.CANCELLED
    _check(film, hall, Format(values.get("format", screening.format)), values, placed=moved or revived)
    changed, span = dict(values), _standing(screening)
    if moved:
        span = times(film, hall, starts_at)
        changed |= {**span.values(), "cinema": hall.cinema, "cinema_id": hall.cinema_id}
    if status != ScreeningStatus.CANCELLED and (moved or revived):
        _refuse_overlap(hall, span, screening.id)
    return records.update(actor, screening, changed)


def consequences(screening: Screening) -> list[Consequence]:
    """Nothing hangs on a screening; once it has been on sale it cannot be deleted at all."""
    sold = screening.status not in DELETABLE
    return [Consequence(N_("It has been on sale; cancel it instead."), None, True)] if sold else []


def delete(actor: Actor, screening: Screening) -> None:
    """Delete a screening for good. Raises Forbidden; Conflict once it has been on sale (cancel it instead)."""
    actor.require("screening.delete", screening)
    if screening.status not in DELETABLE:
        raise Conflict(N_("This screening has been on sale; cancel it instead of deleting it."))
    records.delete(actor, screening)
