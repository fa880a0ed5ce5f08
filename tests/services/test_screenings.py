"""Screenings: their four times, their trading day, and that no two share a minute of a hall."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Screening, ScreeningStatus, db
from services import screenings
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid
from tests import factories
from tests.factories import at

MINUTE = timedelta(minutes=1)


def plan(hall: Any, wall: str, **values: Any) -> Screening:
    """Plan a film of 90 minutes in the hall at its wall-clock time."""
    given = {"film": values.pop("film", None) or factories.film(), "price": 3990, **values}
    return screenings.schedule(SYSTEM, {"hall": hall, "starts_at": at(hall, wall), **given})


@pytest.fixture
def hall(session: Any, clock: Any) -> Any:
    return factories.hall()


# ── Times ──


def test_a_screening_has_four_times_and_a_trading_day(hall: Any) -> None:
    screening = plan(hall, "2026-11-20 19:30")
    assert screening.preshow_at == at(hall, "2026-11-20 19:20")
    assert screening.starts_at == datetime(2026, 11, 20, 11, 30, tzinfo=UTC)
    assert screening.ends_at == at(hall, "2026-11-20 21:00")
    assert screening.cleared_at == at(hall, "2026-11-20 21:15")
    assert screening.business_date == date(2026, 11, 20)
    assert (screening.cinema, screening.status) == (hall.cinema, ScreeningStatus.DRAFT)


@pytest.mark.parametrize(("own", "minutes"), [(None, 15), (0, 0), (40, 40)])
def test_a_hall_is_cleaned_as_it_says_itself_or_else_as_its_cinema(
    hall: Any, own: int | None, minutes: int
) -> None:
    hall.cleaning_min = own
    screening = plan(hall, "2026-11-20 19:30")
    assert screening.cleared_at - screening.ends_at == minutes * MINUTE


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        ("2026-11-21 00:10", date(2026, 11, 20)),
        ("2026-11-21 05:59", date(2026, 11, 20)),
        ("2026-11-21 06:00", date(2026, 11, 21)),
    ],
)
def test_what_starts_before_six_counts_for_the_day_before(hall: Any, wall: str, day: date) -> None:
    assert plan(hall, wall).business_date == day


def test_the_trading_day_follows_the_clock_of_the_cinema(session: Any) -> None:
    berlin = factories.cinema(timezone="Europe/Berlin", business_day_start=time(4))
    one, other = factories.hall(cinema=berlin), factories.hall(cinema=berlin)
    assert plan(one, "2026-11-21 03:59").business_date == date(2026, 11, 20)
    assert plan(other, "2026-11-21 04:00").business_date == date(2026, 11, 21)


@pytest.mark.parametrize("hour", [2, 3])
def test_a_screening_through_the_end_of_summer_time_lasts_as_long_as_the_film(
    session: Any, hour: int
) -> None:
    berlin = factories.hall(cinema=factories.cinema(timezone="Europe/Berlin"))
    screening = plan(berlin, f"2026-10-25 0{hour}:30")
    assert screening.ends_at - screening.starts_at == 90 * MINUTE


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Asia/Shanghai", "2026-11-20 00:00", "2026-11-19T16:00+00:00"),
        ("Europe/Berlin", "2026-03-29 01:59", "2026-03-29T00:59+00:00"),
        ("Europe/Berlin", "2026-03-29 02:00", None),
        ("Europe/Berlin", "2026-03-29 02:59", None),
        ("Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00+00:00"),
        # The doubled hour: its first pass is meant.
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30+00:00"),
    ],
)
def test_a_wall_clock_time_is_one_instant_or_refused(
    session: Any, zone: str, wall: str, instant: str | None
) -> None:
    cinema = factories.cinema(timezone=zone)
    local = datetime.fromisoformat(wall)
    if instant is None:
        with pytest.raises(Invalid) as refused:
            screenings.wall_clock(cinema, local)
        assert refused.value.field == "starts_at"
    else:
        assert screenings.wall_clock(cinema, local) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    "wall", ["0001-01-01 00:00", "1999-12-31 12:00", "2100-01-02 00:00", "9999-12-31 23:59"]
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_year_beyond_reason_is_refused_in_words(session: Any, zone: str, wall: str) -> None:
    hall, film = factories.hall(cinema=factories.cinema(timezone=zone)), factories.film()

    def plan_by_the_clock() -> None:
        start = screenings.wall_clock(hall.cinema, datetime.fromisoformat(wall))
        screenings.schedule(SYSTEM, {"film": film, "hall": hall, "starts_at": start})

    with pytest.raises(Invalid) as refused:
        plan_by_the_clock()
    assert refused.value.field == "starts_at"


# ── Overlaps ──


def test_an_overlap_names_the_other_film_and_the_minutes(hall: Any) -> None:
    plan(hall, "2026-11-20 19:30", film=factories.film(title="马路天使"))
    with pytest.raises(Conflict) as refused:
        plan(hall, "2026-11-20 21:20")
    assert str(refused.value) == (
        "Overlaps “马路天使” by 5 minutes: it occupies the hall on 2026-11-20 from 19:20 to 21:15."
    )
    assert refused.value.field == "starts_at"


@pytest.mark.parametrize("wall", ["2026-11-20 17:35", "2026-11-20 21:25"])
def test_one_may_begin_the_minute_the_other_has_cleared(hall: Any, wall: str) -> None:
    plan(hall, "2026-11-20 19:30")
    plan(hall, wall)


@pytest.mark.parametrize("wall", ["2026-11-20 17:36", "2026-11-20 19:30", "2026-11-20 21:24"])
def test_one_minute_too_close_is_an_overlap(hall: Any, wall: str) -> None:
    plan(hall, "2026-11-20 19:30")
    with pytest.raises(Conflict):
        plan(hall, wall)


def test_other_halls_do_not_matter(hall: Any) -> None:
    plan(hall, "2026-11-20 19:30")
    plan(factories.hall(cinema=hall.cinema), "2026-11-20 19:30")


def test_a_cancelled_screening_does_not_block(hall: Any) -> None:
    first = plan(hall, "2026-11-20 19:30")
    screenings.update(SYSTEM, first, {"status": ScreeningStatus.CANCELLED})
    plan(hall, "2026-11-20 19:30")
    plan(hall, "2026-11-20 19:30", status=ScreeningStatus.CANCELLED)


def test_reviving_a_cancelled_screening_checks_again(hall: Any) -> None:
    first = plan(hall, "2026-11-20 19:30", status=ScreeningStatus.CANCELLED)
    second = plan(hall, "2026-11-20 20:30")
    with pytest.raises(Conflict):
        screenings.update(SYSTEM, first, {"status": ScreeningStatus.ON_SALE})
    assert first.status == ScreeningStatus.CANCELLED
    screenings.update(SYSTEM, second, {"status": ScreeningStatus.CANCELLED})
    screenings.update(SYSTEM, first, {"status": ScreeningStatus.ON_SALE})


def test_reviving_is_judged_by_the_times_that_stand(hall: Any) -> None:
    """The cinema cleans longer by now; the screening keeps the times it was planned with."""
    first = plan(hall, "2026-11-20 19:30", status=ScreeningStatus.CANCELLED)
    plan(hall, "2026-11-20 21:25")
    hall.cinema.cleaning_min = 30
    screenings.update(SYSTEM, first, {"status": ScreeningStatus.PLANNED})
    assert first.cleared_at == at(hall, "2026-11-20 21:15")


@pytest.mark.parametrize("gone", ["film", "hall"])
def test_reviving_needs_a_film_and_a_hall_that_are_not_in_the_trash(hall: Any, clock: Any, gone: str) -> None:
    first = plan(hall, "2026-11-20 19:30", status=ScreeningStatus.CANCELLED)
    getattr(first, gone).deleted_at = datetime(2026, 11, 19, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        screenings.update(SYSTEM, first, {"status": ScreeningStatus.PLANNED})
    assert refused.value.field == gone


def test_a_move_works_out_the_times_again_and_is_checked_against_others_only(hall: Any) -> None:
    screening = plan(hall, "2026-11-20 19:30")
    other = factories.hall()
    screenings.update(SYSTEM, screening, {"starts_at": at(hall, "2026-11-20 19:40")})
    assert screening.cleared_at == at(hall, "2026-11-20 21:25")
    screenings.update(SYSTEM, screening, {"film": factories.film(runtime_min=120)})
    assert screening.cleared_at == at(hall, "2026-11-20 21:55")
    screenings.update(SYSTEM, screening, {"hall": other})
    assert (screening.cinema_id, screening.hall_id) == (other.cinema_id, other.id)
    plan(hall, "2026-11-20 19:30")
    with pytest.raises(Conflict):
        screenings.update(SYSTEM, screening, {"hall": hall})
    assert screening.hall is other


def test_a_change_of_price_moves_nothing(hall: Any) -> None:
    screening = plan(hall, "2026-11-20 19:30")
    hall.cinema.preshow_min, screening.film.deleted_at = 20, datetime(2026, 11, 19, tzinfo=UTC)
    screenings.update(SYSTEM, screening, {"price": 5000, "film": screening.film, "hall": hall})
    assert screening.preshow_at == at(hall, "2026-11-20 19:20")


# ── What cannot be planned ──


@pytest.mark.parametrize(
    ("film", "field"),
    [
        ({"runtime_min": None}, "film"),
        ({"deleted_at": datetime(2026, 11, 19, tzinfo=UTC)}, "film"),
        ({"formats": ["3D"]}, "format"),
    ],
)
def test_a_film_that_cannot_be_shown_is_refused(hall: Any, film: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(hall, "2026-11-20 19:30", film=factories.film(**film))
    assert refused.value.field == field


def test_a_hall_that_lacks_the_format_or_is_gone_is_refused(hall: Any) -> None:
    with pytest.raises(Invalid) as refused:
        plan(hall, "2026-11-20 19:30", format="4D")
    assert refused.value.field == "format"
    hall.deleted_at = datetime(2026, 11, 19, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        plan(hall, "2026-11-20 19:30")
    assert refused.value.field == "hall"


@pytest.mark.parametrize("price", [-1, 1_000_001])
def test_a_price_beyond_reason_is_refused(hall: Any, price: int) -> None:
    with pytest.raises(Invalid):
        plan(hall, "2026-11-20 19:30", price=price)


@pytest.mark.parametrize("status", list(ScreeningStatus))
def test_only_what_was_never_on_sale_is_deleted(hall: Any, status: ScreeningStatus) -> None:
    screening = plan(hall, "2026-11-20 19:30", status=status)
    if status in (ScreeningStatus.DRAFT, ScreeningStatus.PLANNED):
        screenings.delete(SYSTEM, screening)
        assert db.session.scalar(select(func.count()).select_from(Screening)) == 0
        return
    with pytest.raises(Conflict):
        screenings.delete(SYSTEM, screening)


def test_planning_needs_the_right_in_that_hall_and_a_move_in_both(hall: Any) -> None:
    other = factories.hall()
    actor = factories.actor(
        *(f"screening.{action}" for action in ("view", "create", "edit", "delete")), cinema=hall.cinema
    )
    values = {"film": factories.film(), "starts_at": at(hall, "2026-11-20 19:30")}
    mine = screenings.schedule(actor, {**values, "hall": hall})
    with pytest.raises(Forbidden):
        screenings.schedule(actor, {**values, "hall": other})
    with pytest.raises(Forbidden):
        screenings.update(actor, mine, {"hall": other})
    foreign = screenings.schedule(SYSTEM, {**values, "hall": other})
    for refused in (
        lambda: screenings.update(actor, foreign, {"price": 1}),
        lambda: screenings.update(actor, foreign, {"hall": hall, "starts_at": at(hall, "2026-11-25 10:00")}),
        lambda: screenings.delete(actor, foreign),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert (mine.hall, foreign.hall, foreign.price) == (hall, other, 0)
