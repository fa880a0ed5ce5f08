"""The trail: who changed what, when, and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import db, instant, short_text

# The rule by which the database refuses to change or delete an entry.
APPEND_ONLY = "append_only_audit_entry"


def _verb_of(context: Any) -> str:
    action: str = context.get_current_parameters()["action"]
    return action.partition(".")[2]


class AuditEntry(db.Model):
    """One change of one record, written in the change's own transaction; never changed, never deleted.

    `changes` maps a field to [old, new]. `action` is “resource.verb”; the verb stands by itself, too, to be looked
    up. No foreign keys: the trail outlives what it speaks of.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_resource_record_id", "resource", "record_id", "id"),
        # Whatever the list is narrowed by, the newest come first without sorting.
        Index("ix_audit_entry_at", "at", "id"),
        # What follows the order lets a second filter be judged within the index.
        Index("ix_audit_entry_cinema_id", "cinema_id", "at", "id", "actor_id", "resource", "verb"),
        Index("ix_audit_entry_actor_id", "actor_id", "at", "id", "cinema_id", "resource", "verb"),
        Index("ix_audit_entry_verb", "verb", "at", "id", "cinema_id", "actor_id"),
        Index("ix_audit_entry_resource", "resource", "at", "id", "cinema_id", "actor_id"),
        Index("ix_audit_entry_resource_verb", "resource", "verb", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[instant]
    actor_id: Mapped[int | None]
    actor_name: Mapped[short_text]
    via: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(64), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60))
    verb: Mapped[str] = mapped_column(String(60), default=_verb_of)
    resource: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int | None]
    record_label: Mapped[short_text]
    cinema_id: Mapped[int | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[short_text]

    def __str__(self) -> str:
        return f"{self.action} {self.record_label}"
