"""`flask user`: who logs in by two steps, and taking a lost second factor away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, User, db
from services import second_factor
from tests import factories


@pytest.fixture
def run(app: Flask, session: Any) -> Callable[..., Result]:
    """run("list"): a command of `flask user`."""

    def ran(*arguments: str) -> Result:
        db.session.commit()
        answer = app.test_cli_runner().invoke(args=["user", *arguments])
        db.session.expire_all()
        return answer

    return ran


@pytest.fixture
def wu(make_user: Callable[..., User]) -> User:
    """Somebody who logs in by two steps."""
    make_user("administrator", name="root")
    user = make_user("box_office", name="wu")
    factories.second_factor(user)
    return user


def test_the_list_says_who_logs_in_by_two_steps(wu: User, run: Callable[..., Result]) -> None:
    marked = [line.split()[0] for line in run("list").output.splitlines() if "(two-step)" in line]
    assert marked == ["wu"]


def test_a_lost_one_is_taken_away(wu: User, run: Callable[..., Result]) -> None:
    answer = run("drop-second-factor", "WU")
    assert answer.exit_code == 0, answer.output
    assert not second_factor.is_on(wu.id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.second_factor_off")).one()
    assert (entry.via, entry.reason) == ("cli", "flask user drop-second-factor")


@pytest.mark.parametrize("name", ["root", "nobody"])
def test_where_there_is_none_it_says_so(wu: User, run: Callable[..., Result], name: str) -> None:
    answer = run("drop-second-factor", name)
    assert answer.exit_code == 1
    assert name in answer.output
    assert second_factor.is_on(wu.id)
