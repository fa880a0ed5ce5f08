"""The film week, and the rows that page and exports are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Cinema, City, Film, Hall, Screening, ScreeningStatus
from services import schedule, screenings
from services.access import SYSTEM, Actor
from services.errors import Forbidden, Invalid
from services.schedule import Week

FRIDAY = date(2026, 11, 20)
starts = st.integers(0, 6)
# The days that belong to a week with a name in the years 2000 to 2099, whatever day it starts on.
days = st.dates(date(2000, 1, 9), date(2099, 12, 31))


def make_cinema(session: Any, halls: int = 2, **values: Any) -> Cinema:
    """A cinema with halls named 1 号厅, 2 号厅, …"""
    city = City(name="上海")
    cinema = Cinema(**{"name": "人民广场店", "city": city, "preshow_min": 10, "cleaning_min": 15, **values})
    cinema.halls = [
        Hall(name=f"{number} 号厅", formats=["2D", "IMAX2D"], layout=["ssssssssss"] * 10, seats=100)
        for number in range(1, halls + 1)
    ]
    session.add_all([city, cinema])
    session.flush()
    return cinema


def make_film(session: Any, title: str = "大都会", **values: Any) -> Film:
    film = Film(**{"title": title, "original_title": "Metropolis", "runtime_min": 90, **values})
    session.add(film)
    session.flush()
    return film


def show(film: Film, hall: Hall, at: str, **values: Any) -> Screening:
    """Plan `film` in `hall` at the cinema's wall-clock time `at`, such as 2026-11-20 19:30."""
    local = datetime.fromisoformat(at).replace(tzinfo=hall.cinema.zone)
    return screenings.schedule(
        SYSTEM,
        {"film": film, "hall": hall, "starts_at": local, "price": 3990, "audio_language": "zh", **values},
    )


def week_rows(cinema: Cinema, label: str = "2026-W47") -> list[schedule.Row]:
    week = Week.parse(label, cinema.film_week_start)
    return list(schedule.rows(SYSTEM, cinema, week.first_day, week.last_day))


# ── Weeks ──


@pytest.mark.parametrize(
    ("label", "start", "first"),
    [
        ("2026-W47", 0, date(2026, 11, 16)),
        ("2026-W47", 3, date(2026, 11, 19)),
        ("2026-W53", 0, date(2026, 12, 28)),
        ("2025-W01", 0, date(2024, 12, 30)),
        ("2020-W53", 6, date(2021, 1, 3)),
        ("2099-W53", 6, date(2100, 1, 3)),
    ],
)
def test_a_label_names_its_first_day(label: str, start: int, first: date) -> None:
    week = Week.parse(label, start)
    assert week.first_day == first
    assert week.label == label
    assert week.last_day - week.first_day == timedelta(days=6)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-w47",
        "2026W47",
        "2026-W7",
        "2026-W471",
        " 2026-W47",
        "2026-W47\n",
        "1999-W52",
        "2100-W01",
        "0000-W01",
        "２０２６-W47",
        "2026-W-1",
        "2026-47",
        "x" * 10_000,
    ],
)
def test_what_is_no_week_is_refused(label: str) -> None:
    with pytest.raises(Invalid) as refused:
        Week.parse(label)
    assert refused.value.field == "week"
    assert len(str(refused.value)) < 100


def test_with_a_thursday_start_tuesday_belongs_to_the_week_before() -> None:
    assert Week.containing(date(2026, 11, 17), 3).label == "2026-W46"
    assert Week.containing(date(2026, 11, 18), 3).label == "2026-W46"
    assert Week.containing(date(2026, 11, 19), 3).label == "2026-W47"


@given(days, starts)
def test_every_day_belongs_to_exactly_one_week(day: date, start: int) -> None:
    week = Week.containing(day, start)
    assert day in week.days
    assert Week.parse(week.label, start) == week
    for other in (week.previous, week.next):
        assert other is None or day not in other.days


@given(days, starts)
def test_next_and_previous_undo_each_other(day: date, start: int) -> None:
    week = Week.containing(day, start)
    if week.next is not None:
        assert week.next.previous == week
        assert week.next.first_day == week.last_day + timedelta(days=1)
    if week.previous is not None:
        assert week.previous.next == week


@pytest.mark.parametrize("start", range(7))
def test_the_weeks_end_at_both_ends(start: int) -> None:
    assert Week.parse("2000-W01", start).previous is None
    assert Week.parse("2099-W53", start).next is None


@pytest.mark.parametrize(
    ("instant", "start", "label"),
    [
        # Monday 05:59 in Shanghai is still Sunday's business day.
        (datetime(2026, 11, 15, 21, 59, tzinfo=UTC), 0, "2026-W46"),
        (datetime(2026, 11, 15, 22, 0, tzinfo=UTC), 0, "2026-W47"),
        # Thursday 05:59 with a week from Thursday.
        (datetime(2026, 11, 18, 21, 59, tzinfo=UTC), 3, "2026-W46"),
        (datetime(2026, 11, 18, 22, 0, tzinfo=UTC), 3, "2026-W47"),
        # New Year's night belongs to the old year's last week.
        (datetime(2026, 12, 31, 18, 0, tzinfo=UTC), 0, "2026-W53"),
    ],
)
def test_the_week_of_an_instant_goes_by_the_business_day(instant: datetime, start: int, label: str) -> None:
    cinema: Any = SimpleNamespace(
        zone=ZoneInfo("Asia/Shanghai"),
        business_day_start=time(6),
        film_week_start=start,
    )
    assert Week.of(cinema, instant).label == label


# ── Rows ──


def test_rows_come_in_the_order_of_day_start_and_hall(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    first, second = cinema.halls
    show(film, second, "2026-11-20 19:30")
    show(film, first, "2026-11-20 19:30")
    show(film, first, "2026-11-20 10:00")
    show(film, first, "2026-11-19 22:00")
    assert [(str(row.starts_at), row.hall_name) for row in week_rows(cinema)] == [
        ("2026-11-19 22:00:00", "1 号厅"),
        ("2026-11-20 10:00:00", "1 号厅"),
        ("2026-11-20 19:30:00", "1 号厅"),
        ("2026-11-20 19:30:00", "2 号厅"),
    ]


def test_a_row_holds_what_a_schedule_says(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    screening = show(film, cinema.halls[0], "2026-11-20 19:30", format="IMAX2D", subtitle_language="en")
    (row,) = week_rows(cinema)
    assert row.screening_id == screening.id
    assert row.business_date == FRIDAY
    assert (row.film_title, row.original_title) == ("大都会", "Metropolis")
    assert (row.format.value, row.audio_language, row.subtitle_language) == ("IMAX2D", "zh", "en")
    times = [f"{at:%H:%M}" for at in (row.preshow_at, row.starts_at, row.ends_at, row.cleared_at)]
    assert times == ["19:20", "19:30", "21:00", "21:15"]
    assert row.starts_utc == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert (row.runtime_min, row.price, row.status, row.seats) == (90, 3990, ScreeningStatus.DRAFT, 100)
    assert not row.next_day


def test_minutes_agree_with_the_times_when_the_film_changed_since(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    show(film, cinema.halls[0], "2026-11-20 19:30")
    film.runtime_min = 120
    session.flush()
    assert [row.runtime_min for row in week_rows(cinema)] == [90]


def test_a_screening_after_midnight_stands_on_its_business_day(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    show(film, cinema.halls[0], "2026-11-21 00:30")
    show(film, cinema.halls[0], "2026-11-23 05:00")  # Monday morning: still Sunday's, and this week's.
    show(film, cinema.halls[0], "2026-11-23 08:00")
    rows = week_rows(cinema)
    assert [(row.business_date, row.next_day) for row in rows] == [(FRIDAY, True), (date(2026, 11, 22), True)]
    assert len(week_rows(cinema, "2026-W48")) == 1


def test_wall_times_are_right_where_clocks_change(session: Any) -> None:
    cinema, film = make_cinema(session, timezone="Europe/Berlin"), make_film(session)
    # Clocks go back at 03:00 on 2026-10-25: the show is 90 minutes long and ends at 02:30, for the second time.
    show(film, cinema.halls[0], "2026-10-25 02:00")
    show(film, cinema.halls[0], "2026-10-25 20:00")
    late, evening = week_rows(cinema, "2026-W43")
    assert (late.business_date, f"{late.starts_at:%H:%M}") == (date(2026, 10, 24), "02:00")
    assert (f"{late.ends_at:%H:%M}", late.runtime_min) == ("02:30", 90)
    assert (f"{evening.starts_at:%H:%M}", evening.starts_utc.hour) == ("20:00", 19)
    # Clocks go forward at 02:00 on 2026-03-29.
    show(film, cinema.halls[0], "2026-03-29 01:30")
    (spring,) = week_rows(cinema, "2026-W13")
    assert (f"{spring.ends_at:%H:%M}", spring.runtime_min) == ("04:00", 90)


def test_other_cinemas_and_other_weeks_stay_away(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    other = make_cinema(session, name="别处")
    show(film, other.halls[0], "2026-11-20 19:30")
    show(film, cinema.halls[0], "2026-11-30 19:30")
    assert week_rows(cinema) == []
    assert len(week_rows(other)) == 1


def test_rows_need_the_right_on_the_cinema_at_once(session: Any) -> None:
    mine, other = make_cinema(session), make_cinema(session, name="别处")
    actor = Actor(1, "x", {"schedule.view": frozenset({mine.id})})
    schedule.rows(actor, mine, FRIDAY, FRIDAY)
    with pytest.raises(Forbidden):
        schedule.rows(actor, other, FRIDAY, FRIDAY)
    with pytest.raises(Forbidden):
        schedule.rows(Actor(2, "y"), mine, FRIDAY, FRIDAY)


def test_rows_take_one_statement_and_only_when_asked(
    session: Any, count_queries: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "BATCH", 2)
    cinema, film = make_cinema(session), make_film(session)
    for hour in range(10, 22, 2):
        show(film, cinema.halls[0], f"2026-11-20 {hour}:00")
    with count_queries() as statements:
        rows: Iterator[schedule.Row] = schedule.rows(SYSTEM, cinema, FRIDAY, FRIDAY)
        assert statements == []
        assert len(list(rows)) == 6
    assert len(statements) == 1


# ── The grid ──


def test_the_grid_puts_screenings_into_days_and_halls(session: Any, count_queries: Callable[[], Any]) -> None:
    cinema = make_cinema(session, halls=10)
    metropolis, other = make_film(session), make_film(session, "神女")
    halls = {hall.name: hall for hall in cinema.halls}
    show(metropolis, halls["2 号厅"], "2026-11-20 19:30")
    show(other, halls["10 号厅"], "2026-11-21 00:30", status="planned")
    show(other, halls["10 号厅"], "2026-11-20 12:00", status="cancelled")
    with count_queries() as statements:
        grid = schedule.grid(SYSTEM, cinema, Week.parse("2026-W47"))
    assert len(statements) <= 2
    assert [hall.name for hall in grid.halls][-2:] == ["9 号厅", "10 号厅"]
    by_name = {hall.name: hall for hall in grid.halls}
    assert len(grid.cell(FRIDAY, by_name["2 号厅"])) == 1
    assert [row.status.value for row in grid.cell(FRIDAY, by_name["10 号厅"])] == ["cancelled", "planned"]
    assert grid.cell(date(2026, 11, 21), by_name["10 号厅"]) == []
    assert (len(grid.rows), len(grid.live), grid.films, grid.drafts, grid.on(FRIDAY)) == (3, 2, 2, 1, 2)


def test_a_hall_in_the_trash_shows_while_it_has_screenings(session: Any) -> None:
    cinema, film = make_cinema(session), make_film(session)
    used, unused = cinema.halls
    show(film, used, "2026-11-20 19:30")
    used.deleted_at = unused.deleted_at = datetime(2026, 11, 25, tzinfo=UTC)
    session.flush()
    assert [hall.name for hall in schedule.grid(SYSTEM, cinema, Week.parse("2026-W47")).halls] == ["1 号厅"]
    assert schedule.grid(SYSTEM, cinema, Week.parse("2026-W48")).halls == []


def test_the_cinemas_to_choose_from_are_those_in_scope(session: Any) -> None:
    mine, _other = make_cinema(session), make_cinema(session, name="别处")
    gone = make_cinema(session, name="旧", deleted_at=datetime(2026, 11, 1, tzinfo=UTC))
    actor = Actor(1, "x", {"schedule.view": frozenset({mine.id, gone.id})})
    assert [choice.name for choice in schedule.cinemas(actor, 50)] == ["人民广场店"]
    assert len(schedule.cinemas(SYSTEM, 50)) == 2
    assert len(schedule.cinemas(SYSTEM, 1)) == 1
    assert schedule.cinemas(Actor(2, "y"), 50) == []
