"""`flask doctor`: whether the installation is whole."""

from __future__ import annotations

import click
from flask.cli import AppGroup

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
