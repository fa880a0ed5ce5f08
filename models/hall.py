"""Halls and their seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Timestamps, Trashable, Versioned, db, intpk, name_text, reference, words
from models.cinema import MINUTES_MAX

if TYPE_CHECKING:
    from models.cinema import Cinema

SEAT, WHEELCHAIR, COUPLE, GAP = "s", "w", "c", "_"
SEATS_MAX = 2000


class Hall(Timestamps, Trashable, Versioned, db.Model):
    """A hall. `layout` has one word per row from the screen backwards, one letter per place:
    s a seat, w a wheelchair place, c one half of a couple seat, _ an aisle or a gap.
    `seats` counts the places sold; `cleaning_min` None means the cinema's.
    """

    __tablename__ = "hall"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        CheckConstraint(f"seats BETWEEN 0 AND {SEATS_MAX}", name="seats_range"),
        CheckConstraint(f"cleaning_min BETWEEN 0 AND {MINUTES_MAX}", name="cleaning_range"),
        # So that a screening's cinema is its hall's cinema, by foreign key.
        UniqueConstraint("id", "cinema_id"),
        Index(
            "uq_hall_cinema_id_name",
            "cinema_id",
            "name",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[intpk]
    cinema_id: Mapped[int] = reference("cinema.id")
    name: Mapped[name_text]
    formats: Mapped[words]
    layout: Mapped[words]
    seats: Mapped[int] = mapped_column(default=0)
    cleaning_min: Mapped[int | None]

    cinema: Mapped[Cinema] = relationship(back_populates="halls")

    def __str__(self) -> str:
        return self.name
