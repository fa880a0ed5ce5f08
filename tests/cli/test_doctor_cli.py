"""`flask doctor access`: the table of a running installation is the one that the tests hold it to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from dashboard import access_table
from dashboard.access_table import CHAIN, NO, OWN, YES, Row
from tests import factories
from tests.support import databases
from tests.support.application import close, make_app
from tests.views import access_rules
from views.base import PUBLIC, SIGNED_IN

WORDS = {PUBLIC: access_rules.PUBLIC, SIGNED_IN: access_rules.SIGNED_IN}


def test_the_table_is_that_of_the_tests(app: Flask) -> None:
    told = {
        f"{row.endpoint} {row.method}": {WORDS.get(name, name) for name in row.needs}
        for row in access_table.rows(app)
    }
    assert told == {row: set(needed.split(" | ")) for row, needed in access_rules.TABLE.items()}


@pytest.mark.parametrize(
    ("row", "held", "wanted"),
    [
        (Row("x", "GET", (PUBLIC,)), (), YES),
        (Row("x", "GET", (SIGNED_IN,)), (), YES),
        (Row("x", "GET", ("film.view",)), ("film.edit",), NO),
        (Row("x", "GET", ("film.view",)), ("film.view",), YES),
        (Row("x", "POST", ("film.edit",)), ("film.edit",), CHAIN),
        (Row("x", "GET", ("hall.view",)), ("hall.view",), OWN),
        (Row("x", "POST", ("hall.create",)), ("hall.create",), OWN),
        (Row("x", "POST", ("cinema.create",)), ("cinema.create",), CHAIN),
        (Row("x", "POST", ("role.preview",)), ("role.preview",), OWN),
        (Row("x", "GET", ("schedule.export",)), ("schedule.export",), OWN),
        (Row("x", "GET", ("film.import", "city.import"), whole_chain=True), ("city.import",), CHAIN),
        (Row("x", "GET", ()), ("film.view",), NO),
    ],
)
def test_what_a_role_opens(row: Row, held: tuple[str, ...], wanted: str) -> None:
    assert access_table.opens(row, held) == wanted


def test_doctor_prints_it_for_the_roles_that_there_are(app: Flask, session: Any) -> None:
    factories.role("film.edit", name="夜班")
    session.commit()
    answer = app.test_cli_runner().invoke(args=["doctor", "access"])
    assert answer.exit_code == 0, answer.output
    head, *lines = answer.output.splitlines()
    assert head.split()[:4] == ["endpoint", "method", "needs", "administrator"]
    assert head.split()[-1] == "夜班"
    told = {tuple(line.split()[:2]): line.split() for line in lines}
    assert len([pair for pair in told if " ".join(pair) in access_rules.TABLE]) == len(access_rules.TABLE)
    assert told["film.edit_view", "POST"][-1] == "all"
    assert told["hall.edit_view", "POST"][2:] == ["hall.edit", "own", *"no own no no no no no".split()]


def test_an_endpoint_that_says_nothing_is_reported(tmp_path: Path) -> None:
    app = make_app(databases.migrated("sqlite"), tmp_path)
    app.add_url_rule("/open", "open.door", lambda: "")
    app.add_url_rule("/static-not", "door.static", lambda: "")
    try:
        answer = app.test_cli_runner().invoke(args=["doctor", "access"])
    finally:
        close(app)
    assert answer.exit_code == 1
    assert "NOT DECLARED" in answer.output
    assert "Nobody said what these need: door.static GET, open.door GET." in answer.output
