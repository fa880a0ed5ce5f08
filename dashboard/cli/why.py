"""`flask user why`: whether somebody may do something, and from which grant or for what lack."""

from __future__ import annotations

from typing import Any

import click

from models import Cinema, Role, db
from services import access, explain, staff
from services.errors import ServiceError
from services.permissions import PERMISSIONS


def _record(typed: str) -> Any:
    """The record of a text such as “film:12”. Raises ClickException."""
    noun, _colon, number = typed.partition(":")
    model = explain.MODELS.get(noun)
    if model is None or not (number.isascii() and number.isdigit()):
        nouns = ", ".join(explain.MODELS)
        raise click.ClickException(f"“{typed}” names no record: write film:12. What there is: {nouns}.")
    record = db.session.get(model, int(number)) if int(number) <= access.ID_MAX else None
    if record is None:
        raise click.ClickException(f"There is no {noun} number {number}.")
    return record


def _say(heading: str, grants: tuple[tuple[Role, Cinema | None], ...]) -> None:
    if grants:
        click.echo(heading)
    for role, cinema in grants:
        click.echo(f"  {role} @ {cinema or 'all cinemas'}")


@click.command("why")
@click.argument("name")
@click.argument("permission")
@click.option("--record", "typed", metavar="NOUN:NUMBER", help="On which record, such as film:12.")
def command(name: str, permission: str, typed: str | None) -> None:
    """Say whether NAME holds PERMISSION, and from which grants or what is missing.

    Exits with 0 for yes and for no.
    """
    user = staff.find(name)
    if user is None:
        raise click.ClickException(f"Nobody logs in as “{name}”.")
    record = _record(typed) if typed else None
    try:
        answer = explain.explain(user, permission, record)
    except ServiceError as error:
        raise click.ClickException(str(error)) from error
    on = f" on {typed} ({record})" if record is not None else ""
    click.echo(
        f"{'Yes' if answer.allowed else 'No'}: {user.name}, {permission}{on}: {PERMISSIONS[permission]}."
    )
    for text in filter(None, (answer.missing, answer.note)):
        click.echo(text)
    _say("It comes from:" if answer.allowed else "What they hold, and where:", answer.grants)
    if not answer.grants:
        names = ", ".join(str(role) for role in explain.roles_with(permission))
        click.echo(f"Roles that would give it: {names or 'none'}")
