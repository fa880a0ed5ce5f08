"""Account links: what a mail or an administrator hands to somebody once, to let them in or set a password."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import UTCDateTime, db, enum_column, instant, intpk
from models.user import User


class LinkPurpose(StrEnum):
    """What a link is for; it serves nothing else."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, no password
    SET_UP = "set_up"


class AccountLink(db.Model):
    """A link that works once, for one purpose, until `expires_at`. Only the SHA-256 of its token is kept.

    `user_id` is whose account it opens; None for the set-up of an installation that has no account yet.
    """

    __tablename__ = "account_link"

    id: Mapped[intpk]
    purpose: Mapped[LinkPurpose] = enum_column(LinkPurpose, "purpose")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[instant]
    expires_at: Mapped[instant]
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User | None] = relationship()
