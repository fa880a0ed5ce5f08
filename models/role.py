"""Roles: bags of permissions, and the grants that give them to staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Timestamps, Versioned, db, intpk, name_text, reference, short_text

if TYPE_CHECKING:
    from models.cinema import Cinema
    from models.user import User

role_permission = Table(
    "role_permission",
    Base.metadata,
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "permission_name", ForeignKey("permission.name", ondelete="CASCADE"), primary_key=True, index=True
    ),
)


class Permission(db.Model):
    """A permission `resource.action`. Declared in services.access; this table follows that declaration."""

    __tablename__ = "permission"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)

    def __str__(self) -> str:
        return self.name


class Role(Timestamps, Versioned, db.Model):
    """A named bag of permissions. `key` marks the roles that come with the product.

    Whoever holds a role that `demands_second_factor` gets nowhere without one.
    """

    __tablename__ = "role"
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="name_not_empty"),)

    id: Mapped[intpk]
    key: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[name_text] = mapped_column(unique=True)
    description: Mapped[short_text]
    demands_second_factor: Mapped[bool] = mapped_column(default=False)

    permissions: Mapped[list[Permission]] = relationship(secondary=role_permission, order_by=Permission.name)

    def __str__(self) -> str:
        return self.name


class Grant(db.Model):
    """A role given to a user, for one cinema or (cinema_id None) for all."""

    __tablename__ = "grant"
    __table_args__ = (
        Index("uq_grant_user_id_role_id_cinema_id", "user_id", "role_id", "cinema_id", unique=True),
        Index(
            "uq_grant_user_id_role_id_all",
            "user_id",
            "role_id",
            unique=True,
            sqlite_where=text("cinema_id IS NULL"),
            postgresql_where=text("cinema_id IS NULL"),
        ),
    )

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role_id: Mapped[int] = reference("role.id")
    cinema_id: Mapped[int | None] = reference("cinema.id")

    user: Mapped[User] = relationship(back_populates="grants")
    role: Mapped[Role] = relationship()
    cinema: Mapped[Cinema | None] = relationship()
