"""Screenings: a version of a film in a hall at a time."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Timestamps, Versioned, db, enum_column, fen, instant, intpk
from models.film import Format
from models.text import N_

if TYPE_CHECKING:
    from models.cinema import Cinema
    from models.film import Film
    from models.hall import Hall

PRICE_MAX = 1_000_000


class ScreeningStatus(StrEnum):
    """The life of a screening."""

    DRAFT = "draft"
    PLANNED = "planned"
    ON_SALE = "on_sale"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            "draft": N_("Draft"),
            "planned": N_("Planned"),
            "on_sale": N_("On sale"),
            "closed": N_("Closed"),
            "cancelled": N_("Cancelled"),
        }[self.value]


class Screening(Timestamps, Versioned, db.Model):
    """A screening. Four instants (Veezi's session has the same): `preshow_at` the doors and trailers,
    `starts_at` the feature, `ends_at` its end, `cleared_at` the end of cleaning. The hall is occupied from
    the first to the last, half open. `business_date` is the cinema's trading day of `starts_at`.
    `price` in fen; languages are codes of models.vocabulary, an empty subtitle means none.
    """

    __tablename__ = "screening"
    __table_args__ = (
        ForeignKeyConstraint(
            ["hall_id", "cinema_id"], ["hall.id", "hall.cinema_id"], name="fk_screening_hall"
        ),
        CheckConstraint(
            "preshow_at <= starts_at AND starts_at < ends_at AND ends_at <= cleared_at", name="times_in_order"
        ),
        CheckConstraint(f"price BETWEEN 0 AND {PRICE_MAX}", name="price_range"),
        Index("ix_screening_hall_id_preshow_at", "hall_id", "preshow_at"),
        Index("ix_screening_cinema_id_business_date", "cinema_id", "business_date", "starts_at"),
        Index("ix_screening_cinema_id_starts_at", "cinema_id", "starts_at", "id"),
        Index("ix_screening_film_id_starts_at", "film_id", "starts_at"),
        Index("ix_screening_starts_at", "starts_at", "id"),
    )

    id: Mapped[intpk]
    film_id: Mapped[int] = mapped_column(ForeignKey("film.id"))
    hall_id: Mapped[int]
    cinema_id: Mapped[int] = mapped_column(ForeignKey("cinema.id"))
    format: Mapped[Format] = enum_column(Format, "format", default=Format.TWO_D)
    audio_language: Mapped[str] = mapped_column(String(20), default="")
    subtitle_language: Mapped[str] = mapped_column(String(20), default="")
    preshow_at: Mapped[instant]
    starts_at: Mapped[instant]
    ends_at: Mapped[instant]
    cleared_at: Mapped[instant]
    business_date: Mapped[date]
    price: Mapped[fen] = mapped_column(default=0)
    status: Mapped[ScreeningStatus] = enum_column(
        ScreeningStatus, "status", default=ScreeningStatus.DRAFT, index=True
    )

    film: Mapped[Film] = relationship()
    hall: Mapped[Hall] = relationship(
        foreign_keys="Screening.hall_id", primaryjoin="Screening.hall_id == Hall.id"
    )
    cinema: Mapped[Cinema] = relationship()

    def __str__(self) -> str:
        return f"{self.film} {self.starts_at.astimezone(self.cinema.zone):%Y-%m-%d %H:%M}"


# No two live screenings share a minute of a hall, and none occupies it for more than a day (so that an index on
# (hall_id, preshow_at) bounds the search): the database decides, by an exclusion constraint on PostgreSQL and by
# triggers on SQLite. They are made in migrations/versions/*_first_tables.py; services.doctor asks whether they stand.
OVERLAP = "ex_screening_hall_id_span"
SPAN_AT_MOST_A_DAY = "ck_screening_span_at_most_a_day"
