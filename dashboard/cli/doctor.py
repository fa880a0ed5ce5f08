"""`flask doctor`: whether the installation is whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from dashboard import access_table
from models import Role, db
from services import doctor

group = AppGroup("doctor", help="Check the installation.")


@group.command("database")
def database() -> None:
    """Check that the database's own rules are there: a copied table may have lost them."""
    missing = doctor.missing_rules()
    for name in missing:
        click.echo(f"missing: {name}")
    if missing:
        raise click.ClickException(
            "The database lacks rules. Run “flask db upgrade”, or restore from a backup."
        )
    click.echo("The database has all its rules.")


@group.command("access")
def access() -> None:
    """Print what each endpoint needs and which role opens it; fail if an endpoint says nothing of it."""
    query = select(Role).options(selectinload(Role.permissions)).order_by(Role.key.is_(None), Role.id)
    held = {
        access_table.heading(role): {item.name for item in role.permissions}
        for role in db.session.scalars(query)
    }
    rows = list(access_table.rows(current_app))
    lines = [("endpoint", "method", "needs", *held)]
    lines += [
        (row.endpoint, row.method, row.needed or "NOT DECLARED", *_opened(row, held.values())) for row in rows
    ]
    _print(lines)
    for word, meaning in access_table.MEANINGS.items():
        click.echo(f"{word}: {meaning}")
    if missing := [f"{row.endpoint} {row.method}" for row in rows if not row.needs]:
        raise click.ClickException(f"Nobody said what these need: {', '.join(missing)}.")


def _opened(row: access_table.Row, roles: Iterable[set[str]]) -> list[str]:
    return [access_table.opens(row, permissions) for permissions in roles]


def _print(lines: list[tuple[str, ...]]) -> None:
    """The lines in columns as wide as their widest text."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _width(text: str) -> int:
    """How many places a text takes on a terminal: Chinese letters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
