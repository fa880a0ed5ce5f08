"""What the tests of services share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import Film, User
from services import second_factor, staff
from services.access import SYSTEM
from services.account_links import Handout
from services.demo import load as demo
from services.passwords import Passwords
from services.storage import Storage
from tests import factories
from tests.support.links import TERMS, VALUES
from tests.support.posters import new_film


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    """A storage of the test's own."""
    return Storage(tmp_path / "posters")


@pytest.fixture
def film(session: Any) -> Film:
    """A film that is committed."""
    return new_film("神女")


@pytest.fixture
def hashing(app: Flask) -> Passwords:
    """The hashing of the application under test, which is cheap."""
    return Passwords(app.config["ARGON2"])


@pytest.fixture
def stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's posters are the size of stamps: how they are drawn is tested elsewhere."""
    monkeypatch.setattr(demo, "POSTER", (40, 60))


@pytest.fixture
def keeper(session: Any, clock: Any) -> User:
    """Somebody who may keep staff and roles for all cinemas."""
    return factories.user("user.view", "user.create", "user.edit", "user.delete", "role.edit")


@pytest.fixture
def invited(keeper: User) -> Handout:
    """The link of somebody just invited (VALUES)."""
    _user, link = staff.invite(SYSTEM, dict(VALUES), TERMS)
    assert link is not None
    return link


@pytest.fixture
def lin(session: Any, clock: Callable[[datetime], None]) -> User:
    """An account, beside one that keeps the key of the house."""
    factories.user("user.edit", "role.edit")
    return factories.user("film.view", name="lin", email="lin@example.org")


@pytest.fixture
def codes(lin: User) -> list[str]:
    """Lin's recovery codes: two-step log-in is on."""
    factories.second_factor(lin)
    return second_factor.renew_codes(lin)
