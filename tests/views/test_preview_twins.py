"""A preview is no likeness: every page, list, look-up and file is what a real person with that one grant gets.

And nothing that could change something gets through: every unsafe request is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, Cinema, Role, User, db
from services import previews
from services.permissions import SEED_ROLES
from tests.support import twins
from tests.support.client import Client, post, token
from tests.support.twins import House, Question
from tests.views.access_rules import PUBLIC, TABLE

NAME = "Ming"
# Every role on SQLite; on PostgreSQL one with a cinema of its own.
READERS = [
    *(("sqlite", role.key) for role in SEED_ROLES),
    pytest.param("postgresql", "manager", marks=pytest.mark.postgresql),
]
BANNER = re.compile(r'<aside class="preview-banner".*?</aside>', re.S)
# Where one meets oneself: the account is the real one, also in a preview.
ONESELF = ("account.page", "account.password")
# What gets through in a preview.
ALLOWED = {"preview.choose POST", "preview.end POST", "auth.logout POST", "preferences.save POST"}


@pytest.fixture
def houses(app: Flask, session: Any, clock: Any) -> tuple[House, House]:
    """The house of the grant and another one, both built."""
    chain = twins.chain()
    built = House("Heimathaus", 5_550_000, chain), House("Zwillingshaus", 7_770_000, chain)
    for house in built:
        house.build()
    return built


@pytest.fixture
def pair(
    houses: Any, session: Any, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> Callable[[str], tuple[Client, Client]]:
    """pair('manager'): an administrator who looks as one in the own house, and a real one there."""

    def made(key: str) -> tuple[Client, Client]:
        own = session.get(Cinema, houses[0].ids["cinema"])
        looking = as_user(make_user("administrator", name="previewer", display_name=NAME))
        real = as_user(make_user(key, cinema=own, name="realperson", display_name=NAME))
        role = session.scalars(select(Role).where(Role.key == key)).one()
        assert post(looking, "/preview", {"role": role.id, "cinema": own.id}).status_code == 303
        return looking, real

    return made


def _questions(app: Flask, houses: tuple[House, House]) -> list[Question]:
    found = dict.fromkeys(twins.questions(app, *houses))
    return [asked for asked in found if asked.method == "GET" and asked.endpoint not in ONESELF]


def _plain(told: str) -> str:
    """An answer without what differs between any two people: the name they log in by, and the length it makes."""
    text = BANNER.sub("", told).replace("previewer", "realperson")
    return re.sub(r"Content-Length: \d+", "", text)


def _different(app: Flask, clients: tuple[Client, Client], houses: tuple[House, House]) -> list[str]:
    """The questions that the two get different answers to."""
    return [
        str(asked)
        for asked in _questions(app, houses)
        if len({_plain(twins.ask(client, "", asked)) for client in clients}) > 1
    ]


@pytest.mark.parametrize(("database", "role"), READERS, indirect=["database"])
def test_a_preview_shows_what_a_real_person_gets(
    app: Flask, houses: tuple[House, House], pair: Callable[[str], tuple[Client, Client]], role: str
) -> None:
    assert _different(app, pair(role), houses) == []


def test_everything_that_can_be_asked_is_compared(app: Flask, houses: tuple[House, House]) -> None:
    asked = {f"{question.endpoint} GET" for question in _questions(app, houses)}
    gets = {row for row in TABLE if row.endswith(" GET")} - {f"{endpoint} GET" for endpoint in ONESELF}
    assert {row for row in gets - asked if TABLE[row] != PUBLIC} == set()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_the_limits_the_comparison_tells_the_difference(
    app: Flask, houses: tuple[House, House], pair: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with their own rights the one who looks gets other answers."""
    clients = pair("box_office")
    monkeypatch.setattr(previews, "_within", lambda _rights, limits: dict(limits))
    assert len(_different(app, clients, houses)) > 50


def _rows() -> dict[str, list[str]]:
    queries = {name: select(table) for name, table in db.metadata.tables.items()}
    queries["audit_entry"] = queries["audit_entry"].where(AuditEntry.action.not_like("%.refused"))
    return {name: sorted(map(repr, db.session.execute(query))) for name, query in queries.items()}


@pytest.mark.parametrize("role", ["administrator"])
def test_nothing_can_be_changed_while_looking(
    app: Flask, houses: tuple[House, House], pair: Callable[[str], tuple[Client, Client]], role: str
) -> None:
    client, _real = pair(role)
    csrf, cookies = token(client), dict(client._cookies or {})
    unsafe = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert {method for _endpoint, method in unsafe} == {"POST"}
    before, wrong, tried = _rows(), {}, set()
    for asked in dict.fromkeys(twins.questions(app, *houses)):
        row = f"{asked.endpoint} {asked.method}"
        if asked.method == "GET" or row in ALLOWED:
            continue
        tried.add(row)
        answer = client.post(asked.url, data={"csrf_token": csrf, **dict(asked.data)})
        client._cookies = dict(cookies)
        if answer.status_code != 403 or "End the preview first" not in answer.text:
            wrong[str(asked)] = answer.status
    assert wrong == {}
    assert _rows() == before
    assert {f"{endpoint} {method}" for endpoint, method in unsafe} == tried | ALLOWED
