"""The trail at a million entries: a column for what was done, and indexes that keep the order of time.

Whatever the list is narrowed by, an index gives the newest entries first without sorting, and finds out that there are
few or none without reading the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "audit_entry"
OLD = {
    "ix_audit_entry_at": ["at"],
    "ix_audit_entry_cinema_id": ["cinema_id", "id"],
    "ix_audit_entry_actor_id": ["actor_id", "id"],
    "ix_audit_entry_action": ["action", "id"],
}
NEW = {
    "ix_audit_entry_at": ["at", "id"],
    # What follows the order lets a second filter be judged within the index.
    "ix_audit_entry_cinema_id": ["cinema_id", "at", "id", "actor_id", "resource", "verb"],
    "ix_audit_entry_actor_id": ["actor_id", "at", "id", "cinema_id", "resource", "verb"],
    "ix_audit_entry_verb": ["verb", "at", "id", "cinema_id", "actor_id"],
    "ix_audit_entry_resource": ["resource", "at", "id", "cinema_id", "actor_id"],
    "ix_audit_entry_resource_verb": ["resource", "verb", "at", "id"],
}


@contextmanager
def _unlocked() -> Iterator[None]:
    """The rule that keeps the trail append-only rests within: old entries get the new column."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER append_only_audit_entry")
        yield
        op.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER append_only_audit_entry")
        return
    name = "append_only_audit_entry_update"
    rule = op.get_bind().scalar(sa.text(f"SELECT sql FROM sqlite_master WHERE name = '{name}'"))
    op.execute(f"DROP TRIGGER {name}")
    yield
    op.execute(sa.text(rule))


def upgrade() -> None:
    for name in OLD:
        op.drop_index(name, TABLE)
    op.add_column(TABLE, sa.Column("verb", sa.String(length=60), nullable=False, server_default=""))
    parts = {
        "postgresql": "split_part(action, '.', 2)",
        "sqlite": "substr(action, instr(action, '.') + 1)",
    }
    with _unlocked():
        op.execute(f"UPDATE {TABLE} SET verb = {parts[op.get_bind().dialect.name]}")
    for name, columns in NEW.items():
        op.create_index(name, TABLE, columns)


def downgrade() -> None:
    for name in NEW:
        op.drop_index(name, TABLE)
    op.drop_column(TABLE, "verb")
    for name, columns in OLD.items():
        op.create_index(name, TABLE, columns)
