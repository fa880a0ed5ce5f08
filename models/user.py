"""Users: the staff who log in."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Timestamps, Trashable, Versioned, db, intpk, name_text
from models.role import Grant


class User(Timestamps, Trashable, Versioned, db.Model):
    """A member of staff. `name` and `email` are kept in lower case; either logs in.

    `active` False shuts the account at the next request.
    """

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),
        CheckConstraint("name = lower(name)", name="name_lower"),
        CheckConstraint("email = lower(email)", name="email_lower"),
    )

    id: Mapped[intpk]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    display_name: Mapped[name_text]
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(10), default="")

    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", cascade="all, delete-orphan", order_by=Grant.id
    )

    def __str__(self) -> str:
        return self.display_name
