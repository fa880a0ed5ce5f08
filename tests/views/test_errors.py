"""Hosts, errors, the log, and debug mode: what the product says when something is wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import default_exceptions

from dashboard.logs import FORMAT, _Line
from models import LoginAttempt, db
from tests import factories
from tests.support import databases
from tests.support.application import close, make_app
from tests.support.client import Client, login, token
from tests.support.forms import login_form

JSON = {"Accept": "application/json"}


# ── Hosts ──


@pytest.mark.parametrize("headers", [{}, JSON])
def test_an_unknown_host_is_not_answered(tmp_path: Path, headers: dict[str, str]) -> None:
    app = make_app(databases.migrated("sqlite"), tmp_path, TRUSTED_HOSTS=["marquee.example"], TESTING=False)
    client = app.test_client()
    assert client.get("/login", base_url="http://marquee.example").status_code == 200
    for host in ("http://evil.example", "http://marquee.example.evil.example"):
        answer = client.get("/login", base_url=host, headers=headers)
        assert answer.status_code == 400
        assert "evil" not in answer.text
    close(app)


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
    app: Flask, client: Client, session: Any
) -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    form = login_form(client.get("/login", headers=headers).text)
    fields = {**form.fields, form.named("text", "email"): "lin", form.named("password"): "wrong"}
    answer = client.post("/login", data=fields, headers=headers)
    assert answer.status_code == 401
    assert session.scalars(select(LoginAttempt.address)).all() == ["127.0.0.1"]
    assert "evil.example" not in answer.text


# ── Errors ──


@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "problem+json"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422, 500, 503])
def test_errors_are_pages_or_problem_documents(
    production: Flask, status: int, headers: dict[str, str]
) -> None:
    errors: dict[int, Exception] = {
        500: RuntimeError("a secret <detail>"),
        503: OperationalError("SELECT secret", {}, Exception("no such host")),
    }

    def fail() -> None:
        if status in errors:
            raise errors[status]
        raise default_exceptions[status]()

    production.add_url_rule("/fails", "fails", fail)
    answer = production.test_client().get("/fails", headers={"Accept-Language": "en", **headers})
    assert answer.status_code == status
    assert not [word for word in ("secret", "no such host", "Traceback", "SELECT") if word in answer.text]
    if not headers:
        assert answer.mimetype == "text/html"
        assert answer.text.count("<h1") == 1
        assert answer.headers["X-Request-ID"] in answer.text
        return
    assert answer.mimetype == "application/problem+json"
    body = answer.get_json(force=True)
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == answer.headers["X-Request-ID"]


def test_a_method_that_a_page_does_not_take_is_told_which_it_does(client: Client) -> None:
    answer = client.post("/healthz/live", data={"csrf_token": token(client)})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        assert client.open("/login", method=method).status_code in (400, 405), method


def test_a_request_that_is_too_large_is_refused(app: Flask, inside: Client, chain: Any) -> None:
    body = {"csrf_token": token(inside), "title": "x" * (app.config["MAX_CONTENT_LENGTH"] + 1)}
    assert inside.post("/admin/film/new/", data=body).status_code == 413


def test_a_page_without_a_database_still_has_its_words(production: Flask) -> None:
    client = production.test_client()
    signed = production.session_interface.get_signing_serializer(production)  # type: ignore[attr-defined]
    client.set_cookie("__Host-marquee", signed.dumps({"_user_id": "x" * 43}))
    with production.app_context():
        db.session.execute(text("DROP TABLE login"))
        db.session.commit()
    answer = client.get("/admin/", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text
    assert "SELECT" not in answer.text


# ── The log ──


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(_Line(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += self.format(record).split("\n")


@pytest.fixture
def lines(app: Flask) -> Iterator[list[str]]:
    """The lines that the application logs."""
    handler = _Lines()
    app.logger.addHandler(handler)
    yield handler.lines
    app.logger.removeHandler(handler)


FORGED = "x\r\n2026-11-20 00:00:00,000 INFO dashboard [-] logged in root"


def test_nobody_writes_lines_of_their_own_into_the_log(
    app: Flask, client: Client, inside: Client, lines: list[str]
) -> None:
    login(client, FORGED)
    client.get(f"/{quote(FORGED)}")
    inside.get(f"/schedule?cinema={quote(FORGED)}", headers={"User-Agent": "x"})
    inside.get(f"/admin/film/edit/?id={quote(FORGED)}")
    app.logger.warning("name: %s", FORGED)
    try:
        raise ValueError(FORGED)
    except ValueError:
        app.logger.exception("unexpected")
    assert [line for line in lines if not re.match(r"[\d-]{10} [\d:,]{12} [A-Z]+ dashboard \[", line)] == []
    assert [line for line in lines if line.startswith("2026-11-20 00:00:00,000")] == []
    assert lines


def test_the_console_is_as_safe_as_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LOG_FILE is “-” the console is the log."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger("dashboard"), "handlers", [])
    app = make_app(databases.migrated("sqlite"), tmp_path, LOG_FILE="-")
    close(app)
    record = logging.LogRecord("dashboard", logging.INFO, "", 0, "refused %s", (FORGED,), None)
    assert app.logger.handlers
    assert [handler for handler in app.logger.handlers if "\n" in handler.format(record)] == []


def test_a_wrong_password_is_not_in_the_log(client: Client, lines: list[str]) -> None:
    form = login_form(client.get("/login").text)
    fields = {**form.fields, form.named("text", "email"): "root", form.named("password"): "geheim-geheim"}
    client.post("/login", data=fields)
    assert not [line for line in lines if "geheim" in line]


# ── Debug mode ──


def test_the_debug_toolbar_is_on_every_page_of_a_developer(debugging: Flask) -> None:
    with debugging.app_context():
        user = factories.user("film.view", "schedule.view", "cinema.view", name="lin")
        db.session.commit()
        client = Client(debugging, debugging.response_class, use_cookies=True)
        login(client, user)
        for url in ("/admin/", "/admin/film/", "/schedule", "/imports"):
            answer = client.get(url)
            assert "flDebug" in answer.text, url
            assert "unsafe-inline" in answer.headers["Content-Security-Policy"]


def test_elsewhere_there_is_no_route_and_no_byte_of_it(app: Flask, production: Flask, inside: Client) -> None:
    for made in (app, production):
        assert not [rule for rule in made.url_map.iter_rules() if "debug" in f"{rule}{rule.endpoint}".lower()]
        assert not [name for name in made.blueprints if "debug" in name.lower()]
        assert "debugtoolbar" not in made.extensions
    for url in ("/admin/", "/admin/film/", "/schedule", "/login"):
        assert "fldebug" not in inside.get(url, follow_redirects=True).text.lower()
