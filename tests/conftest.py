"""What every test may use. Tests that touch data run on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

import models.clock
from models import Cinema, Grant, Role, User, db
from services.passwords import Passwords
from tests.support import client as clients
from tests.support import databases, network, postgres, queries, run
from tests.support.application import close, make_app
from tests.support.race import Race

# Set by .ci/run: there, what could not run is a failure.
REQUIRE_ALL = bool(os.environ.get("REQUIRE_ALL"))
# Friday noon in Shanghai, in the 47th week.
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    # What a developer's shell says about Flask is not for the tests.
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        del os.environ[name]
    if not hasattr(config, "workerinput"):
        run.make_folder()
        # A run that is told to end still stops its PostgreSQL server and removes its folder.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.stop()
        run.remove_folder()


# ── Under REQUIRE_ALL a skipped browser or PostgreSQL test fails the run ──

_missed: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and {"browser", "postgresql"} & set(report.keywords)
    ):
        _missed.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _missed.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if REQUIRE_ALL and _missed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REQUIRE_ALL and _missed:
        terminalreporter.write_line(
            f"REQUIRE_ALL: {len(_missed)} browser or PostgreSQL tests were skipped", red=True
        )


# ── The application and its database ──


@pytest.fixture(scope="session")
def _applications() -> Iterator[Callable[[str], Flask]]:
    """One application per engine and worker, on a migrated database."""
    made: dict[str, Flask] = {}

    def application(dialect: str) -> Flask:
        if dialect not in made:
            uri = databases.migrated(dialect)
            made[dialect] = make_app(uri, run.folder() / f"files-{os.getpid()}-{dialect}")
        return made[dialect]

    yield application
    for app in made.values():
        close(app)


def _need_postgresql() -> None:
    reason = postgres.unavailable()
    if reason:
        pytest.skip(reason)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> str:
    """The engine of this test: 'sqlite', then 'postgresql'."""
    if request.param == "postgresql":
        _need_postgresql()
    return str(request.param)


@pytest.fixture
def app(database: str, _applications: Callable[[str], Flask]) -> Flask:
    """The application on this test's engine. A test that writes asks for `session` or `client` too."""
    return _applications(database)


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Any]]:
    """The database session, in an application context. The test may commit: all is rolled back afterwards."""
    with app.app_context():
        engine = db.engine
        with engine.connect() as connection, connection.begin() as transaction:
            # Sessions bound to a connection inside a savepoint make savepoints of their own, so that a
            # commit of the code under test ends only its savepoint. db.engines is documented as read-only:
            # this is the one place that writes to it.
            connection.begin_nested()
            db.engines[None] = connection  # type: ignore[index]
            try:
                yield db.session
            finally:
                db.session.remove()
                db.engines[None] = engine  # type: ignore[index]
                transaction.rollback()
    shutil.rmtree(app.config["UPLOADED_POSTERS_DEST"], ignore_errors=True)


@pytest.fixture
def client(app: Flask, session: Any) -> clients.Client:
    """A client that is not logged in."""
    return clients.Client(app, app.response_class, use_cookies=True)


@pytest.fixture
def make_user(app: Flask, session: Any) -> Callable[..., User]:
    """make_user('manager', cinema=…) adds a member of staff holding that role there (None: for all cinemas).

    Any number of roles, none included; the password is tests.support.client.PASSWORD.
    """
    numbers = itertools.count(1)

    def made(*role_keys: str, cinema: Cinema | None = None, **values: Any) -> User:
        name = values.pop("name", f"staff{next(numbers)}")
        hashed = Passwords(app.config["ARGON2"]).hash(clients.PASSWORD)
        user = User(name=name, password_hash=hashed, **{"display_name": name.title(), **values})
        roles = [session.scalars(select(Role).where(Role.key == key)).one() for key in role_keys]
        user.grants = [Grant(role=role, cinema=cinema) for role in roles]
        session.add(user)
        session.flush()
        return user

    return made


@pytest.fixture
def as_user(app: Flask, session: Any) -> Callable[..., clients.Client]:
    """Call with a user (and password) for a new client that is logged in as them."""

    def logged_in(user: Any, password: str = clients.PASSWORD) -> clients.Client:
        client = clients.Client(app, app.response_class, use_cookies=True)
        answer = clients.login(client, user, password)
        assert answer.status_code in (302, 303), f"log-in refused: {answer.status}\n{answer.text[:2000]}"
        return client

    return logged_in


@pytest.fixture
def post() -> Callable[..., Any]:
    """post(client, url, data): a POST with the CSRF token."""
    return clients.post


@pytest.fixture
def count_queries(session: Any) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as statements:` collects what is sent to the database inside."""
    return partial(queries.counting, session.connection())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The clock stands at NOW (2026-11-20 04:00 UTC); call the fixture with another instant to move it."""

    def stand_at(instant: datetime) -> None:
        monkeypatch.setattr(models.clock, "source", lambda: instant)

    stand_at(NOW)
    return stand_at


@pytest.fixture
def empty_database(database: str) -> str:
    """The address of a database without tables, for the tests of migrations."""
    return databases.empty(database)


@pytest.fixture
def race(database: str, tmp_path: Path) -> Iterator[Race]:
    """A migrated database of its own for several processes at once; see tests.support.race."""
    race = Race(databases.migrated(database), tmp_path)
    yield race
    close(race.app)
