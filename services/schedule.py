"""The week of a cinema: one generator of rows, from which the page and every export come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row as Record
from sqlalchemy import Select, select

from models import Cinema, City, Film, Format, Hall, Screening, ScreeningStatus, db
from models.text import N_
from services import access, screenings
from services.access import Actor
from services.errors import Invalid

FIRST_YEAR, LAST_YEAR = 2000, 2099
# Rows fetched at a time: memory stays level however long the answer is.
BATCH = 500

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@dataclass(frozen=True, order=True)
class Week:
    """A film week. It begins `start` days after the Monday of the ISO week whose name it bears, so that
    with `start` 3 (Thursday) the Tuesday of ISO week 47 still belongs to week 46.

    Raises Invalid for a week that does not exist or lies outside the years 2000 to 2099.
    """

    year: int
    number: int
    start: int = 0

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= _weeks_of(self.year)):
            raise Invalid(N_("There is no week “%(week)s”."), "week", week=self.label)

    @classmethod
    def parse(cls, label: str, start: int = 0) -> Week:
        """The week of a label such as 2026-W47. Raises Invalid."""
        match = re.fullmatch(r"(\d{4})-W(\d{2})", label, re.ASCII)
        if match is None:
            raise Invalid(N_("There is no week “%(week)s”."), "week", week=label[:20])
        return cls(int(match[1]), int(match[2]), start)

    @classmethod
    def containing(cls, day: date, start: int = 0) -> Week:
        """The week that the business day `day` belongs to. Raises Invalid."""
        year, number, _weekday = (day - timedelta(days=start)).isocalendar()
        return cls(year, number, start)

    @classmethod
    def of(cls, cinema: Cinema, instant: datetime) -> Week:
        """The cinema's week at an aware instant, by its business day. Raises Invalid."""
        return cls.containing(screenings.business_date(cinema, instant), cinema.film_week_start)

    @property
    def label(self) -> str:
        """The ISO name, such as 2026-W47."""
        return f"{self.year:04}-W{self.number:02}"

    @property
    def first_day(self) -> date:
        """The first business day."""
        return date.fromisocalendar(self.year, self.number, 1) + timedelta(days=self.start)

    @property
    def last_day(self) -> date:
        """The last business day, included."""
        return self.first_day + timedelta(days=6)

    @property
    def days(self) -> list[date]:
        """The seven business days in order."""
        return [self.first_day + timedelta(days=number) for number in range(7)]

    @property
    def previous(self) -> Week | None:
        """The week before; None before the first that there is."""
        return self._beside(-1)

    @property
    def next(self) -> Week | None:
        """The week after; None after the last that there is."""
        return self._beside(1)

    def _beside(self, weeks: int) -> Week | None:
        try:
            return Week.containing(self.first_day + timedelta(weeks=weeks), self.start)
        except Invalid:
            return None


def _weeks_of(year: int) -> int:
    """52 or 53: the 28th of December always lies in the year's last ISO week."""
    return date(year, 12, 28).isocalendar().week


class Row(NamedTuple):
    """A screening as schedules show it. The four times are naive wall clock at the cinema, `starts_utc` is
    aware; `runtime_min` is the planned length of the feature, `price` is in fen, languages are codes.
    """

    screening_id: int
    business_date: date
    hall_id: int
    hall_name: str
    film_id: int
    film_title: str
    original_title: str
    format: Format
    audio_language: str
    subtitle_language: str
    preshow_at: datetime
    starts_at: datetime
    ends_at: datetime
    cleared_at: datetime
    starts_utc: datetime
    runtime_min: int
    price: int
    status: ScreeningStatus
    seats: int

    @property
    def next_day(self) -> bool:
        """Whether it starts after midnight, on the calendar day after its business day."""
        return self.starts_at.date() > self.business_date


def rows(actor: Actor, cinema: Cinema, first_day: date, last_day: date) -> Iterator[Row]:
    """The screenings of the business days `first_day` to `last_day` (included), in the order of their start.

    The right is checked at once (raises Forbidden); the one statement is sent when the first row is asked
    for, and rows arrive in batches, so that an answer may be streamed after the request's commit.
    """
    actor.require("schedule.view", cinema)
    return _read(_query(cinema.id, first_day, last_day), cinema.zone)


def _query(cinema_id: int, first_day: date, last_day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Screening.id,
            Screening.business_date,
            Screening.hall_id,
            Hall.name,
            Screening.film_id,
            Film.title,
            Film.original_title,
            Screening.format,
            Screening.audio_language,
            Screening.subtitle_language,
            Screening.preshow_at,
            Screening.starts_at,
            Screening.ends_at,
            Screening.cleared_at,
            Screening.price,
            Screening.status,
            Hall.seats,
        )
        .join(Film, Film.id == Screening.film_id)
        .join(Hall, Hall.id == Screening.hall_id)
        .where(Screening.cinema_id == cinema_id, Screening.business_date.between(first_day, last_day))
        .order_by(Screening.business_date, Screening.starts_at, Hall.name, Screening.id)
    )


def _read(query: Select[*tuple[Any, ...]], zone: ZoneInfo) -> Iterator[Row]:
    result = db.session.execute(query, execution_options={"yield_per": BATCH})
    try:
        for record in result:
            yield _row(record, zone)
    finally:
        result.close()


def _row(record: Record[*tuple[Any, ...]], zone: ZoneInfo) -> Row:
    *before, preshow_at, starts_at, ends_at, cleared_at, price, status, seats = record
    instants = (preshow_at, starts_at, ends_at, cleared_at)
    wall = [at.astimezone(zone).replace(tzinfo=None) for at in instants]
    # The film's own runtime may have been corrected since: what is shown must agree with start and end.
    minutes = round((ends_at - starts_at).total_seconds() / 60)
    return Row._make((*before, *wall, starts_at, minutes, price, status, seats))


class HallColumn(NamedTuple):
    """A hall of the grid."""

    id: int
    name: str
    seats: int


@dataclass(frozen=True)
class Grid:
    """A week for the page: halls across, days down, screenings in the order of their start."""

    week: Week
    halls: list[HallColumn]
    cells: dict[tuple[date, int], list[Row]]

    def cell(self, day: date, hall: HallColumn) -> list[Row]:
        """The screenings of a business day in a hall."""
        return self.cells.get((day, hall.id), [])

    def on(self, day: date) -> int:
        """How many screenings take place on a business day."""
        return sum(1 for row in self.live if row.business_date == day)

    @property
    def rows(self) -> list[Row]:
        """All screenings, cancelled ones too."""
        return [row for cell in self.cells.values() for row in cell]

    @property
    def live(self) -> list[Row]:
        """The screenings that take place."""
        return [row for row in self.rows if row.status != ScreeningStatus.CANCELLED]

    @property
    def films(self) -> int:
        """How many films are shown."""
        return len({row.film_id for row in self.live})

    @property
    def drafts(self) -> int:
        """How many screenings are still drafts."""
        return sum(1 for row in self.live if row.status == ScreeningStatus.DRAFT)


def grid(actor: Actor, cinema: Cinema, week: Week) -> Grid:
    """The week's grid, in two statements. Halls in the trash appear if they have screenings. Raises Forbidden."""
    cells: dict[tuple[date, int], list[Row]] = {}
    for row in rows(actor, cinema, week.first_day, week.last_day):
        cells.setdefault((row.business_date, row.hall_id), []).append(row)
    query = select(Hall.id, Hall.name, Hall.seats).where(
        Hall.cinema_id == cinema.id,
        Hall.deleted_at.is_(None) | Hall.id.in_({hall_id for _day, hall_id in cells}),
    )
    halls = [HallColumn(*record) for record in db.session.execute(query)]
    return Grid(week, sorted(halls, key=lambda hall: _natural(hall.name)), cells)


def _natural(name: str) -> list[str | int]:
    """A key that puts hall 2 before hall 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


class CinemaChoice(NamedTuple):
    """A cinema to choose from."""

    id: int
    name: str
    city: str


def cinemas(actor: Actor, limit: int) -> list[CinemaChoice]:
    """The first `limit` cinemas, by name, whose week `actor` may see."""
    query = (
        select(Cinema.id, Cinema.name, City.name)
        .join(City, City.id == Cinema.city_id)
        .where(Cinema.deleted_at.is_(None), access.allowed(actor, "schedule.view", Cinema))
        .order_by(Cinema.name, Cinema.id)
        .limit(limit)
    )
    return [CinemaChoice(*record) for record in db.session.execute(query)]
