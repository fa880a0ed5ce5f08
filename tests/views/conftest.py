"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import User
from tests import factories
from tests.support import databases
from tests.support.application import close, make_app
from tests.support.client import Client


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
