"""The trail is append-only: the database refuses to change or delete an entry, whoever asks.

And an index for the filter by action.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSTGRESQL_FUNCTION = """
CREATE FUNCTION append_only_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the audit trail are neither changed nor deleted'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only_audit_entry';
END $$
"""
# Once for a statement, not for each row: TRUNCATE knows no rows.
POSTGRESQL_TRIGGER = """
CREATE TRIGGER append_only_audit_entry BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION append_only_audit_entry()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER append_only_audit_entry_{lower} BEFORE {moment} ON audit_entry BEGIN
SELECT RAISE(ABORT, 'append_only_audit_entry'); END
"""
# REPLACE deletes the row in its way without a word to the triggers of DELETE.
SQLITE_REPLACE_TRIGGER = """
CREATE TRIGGER append_only_audit_entry_replace BEFORE INSERT ON audit_entry
WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id) BEGIN
SELECT RAISE(ABORT, 'append_only_audit_entry'); END
"""
MOMENTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_index("ix_audit_entry_action", "audit_entry", ["action", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        op.execute(POSTGRESQL_TRIGGER)
    else:
        for moment in MOMENTS:
            op.execute(sa.text(SQLITE_TRIGGER.format(moment=moment, lower=moment.lower())))
        op.execute(SQLITE_REPLACE_TRIGGER)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER append_only_audit_entry ON audit_entry")
        op.execute("DROP FUNCTION append_only_audit_entry()")
    else:
        for moment in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER append_only_audit_entry_{moment}")
    op.drop_index("ix_audit_entry_action", "audit_entry")
