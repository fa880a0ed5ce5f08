"""Films, and the numbers that other systems give them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import (
    Timestamps,
    Trashable,
    Versioned,
    db,
    enum_column,
    intpk,
    long_text,
    name_text,
    reference,
    short_text,
    words,
)
from models.text import N_

if TYPE_CHECKING:
    from models.distributor import Distributor
    from models.poster import Poster

RUNTIME_MAX = 900


class Format(StrEnum):
    """The version of a film that a hall can show."""

    TWO_D = "2D"
    THREE_D = "3D"
    IMAX_2D = "IMAX2D"
    IMAX_3D = "IMAX3D"
    DOLBY = "DOLBY"
    CGS = "CGS"
    FOUR_D = "4D"

    @property
    def label(self) -> str:
        return {
            "IMAX2D": "IMAX 2D",
            "IMAX3D": "IMAX 3D",
            "DOLBY": N_("Dolby Cinema"),
            "CGS": N_("CGS giant screen"),
        }.get(self.value, self.value)


class Rating(StrEnum):
    """Advice on the audience's age. China's law knows no ratings; cinemas print advice."""

    ALL = "ALL"
    SIX = "6+"
    TWELVE = "12+"
    SIXTEEN = "16+"
    EIGHTEEN = "18+"

    @property
    def label(self) -> str:
        return N_("All ages") if self is Rating.ALL else self.value


class Precision(StrEnum):
    """How much of a release date is known; what is not known stands at its last day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        return {"day": N_("Exact day"), "month": N_("Month only"), "year": N_("Year only")}[self.value]


class Film(Timestamps, Trashable, Versioned, db.Model):
    """A film. `runtime_min` in minutes without trailers, None as long as it is unknown."""

    __tablename__ = "film"
    __table_args__ = (
        CheckConstraint("length(trim(title)) > 0", name="title_not_empty"),
        CheckConstraint(f"runtime_min BETWEEN 1 AND {RUNTIME_MAX}", name="runtime_range"),
    )

    id: Mapped[intpk]
    title: Mapped[name_text] = mapped_column(index=True)
    original_title: Mapped[short_text] = mapped_column(index=True)
    short_title: Mapped[short_text]
    director: Mapped[short_text]
    cast: Mapped[words]
    genres: Mapped[words]
    countries: Mapped[words]
    languages: Mapped[words]
    runtime_min: Mapped[int | None]
    formats: Mapped[words]
    rating: Mapped[Rating | None] = enum_column(Rating, "rating")
    release_date: Mapped[date | None] = mapped_column(index=True)
    release_precision: Mapped[Precision] = enum_column(Precision, "release_precision", default=Precision.DAY)
    synopsis: Mapped[long_text]
    distributor_id: Mapped[int | None] = reference("distributor.id")

    distributor: Mapped[Distributor | None] = relationship()
    external_ids: Mapped[list[FilmExternalId]] = relationship(
        back_populates="film", cascade="all, delete-orphan"
    )
    posters: Mapped[list[Poster]] = relationship(back_populates="film", order_by="Poster.position")

    def __str__(self) -> str:
        return self.title


class FilmExternalId(db.Model):
    """The number of a film in another system, such as taopiaopiao's show id."""

    __tablename__ = "film_external_id"
    __table_args__ = (UniqueConstraint("source", "value"), UniqueConstraint("film_id", "source"))

    id: Mapped[intpk]
    film_id: Mapped[int] = mapped_column(ForeignKey("film.id"))
    source: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(100))

    film: Mapped[Film] = relationship(back_populates="external_ids")
