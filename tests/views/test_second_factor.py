"""Two-step log-in in the browser's eyes: setting up, the step itself, and roles that demand it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, Login, Role, SecondFactor, User, db
from services import second_factor
from tests import factories
from tests.conftest import NOW
from tests.services.test_second_factor import code
from tests.support.client import PASSWORD, Client, login, post, token
from tests.support.forms import csrf_token, forms
from tests.views.access_rules import PUBLIC, TABLE
from tests.views.test_security import addresses

PAGE = "/account/second-factor"
JSON = {"Accept": "application/json"}
Clock = Callable[[datetime], None]


@pytest.fixture
def lin(make_user: Callable[..., User], clock: Clock) -> User:
    """An administrator who logs in by two steps."""
    user = make_user("administrator", name="lin")
    factories.second_factor(user)
    return user


def give(client: Client, typed: str, url: str = "/login/code", **fields: str) -> Any:
    """Send the form of the second step."""
    page = client.get(url).text
    return client.post(url, data={"csrf_token": csrf_token(page), "code": typed, **fields})


def shown(page: str) -> list[str]:
    """The recovery codes on a page."""
    return re.findall(r"<li><code>([^<]+)</code></li>", page)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# ── Setting up ──


@pytest.fixture
def set_up(client: Client, make_user: Callable[..., User], clock: Clock) -> tuple[Client, str, list[str]]:
    """Chen's client after setting it up; the secret and the recovery codes."""
    login(client, make_user("manager", name="chen"))
    page = post(client, PAGE).text
    found = re.search(r"<code data-secret>([A-Z2-7 ]+)</code>", page)
    assert found
    secret = found[1].replace(" ", "")
    done = post(client, f"{PAGE}/confirm", {"code": code(secret=secret)})
    assert done.status_code == 200
    return client, secret, shown(done.text)


def test_set_up_by_page_it_asks_at_the_next_log_in(
    app: Flask, set_up: tuple[Client, str, list[str]], clock: Clock
) -> None:
    client, secret, codes = set_up
    assert len(codes) == 10
    assert "On" in client.get(PAGE).text
    post(client, "/logout")
    asked = login(client, "chen")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login/code")
    clock(NOW + timedelta(seconds=60))
    assert give(client, code(60, secret)).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_picture_is_drawn_in_the_page_and_needs_nothing_else(
    client: Client, make_user: Callable[..., User], clock: Clock
) -> None:
    login(client, make_user("manager"))
    answer = post(client, PAGE)
    assert '<svg width="' in answer.text
    assert "style=" not in answer.text
    assert "otpauth" not in answer.text
    assert "data:image" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_wrong_first_code_keeps_the_secret(
    client: Client, make_user: Callable[..., User], clock: Clock
) -> None:
    login(client, make_user("manager"))
    first = re.findall(r"data-secret>([^<]+)<", post(client, PAGE).text)
    wrong = post(client, f"{PAGE}/confirm", {"code": "000000"})
    assert (wrong.status_code, re.findall(r"data-secret>([^<]+)<", wrong.text)) == (422, first)
    assert post(client, f"{PAGE}/confirm", {"code": ""}).status_code == 422
    assert factories.count(SecondFactor) == 1


def test_secret_and_codes_are_shown_once_and_on_no_page_that_can_be_looked_at(
    app: Flask, set_up: tuple[Client, str, list[str]], chain: Any
) -> None:
    client, secret, codes = set_up
    pages = "".join(client.get(url).text for url in addresses(app, chain, "GET"))
    spelt = " ".join(secret[at : at + 4] for at in range(0, 32, 4))
    assert not [text for text in (secret, spelt, *codes) if text in pages]


def test_new_codes_and_switching_off(set_up: tuple[Client, str, list[str]]) -> None:
    client, _secret, codes = set_up
    anew = shown(post(client, f"{PAGE}/codes").text)
    assert len(anew) == 10
    assert not set(anew) & set(codes)
    assert post(client, f"{PAGE}/off").headers["Location"] == "/account"
    post(client, "/logout")
    assert login(client, "chen").headers["Location"] == "/admin/"


@pytest.mark.parametrize("path", ["", "/confirm", "/codes", "/off"])
def test_all_of_it_asks_for_the_password_after_a_while(
    set_up: tuple[Client, str, list[str]], clock: Clock, path: str
) -> None:
    client, _secret, _codes = set_up
    clock(NOW + timedelta(minutes=10))
    answer = post(client, PAGE + path)
    assert (answer.status_code, "Your password, please" in answer.text) == (403, True)
    assert second_factor.is_on(db.session.scalars(select(User).where(User.name == "chen")).one().id)


@pytest.mark.parametrize("path", ["/confirm", "/codes"])
def test_there_is_nothing_to_confirm_or_renew_before(
    client: Client, make_user: Callable[..., User], clock: Clock, path: str
) -> None:
    login(client, make_user("manager"))
    assert post(client, PAGE + path).status_code == 409


# ── The second step ──


def test_the_password_alone_opens_no_address_at_all(
    app: Flask, client: Client, lin: User, chain: Any
) -> None:
    assert login(client, lin).headers["Location"] == "/login/code"
    csrf, wrong = csrf_token(client.get("/login/code").text), {}
    cookies = dict(client._cookies or {})
    for method in ("GET", "POST"):
        rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
        for rule, url in zip(rules, addresses(app, chain, method), strict=True):
            if TABLE[f"{rule.endpoint} {method}"] == PUBLIC:
                continue
            answer = client.open(url, method=method, data={"csrf_token": csrf} if method == "POST" else None)
            client._cookies = dict(cookies)
            if answer.status_code != 303 or not answer.headers["Location"].startswith("/login"):
                wrong[f"{method} {url}"] = answer.status
    assert wrong == {}
    assert db.session.scalars(select(Login)).one().awaits_code


def test_the_tokens_cookie_is_no_log_in_either(client: Client, lin: User) -> None:
    """The waiting token, put where the token of a log-in belongs, is none."""
    login(client, lin)
    with client.session_transaction() as kept:
        waiting = kept["second_step"]
        kept["_user_id"] = waiting
    assert client.get("/admin/").status_code == 303


def test_the_target_is_kept_and_stays_within_the_house(client: Client, lin: User) -> None:
    for target, leads in (("/admin/film/?page=2", "/admin/film/?page=2"), ("//evil.example", "/admin/")):
        form = next(
            f for f in forms(client.get("/login", query_string={"next": target}).text) if "login" in f.fields
        )
        fields = {**form.fields, "login": "lin", "password": PASSWORD}
        asked = client.post("/login", query_string={"next": target}, data=fields)
        step = {"/admin/film/?page=2": 0, "//evil.example": 30}[target]
        done = give(client, code(step), asked.headers["Location"])
        assert done.headers["Location"] == leads
        post(client, "/logout")


@pytest.mark.parametrize("remember", [True, False])
def test_stay_signed_in_is_kept_over_the_second_step(client: Client, lin: User, remember: bool) -> None:
    form = next(f for f in forms(client.get("/login").text) if "login" in f.fields)
    fields = {**form.fields, "login": "lin", "password": PASSWORD, **({"remember": "y"} if remember else {})}
    client.post("/login", data=fields)
    assert client.get_cookie("marquee-remember") is None
    give(client, code())
    assert (client.get_cookie("marquee-remember") is not None) is remember


def test_the_whole_log_in_is_a_new_session(client: Client, lin: User) -> None:
    login(client, lin)
    before = csrf_token(client.get("/login/code").text)
    kept = client.get_cookie("marquee")
    give(client, code())
    assert kept is not None
    assert client.get_cookie("marquee").value != kept.value  # type: ignore[union-attr]
    assert client.post("/logout", data={"csrf_token": before}).status_code == 400
    with client.session_transaction() as session:
        assert "second_step" not in session


def test_a_wrong_code_is_told_at_the_field_and_written_down(
    client: Client, lin: User, caplog: pytest.LogCaptureFixture
) -> None:
    login(client, lin)
    wrong = give(client, "424242")
    assert (wrong.status_code, "wrong, too old, or was used before" in wrong.text) == (422, True)
    assert "user.code_refused" in actions()
    assert "424242" not in caplog.text
    assert give(client, code()).status_code == 303


def test_a_recovery_code_has_a_field_of_its_own(client: Client, lin: User) -> None:
    codes = second_factor.renew_codes(lin)
    login(client, lin)
    wrong = give(client, "", recovery="xxxx-xxxx-xxxx")
    assert "<details open" in wrong.text
    assert give(client, "", recovery=codes[0]).status_code == 303
    assert "9 recovery codes are left" in client.get(PAGE).text


def test_a_stolen_password_gives_ten_guesses(client: Client, lin: User) -> None:
    said = []
    for _try in range(12):
        # The password anew each time: it must not begin the count again.
        login(client, lin)
        said.append(give(client, "000000").status_code)
    assert said == [422] * 10 + [429] * 2
    assert login(client, lin).status_code == 429


def test_whoever_waits_too_long_begins_again(client: Client, lin: User, clock: Clock) -> None:
    login(client, lin)
    page = client.get("/login/code").text
    clock(NOW + timedelta(minutes=11))
    late = client.post("/login/code", data={"csrf_token": csrf_token(page), "code": code(660)})
    assert (late.status_code, late.headers["Location"]) == (303, "/login")
    assert "took too long" in client.get("/login").text
    assert client.get("/login/code").headers["Location"] == "/login"


# ── Roles that demand it ──


@pytest.fixture
def demanded(make_user: Callable[..., User], as_user: Callable[..., Client], clock: Clock) -> Client:
    """Somebody's client whose role begins to demand two-step log-in after they logged in."""
    make_user("administrator", name="root")
    client = as_user(make_user("manager", name="chen"))
    db.session.scalars(select(Role).where(Role.key == "manager")).one().demands_second_factor = True
    db.session.flush()
    return client


def test_from_the_next_request_on_everything_leads_to_setting_up(
    app: Flask, demanded: Client, chain: Any
) -> None:
    csrf, wrong = token(demanded), {}
    for method, expected in (("GET", 303), ("POST", 403)):
        rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
        for rule, url in zip(rules, addresses(app, chain, method), strict=True):
            row = f"{rule.endpoint} {method}"
            if TABLE[row] == PUBLIC or row.startswith(("account.", "second_factor.", "auth.logout")):
                continue
            sent = {"data": {"csrf_token": csrf}} if method == "POST" else {}
            answer = demanded.open(url, method=method, **sent)
            leads = answer.headers.get("Location") if method == "GET" else PAGE
            if (answer.status_code, leads) != (expected, PAGE):
                wrong[row] = (answer.status, leads)
    assert wrong == {}


def test_the_page_says_why_and_after_it_all_opens(demanded: Client) -> None:
    page = demanded.get("/admin/film/", follow_redirects=True).text
    assert "A role of yours demands two-step log-in. Set it up now" in page
    assert "A role of yours demands" in post(demanded, "/admin/film/restore/").text
    assert demanded.get("/admin/film/", headers=JSON).status_code == 403
    secret = re.findall(r"data-secret>([^<]+)<", post(demanded, PAGE).text)[0].replace(" ", "")
    post(demanded, f"{PAGE}/confirm", {"code": code(secret=secret)})
    assert demanded.get("/admin/film/").status_code == 200
    assert "cannot be switched off" in demanded.get(PAGE).text
    assert post(demanded, f"{PAGE}/off").status_code == 409


def test_account_preferences_health_and_the_way_out_stay_open(demanded: Client) -> None:
    for url in ("/account", PAGE, "/healthz/live", "/static/css/marquee.css"):
        assert demanded.get(url).status_code == 200, url
    assert (
        post(demanded, "/preferences", {"theme": "dark", "next": "/account"}).headers["Location"]
        == "/account"
    )
    assert post(demanded, "/logout").headers["Location"] == "/login"


def test_a_role_is_told_to_demand_it_in_its_form(admin: Client, session: Any) -> None:
    role = factories.role("film.view", name="Careful")
    url = f"/admin/role/edit/?id={role.id}"
    form = next(f for f in forms(admin.get(url).text) if "name" in f.fields)
    sent = {**form.fields, "demands_second_factor": "y", "permissions": "film.view"}
    assert admin.post(url, data=sent).status_code == 303
    db.session.refresh(role)
    assert role.demands_second_factor
    page = admin.get(f"/admin/role/details/?id={role.id}").text
    assert re.search(r"must use two-step log-in</dt><dd>Yes", page)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "role.update")).all()[-1]
    assert entry.changes == {"demands_second_factor": [False, True]}
    post(admin, f"/admin/role/copy/?id={role.id}")
    assert db.session.scalars(select(Role).where(Role.name == "Careful (copy)")).one().demands_second_factor


# ── Lost ──


def test_who_keeps_staff_sees_it_and_takes_a_lost_one_away(
    client: Client, make_user: Callable[..., User], as_user: Callable[..., Client], lin: User
) -> None:
    login(client, lin)
    give(client, code())
    root = as_user(make_user("administrator", name="root"))
    page = f"/admin/staff/details/?id={lin.id}"
    assert "Two-step log-in" in root.get(page).text
    done = post(root, f"/admin/staff/second-factor/?id={lin.id}")
    assert (done.status_code, done.headers["Location"]) == (303, page)
    assert client.get("/admin/").status_code == 303
    assert login(client, lin).headers["Location"] == "/admin/"
    assert "user.second_factor_off" in actions()


def test_not_of_somebody_who_may_more(
    make_user: Callable[..., User], as_user: Callable[..., Client], lin: User, clock: Clock
) -> None:
    factories.user("user.edit", "user.view", name="keeper")
    answer = post(as_user("keeper"), f"/admin/staff/second-factor/?id={lin.id}")
    assert answer.status_code == 403
    assert second_factor.is_on(lin.id)
