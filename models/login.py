"""Logins: the server-side records that make a session cookie worth something, and failed attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import UTCDateTime, db, instant, intpk, short_text
from models.user import User


class Login(db.Model):
    """One log-in on one device. The cookie carries a random token; only its SHA-256 is kept here.

    Dead once `ended_at` is set, past `expires_at`, or idle for too long since `last_seen_at`; not yet alive while it
    `awaits_code` of the second step. `proved_at` is when the password was last given in it. While `preview_role_id`
    is set the product is shown, and only shown, as that role sees it in that cinema (None: in all).
    """

    __tablename__ = "login"

    id: Mapped[intpk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[instant]
    last_seen_at: Mapped[instant]
    expires_at: Mapped[instant]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    remember: Mapped[bool] = mapped_column(default=False)
    address: Mapped[short_text]
    device: Mapped[short_text] = mapped_column(String(300))
    awaits_code: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    preview_role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id", ondelete="SET NULL"))
    preview_cinema_id: Mapped[int | None] = mapped_column(ForeignKey("cinema.id", ondelete="SET NULL"))

    user: Mapped[User] = relationship()


class LoginAttempt(db.Model):
    """A failed log-in, counted per account and per address for throttling. `account` is hashed as typed."""

    __tablename__ = "login_attempt"
    __table_args__ = (
        Index("ix_login_attempt_account_at", "account", "at"),
        Index("ix_login_attempt_address_at", "address", "at"),
    )

    id: Mapped[intpk]
    at: Mapped[instant]
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
