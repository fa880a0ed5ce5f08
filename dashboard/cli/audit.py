"""`flask audit`: the trail from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.cli.base import writing
from models import db
from services import archive
from services.archive import Written
from services.errors import ServiceError

group = AppGroup("audit", help="The audit trail.")


@group.command("prune")
@click.option(
    "--before", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Entries before this day (YYYY-MM-DD)."
)
@click.option(
    "--archive",
    "path",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The new file for them; packed if its name ends in .gz.",
)
def prune(before: datetime, path: Path) -> None:
    """Write old entries to a file, then delete them.

    Entries of the last 30 days stay. On PostgreSQL the database user must own the tables.
    """
    try:
        edge = archive.edge(before.date())
        written = archive.write(edge, path)
    except ServiceError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    if not written.count:
        click.echo("There are no entries before that day.")
        return
    # Reading is over: nobody has to wait for it.
    db.session.rollback()
    try:
        with writing("flask audit prune"):
            archive.remove(edge, written, path.name)
    except BaseException as error:
        _give_up(edge, written, path)
        if isinstance(error, SQLAlchemyError):
            said = error.orig if isinstance(error, DBAPIError) else error
            raise click.ClickException(f"The database refused: {said}") from error
        raise
    click.echo(f"{written.count} entries are in {path} and no longer in the database.")


def _give_up(edge: datetime, written: Written, path: Path) -> None:
    """Take the file away again, if it is sure that the database still has what is in it."""
    if archive.still_there(edge, written):
        path.unlink()
    else:
        click.echo(f"{path} was kept: nobody knows whether the database still has its entries.", err=True)
