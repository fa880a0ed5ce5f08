"""Where a redirect may lead, and how long the cookie of a log-in is worth something."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from models import Film, Login, User, db
from services import logins
from tests import factories
from tests.conftest import NOW
from tests.support.client import PASSWORD, Client, login, post, token
from tests.support.forms import csrf_token, forms, login_form
from views.base import own_path

# The product's own list, and more: Django's tests/utils_tests/test_http.py has most of these.
ELSEWHERE = (
    "http://example.com",
    "http:///example.com",
    "https://example.com",
    "ftp://example.com",
    r"\\example.com",
    r"\\\example.com",
    r"/\\/example.com",
    r"\\//example.com",
    r"/\/example.com",
    r"\/example.com",
    r"/\example.com",
    r"http:/\//example.com",
    r"http:\/example.com",
    r"http:/\example.com",
    'javascript:alert("XSS")',
    "\njavascript:alert(x)",
    "java\nscript:alert(x)",
    "\x08//example.com",
    r"http://otherserver\@example.com",
    r"http:\\testserver\@example.com",
    r"http://testserver\me:pass@example.com",
    r"http:\\testserver\confirm\me@example.com",
    "http:999999999",
    "ftp:9999999999",
    "\n",
    "http://[2001:cdba:0000:0000:0000:0000:3257:9652/",
    "http://2001:cdba:0000:0000:0000:0000:3257:9652]/",
    "//example.com",
    "///example.com",
    "////example.com",
    "/\t/example.com",
    "/ /example.com",
    "//localhost@example.com",
    "data:text/html,x",
    "admin/film/",
    "?x",
    "http://localhost/admin/film/",
)


# ── Where a redirect may lead ──


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_target_elsewhere_is_not_followed(target: str) -> None:
    assert own_path(target, "/home") == "/home"


@pytest.mark.parametrize(
    "target", ["/admin/film/?page=2&search=%E5%A5%B3", "/schedule?cinema=1#now", "/?x=//y"]
)
def test_a_path_of_ours_is(target: str) -> None:
    assert own_path(target, "/home") == target


@pytest.mark.parametrize(
    "target", ["//evil.example", r"/\evil.example", "http:999999999", "javascript:alert(1)"]
)
def test_nothing_leads_away_from_the_house(client: Client, inside: Client, chain: Any, target: str) -> None:
    ways = [
        inside.get("/login", query_string={"next": target}),
        post(inside, "/preferences", {"theme": "dark", "next": target}),
        post(inside, "/admin/film/restore/", {"id": chain["film"], "url": target}),
    ]
    form = login_form(client.get("/login", query_string={"next": target}).text)
    fields = {**form.fields, form.named("text", "email"): "root", form.named("password"): PASSWORD}
    ways.append(client.post("/login", query_string={"next": target}, data=fields))
    for answer in ways:
        assert answer.status_code == 303
        assert re.match(r"/(?![/\\])", answer.headers["Location"])


def test_log_in_leads_back_to_the_page_that_was_asked_for(
    client: Client, make_user: Callable[..., User]
) -> None:
    make_user("administrator", name="root")
    asked = client.get("/admin/film/?page=2&search=%E5%A5%B3")
    assert asked.status_code == 303
    form = login_form(client.get(asked.headers["Location"]).text)
    fields = {**form.fields, form.named("text", "email"): "root", form.named("password"): PASSWORD}
    entered = client.post(asked.headers["Location"], data=fields)
    assert entered.headers["Location"] == "/admin/film/?page=2&search=%E5%A5%B3"


# ── Sessions and cookies ──


def _cookies(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in answer.headers.getlist("Set-Cookie"):
        found |= SimpleCookie(line)
    return found


def test_a_log_in_is_a_new_session(client: Client, make_user: Callable[..., User]) -> None:
    user = make_user("administrator")
    before = token(client)
    old = client.get_cookie("marquee")
    login(client, user)
    assert old is not None
    assert client.get_cookie("marquee").value != old.value  # type: ignore[union-attr]
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400
    # Who planted the old cookie is not logged in.
    client.set_cookie("marquee", old.value)
    assert client.get("/admin/").status_code == 303


@pytest.mark.parametrize("how", ["logged out", "ended", "closed", "too old", "password"])
def test_the_cookie_of_an_ended_log_in_is_dead(
    client: Client, make_user: Callable[..., User], session: Any, clock: Any, how: str
) -> None:
    user = make_user("administrator", name="root")
    login(client, user)
    kept = client.get_cookie("marquee")
    assert kept is not None
    assert client.get("/admin/").status_code == 200
    if how == "logged out":
        post(client, "/logout")
    elif how == "ended":
        session.execute(update(Login).values(ended_at=NOW))
    elif how == "closed":
        user.active = False
    elif how == "too old":
        clock(NOW + timedelta(hours=13))
    else:
        logins.end_all(user)
    client.set_cookie("marquee", kept.value)
    assert client.get("/admin/").status_code == 303
    assert client.get("/admin/film/").status_code == 303
    assert client.post("/logout", data={"csrf_token": "x"}).status_code in (303, 400)


def test_stay_signed_in_dies_with_its_log_in(client: Client, make_user: Callable[..., User]) -> None:
    user = make_user("administrator")
    form = login_form(client.get("/login").text)
    fields = {**form.fields, form.named("text", "email"): user.name, form.named("password"): PASSWORD}
    client.post("/login", data={**fields, "remember": "y"})
    kept = client.get_cookie("marquee-remember")
    assert kept is not None
    client.delete_cookie("marquee")
    assert client.get("/admin/").status_code == 200
    post(client, "/logout")
    client.set_cookie("marquee-remember", kept.value)
    assert client.get("/admin/").status_code == 303


def test_cookies_in_production_are_for_this_host_https_and_no_script(production: Flask) -> None:
    with production.app_context():
        factories.user("film.view", name="lin")
        db.session.commit()
    client = production.test_client()
    https: dict[str, Any] = {
        "base_url": "https://marquee.example",
        "headers": {"Referer": "https://marquee.example/"},
    }
    page = client.get("/login", **https)
    form = login_form(page.text)
    fields = {**form.fields, form.named("text", "email"): "lin", form.named("password"): PASSWORD}
    entered = client.post("/login", data={**fields, "remember": "y"}, **https)
    assert entered.status_code == 303
    cookies = _cookies(entered)
    assert set(cookies) == {"__Host-marquee", "__Host-marquee-remember"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    chosen = client.post("/preferences", data={**_token(client, https), "theme": "dark"}, **https)
    theme = _cookies(chosen)["theme"]
    assert (theme["secure"], theme["samesite"]) == (True, "Lax")


def _token(client: Any, https: dict[str, Any]) -> dict[str, str]:
    return {"csrf_token": csrf_token(client.get("/admin/", **https).text)}


@pytest.mark.parametrize("idle", [119, 121])
def test_idle_too_long_is_out(client: Client, make_user: Callable[..., User], clock: Any, idle: int) -> None:
    login(client, make_user("administrator"))
    clock(NOW + timedelta(minutes=idle))
    assert client.get("/admin/film/").status_code == (200 if idle < 120 else 303)


def test_however_busy_it_ends_after_twelve_hours(
    client: Client, make_user: Callable[..., User], clock: Any
) -> None:
    login(client, make_user("administrator"))
    answers = []
    for hour in range(1, 13):
        clock(NOW + timedelta(hours=hour))
        answers.append(client.get("/admin/film/").status_code)
    assert answers == [200] * 11 + [303]


@pytest.mark.parametrize("again", [False, True], ids=["logged out", "logged in again"])
def test_a_page_from_before_logging_out_writes_nothing(
    client: Client, make_user: Callable[..., User], film: Film, again: bool
) -> None:
    user = make_user("administrator")
    login(client, user)
    page = client.get(f"/admin/film/edit/?id={film.id}")
    fields = next(form.fields for form in forms(page.text) if "title" in form.fields)
    post(client, "/logout")
    if again:
        login(client, user)
    answer = client.post(f"/admin/film/edit/?id={film.id}", data={**fields, "title": "Old page"})
    assert answer.status_code == 400
    assert film.title == "马路天使"
    # The back button asks the server: browsers keep no copy.
    assert page.headers["Cache-Control"] == "no-store"


# ── Guessing ──


@pytest.mark.parametrize("many", [False, True], ids=["one account", "many accounts"])
def test_fifty_wrong_passwords_are_too_many(
    client: Client, make_user: Callable[..., User], clock: Any, many: bool
) -> None:
    user = make_user("administrator", name="root")
    said = []
    for number in range(55):
        answer = login(client, f"somebody{number}" if many else "root", "wrong password")
        said.append(
            (answer.status_code, re.findall(r'role="alert"[^>]*>(.*?)</', answer.text, re.DOTALL)[:1])
        )
    allowed = 50 if many else 10
    assert [status for status, _words in said] == [401] * allowed + [429] * (55 - allowed)
    (words,) = {str(words) for _status, words in said[:allowed]}
    assert "wrong" in words
    # Not even the right password gets in now, until the window is over.
    assert login(client, user).status_code == 429
    clock(NOW + timedelta(minutes=16))
    assert login(client, user).status_code == 303
