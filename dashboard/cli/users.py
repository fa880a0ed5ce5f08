"""`flask user`: accounts from the command line."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from dashboard.cli import why
from dashboard.cli.base import writing
from models import Cinema, Role, User, db
from services import access, entry, second_factor, staff
from services.account_links import Handout
from services.passwords import Passwords
from services.screenings import HOUSE_ZONE
from views import mail
from views.account_links import terms

group = AppGroup("user", help="Keep staff accounts.")
group.add_command(why.command)


def _role(name: str) -> Role:
    role = db.session.scalar(select(Role).where((Role.key == name) | (Role.name == name)))
    if role is None:
        known = ", ".join(
            db.session.scalars(select(Role.key).where(Role.key.is_not(None)).order_by(Role.key))
        )
        raise click.ClickException(f"There is no role “{name}”. Roles that come with the product: {known}.")
    return role


@group.command("create")
@click.argument("name")
@click.option("--role", "role_name", required=True, help="Key or name of the role.")
@click.option("--cinema", "cinema_id", type=int, help="Number of the one cinema; left out: all cinemas.")
@click.option("--email", default="")
@click.option("--display-name", default="")
@click.option("--link", "by_link", is_flag=True, help="Print a link to choose a password by, instead.")
def create(
    name: str, role_name: str, cinema_id: int | None, email: str, display_name: str, by_link: bool
) -> None:
    """Add an account and print its generated password, once."""
    with writing("flask user create"):
        if cinema_id is not None and db.session.get(Cinema, cinema_id) is None:
            raise click.ClickException(f"There is no cinema number {cinema_id}.")
        values = {
            "name": name,
            "display_name": display_name or name,
            "email": email,
            "grants": [(_role(role_name).id, cinema_id)],
        }
        if by_link:
            _user, link = staff.invite(access.SYSTEM, values, terms())
        else:
            _user, password = staff.create(access.SYSTEM, values, _hashing())
    click.echo(_told(link) if by_link and link else f"{name}: {password}")


@group.command("reset-password")
@click.argument("name")
@click.option("--link", "by_link", is_flag=True, help="Print a link to choose a password by, instead.")
def reset_password(name: str, by_link: bool) -> None:
    """Give an account a new generated password, print it once, and end its log-ins."""
    with writing("flask user reset-password"):
        user = staff.find(name)
        if user is None:
            raise click.ClickException(f"Nobody logs in as “{name}”.")
        if by_link:
            link = staff.hand_link(access.SYSTEM, user, terms())
        else:
            password = staff.reset_password(access.SYSTEM, user, _hashing())
    click.echo(_told(link) if by_link else f"{name}: {password}")


@group.command("set-up")
@click.option("--if-new", is_flag=True, help="Say nothing where there are accounts already.")
def set_up(if_new: bool) -> None:
    """Print the link by which the first account is made, which may do everything; it works once."""
    with writing("flask user set-up"):
        link = entry.invite_first(terms())
    if link is not None:
        click.echo(f"There is no account yet. Make the first one here:\n{_told(link)}")
    elif not if_new:
        raise click.ClickException(
            "There are accounts already, so there is nothing to set up. Who is locked out gets a link from: "
            "flask user reset-password NAME --link"
        )


def _hashing() -> Passwords:
    return Passwords(current_app.config["ARGON2"])


def _told(link: Handout) -> str:
    """A link's address, and until when it holds."""
    until = link.expires_at.astimezone(HOUSE_ZONE)
    return f"{mail.link_address(link)}\n(once, until {until:%Y-%m-%d %H:%M %Z})"


@group.command("set-password")
@click.argument("name")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from the standard input.")
def set_password(name: str, from_stdin: bool) -> None:
    """Give an account a password of your choice (asked for twice, not shown), and end its log-ins."""
    password = _from_stdin() if from_stdin else _asked()
    with writing("flask user set-password"):
        user = staff.find(name)
        if user is None:
            raise click.ClickException(f"Nobody logs in as “{name}”.")
        staff.set_password(access.SYSTEM, user, password, _hashing())
    click.echo(f"{name} has a new password.")


def _asked() -> str:
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    return password


def _from_stdin() -> str:
    """The first line, without its end: `echo` and files bring one."""
    try:
        with click.open_file("-", encoding="utf-8") as stream:
            return stream.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.ClickException("The password is not in UTF-8.") from error


@group.command("drop-second-factor")
@click.argument("name")
def drop_second_factor(name: str) -> None:
    """Take a lost second factor away from an account, and end its log-ins: the password alone does again."""
    with writing("flask user drop-second-factor"):
        user = staff.find(name)
        if user is None:
            raise click.ClickException(f"Nobody logs in as “{name}”.")
        if not second_factor.is_on(user.id):
            raise click.ClickException(f"“{name}” has no second factor.")
        staff.drop_second_factor(access.SYSTEM, user)
    click.echo(f"{name} logs in by the password alone now.")


@group.command("list")
def list_users() -> None:
    """All accounts with their roles, and who logs in by two steps."""
    query = select(User, second_factor.has(User.id)).where(User.deleted_at.is_(None)).order_by(User.name)
    for user, two_steps in db.session.execute(query):
        grants = ", ".join(f"{g.role} @ {g.cinema or 'all cinemas'}" for g in user.grants)
        marks = ("" if user.active else "(closed) ") + ("(two-step) " if two_steps else "")
        click.echo(f"{user.name:<20} {marks}{user.display_name} · {grants or 'no role'}")
