"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import Film, Grant, Role, User
from services.passwords import Passwords
from services.storage import Storage
from tests import factories
from tests.support import databases
from tests.support.application import close, make_app
from tests.support.client import PASSWORD, Client
from tests.support.links import OFFICE
from tests.support.mail import AtOnce, PostOffice, free_port, open_office
from views import later


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Flask]:
    """The application as it runs in production, on SQLite."""
    uri = databases.migrated("sqlite")
    Path(uri.removeprefix("sqlite:///")).chmod(0o600)
    app = make_app(uri, tmp_path, CONFIG="production", TESTING=False, LOG_FILE="-")
    yield app
    close(app)


@pytest.fixture
def debugging(tmp_path: Path) -> Iterator[Flask]:
    """The application as `make dev` runs it."""
    app = make_app(
        databases.migrated("sqlite"), tmp_path, CONFIG="development", DEBUG=True, TESTING=False, LOG_FILE="-"
    )
    yield app
    close(app)


@pytest.fixture
def inside(make_user: Callable[..., User], as_user: Callable[..., Client]) -> Client:
    """The platform administrator's client."""
    return as_user(make_user("administrator", name="root"))


@pytest.fixture
def chain(session: Any, clock: Any) -> dict[str, int]:
    """A record of every kind; their numbers by noun."""
    screening = factories.screening(film=factories.film(distributor=factories.distributor()))
    factories.poster(film=screening.film)
    records = {
        "film": screening.film,
        "screening": screening,
        "distributor": screening.film.distributor,
        "cinema": screening.cinema,
        "hall": screening.hall,
        "city": screening.cinema.city,
        "user": factories.user("film.view", cinema=screening.cinema),
        "role": factories.role("film.view"),
        "audit": factories.audit_entry(),
    }
    return {noun: record.id for noun, record in records.items()}


@pytest.fixture
def admin(make_user: Callable[..., User], as_user: Callable[..., Client], clock: Any) -> Client:
    """A client logged in as platform administrator."""
    return as_user(make_user("administrator", name="lin"))


@pytest.fixture
def send(post: Callable[..., Any]) -> Callable[..., Any]:
    """send(client, url, **fields): the form's fields with their token."""
    return lambda client, url, **fields: post(client, url, fields)


@pytest.fixture
def film(session: Any) -> Film:
    """A film that is committed."""
    film = Film(title="马路天使")
    session.add(film)
    session.commit()
    return film


@pytest.fixture
def member(app: Flask, session: Any, as_user: Callable[..., Client]) -> Callable[[str], Client]:
    """Call with a role's key for a client logged in with that role, for the whole chain."""

    def logged_in(key: str) -> Client:
        role = session.scalar(select(Role).where(Role.key == key))
        hashed = Passwords(app.config["ARGON2"]).hash(PASSWORD)
        user = User(name=key, display_name=key, password_hash=hashed, grants=[Grant(role=role)])
        session.add(user)
        session.commit()
        return as_user(user)

    return logged_in


@pytest.fixture
def marketing(member: Callable[[str], Client]) -> Client:
    """A client of someone from marketing."""
    return member("marketing")


@pytest.fixture
def store(app: Flask) -> Storage:
    """The storage of the application under test."""
    return Storage(Path(app.config["UPLOADED_POSTERS_DEST"]))


@pytest.fixture
def published(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has a public address; what is done later is done at once."""
    monkeypatch.setitem(app.config, "BASE_URL", OFFICE)
    monkeypatch.setattr(later, "workers", AtOnce())
    monkeypatch.setattr(later, "PAUSE", 0)


@pytest.fixture
def mailing(app: Flask, published: None, monkeypatch: pytest.MonkeyPatch) -> int:
    """The installation sends mail, to a port where nobody listens yet."""
    state, port = app.extensions["mailman"], free_port()
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    told = {"server": "127.0.0.1", "port": port, "default_sender": "Marquee <m@office.example>"}
    for name, value in told.items():
        monkeypatch.setattr(state, name, value)
    return port


@pytest.fixture
def office(mailing: int) -> Iterator[PostOffice]:
    """A mail server that takes what is sent."""
    with open_office(mailing) as office:
        yield office


@pytest.fixture
def han(make_user: Callable[..., User], published: None, clock: Any) -> User:
    """A member of staff with an address."""
    make_user("administrator", name="root")
    return make_user("auditor", name="han", email="han@office.example", display_name="韩立")
