"""`flask demo`: what it prints, what it refuses, what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from models import Cinema, Film, User, db
from services import posters, staff
from services.demo import films as material
from services.demo import load as demo
from services.demo import screenings as plan
from services.passwords import Passwords
from services.storage import Storage


@pytest.fixture
def flask(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """flask("load"): run a command of the group; three days and eight films, their posters the size of stamps."""
    monkeypatch.setattr(demo, "POSTER", (40, 60))
    monkeypatch.setattr(plan, "DAYS", 1)
    monkeypatch.setattr(demo, "demo_films", lambda: material.load()[-8:])
    return lambda *arguments: app.test_cli_runner().invoke(args=["demo", *arguments])


def films() -> int:
    return db.session.scalar(select(func.count()).select_from(Film)) or 0


def test_load_prints_the_accounts_once(app: Flask, flask: Callable[..., Result]) -> None:
    answer = flask("load")
    assert answer.exit_code == 0, answer.output
    assert "Loaded 6 cinemas in 3 cities with 40 halls, 8 films with posters" in answer.output
    lines = {line.split()[-3]: line for line in answer.output.splitlines() if "all cinemas" not in line}
    assert "星光影城" in lines["chen"]
    hashing = Passwords(app.config["ARGON2"])
    for person in demo.PEOPLE:
        line = next(line for line in answer.output.splitlines() if f"  {person.login} " in line)
        password = line.split(f"  {person.login} ")[1].split()[0]
        assert hashing.verify(staff.find(person.login).password_hash, password)
    again = flask("load", "--if-empty")
    assert (again.exit_code, again.output) == (0, "")
    refused = flask("load")
    assert refused.exit_code == 1
    assert "empty house only" in refused.output
    assert films() == 8
    assert posters.check(Storage(Path(app.config["UPLOADED_POSTERS_DEST"]))) == ([], [])


def test_reset_asks_first_and_refuses_in_production(
    app: Flask, flask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.add(Film(title="自己的片子"))
    db.session.commit()
    assert flask("reset").exit_code == 1
    assert films() == 1
    with monkeypatch.context() as patch:
        patch.setitem(app.config, "CONFIG", "production")
        assert flask("reset", "--yes").exit_code == 1
    assert films() == 1
    answer = flask("reset", "--yes")
    assert answer.exit_code == 0, answer.output
    assert films() == 8


def test_accounts_for_scripts(app: Flask, flask: Callable[..., Result]) -> None:
    refused = flask("accounts", "--json")
    assert refused.exit_code == 1
    assert "load the demo first" in refused.output
    assert flask("load").exit_code == 0
    made = json.loads(flask("accounts", "--json").stdout)
    assert [set(item) for item in made] == [{"role", "role_name", "login", "password", "cinema"}] * 7
    hashing = Passwords(app.config["ARGON2"])
    for item in made:
        assert hashing.verify(staff.find(item["login"]).password_hash, item["password"])
    home = db.session.scalars(select(Cinema.name).order_by(Cinema.id)).first()
    assert {item["login"]: item["cinema"] for item in made if item["cinema"]} == {"chen": home, "wu": home}
    table = flask("accounts").output
    assert not any(item["password"] in table for item in made)
    assert db.session.scalar(select(func.count()).select_from(User)) == 7
