"""`flask config`: what the installation runs with."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from dashboard import config

group = AppGroup("config", help="Show the configuration.")


@group.command("show")
def show() -> None:
    """Every key, its value in force (secrets hidden) and what it is for."""
    for key, value in config.shown(current_app):
        click.echo(f"{key.name} = {value}\n    {key.purpose}")


@group.command("table")
def table() -> None:
    """The table of docs/configuration.md: every key, its default, what it is for."""
    click.echo(config.table())
