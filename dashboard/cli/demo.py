"""`flask demo`: a fictional chain to look around in."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from dashboard.cli.base import writing
from services import access
from services.demo import load as demo
from services.passwords import Passwords
from views.posters import store

group = AppGroup("demo", help="The demo chain: six cinemas, sixty films, four weeks of screenings.")


def _hashing() -> Passwords:
    return Passwords(current_app.config["ARGON2"])


def _show(accounts: list[demo.Account]) -> None:
    """The accounts as a table; the last column may hold wide characters."""
    rows = [("Role", "Log-in name", "Password", "For")]
    rows += [(item.role_name, item.login, item.password, item.cinema or "all cinemas") for item in accounts]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        click.echo(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        )
    click.echo("The passwords are shown only now. New ones: flask demo accounts")


def _report(summary: demo.Summary) -> None:
    click.echo(
        f"Loaded {summary.cinemas} cinemas in {summary.cities} cities with {summary.halls} halls, "
        f"{summary.films} films with posters, {summary.screenings} screenings."
    )
    _show(summary.accounts)


@group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing, quietly, where there is something already.")
def load(if_empty: bool) -> None:
    """Put the demo chain into an empty database and print its accounts, once."""
    with writing("flask demo load"):
        if if_empty and not demo.is_empty():
            return
        summary = demo.load(access.SYSTEM, store(), _hashing())
    _report(summary)


@group.command("reset")
@click.option("--yes", is_flag=True, help="Really delete everything.")
def reset(yes: bool) -> None:
    """Delete all records and the audit trail, then load the demo anew; refused in production.

    Roles stay, and accounts that are not the demo's, with the roles they hold for all cinemas.
    """
    if current_app.config["CONFIG"] == "production":
        raise click.ClickException("This is production; nothing was deleted.")
    if not yes:
        raise click.ClickException(
            "This deletes all records, yours too. If that is meant: flask demo reset --yes"
        )
    with writing("flask demo reset"):
        summary = demo.reset(access.SYSTEM, store(), _hashing())
    _report(summary)


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def accounts(as_json: bool) -> None:
    """Give the demo's accounts new passwords and print them; whoever is logged in there is logged out."""
    with writing("flask demo accounts"):
        made = demo.accounts(access.SYSTEM, _hashing())
    if as_json:
        click.echo(json.dumps([item._asdict() for item in made], ensure_ascii=False, indent=2))
    else:
        _show(made)
