"""Distributors: who brings films to the cinemas."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Timestamps, db, intpk, name_text, short_text


class Distributor(Timestamps, db.Model):
    """A distributor or the production company that released a film."""

    __tablename__ = "distributor"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),)

    id: Mapped[intpk]
    name: Mapped[name_text] = mapped_column(unique=True)
    contact: Mapped[short_text]
    phone: Mapped[short_text]
    email: Mapped[short_text]

    def __str__(self) -> str:
        return self.name
