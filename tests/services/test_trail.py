"""What is in the trail although no record changed: refused log-ins and requests, exports, new passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import AuditEntry, User, db
from services import audit, staff
from services.access import SYSTEM, Actor
from services.audit import Context
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.support import client as clients
from tests.support.client import Client

MARKER = "hunter2-MARKER"


def entries(*verbs: str) -> list[AuditEntry]:
    """The entries whose action ends in one of the verbs, oldest first."""
    query = select(AuditEntry).order_by(AuditEntry.id)
    return [entry for entry in db.session.scalars(query) if entry.action.split(".")[1] in verbs]


def everything() -> str:
    """All that the trail holds, as text."""
    return repr([tuple(row) for row in db.session.execute(select(*AuditEntry.__table__.columns))])


@pytest.fixture(autouse=True)
def _still(session: Any, clock: Any) -> None:
    """The clock stands still."""


# ── Log-ins ──


def test_a_refused_log_in_names_the_account_and_never_what_was_typed(
    client: Client, make_user: Callable[..., User]
) -> None:
    lin = make_user("auditor", name="lin", display_name="林静")
    clients.login(client, lin, MARKER)
    clients.post(client, "/login", {"login": f"user-{MARKER}", "password": MARKER})
    known, unknown = entries("login_refused")
    assert (known.resource, known.record_id, known.record_label) == ("user", lin.id, "林静")
    assert (unknown.resource, unknown.record_id, unknown.record_label) == ("user", None, "")
    for entry in (known, unknown):
        assert (entry.action, entry.actor_id, entry.actor_name) == ("user.login_refused", None, "nobody")
        assert (entry.via, entry.address, entry.at, entry.changes) == ("web", "127.0.0.1", NOW, {})
    assert MARKER not in everything()


def test_throttled_tries_are_told_once_a_minute(
    app: Flask, client: Client, make_user: Callable[..., User], clock: Any
) -> None:
    lin = make_user("auditor", name="lin")
    for _try in range(app.config["LOGIN_TRIES"]):
        clients.login(client, lin, MARKER)
    for _try in range(3):
        assert clients.login(client, lin, MARKER).status_code == 429
    (entry,) = entries("login_throttled")
    assert (entry.record_id, entry.actor_id, entry.address) == (lin.id, None, "127.0.0.1")
    clock(NOW + timedelta(seconds=61))
    assert clients.login(client, lin, MARKER).status_code == 429
    assert len(entries("login_throttled")) == 2
    assert MARKER not in everything()


def test_a_log_in_and_its_end_are_told_with_address(
    client: Client, make_user: Callable[..., User], post: Callable[..., Any]
) -> None:
    lin = make_user("auditor", name="lin", display_name="林静")
    clients.login(client, lin)
    post(client, "/logout", {})
    for entry, verb in zip(entries("login", "logout"), ("login", "logout"), strict=True):
        assert (entry.action, entry.actor_id, entry.actor_name) == (f"user.{verb}", lin.id, "林静")
        assert (entry.record_id, entry.via, entry.address) == (lin.id, "web", "127.0.0.1")
    assert clients.PASSWORD not in everything()


def test_a_new_password_is_told_and_not_shown(session: Any) -> None:
    user = factories.user("film.view")
    password = staff.reset_password(SYSTEM, user, CHEAP)
    (entry,) = entries("password_reset")
    assert (entry.action, entry.record_id, entry.changes) == ("user.password_reset", user.id, {})
    kept = everything()
    assert not [secret for secret in (password, user.password_hash) if secret in kept]


# ── Refusals ──


def test_a_refusal_is_told_with_permission_and_endpoint(
    as_user: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    wu = make_user("box_office", display_name="吴小雨", cinema=factories.cinema())
    client = as_user(wu)
    assert client.get("/admin/film/new/", headers={"X-Request-ID": "r-1"}).status_code == 403
    (entry,) = entries("refused")
    assert (entry.action, entry.resource, entry.record_label) == (
        "film.refused",
        "film",
        "film.create_view",
    )
    assert entry.changes == {"permission": [None, "film.create"], "status": [None, 403]}
    assert (entry.actor_id, entry.actor_name, entry.via) == (wu.id, "吴小雨", "web")
    assert (entry.address, bool(entry.request_id)) == ("127.0.0.1", True)


def test_what_is_outside_the_cinema_is_told_as_such(
    as_user: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    foreign = factories.hall()
    client = as_user(make_user("manager", cinema=factories.cinema()))
    assert client.get(f"/admin/hall/details/?id={foreign.id}").status_code == 404
    (entry,) = entries("refused")
    assert entry.changes == {"permission": [None, ""], "status": [None, 404]}
    # It belongs to nobody's cinema: the other's manager is not told who looked.
    assert (entry.record_id, entry.cinema_id) == (None, None)


def test_the_same_refusal_is_told_once_a_minute(
    as_user: Callable[..., Client], make_user: Callable[..., User], clock: Any
) -> None:
    first, second = (as_user(make_user("box_office")) for _number in range(2))
    for client in (first, first, first, second):
        client.get("/admin/film/new/")
    first.get("/admin/city/new/")
    assert len(entries("refused")) == 3
    clock(NOW + timedelta(seconds=61))
    first.get("/admin/film/new/")
    assert len(entries("refused")) == 4


def test_the_refused_change_is_undone_and_the_refusal_kept(
    as_user: Callable[..., Client], make_user: Callable[..., User], post: Callable[..., Any]
) -> None:
    client = as_user(make_user("box_office"))
    db.session.commit()
    assert post(client, "/admin/film/new/", {"title": MARKER}).status_code == 403
    assert len(entries("refused")) == 1
    assert MARKER not in everything()


def test_nobody_who_is_not_logged_in_and_no_missing_page_is_told(client: Client, admin: Client) -> None:
    client.get("/admin/film/new/")
    client.get("/no/such/page")
    admin.get("/no/such/page")
    clients.post(client, "/logout", {})
    assert entries("refused") == []


@pytest.fixture
def admin(make_user: Callable[..., User], as_user: Callable[..., Client]) -> Client:
    """The platform administrator's client."""
    return as_user(make_user("administrator"))


# ── Exports ──


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_told_with_cinema_span_and_format(admin: Client, kind: str) -> None:
    show = factories.screening()
    cinema = show.cinema
    db.session.commit()
    answer = admin.get(f"/schedule/export.{kind}?cinema={cinema.id}&week=2026-W47")
    assert answer.status_code == 200
    assert len(answer.data) > 100
    (entry,) = entries("export")
    assert (entry.action, entry.record_id, entry.cinema_id) == ("schedule.export", cinema.id, cinema.id)
    assert (entry.record_label, entry.via) == (cinema.name, "web")
    assert entry.changes == {
        "first_day": [None, "2026-11-16"],
        "last_day": [None, "2026-11-22"],
        "file": [None, kind],
    }


def test_a_refused_export_is_a_refusal(
    as_user: Callable[..., Client], make_user: Callable[..., User]
) -> None:
    cinema = factories.cinema()
    client = as_user(make_user("marketing"))
    assert client.get(f"/schedule/export.csv?cinema={cinema.id}").status_code == 403
    assert entries("export") == []
    assert [entry.record_label for entry in entries("refused")] == ["exports.schedule"]


# ── The one way to write such entries ──


def test_a_note_takes_who_and_how_from_the_session(session: Any) -> None:
    session().info["audit"] = Context(Actor(7, "林静"), "web", "192.0.2.7", "abc", "why")
    audit.note(session(), "schedule.export", label="x" * 300)
    (entry,) = entries("export")
    assert (entry.actor_id, entry.actor_name, entry.address) == (7, "林静", "192.0.2.7")
    assert (entry.request_id, entry.reason, entry.resource) == ("abc", "why", "schedule")
    assert len(entry.record_label) == 200


def test_a_note_goes_with_its_transaction(session: Any) -> None:
    session.commit()
    audit.note(session(), "audit.reset", label="demo")
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0
