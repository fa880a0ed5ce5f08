"""The week's page and its files, asked for as a browser does."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from werkzeug.http import parse_options_header

from models import Cinema, Grant, Permission, Role, User, db
from services import access, schedule
from services.access import SYSTEM
from services.passwords import Passwords
from services.schedule import Week
from tests.services.test_schedule import make_cinema, make_film, show
from tests.support.client import PASSWORD
from views.exports import disposition

SEES = ("schedule.view", "schedule.export", "screening.view", "cinema.view")
EXPORTS = ("csv", "xlsx")


@pytest.fixture
def cinema(session: Any, clock: Any) -> Cinema:
    """A cinema with three screenings in the present week, one of them after midnight."""
    cinema, film = make_cinema(session), make_film(session)
    show(film, cinema.halls[0], "2026-11-20 19:30", status="on_sale")
    show(film, cinema.halls[1], "2026-11-21 00:30", format="IMAX2D")
    show(make_film(session, "神女"), cinema.halls[0], "2026-11-17 10:00", status="cancelled")
    return cinema


@pytest.fixture
def reader(session: Any, as_user: Callable[..., Any], clock: Any) -> Callable[..., Any]:
    """reader(cinema, *permissions): a client of someone who holds them for the cinema (None: for all)."""

    def logged_in(cinema: Cinema | None, *permissions: str) -> Any:
        access.sync(session.connection())
        found = session.scalars(select(Permission).where(Permission.name.in_(permissions or SEES)))
        role = Role(name="reader", permissions=list(found))
        user = User(name="reader", display_name="林", password_hash=_hash())
        user.grants = [Grant(role=role, cinema=cinema)]
        session.add(user)
        session.flush()
        client = as_user(user)
        client.set_cookie("language", "en")
        return client

    return logged_in


def _hash() -> str:
    return Passwords({"time_cost": 1, "memory_cost": 8, "parallelism": 1}).hash(PASSWORD)


def address(cinema: Cinema, kind: str = "", week: str = "2026-W47") -> str:
    return f"/schedule{f'/export.{kind}' if kind else ''}?cinema={cinema.id}&week={week}"


# ── The page ──


def test_the_week_shows_its_screenings(cinema: Cinema, reader: Any) -> None:
    screening = next(schedule.rows(SYSTEM, cinema, *week_ends())).screening_id
    page = reader(cinema).get("/schedule").text
    for text in (
        "人民广场店",
        "大都会",
        "19:30",
        "00:30",
        "IMAX 2D",
        "On sale",
        "Cancelled",
        "1 号厅",
        "Today",
    ):
        assert text in page
    assert page.count('class="today"') == 1
    assert page.count('class="showing ') == 3
    assert page.count("<sup") == 1
    assert "2 screenings" in page
    assert f"/admin/screening/details/?id={screening}" in page
    assert "week=2026-W46" in page
    assert "week=2026-W48" in page


def week_ends() -> tuple[Any, Any]:
    week = Week.parse("2026-W47")
    return week.first_day, week.last_day


def test_without_the_right_to_screenings_nothing_links_to_them(cinema: Cinema, reader: Any) -> None:
    page = reader(cinema, "schedule.view").get("/schedule").text
    assert page.count('class="showing ') == 3
    assert "/admin/screening/details/" not in page
    assert "/schedule/export" not in page


def test_the_page_takes_few_statements(cinema: Cinema, reader: Any, count_queries: Callable[[], Any]) -> None:
    client = reader(cinema)
    with count_queries() as statements:
        client.get(address(cinema))
    assert len(statements) <= 8


@pytest.mark.parametrize("week", ["2026-W54", "nonsense", "1999-W01", "%00", "２０２６-W47"])
@pytest.mark.parametrize("kind", ["", *EXPORTS])
def test_an_unknown_week_is_refused_with_a_page(cinema: Cinema, reader: Any, week: str, kind: str) -> None:
    response = reader(cinema).get(address(cinema, kind, week))
    assert response.status_code == 422
    assert response.mimetype == "text/html"


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "1e3", "99999999999999999999", "１"])
@pytest.mark.parametrize("kind", ["", *EXPORTS])
def test_an_unknown_cinema_is_not_there(cinema: Cinema, reader: Any, number: str, kind: str) -> None:
    path = f"/schedule/export.{kind}" if kind else "/schedule"
    assert reader(None).get(f"{path}?cinema={number}").status_code == 404


@pytest.mark.parametrize("kind", ["", *EXPORTS])
def test_another_cinema_is_not_there(session: Any, cinema: Cinema, reader: Any, kind: str) -> None:
    other = make_cinema(session, name="别处")
    client = reader(cinema)
    assert client.get(address(other, kind)).status_code == 404
    assert "别处" not in client.get("/schedule").text


@pytest.mark.parametrize("kind", ["", *EXPORTS])
def test_without_the_permission_it_is_forbidden(cinema: Cinema, reader: Any, kind: str) -> None:
    held = "schedule.view" if kind else "screening.view"
    assert reader(cinema, held).get(address(cinema, kind)).status_code == 403


@pytest.mark.parametrize("kind", ["", *EXPORTS])
def test_who_is_not_logged_in_is_asked_to(cinema: Cinema, client: Any, kind: str) -> None:
    response = client.get(address(cinema, kind))
    assert response.status_code == 303
    assert response.location.startswith("/login?next=")


def test_without_a_cinema_the_page_says_why(reader: Any) -> None:
    assert "No cinema to show" in reader(None).get("/schedule").text


def test_without_halls_or_screenings_the_page_says_so(session: Any, reader: Any) -> None:
    bare, empty = make_cinema(session, halls=0), make_cinema(session, name="空")
    client = reader(None)
    assert "No halls yet" in client.get(address(bare)).text
    page = client.get(address(empty)).text
    assert "Nothing is planned for this week" in page
    assert "/admin/screening/new/" not in page


@pytest.mark.parametrize(("week", "missing"), [("2000-W01", 'rel="prev"'), ("2099-W53", 'rel="next"')])
def test_the_weeks_end_somewhere(cinema: Cinema, reader: Any, week: str, missing: str) -> None:
    page = reader(cinema).get(address(cinema, week=week)).text
    assert "This week" in page
    assert missing not in page


def test_a_film_week_from_thursday_begins_on_thursday(session: Any, reader: Any) -> None:
    cinema = make_cinema(session, film_week_start=3)
    # The clock stands at Friday the 20th: the week from the 19th.
    assert "Week 47" in reader(cinema).get("/schedule").text


def test_many_cinemas_are_looked_up(session: Any, cinema: Cinema, reader: Any, monkeypatch: Any) -> None:
    make_cinema(session, name="别处")
    client = reader(None)
    assert "data-lookup-url" not in client.get(address(cinema)).text
    monkeypatch.setattr("views.schedule.PICKER_MAX", 1)
    page = client.get(address(cinema)).text
    assert "data-lookup-url" in page
    assert f'<option value="{cinema.id}" selected>' in page


def test_names_are_text_on_the_page(session: Any, reader: Any) -> None:
    cinema = make_cinema(session, name="<script>alert(1)</script>")
    show(make_film(session, '"><img src=x>'), cinema.halls[0], "2026-11-20 19:30")
    page = reader(cinema).get(address(cinema)).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


# ── The files ──


def lines_of(response: Any, kind: str) -> list[list[Any]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    return [[cell.value for cell in line] for line in load_workbook(io.BytesIO(response.data)).active.rows]


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_file_holds_the_week(cinema: Cinema, reader: Any, kind: str) -> None:
    response = reader(cinema).get(address(cinema, kind))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    header, *lines = lines_of(response, kind)
    assert header[:4] == ["Business day", "Weekday", "Hall", "Start"]
    assert [line[6] for line in lines] == ["神女", "大都会", "大都会"]
    assert [line[1] for line in lines] == ["Tue", "Fri", "Fri"]
    assert [line[13] for line in lines] == ["Cancelled", "On sale", "Draft"]
    assert {str(line[12]) for line in lines} <= {"39.90", "39.9"}


@pytest.mark.parametrize("kind", EXPORTS)
def test_a_file_is_written_in_batches_after_the_commit(
    session: Any, cinema: Cinema, reader: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "BATCH", 2)
    monkeypatch.setattr("services.exports.csv.CHUNK", 10)
    film = make_film(session)
    for hour in range(8, 24, 2):
        show(film, cinema.halls[1], f"2026-11-19 {hour:02}:00")
    client = reader(cinema)
    assert len(lines_of(client.get(address(cinema, kind)), kind)) == 12
    # The session is whole again afterwards.
    assert len(lines_of(client.get(address(cinema, kind)), kind)) == 12


@pytest.mark.parametrize("kind", EXPORTS)
def test_asking_for_the_head_only_sends_no_body(cinema: Cinema, reader: Any, kind: str) -> None:
    response = reader(cinema).head(address(cinema, kind))
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize("taken", [0, 1])
@pytest.mark.parametrize("kind", EXPORTS)
def test_a_reader_who_goes_away_leaves_nothing_open(
    app: Flask, cinema: Cinema, reader: Any, kind: str, taken: int, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    cookie = reader(cinema).get_cookie(app.config["SESSION_COOKIE_NAME"])
    db.session.commit()
    environ = app.test_request_context(
        address(cinema, kind), headers={"Cookie": f"{cookie.key}={cookie.value}"}
    ).request.environ
    statuses: list[str] = []
    body: Any = app.wsgi_app(environ, lambda status, _headers, _error=None: statuses.append(status))
    pieces = iter(body)
    for _number in range(taken):
        assert next(pieces)
    body.close()
    assert statuses == ["200 OK"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["json", "CSV", "csv.exe", "", "xls"])
def test_other_kinds_are_not_there(cinema: Cinema, reader: Any, kind: str) -> None:
    assert reader(cinema).get(f"/schedule/export.{kind}?cinema={cinema.id}").status_code == 404


def test_a_file_needs_its_cinema_named(cinema: Cinema, reader: Any) -> None:
    assert reader(cinema).get("/schedule/export.csv").status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("人民广场店", "人民广场店"),
        ("a\r\nSet-Cookie: x=1", "a-Set-Cookie-x-1"),
        ('"; filename=evil.exe', "filename-evil-exe"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON:<>|?*\\", "CON"),
        ("=1+1", "1-1"),
        ("…", "cinema-7"),
        ("店" * 300, "店" * 80),
        ("💺", "cinema-7"),
    ],
)
def test_a_file_is_named_after_its_cinema_and_nothing_gets_out(app: Flask, name: str, expected: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        value = disposition(Cinema(id=7, name=name), Week.parse("2026-W47"), "csv")
    assert value.isascii()
    assert value.isprintable()
    kind, options = parse_options_header(value)
    assert (kind, options) == ("attachment", {"filename": f"{expected}_2026-W47_zh.csv"})
    assert 'filename="cinema-7_2026-W47_zh.csv"' in value or "filename=cinema-7_2026-W47_zh.csv" in value
    assert unquote(value).endswith(f"{expected}_2026-W47_zh.csv")


def test_the_file_speaks_the_reader_s_language(cinema: Cinema, reader: Any) -> None:
    client = reader(cinema)
    client.set_cookie("language", "zh")
    response = client.get(address(cinema, "csv"))
    assert "_zh.csv" in response.headers["Content-Disposition"]
    assert datetime.fromisoformat(lines_of(response, "csv")[1][0]).day == 17
