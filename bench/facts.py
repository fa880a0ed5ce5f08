"""What the items ask for on one database: the records to look at, and what the pages must show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import create_engine, func, select

from bench import titles
from models import Film, Screening, ScreeningStatus

PAGE = 50
# The deep page stands at nine tenths: row 900,000 of a million.
DEEP = 0.9


@dataclass(frozen=True)
class Facts:
    """Numbers of one generated database."""

    screenings: int
    # The first row of the deep page, and the numbers that may stand on it.
    offset: int
    deep_start: datetime
    deep_ids: frozenset[int]
    # The cinema with the most screenings, and one of its screenings.
    cinema: int
    screening: int
    status: ScreeningStatus
    cinema_rows: int
    filtered_rows: int
    one_film_rows: int

    @property
    def deep_day(self) -> str:
        """The day of the deep page by the clock of the house, as the address bar takes it."""
        return (self.deep_start + timedelta(hours=8)).date().isoformat()


def facts(uri: str) -> Facts:
    """Ask the database itself, past all that is measured."""
    engine = create_engine(uri)
    order = (Screening.starts_at, Screening.id)
    with engine.connect() as connection:
        total = connection.scalar(select(func.count()).select_from(Screening)) or 0
        offset = int(total * DEEP) // PAGE * PAGE
        deep = select(Screening.starts_at).order_by(*order).limit(PAGE).offset(offset)
        starts = connection.scalars(deep).all()
        # Lists may break ties as they like, and a jump to a date goes to its first screening.
        near = Screening.starts_at.between(starts[0] - timedelta(days=1), starts[-1] + timedelta(days=1))
        ids = frozenset(connection.scalars(select(Screening.id).where(near)))
        by_title = select(func.count()).select_from(Screening).join(Film, Film.id == Screening.film_id)
        one_film = connection.scalar(by_title.where(Film.title == titles.ONE_FILM[0])) or 0
        cinema, rows = connection.execute(
            select(Screening.cinema_id, func.count())
            .group_by(Screening.cinema_id)
            .order_by(func.count().desc())
            .limit(1)
        ).one()
        mine = select(Screening.id, Screening.status).where(Screening.cinema_id == cinema)
        screening = connection.execute(mine.order_by(*order).limit(1)).one()
        filtered = connection.scalar(
            select(func.count()).where(Screening.cinema_id == cinema, Screening.status == screening.status)
        )
    engine.dispose()
    return Facts(
        total,
        offset,
        starts[0],
        ids,
        cinema,
        screening.id,
        screening.status,
        rows,
        filtered or 0,
        one_film,
    )
