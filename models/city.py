"""Cities: where cinemas stand."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Timestamps, db, intpk, name_text, short_text


class City(Timestamps, db.Model):
    """A city. `code` is the six-digit administrative code of GB/T 2260 where it is known."""

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),)

    id: Mapped[intpk]
    name: Mapped[name_text] = mapped_column(index=True)
    pinyin: Mapped[short_text]
    code: Mapped[str | None] = mapped_column(String(6), unique=True)

    def __str__(self) -> str:
        return self.name
