"""What the tests of services share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from models import Film
from services.demo import load as demo
from services.passwords import Passwords
from services.storage import Storage
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
