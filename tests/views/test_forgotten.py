"""“Forgot your password?”, and the first account of an installation."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import AccountLink, Grant, User, db
from services import entry
from tests import factories
from tests.support.client import Client, login, post
from tests.support.forms import forms
from tests.support.links import CHOSEN, ask, choose, path
from tests.support.mail import PostOffice
from views import later, mail
from views.account_links import terms

pytestmark = pytest.mark.usefixtures("published")
SENT = "If there is such an account"


# ── Forgotten ──


def test_forgot_is_offered_only_where_mail_is_sent(client: Client, app: Flask, request: Any) -> None:
    assert "Forgot your password?" not in client.get("/login").text
    assert "sends no mail" in client.get("/forgot-password").text
    assert ask(client, "han").status_code == 303
    request.getfixturevalue("mailing")
    assert "Forgot your password?" in client.get("/login").text
    assert "Mail me a link" in client.get("/forgot-password").text


@pytest.mark.parametrize("typed", ["han", "HAN@office.example"])
def test_a_forgotten_password_is_set_by_a_mailed_link(
    client: Client, han: User, office: PostOffice, typed: str, as_user: Callable[..., Client]
) -> None:
    answer = ask(client, typed)
    assert answer.headers["Location"] == "/login"
    assert SENT in client.get("/login").text
    assert login(client, han).status_code == 303, "the old password is good until the link is used"
    other = Client(client.application, client.application.response_class, use_cookies=True)
    assert choose(other, path(office.link())).status_code == 303
    assert client.get("/admin/").status_code == 303, "log-ins have ended"
    assert login(client, han).status_code == 401
    assert as_user(han, CHOSEN).get("/admin/").status_code == 200


def _answer(client: Client, typed: str) -> tuple[Any, ...]:
    answer = ask(client, typed)
    flashed = re.findall(r'class="alert[^>]*>.*?<div>(.*?)</div>', client.get("/login").text, re.S)
    return answer.status_code, answer.headers["Location"], tuple(flashed)


def test_everybody_gets_the_same_answer(
    client: Client, han: User, mailing: int, caplog: pytest.LogCaptureFixture
) -> None:
    """With a mail server that is down, too; nobody learns who has an account."""
    factories.user(name="closed", email="closed@office.example", active=False)
    answers = {
        _answer(client, typed) for typed in ("han", "han@office.example", "nobody", "closed", "x" * 254)
    }
    assert len(answers) == 1
    assert SENT in repr(answers)
    assert caplog.text.count("mail to account") == 2


def test_the_answer_comes_before_anybody_is_looked_for(
    client: Client, han: User, mailing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(later, "workers", later.ThreadPoolExecutor(1))
    going, looked = threading.Event(), threading.Event()

    def slowly(*_given: Any) -> None:
        going.wait(30)
        looked.set()

    monkeypatch.setattr(entry, "forgotten", slowly)
    began = time.monotonic()
    assert ask(client, "han").status_code == 303
    assert time.monotonic() - began < 20
    assert not looked.is_set()
    going.set()
    later.workers.shutdown()
    assert looked.is_set()


def test_what_goes_wrong_later_is_logged(
    client: Client, han: User, mailing: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(entry, "forgotten", lambda *_given: 1 / 0)
    assert ask(client, "han").status_code == 303
    assert "mail_forgotten failed" in caplog.text


def test_no_mailbox_is_flooded(client: Client, han: User, office: PostOffice, app: Flask) -> None:
    tries = [ask(client, typed).status_code for typed in ["han", "han@office.example"] * 4]
    assert tries == [303] * 8
    assert len(office.letters) == entry.MAILS_AT_MOST
    names = [f"nobody{number}" for number in range(app.config["LOGIN_TRIES_ADDRESS"])]
    answers = [ask(client, name) for name in names]
    assert {answer.status_code for answer in answers} == {303, 429}


def test_a_forged_host_gets_into_no_letter(
    client: Client, admin: Client, han: User, office: PostOffice
) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example", "X-Host": "evil.example"},
        {"Referer": "https://evil.example/", "Origin": "https://evil.example"},
    ):
        page = forms(client.get("/forgot-password", headers=headers).text)
        csrf = page[0].fields["csrf_token"]
        sent = client.post("/forgot-password", data={"login": "han", "csrf_token": csrf}, headers=headers)
        if sent.status_code == 303 and office.letters:
            assert path(office.link())
            assert "evil" not in office.letters[-1].as_string()
        han = db.session.get_one(User, han.id)
        text = post(admin, f"/admin/staff/link/?id={han.id}", headers=headers).text
        assert "evil" not in text
    assert office.letters
    assert all("evil" not in letter.as_string() for letter in office.letters)


# ── The first account ──


@pytest.fixture
def empty(session: Any, clock: Any) -> None:
    """A house without accounts."""
    for table in (Grant, User):
        db.session.execute(table.__table__.delete())
    db.session.commit()


def test_the_first_account_is_made_by_a_link(
    client: Client, empty: None, as_user: Callable[..., Client]
) -> None:
    link = entry.invite_first(terms())
    assert link is not None
    address = path(mail.link_address(link))
    who = {"display_name": "林静", "name": "lin", "email": ""}
    assert choose(client, address, "short", **who).status_code == 422
    assert choose(client, address, **{**who, "name": "no name"}).status_code == 422
    assert choose(client, address, **who).headers["Location"] == "/login"
    assert client.get(address).status_code == 410
    assert as_user("lin", CHOSEN).get("/admin/staff/").status_code == 200


def test_there_is_no_second_first_account(client: Client, empty: None) -> None:
    link = entry.invite_first(terms())
    assert link is not None
    address = path(mail.link_address(link))
    page = next(form for form in forms(client.get(address).text) if "again" in form.fields)
    factories.user("film.view")
    who = {"display_name": "林静", "name": "lin", "password": CHOSEN, "again": CHOSEN}
    assert client.post(address, data={**page.fields, **who}).status_code == 410
    assert factories.count(User) == 1
    assert factories.count(AccountLink) == 1
