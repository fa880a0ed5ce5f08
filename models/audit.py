"""The trail: who changed what, when, and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import db, instant, short_text

# The rule by which the database refuses to change or delete an entry.
APPEND_ONLY = "append_only_audit_entry"


class AuditEntry(db.Model):
    """One change of one record, written in the change's own transaction; never changed, never deleted.

    `changes` maps a field to [old, new]. No foreign keys: the trail outlives what it speaks of.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_resource_record_id", "resource", "record_id", "id"),
        Index("ix_audit_entry_cinema_id", "cinema_id", "id"),
        Index("ix_audit_entry_actor_id", "actor_id", "id"),
        Index("ix_audit_entry_action", "action", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[instant] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    actor_name: Mapped[short_text]
    via: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    resource: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    record_label: Mapped[short_text]
    cinema_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[short_text]

    def __str__(self) -> str:
        return f"{self.action} {self.record_label}"
