"""flask uploads: whether the posters on disk and the rows agree, and tidying up."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from services import posters
from views.posters import store

group = AppGroup("uploads", help="Posters on disk.")


@group.command("check")
def check() -> None:
    """Name files that posters miss (then the command fails) and files that no poster needs."""
    found = posters.check(store())
    for name in found.missing:
        click.echo(f"missing: {name}")
    for name in found.orphans:
        click.echo(f"orphan:  {name}")
    click.echo(f"{len(found.missing)} missing, {len(found.orphans)} orphans.")
    if found.missing:
        raise click.ClickException("Posters are missing. Restore the folder of posters from a backup.")


@group.command("prune")
def prune() -> None:
    """Remove files older than an hour that no poster needs."""
    click.echo(f"{posters.prune(store())} files removed.")
