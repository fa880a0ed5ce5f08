"""`flask role`: roles from the command line."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from models import Role, db

group = AppGroup("role", help="Show roles.")


@group.command("list")
def list_roles() -> None:
    """All roles with their permissions."""
    for role in db.session.scalars(select(Role).order_by(Role.name)):
        click.echo(f"{role.key or '-':<15} {role.name}")
        click.echo(f"    {' '.join(item.name for item in role.permissions)}")
