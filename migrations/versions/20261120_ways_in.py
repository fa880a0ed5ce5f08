"""Account links, the second step of a log-in, when a password was last given, and the preview as a role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PURPOSES = ("invitation", "password_reset", "set_up")


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, models.base.UTCDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    purpose = sa.Enum(*PURPOSES, name="purpose", native_enum=False, create_constraint=True, length=20)
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", purpose, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _instant("created_at"),
        _instant("expires_at"),
        _instant("used_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_account_link_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_link"),
        sa.UniqueConstraint("token_hash", name="uq_account_link_token_hash"),
    )
    op.create_index("ix_account_link_user_id", "account_link", ["user_id"])
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        _instant("created_at"),
        _instant("confirmed_at", nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_second_factor_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _instant("used_at", nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk_recovery_code_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("code_hash", name="uq_recovery_code_code_hash"),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"])
    no = sa.false()
    op.add_column("role", sa.Column("demands_second_factor", sa.Boolean(), nullable=False, server_default=no))
    # SQLite adds no foreign key to a table that is there: the table is made again. Nothing refers to a log-in.
    with op.batch_alter_table("login") as batch:
        batch.add_column(sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=no))
        batch.add_column(_instant("proved_at", nullable=True))
        for noun in ("role", "cinema"):
            batch.add_column(sa.Column(f"preview_{noun}_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                f"fk_login_preview_{noun}_id", noun, [f"preview_{noun}_id"], ["id"], ondelete="SET NULL"
            )


def downgrade() -> None:
    with op.batch_alter_table("login") as batch:
        for noun in ("cinema", "role"):
            batch.drop_constraint(f"fk_login_preview_{noun}_id", type_="foreignkey")
            batch.drop_column(f"preview_{noun}_id")
        batch.drop_column("proved_at")
        batch.drop_column("awaits_code")
    op.drop_column("role", "demands_second_factor")
    for table in ("recovery_code", "second_factor", "account_link"):
        op.drop_table(table)
