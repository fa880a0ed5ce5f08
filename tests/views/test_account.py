"""The page of one's own account: another password, and the log-ins that live."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, Login, User, db
from tests import factories
from tests.conftest import NOW
from tests.support.client import PASSWORD, Client, login, post, token
from tests.support.forms import forms

NEW = "seven quiet lanterns"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def zhao(make_user: Callable[..., User], clock: Any) -> User:
    """Box office of one cinema, marketing of all."""
    cinema = factories.cinema(name="星光影城")
    user = make_user(
        "box_office", cinema=cinema, name="zhao", display_name="Zhao Min", email="zhao@example.org"
    )
    user.grants += make_user("marketing", name="other").grants
    return user


@pytest.fixture
def here(zhao: User, as_user: Callable[..., Client]) -> Client:
    return as_user(zhao)


def change(client: Client, old: str = PASSWORD, new: str = NEW, again: str | None = None) -> Any:
    """Send the form as it stands on the page."""
    (form,) = (form for form in forms(client.get("/account").text) if form.action == "/account/password")
    sent = {"old": old, "password": new, "again": new if again is None else again}
    return client.post(form.action, data={**form.fields, **sent})


def number(client: Client) -> int:
    """The number of the newest log-in."""
    return int(db.session.scalars(select(Login.id).order_by(Login.id.desc())).first() or 0)


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


# ── The page ──


def test_it_says_who_one_is_and_what_for(here: Client) -> None:
    page = here.get("/account")
    assert page.status_code == 200
    for text in (
        "Zhao Min",
        "zhao",
        "zhao@example.org",
        "Box office",
        "星光影城",
        "Marketing",
        "all cinemas",
    ):
        assert text in page.text
    assert "This one" in page.text
    assert "End all others" not in page.text
    assert 'href="/account"' in here.get("/admin/").text


def test_without_roles_it_says_so(make_user: Callable[..., User], as_user: Callable[..., Client]) -> None:
    assert "None yet." in as_user(make_user()).get("/account").text


def test_log_ins_are_told_in_plain_words_by_the_clock_of_the_house(
    here: Client, zhao: User, as_user: Callable[..., Client], clock: Any
) -> None:
    clock(NOW + timedelta(minutes=5))
    there = Client(here.application, here.application.response_class, use_cookies=True)
    there.environ_base["HTTP_USER_AGENT"] = FIREFOX
    there.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    login(there, zhao)
    page = here.get("/account").text
    assert "Firefox on Windows" in page
    assert "192.0.2.7" in page
    # 04:05 in UTC.
    assert "12:05" in page
    assert len(re.findall("This one", page)) == 1


def test_what_a_browser_calls_itself_cannot_break_the_page(here: Client, zhao: User) -> None:
    there = Client(here.application, here.application.response_class, use_cookies=True)
    there.environ_base["HTTP_USER_AGENT"] = '"><script>alert(1)</script>'
    login(there, zhao)
    assert "<script>alert" not in here.get("/account").text


def test_the_page_costs_few_statements(here: Client, count_queries: Callable[[], Any]) -> None:
    with count_queries() as statements:
        here.get("/account")
    assert len([text for text in statements if text.startswith("SELECT")]) <= 8


# ── Another password ──


def test_a_new_password_ends_the_other_log_ins_but_not_this_one(
    here: Client, zhao: User, as_user: Callable[..., Client]
) -> None:
    there = as_user(zhao)
    answer = change(here)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    page = here.get("/account")
    assert page.status_code == 200
    assert "Your password was changed" in page.text
    assert not is_in(there)
    assert is_in(as_user(zhao, NEW))
    refused = login(Client(here.application, here.application.response_class), zhao, PASSWORD)
    assert refused.status_code == 401


def test_copies_of_the_old_cookie_are_dead_too(here: Client) -> None:
    copied = here.get_cookie("marquee")
    assert copied is not None
    change(here)
    assert is_in(here)
    here.set_cookie("marquee", copied.value)
    assert not is_in(here)


def test_who_stays_signed_in_stays_signed_in(client: Client, zhao: User) -> None:
    (form,) = (form for form in forms(client.get("/login").text) if "password" in form.kinds.values())
    fields = {**form.fields, "login": "zhao", "password": PASSWORD, "remember": "y"}
    client.post("/login", data=fields)
    copied = client.get_cookie("marquee-remember")
    assert copied is not None
    change(client)
    client.delete_cookie("marquee")
    assert is_in(client)
    client.delete_cookie("marquee")
    client.set_cookie("marquee-remember", copied.value)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("new", "status", "words"),
    [
        ("x" * 7, 422, "8 to 128 characters"),
        ("7 tulip!", 303, ""),
        ("x" * 64, 303, ""),
        ("x" * 128, 303, ""),
        ("x" * 129, 422, "8 to 128 characters"),
        ("x" * 2000, 422, "1024"),
        ("神女神女神女神女", 303, ""),
        ("神女", 422, "8 to 128 characters"),
        ("  two blanks  ", 303, ""),
        ("password", 422, "most common"),
        ("PassWord", 422, "most common"),
        ("1234567890", 422, "most common"),
        ("zhao1234", 422, "your own name"),
        ("Zhao Min 1", 422, "your own name"),
        ("zhao@example.org", 422, "your own name"),
        ("Marquee!", 422, "the product&#39;s name"),
        (PASSWORD, 422, "already"),
        ("", 422, "This field is required"),
    ],
)
def test_a_table_of_passwords(
    here: Client, zhao: User, as_user: Callable[..., Client], new: str, status: int, words: str
) -> None:
    answer = change(here, new=new)
    assert answer.status_code == status
    assert words in answer.text
    if status == 303:
        assert is_in(as_user(zhao, new))
        return
    assert 'aria-invalid="true"' in answer.text
    assert "password-error" in answer.text
    assert "<title>Error:" in answer.text
    assert is_in(as_user(zhao, PASSWORD))
    # Too short or empty a text is part of any page.
    if len(new) > 7 and new not in ("password", "PassWord", "zhao@example.org", "Marquee!"):
        assert new not in answer.text


def test_what_is_not_the_same_twice_is_refused_at_the_field(here: Client) -> None:
    answer = change(here, again=NEW + "s")
    assert answer.status_code == 422
    assert "again-error" in answer.text
    assert "This is not the same as above." in answer.text


def test_a_wrong_password_is_refused_at_its_field_and_counted(app: Flask, here: Client, zhao: User) -> None:
    tries = app.config["LOGIN_TRIES"]
    for _ in range(tries):
        answer = change(here, old="wrong horse")
        assert answer.status_code == 422
        assert "old-error" in answer.text
    answer = change(here)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 60 * app.config["LOGIN_WINDOW_MINUTES"]
    assert "Too many tries" in answer.text
    # The door is shut as well; who is in stays in.
    outside = Client(app, app.response_class, use_cookies=True)
    assert login(outside, zhao).status_code == 429
    assert is_in(here)


def test_no_password_is_in_page_log_or_trail(
    app: Flask, here: Client, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = ("wrong horse", "wrong lanterns", PASSWORD, NEW)
    with caplog.at_level(logging.DEBUG):
        pages = [
            change(here, old="wrong horse"),
            change(here, new="marquee99"),
            change(here, again="wrong lanterns"),
        ]
        pages += [change(here), here.get("/account")]
    texts = [page.text for page in pages] + [caplog.text]
    texts += [repr(vars(entry)) for entry in db.session.scalars(select(AuditEntry))]
    assert not [secret for secret in (*secrets, "argon2", "marquee99") for text in texts if secret in text]
    assert "new password of account" in caplog.text


def test_without_the_token_of_the_form_nothing_is_changed(here: Client, zhao: User, as_user: Any) -> None:
    sent = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert here.post("/account/password", data=sent).status_code == 400
    assert here.post("/account/log-ins/end-others").status_code == 400
    assert is_in(as_user(zhao))


def test_the_address_of_the_form_leads_to_the_page(here: Client) -> None:
    answer = here.get("/account/password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")


def test_whoever_is_outside_is_led_to_the_door(client: Client) -> None:
    csrf = token(client)
    for path in ("/account/password", "/account/log-ins/1/end", "/account/log-ins/end-others"):
        answer = client.post(path, data={"csrf_token": csrf})
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/login")


# ── Log-ins ──


def test_another_log_in_is_ended_and_its_copied_cookie_is_dead(
    here: Client, zhao: User, as_user: Callable[..., Client]
) -> None:
    there, third = as_user(zhao), as_user(zhao)
    last = number(third)
    copied = there.get_cookie("marquee")
    assert copied is not None
    ends = [form.action for form in forms(here.get("/account").text) if form.action.endswith("/end")]
    assert sorted(ends) == [f"/account/log-ins/{last - 1}/end", f"/account/log-ins/{last}/end"]
    answer = post(here, f"/account/log-ins/{last - 1}/end")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "The log-in has ended." in here.get("/account").text
    there.set_cookie("marquee", copied.value)
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]
    # Once more does no harm.
    assert post(here, f"/account/log-ins/{last - 1}/end").status_code == 303


def test_somebody_elses_log_in_is_not_there(
    here: Client, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    theirs = as_user(make_user("administrator"))
    login_id = number(theirs)
    before = {row.id: row.ended_at for row in db.session.scalars(select(Login))}
    for asked in (login_id, 2**31 - 1, 0, 2**31, 10**30):
        assert post(here, f"/account/log-ins/{asked}/end").status_code == 404
    assert is_in(theirs)
    assert {row.id: row.ended_at for row in db.session.scalars(select(Login))} == before
    # Not for an administrator either.
    assert post(theirs, f"/account/log-ins/{login_id - 1}/end").status_code == 404


def test_all_others_are_ended_at_once(
    here: Client, zhao: User, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    there, phone, theirs = as_user(zhao), as_user(zhao), as_user(make_user("administrator"))
    assert post(here, "/account/log-ins/end-others").status_code == 303
    assert "2 other log-ins have ended." in here.get("/account").text
    assert [is_in(client) for client in (here, there, phone, theirs)] == [True, False, False, True]


def test_the_trail_tells_of_ended_log_ins(
    here: Client, zhao: User, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    there, root = as_user(zhao), make_user("administrator")
    post(here, f"/account/log-ins/{number(there)}/end")
    as_user(zhao)
    post(here, "/account/log-ins/end-others")
    change(here)
    query = select(AuditEntry.id).where(AuditEntry.actor_id == zhao.id, AuditEntry.action != "user.login")
    entries = db.session.scalars(query).all()
    assert len(entries) == 3
    reader = as_user(root)
    for entry in entries:
        assert reader.get(f"/admin/audit/details/?id={entry}").status_code == 200
    assert reader.get("/admin/audit/").status_code == 200


def test_ending_this_one_leads_to_the_door(here: Client) -> None:
    answer = post(here, f"/account/log-ins/{number(here)}/end", follow_redirects=True)
    assert answer.request.path == "/login"
    assert not is_in(here)


def test_the_language_chosen_is_remembered_for_mails(as_user: Callable[..., Client]) -> None:
    user = factories.user()
    client = as_user(user)
    assert post(client, "/preferences", {"language": "zh", "next": "/account"}).status_code == 303
    db.session.refresh(user)
    assert user.language == "zh"
    # Light or dark says nothing of it.
    post(client, "/preferences", {"theme": "dark"})
    db.session.refresh(user)
    assert user.language == "zh"
