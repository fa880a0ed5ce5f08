"""`flask role`: roles from the command line, and as files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from dashboard.cli.base import writing
from models import Role, db
from services import role_files, roles
from services.access import SYSTEM
from services.errors import ServiceError
from services.permissions import PERMISSIONS
from services.role_files import Change

group = AppGroup("role", help="Show, copy, write out, take over and reset roles.")

# More than a thousand roles take.
FILE_MAX = 4 * 1024 * 1024


@group.command("list")
def list_roles() -> None:
    """All roles with their permissions."""
    query = select(Role).options(selectinload(Role.permissions)).order_by(Role.name)
    for role in db.session.scalars(query):
        click.echo(f"{role.key or '-':<15} {role.name}")
        click.echo(f"    {' '.join(item.name for item in role.permissions)}")


@group.command("copy")
@click.argument("key")
@click.argument("name")
def copy(key: str, name: str) -> None:
    """Add a role NAME that opens what the role KEY (its key or its name) opens."""
    with writing("flask role copy"):
        role = roles.find(key)
        if role is None:
            raise click.ClickException(f"There is no role “{key}”.")
        made = roles.copy(SYSTEM, role, name)
        click.echo(f"“{made.name}” was added; it opens {len(made.permissions)} permissions.")


@group.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), default="-")
def export(file: IO[str]) -> None:
    """Write all roles to FILE (left out: the terminal) as JSON."""
    file.write(json.dumps(role_files.export(), ensure_ascii=False, indent=2) + "\n")


@group.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def take_over(file: IO[bytes], dry_run: bool) -> None:
    """Take over the roles of FILE, all or none of them; roles that it does not name stay as they are."""
    document = _read(file)
    if dry_run:
        _say(_planned(document))
        return
    with writing("flask role import"):
        changes = role_files.apply_import(SYSTEM, document)
    _say(changes)


@group.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Bring the roles that come with the product back as they were. Other roles and all grants stay."""
    changes = _planned(role_files.seeds())
    _say(changes)
    if not changes:
        return
    if not yes:
        click.confirm("Change this?", abort=True)
    with writing("flask role reset"):
        role_files.reset(SYSTEM)
    click.echo("Done.")


def _read(file: IO[bytes]) -> Any:
    """The document of a file. Raises ClickException for what is no JSON."""
    content = file.read(FILE_MAX + 1)
    if len(content) > FILE_MAX:
        raise click.ClickException(f"{file.name} is larger than {FILE_MAX // 1024 // 1024} MB.")
    try:
        return role_files.read(content)
    except ServiceError as error:
        raise click.ClickException(f"{file.name}: {error}") from error


def _planned(document: Any) -> list[Change]:
    try:
        return role_files.plan_import(document)
    except ServiceError as error:
        raise click.ClickException(str(error)) from error


def _say(changes: list[Change]) -> None:
    """The changes as a diff: “+” a new role, “~” a changed one; under each what it gains and loses."""
    for change in changes:
        known = f" ({change.key})" if change.key else ""
        click.echo(f"+ {change.name}{known}, a new role" if change.created else f"~ {change.name}{known}")
        for field, old, text in change.texts:
            click.echo(f"    {field}: “{old}” → “{text}”")
        _list("+", "green", change.added)
        _list("-", "red", change.removed)
    click.echo(f"Roles with changes: {len(changes)}." if changes else "No changes.")


def _list(sign: str, colour: str, names: Iterable[str]) -> None:
    for name in names:
        click.secho(f"    {sign} {name:<20} {PERMISSIONS[name]}", fg=colour)
