"""`flask user set-password`: by the rules of the account page, and nothing secret on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from models import Grant, User, db
from services import entry, logins
from services.errors import Gone
from services.passwords import Passwords
from tests.services.test_logins import POLICY
from tests.support.client import PASSWORD

NEW = "seven quiet lanterns"


@pytest.fixture
def zhao(make_user: Callable[..., User]) -> User:
    make_user("administrator", name="root")
    return make_user("box_office", name="zhao", display_name="Zhao Min")


@pytest.fixture
def set_password(app: Flask, zhao: User) -> Callable[..., Result]:
    """set_password("zhao", input=…): run the command."""

    def run(*arguments: str, typed: str | bytes = "") -> Result:
        db.session.commit()
        answer = app.test_cli_runner().invoke(args=["user", "set-password", *arguments], input=typed)
        db.session.expire_all()
        return answer

    return run


def opens(app: Flask, user: User, password: str) -> bool:
    return Passwords(app.config["ARGON2"]).verify(user.password_hash, password)


def test_it_asks_twice_and_shows_nothing(app: Flask, zhao: User, set_password: Callable[..., Result]) -> None:
    answer = set_password("zhao", typed=f"{NEW}\n{NEW}\n")
    assert answer.exit_code == 0, answer.output
    assert NEW not in answer.output
    assert "zhao has a new password." in answer.output
    assert opens(app, zhao, NEW)


def test_what_is_not_the_same_twice_is_asked_again(
    app: Flask, zhao: User, set_password: Callable[..., Result]
) -> None:
    answer = set_password("zhao", typed=f"{NEW}\n{NEW}s\n{NEW}\n{NEW}\n")
    assert answer.exit_code == 0, answer.output
    assert opens(app, zhao, NEW)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nignored\n"])
def test_it_reads_a_line_of_the_standard_input(
    app: Flask, zhao: User, set_password: Callable[..., Result], end: str
) -> None:
    answer = set_password("zhao", "--stdin", typed=f" 神女 {NEW} {end}")
    assert answer.exit_code == 0, answer.output
    assert opens(app, zhao, f" 神女 {NEW} ")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("password\n", "most common"),
        ("zhao2026\n", "your own name"),
        ("short\n", "8 to 128 characters"),
        ("", "8 to 128 characters"),
        (b"\xff\xfe seven lanterns\n", "UTF-8"),
    ],
)
def test_the_rules_are_those_of_the_page(
    app: Flask, zhao: User, set_password: Callable[..., Result], typed: str | bytes, words: str
) -> None:
    answer = set_password("zhao", "--stdin", typed=typed)
    assert answer.exit_code == 1
    assert words in answer.output
    assert opens(app, zhao, PASSWORD)


def test_all_log_ins_end(zhao: User, app: Flask, set_password: Callable[..., Result]) -> None:
    hashing = Passwords(app.config["ARGON2"])
    values: dict[str, Any] = {"remember": False, "address": "192.0.2.1", "device": ""}
    token, _user = logins.log_in(POLICY, hashing, typed="zhao", password=PASSWORD, **values)
    assert set_password("zhao", "--stdin", typed=NEW).exit_code == 0
    assert logins.resume(POLICY, token) is None


def test_nobody_by_that_name(set_password: Callable[..., Result]) -> None:
    answer = set_password("nobody", "--stdin", typed=NEW)
    assert answer.exit_code == 1
    assert "Nobody logs in as “nobody”." in answer.output


# ── Links ──


@pytest.fixture
def command(app: Flask, zhao: User) -> Callable[..., Result]:
    """command("user", "create", …): run it."""

    def run(*arguments: str) -> Result:
        db.session.commit()
        answer = app.test_cli_runner().invoke(args=["user", *arguments])
        db.session.expire_all()
        return answer

    return run


def _token(output: str) -> str:
    (link,) = re.findall(r"http://127\.0\.0\.1:8000/(?:account-link|set-up)/(\S+)", output)
    return str(link)


def test_a_password_is_printed_unless_a_link_is_asked_for(app: Flask, command: Callable[..., Result]) -> None:
    printed = command("create", "wu", "--role", "box_office")
    name, _, password = printed.output.strip().partition(": ")
    user = db.session.scalars(select(User).where(User.name == "wu")).one()
    assert (name, opens(app, user, password)) == ("wu", True)

    printed = command("create", "su", "--role", "marketing", "--link")
    user = db.session.scalars(select(User).where(User.name == "su")).one()
    assert (user.password_hash, entry.person(_token(printed.output))) == ("", user)


def test_a_reset_prints_a_password_or_a_link(app: Flask, zhao: User, command: Callable[..., Result]) -> None:
    _name, _, password = command("reset-password", "zhao").output.strip().partition(": ")
    assert opens(app, zhao, password)
    printed = command("reset-password", "zhao", "--link")
    assert not opens(app, zhao, password)
    assert entry.person(_token(printed.output)) is zhao
    # The last one who may do everything is let in again, too.
    assert command("reset-password", "root", "--link").exit_code == 0


def test_a_set_up_is_for_an_installation_without_accounts(command: Callable[..., Result]) -> None:
    told = command("set-up")
    assert told.exit_code == 1
    assert "There are accounts already" in told.output
    quiet = command("set-up", "--if-new")
    assert (quiet.exit_code, quiet.output) == (0, "")

    for table in (Grant, User):
        db.session.execute(table.__table__.delete())
    first, second = command("set-up"), command("set-up", "--if-new")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "There is no account yet." in second.output
    assert entry.expect_first(_token(second.output))
    with pytest.raises(Gone):
        entry.expect_first(_token(first.output))
