"""How migrations run: over the application's engine, in one transaction, permissions brought up to date at the end."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from models import db
from services import access


def include_object(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Alembic cannot see exclusion constraints; their index must not look like a stray one."""
    return not (kind == "index" and name is not None and name.startswith("ex_"))


def run(connection: Connection) -> None:
    """Run the migrations asked for."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        include_object=include_object,
        # SQLite alters a table by copying it, which loses triggers: a migration that does so recreates them.
        render_as_batch=connection.dialect.name == "sqlite",
        user_module_prefix="models.base.",
    )
    with context.begin_transaction():
        context.run_migrations()
        at_head = set(context.get_context().get_current_heads()) == {context.get_head_revision()}
        if at_head and inspect(connection).has_table("role_permission"):
            access.sync(connection)


with current_app.extensions["migrate"].db.engine.begin() as _connection:
    run(_connection)
