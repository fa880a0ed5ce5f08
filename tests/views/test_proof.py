"""Before somebody changes who gets in and what they may, the password is asked for again: nothing typed is lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.admin.base import SafeModelView
from models import AuditEntry, LoginAttempt, Role, User, db
from tests import factories
from tests.conftest import NOW
from tests.support.client import PASSWORD, Client, token
from tests.support.forms import csrf_token, forms
from views.base import DashboardView

Send = Callable[..., Any]
LATER = NOW + timedelta(minutes=11)
ASKED = "Your password, please"
JSON = {"Accept": "application/json"}


@pytest.fixture
def late(admin: Client, clock: Callable[[datetime], None]) -> Client:
    """The administrator's client, eleven minutes after logging in."""
    clock(LATER)
    return admin


def _role(name: str) -> Role | None:
    return db.session.scalar(select(Role).where(Role.name == name))


def _again(client: Client, page: Any, password: str) -> Any:
    """Give the password on the page that asks for it; all else as it stands there."""
    form = next(form for form in forms(page.text) if "prove_password" in form.fields)
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text.split("<main")[1])
    data: dict[str, list[str]] = {"prove_password": [password]}
    for name, value in hidden:
        data.setdefault(name, []).append(unescape(value))
    return client.post(form.action, data=data)


def test_a_password_given_at_the_door_counts_for_ten_minutes(
    admin: Client, send: Send, clock: Callable[[datetime], None]
) -> None:
    clock(NOW + timedelta(minutes=10) - timedelta(seconds=1))
    assert send(admin, "/admin/role/new/", name="In time").status_code == 303
    clock(NOW + timedelta(minutes=10))
    answer = send(admin, "/admin/role/new/", name="Too late")
    assert (answer.status_code, ASKED in answer.text) == (403, True)
    assert (_role("In time") is not None, _role("Too late")) == (True, None)


def test_what_was_typed_goes_on_with_the_password(late: Client, send: Send) -> None:
    typed = {
        "name": '“A & B” <i>"x"</i>',
        "description": " two\r\nlines ",
        "permissions": ["film.view", "city.view"],
    }
    asked = send(late, "/admin/role/new/?url=/admin/film/", **typed)
    assert PASSWORD not in asked.text
    answer = _again(late, asked, PASSWORD)
    assert answer.status_code == 303
    made = _role('“A & B” <i>"x"</i>')
    assert made is not None
    assert sorted(str(item) for item in made.permissions) == ["city.view", "film.view"]
    assert send(late, "/admin/role/new/", name="Next").status_code == 303, "asked again at once"


def test_lists_keep_their_order_and_the_token_is_a_new_one(late: Client, send: Send) -> None:
    asked = send(late, "/admin/role/action/", action="delete", rowid=["9", "3", "7"], prove_it="x")
    assert re.findall(r'name="rowid" value="(\d)"', asked.text) == ["9", "3", "7"]
    assert 'name="prove_it"' in asked.text
    page = asked.text.split("<main")[1]
    assert page.count('name="csrf_token"') == 1
    assert csrf_token(page)


def test_a_wrong_password_is_told_counted_and_changes_nothing(late: Client, send: Send) -> None:
    asked = send(late, "/admin/role/new/", name="Kept")
    wrong = _again(late, asked, "not it")
    assert wrong.status_code == 422
    assert "This is not the password you have now." in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    assert "not it" not in wrong.text
    assert (_role("Kept"), factories.count(LoginAttempt)) == (None, 1)
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.action == "user.login_refused")) is not None
    assert _again(late, wrong, PASSWORD).status_code == 303
    assert (_role("Kept") is not None, factories.count(LoginAttempt)) == (True, 0)


def test_tries_are_limited_as_at_the_door(app: Flask, late: Client, send: Send) -> None:
    asked = send(late, "/admin/role/new/", name="Guessed")
    for _try in range(app.config["LOGIN_TRIES"]):
        asked = _again(late, asked, "guess")
    refused = _again(late, asked, PASSWORD)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert _role("Guessed") is None


def test_the_proof_stands_when_the_change_itself_is_refused(late: Client, send: Send) -> None:
    asked = send(late, "/admin/role/new/", name="")
    assert _again(late, asked, PASSWORD).status_code == 422
    assert send(late, "/admin/role/new/", name="Right").status_code == 303


def test_each_log_in_needs_a_proof_of_its_own(
    late: Client, as_user: Callable[..., Client], send: Send, clock: Callable[[datetime], None]
) -> None:
    assert send(as_user("lin"), "/admin/role/new/", name="Here").status_code == 303
    assert send(late, "/admin/role/new/", name="There").status_code == 403


def test_the_password_is_in_no_record_trail_or_log(
    late: Client, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    for password in ("a wrong secret", PASSWORD):
        assert _again(
            late, send(late, "/admin/role/new/", name=f"R {password[:1]}"), password
        ).status_code in (422, 303)
    rows = [repr(row) for table in db.metadata.tables.values() for row in db.session.execute(select(table))]
    for secret in ("a wrong secret", PASSWORD):
        assert not [row for row in rows if secret in row]
        assert secret not in caplog.text


def test_files_have_to_be_chosen_again(late: Client) -> None:
    sent = {"csrf_token": token(late), "name": "x", "picture": (io.BytesIO(b"x"), "x.png")}
    asked = late.post("/admin/role/new/", data=sent)
    assert asked.status_code == 403
    assert "Files have to be chosen again" in asked.text


def test_who_asked_for_json_is_told_which_field_is_missing(late: Client) -> None:
    answer = late.post("/admin/role/new/", data={"csrf_token": token(late), "name": "x"}, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert answer.json["field"] == "prove_password"


def test_giving_up_leads_to_the_page_before(late: Client) -> None:
    def back(referrer: str) -> str:
        data = {"csrf_token": token(late), "name": "x"}
        page = late.post("/admin/role/new/", data=data, headers={"Referer": referrer}).text
        return re.findall(r'class="btn btn-secondary" href="([^"]*)"', page)[-1]

    assert back("http://localhost/admin/role/details/?id=1&url=/x") == "/admin/role/details/?id=1&amp;url=/x"
    for elsewhere in (
        "http://evil.example/admin/",
        "http://localhost/admin/role/copy/",
        "//",
        "nonsense",
        "",
    ):
        assert back(elsewhere) == "/admin/"


def test_without_the_right_nothing_is_asked(
    as_user: Callable[..., Client],
    make_user: Callable[..., User],
    clock: Callable[[datetime], None],
    send: Send,
) -> None:
    seller = as_user(make_user("box_office"))
    clock(LATER)
    answer = send(seller, "/admin/role/new/", name="x")
    assert (answer.status_code, ASKED in answer.text) == (403, False)


def _proven(app: Flask) -> set[str]:
    """“endpoint METHOD” of everything that needs a password given lately, by the views' own declarations."""
    found = set()
    for rule in app.url_map.iter_rules():
        function = app.view_functions[rule.endpoint]
        page, record_keeping = getattr(function, "view_class", None), getattr(function, "__self__", None)
        for method in {"POST"} & set(rule.methods or ()):
            if page and issubclass(page, DashboardView) and method.lower() in page.proven:
                found.add(rule.endpoint)
            if (
                isinstance(record_keeping, SafeModelView)
                and rule.endpoint.split(".")[1] in record_keeping.proven
            ):
                found.add(rule.endpoint)
    return found


def test_all_that_changes_staff_and_roles_needs_it(app: Flask) -> None:
    written = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] in ("user", "role")
    }
    # A file is compared and shown; what it would change is changed by the review that follows.
    written -= {"role.matrix_file"}
    assert written
    assert written <= _proven(app)


def test_looking_never_asks(app: Flask, late: Client) -> None:
    for endpoint in sorted(_proven(app)):
        with app.test_request_context():
            url = app.url_for(endpoint, id=1)
        assert ASKED not in late.get(url).text


@pytest.mark.parametrize("verbs", [{"put"}, {"get", "post"}])
def test_a_view_cannot_ask_for_proof_of_what_it_does_not_do(verbs: set[str]) -> None:
    with pytest.raises(TypeError):
        type("Odd", (DashboardView,), {"permissions": {}, "proven": frozenset(verbs)})
