"""Posters: the pictures of a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Timestamps, db, intpk, short_text

if TYPE_CHECKING:
    from models.film import Film


class Poster(Timestamps, db.Model):
    """A picture of a film, stored under the hash of its re-encoded content.

    `position` 0 is the main poster. `width`, `height` in pixels and `bytes` are of the stored picture;
    `original_name` is the file name as uploaded, for people to read only.
    """

    __tablename__ = "poster"
    __table_args__ = (
        UniqueConstraint("film_id", "position"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("width > 0 AND height > 0 AND bytes > 0", name="size_positive"),
    )

    id: Mapped[intpk]
    film_id: Mapped[int] = mapped_column(ForeignKey("film.id"))
    position: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    original_name: Mapped[short_text]

    film: Mapped[Film] = relationship(back_populates="posters")

    def __str__(self) -> str:
        return self.original_name or self.sha256[:12]
