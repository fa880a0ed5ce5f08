"""Cinemas: a house with halls, an address, a clock of its own."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Timestamps, Trashable, Versioned, db, fen, intpk, name_text, reference, short_text

if TYPE_CHECKING:
    from models.city import City
    from models.hall import Hall

MINUTES_MAX = 240


class Cinema(Timestamps, Trashable, Versioned, db.Model):
    """A cinema. Times of day are wall clock in `timezone` (IANA name).

    `business_day_start`: a screening that starts before it counts for the day before (the trade's
    day runs 06:00 to 05:59: guide/cinema.md §4.1, Vista). `film_week_start`: 0 is Monday.
    `closes_at` at or before `opens_at` means after midnight. `service_fee` in fen per ticket.
    """

    __tablename__ = "cinema"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        CheckConstraint(f"preshow_min BETWEEN 0 AND {MINUTES_MAX}", name="preshow_range"),
        CheckConstraint(f"cleaning_min BETWEEN 0 AND {MINUTES_MAX}", name="cleaning_range"),
        CheckConstraint("service_fee BETWEEN 0 AND 10000", name="service_fee_range"),
        CheckConstraint("film_week_start BETWEEN 0 AND 6", name="film_week_start_range"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="place_whole"),
        Index(
            "uq_cinema_city_id_name",
            "city_id",
            "name",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[intpk]
    name: Mapped[name_text] = mapped_column(index=True)
    city_id: Mapped[int] = reference("city.id")
    district: Mapped[short_text]
    address: Mapped[short_text] = mapped_column(String(300))
    phone: Mapped[short_text]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    timezone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    opens_at: Mapped[time] = mapped_column(default=time(9))
    closes_at: Mapped[time] = mapped_column(default=time(2))
    business_day_start: Mapped[time] = mapped_column(default=time(6))
    film_week_start: Mapped[int] = mapped_column(default=0)
    preshow_min: Mapped[int] = mapped_column(default=10)
    cleaning_min: Mapped[int] = mapped_column(default=15)
    service_fee: Mapped[fen] = mapped_column(default=0)

    city: Mapped[City] = relationship()
    halls: Mapped[list[Hall]] = relationship(back_populates="cinema", order_by="Hall.name")
    external_ids: Mapped[list[CinemaExternalId]] = relationship(
        back_populates="cinema", cascade="all, delete-orphan"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The cinema's time zone."""
        return ZoneInfo(self.timezone)


class CinemaExternalId(db.Model):
    """The number of a cinema in another system."""

    __tablename__ = "cinema_external_id"
    __table_args__ = (UniqueConstraint("source", "value"), UniqueConstraint("cinema_id", "source"))

    id: Mapped[intpk]
    cinema_id: Mapped[int] = mapped_column(ForeignKey("cinema.id"))
    source: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(100))

    cinema: Mapped[Cinema] = relationship(back_populates="external_ids")
