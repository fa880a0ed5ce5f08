"""Random spans in one hall: accepted exactly when they share no minute, by the service and by the database alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models import Screening, db
from services import screenings
from services.access import SYSTEM
from services.errors import Conflict
from tests import factories

MINUTE = timedelta(minutes=1)
START = datetime(2026, 11, 20, tzinfo=UTC)
# Starts on a coarse grid, so that touching and overlapping are both frequent; runtimes up to the longest film.
spans = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([1, 30, 60, 85, 90, 900])), min_size=2, max_size=12
)
several = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def hall(session: Any) -> Any:
    return factories.hall()


class Model:
    """What a hall is, in a few lines of Python: spans that share no minute."""

    def __init__(self) -> None:
        self.taken: list[tuple[datetime, datetime]] = []

    def take(self, start: datetime, end: datetime) -> bool:
        if any(start < other_end and end > other_start for other_start, other_end in self.taken):
            return False
        self.taken.append((start, end))
        return True


@several
@given(wanted=spans)
def test_the_service_accepts_exactly_what_overlaps_nothing(hall: Any, wanted: list[tuple[int, int]]) -> None:
    model = Model()
    with db.session.begin_nested() as attempt:
        films = {minutes: factories.film(runtime_min=minutes) for _slot, minutes in wanted}
        for slot, minutes in wanted:
            start = START + slot * 25 * MINUTE
            expected = model.take(start - 10 * MINUTE, start + (minutes + 15) * MINUTE)
            values = {"film": films[minutes], "hall": hall, "starts_at": start}
            try:
                screenings.schedule(SYSTEM, values)
                accepted = True
            except Conflict:
                accepted = False
            assert accepted is expected
        attempt.rollback()


@several
@given(wanted=spans)
def test_the_database_itself_accepts_exactly_what_overlaps_nothing(
    hall: Any, wanted: list[tuple[int, int]]
) -> None:
    model = Model()
    with db.session.begin_nested() as attempt:
        film = factories.film()
        for slot, minutes in wanted:
            start = START + slot * 25 * MINUTE
            end = start + minutes * MINUTE
            expected = model.take(start, end)
            row = {
                "film_id": film.id,
                "hall_id": hall.id,
                "cinema_id": hall.cinema_id,
                "preshow_at": start,
                "starts_at": start,
                "ends_at": end,
                "cleared_at": end,
                "business_date": start.date(),
            }
            try:
                with db.session.begin_nested():
                    db.session.execute(insert(Screening).values(row))
                accepted = True
            except IntegrityError:
                accepted = False
            assert accepted is expected
        attempt.rollback()
