"""The tests' own tools: what others rely on without looking."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models import City, User, clock, db
from tests.conftest import NOW
from tests.support.client import Client
from tests.support.forms import csrf_token, forms, login_form
from tests.support.network import NetworkUsed
from tests.support.race import Race

# Of the block reserved for documentation: nobody answers there.
ELSEWHERE = ("192.0.2.1", 80)


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_another_machine_cannot_be_reached(method: str) -> None:
    with socket.socket() as used, pytest.raises(NetworkUsed):
        getattr(used, method)(ELSEWHERE)


@pytest.mark.parametrize("_again", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(session: Any, _again: int) -> None:
    assert session.scalar(select(func.count()).select_from(City)) == 0
    session.add(City(name="上海"))
    session.commit()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(City)) == 1


def test_the_test_runs_on_the_engine_it_names(session: Any, database: str) -> None:
    assert db.engine.dialect.name == database


def test_statements_are_counted_and_savepoints_are_not(
    session: Any, count_queries: Callable[[], Any]
) -> None:
    with count_queries() as statements:
        session.scalar(select(func.count()).select_from(City))
        session.commit()
    assert len(statements) == 1


def test_the_clock_stands_where_it_is_put(clock: Callable[[datetime], None]) -> None:
    from models.clock import now

    assert now() == NOW
    clock(NOW + timedelta(days=1))
    assert now() == datetime(2026, 11, 21, 4, tzinfo=UTC)


def test_clients_log_in_by_the_form_and_are_separate(
    client: Client, as_user: Callable[..., Client], make_user: Callable[..., User], post: Callable[..., Any]
) -> None:
    inside = as_user(make_user("administrator"))
    assert inside.get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 303
    assert inside.post("/logout").status_code == 400
    assert post(inside, "/logout").status_code == 303
    assert inside.get("/admin/").status_code == 303


def _add_city(name: str) -> str:
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    db.session.add(City(name=name))
    db.session.commit()
    return f"{name} {clock.now():%Y}"


def test_a_race_writes_from_several_processes(race: Race) -> None:
    assert [answer[:1] for answer in race.run(_add_city, ["A", "B", "C"])] == ["A", "B", "C"]
    with race.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(City)) == 3


def test_forms_are_read_as_a_browser_would_send_them() -> None:
    page = """
    <form><input name=q value=film></form>
    <form method=post action=/x><input type=hidden name=csrf_token value=t><input name=name>
    <input type=password name=password><input type=checkbox name=remember><input type=checkbox name=on checked>
    <select name=city><option value=1>A<option value=2 selected>B</select><textarea name=note>hello</textarea></form>
    """
    assert [form.method for form in forms(page)] == ["get", "post"]
    form = login_form(page)
    assert form.action == "/x"
    assert form.named("password") == "password"
    assert form.fields == {
        "csrf_token": "t",
        "name": "",
        "password": "",
        "on": "on",
        "city": "2",
        "note": "hello",
    }
    assert csrf_token(page) == "t"
