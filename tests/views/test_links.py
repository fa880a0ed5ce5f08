"""Links as people meet them: mailed or shown, opened, used; and what nobody learns from them."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from sqlalchemy import select

from models import AuditEntry, LinkPurpose, User, db
from services import account_links
from tests import factories
from tests.conftest import NOW
from tests.support.client import Client, login, post, token
from tests.support.forms import forms
from tests.support.links import CHOSEN, choose, path, reset, shown
from tests.support.mail import PostOffice
from tests.views.test_security import tables
from views import mail
from views.account_links import terms

pytestmark = pytest.mark.usefixtures("published")
SORRY = "This link does not work any more"


# ── Handed out ──


def test_without_mail_an_invitation_is_shown_once(
    app: Flask, admin: Client, client: Client, as_user: Callable[..., Client]
) -> None:
    page = post(admin, "/admin/staff/new/", {"display_name": "吴小雨", "name": "wu", "active": "y"}).text
    address = path(shown(page))
    assert "Fri 27 Nov 12:00" in page
    user = db.session.scalars(select(User).where(User.name == "wu")).one()
    assert address.split("/")[-1] not in admin.get(f"/admin/staff/details/?id={user.id}").text
    opened = client.get(address)
    assert (opened.status_code, "吴小雨" in opened.text) == (200, True)
    taken = choose(client, address)
    assert taken.headers["Location"] == "/login"
    assert "Log in with it" in client.get("/login").text
    assert client.get("/admin/").status_code == 303
    assert as_user(user, CHOSEN).get("/admin/").status_code == 200


def test_an_invitation_is_mailed_and_leads_in(
    admin: Client, client: Client, office: PostOffice, as_user: Callable[..., Client]
) -> None:
    fields = {"display_name": "吴小雨", "name": "wu", "email": "wu@office.example", "active": "y"}
    answer = post(admin, "/admin/staff/new/", fields)
    assert answer.status_code == 303
    page = admin.get(answer.headers["Location"]).text
    assert "A link was mailed to wu@office.example. It holds until Fri 27 Nov 12:00." in page
    (letter,) = office.letters
    assert (letter["To"], letter["From"]) == ("wu@office.example", "Marquee <m@office.example>")
    address = path(office.link())
    assert address not in page
    assert choose(client, address).status_code == 303
    assert as_user("wu", CHOSEN).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "en"), ("zh", "zh_Hans_CN"), ("", "zh_Hans_CN"), ("xx", "zh_Hans_CN")],
)
def test_a_letter_is_in_its_readers_language(
    app: Flask, session: Any, office: PostOffice, language: str, locale: str
) -> None:
    """Of one who never chose, it is the installation's first."""
    user = factories.user(email="wu@office.example", language=language, display_name="吴小雨")
    assert mail.send(account_links.make(terms(), LinkPurpose.INVITATION, user))
    with force_locale(locale):
        subject, greeting = gettext("Your invitation to Marquee"), gettext("Hello %(name)s,", name="吴小雨")
    assert office.letters[0]["Subject"] == subject
    assert office.body().startswith(f"{greeting}\n")
    assert path(office.link())


def test_a_name_gets_no_header_and_no_line_of_its_own(app: Flask, session: Any, office: PostOffice) -> None:
    name = "Wu\r\nBcc: all@office.example\r\n\r\nHello"
    user = factories.user(email="wu@office.example", language="en", display_name=name)
    assert mail.send(account_links.make(terms(), LinkPurpose.INVITATION, user))
    (letter,) = office.letters
    assert letter["Bcc"] is None
    assert office.body().startswith("Hello Wu Bcc: all@office.example Hello,")


def test_a_mail_server_that_is_down_loses_nothing(
    admin: Client, client: Client, mailing: int, caplog: pytest.LogCaptureFixture
) -> None:
    fields = {"display_name": "吴小雨", "name": "wu", "email": "wu@office.example", "active": "y"}
    page = post(admin, "/admin/staff/new/", fields).text
    assert "The mail to wu@office.example could not be sent" in page
    assert choose(client, path(shown(page))).status_code == 303
    assert "ConnectionRefusedError" in caplog.text


def test_a_mail_server_that_quotes_what_it_refuses_tells_the_log_no_token(
    admin: Client, office: PostOffice, han: User, caplog: pytest.LogCaptureFixture
) -> None:
    office.refuses = "554"
    page = post(admin, f"/admin/staff/link/?id={han.id}").text
    assert "SMTPDataError" in caplog.text
    assert shown(page).split("/")[-1] not in caplog.text


def test_a_reset_by_an_administrator_ends_what_was_open(
    admin: Client, client: Client, han: User, as_user: Callable[..., Client]
) -> None:
    theirs = as_user(han)
    address = path(shown(post(admin, f"/admin/staff/link/?id={han.id}").text))
    assert theirs.get("/admin/").status_code == 303
    assert login(client, han).status_code == 401
    assert choose(client, address).status_code == 303
    assert as_user(han, CHOSEN).get("/admin/").status_code == 200


def test_the_button_is_there_for_those_whom_it_helps(admin: Client, han: User) -> None:
    own = db.session.scalars(select(User.id).where(User.name == "lin")).one()
    closed = factories.user("film.view", active=False).id
    for number, there in ((han.id, True), (own, False), (closed, False)):
        for page in ("details", "edit"):
            text = admin.get(f"/admin/staff/{page}/?id={number}").text
            assert ("Password reset link" in text) is there, (number, page)
    assert post(admin, f"/admin/staff/link/?id={own}").status_code == 409
    assert post(admin, f"/admin/staff/link/?id={closed}").status_code == 409


def test_mail_over_tls_asks_for_the_servers_certificate(
    app: Flask, session: Any, office: PostOffice, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    contexts: list[ssl.SSLContext] = []
    monkeypatch.setattr(smtplib.SMTP, "starttls", lambda _self, context=None: contexts.append(context))
    monkeypatch.setattr(app.extensions["mailman"], "use_tls", True)
    user = factories.user(email="wu@office.example", language="en")
    assert mail.send(account_links.make(terms(), LinkPurpose.INVITATION, user))
    assert (contexts[0].verify_mode, contexts[0].check_hostname) == (ssl.CERT_REQUIRED, True)


# ── Opened and used ──


def test_looking_changes_nothing(client: Client, han: User) -> None:
    address = reset(han)
    before = tables()
    for _look in range(3):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
        assert client.get(address + "x").status_code == 410
    assert tables() == before
    assert choose(client, address).status_code == 303


def test_a_link_works_once_and_not_after_its_time(
    client: Client, han: User, clock: Callable[[Any], None]
) -> None:
    first = reset(han)
    assert choose(client, first).status_code == 303
    second = reset(han)
    clock(NOW + timedelta(minutes=60))
    for address in (first, second, "/account-link/unknown", second.replace("account-link", "set-up")):
        told = [client.get(address), post(client, address, {"password": CHOSEN, "again": CHOSEN})]
        for answer in told:
            assert answer.status_code == 410, address
            assert SORRY in answer.text
    assert login(client, han, CHOSEN).status_code == 303


def test_all_bad_links_get_the_same_page(client: Client, han: User, clock: Callable[[Any], None]) -> None:
    used = reset(han)
    wrong = reset(factories.user("film.view")).replace("account-link", "set-up")
    late = reset(factories.user("film.view"))
    # By somebody else: what is said of it is not for this reader.
    choose(Client(client.application, client.application.response_class, use_cookies=True), used)
    clock(NOW + timedelta(days=30))
    pages = set()
    for address in (used, late, wrong, "/account-link/unknown"):
        text = client.get(address).text.replace(address, "")
        pages.add(re.sub(r'(name="csrf_token" value=|nonce=)"[^"]*"', "", text))
    assert len(pages) == 1


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "8 to 128 characters"),
        ("password1", "password1", "most common"),
        ("han2026!", "han2026!", "your own name"),
        (CHOSEN, "another", "not the same as above"),
        ("", "", "required"),
    ],
)
def test_a_bad_password_is_said_at_the_field_and_the_link_stays_good(
    client: Client, han: User, password: str, again: str, words: str
) -> None:
    address = reset(han)
    answer = choose(client, address, password, again=again)
    assert answer.status_code == 422
    assert words in answer.text
    assert choose(client, address).status_code == 303


def test_whoever_is_logged_in_may_open_it_too(admin: Client, han: User) -> None:
    assert choose(admin, reset(han)).status_code == 303
    assert admin.get("/admin/").status_code == 200
    query = select(AuditEntry.actor_name).where(AuditEntry.action == "user.password_reset")
    assert db.session.scalars(query).all() == ["Lin"]


def test_nothing_leads_from_the_page_to_its_address(client: Client, han: User) -> None:
    for address in (reset(han), "/account-link/unknown", "/set-up/unknown"):
        answer = client.get(address)
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_it_works_over_https_with_what_browsers_send(production: Flask) -> None:
    """Under this policy they name the host in Referer, which the protection against forgery asks for, and no more."""
    with production.app_context():
        user = factories.user("film.view", name="han")
        db.session.commit()
        address = f"/account-link/{account_links.make(terms(), LinkPurpose.PASSWORD_RESET, user).token}"
        db.session.commit()
    client = production.test_client()
    page = client.get(address, base_url="https://localhost").text
    form = next(form for form in forms(page) if "again" in form.fields)
    sent = {"base_url": "https://localhost", "data": {**form.fields, "password": CHOSEN, "again": CHOSEN}}
    assert client.post(address, **sent).status_code == 400
    assert client.post(address, headers={"Referer": "https://localhost/"}, **sent).status_code == 303


def test_tries_are_counted_per_address(app: Flask, client: Client, han: User) -> None:
    csrf, statuses = token(client), []
    for number in range(app.config["LOGIN_TRIES_ADDRESS"] + 1):
        statuses.append(client.post(f"/account-link/{number}", data={"csrf_token": csrf}).status_code)
    assert statuses == [410] * app.config["LOGIN_TRIES_ADDRESS"] + [429]
    good = reset(han)
    assert client.get(good).status_code == 429
    assert client.get(good, environ_base={"REMOTE_ADDR": "192.0.2.77"}).status_code == 200


def test_the_token_is_in_no_log_and_no_entry(
    client: Client, han: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    caplog.set_level("DEBUG")
    address = reset(han)
    secret = address.split("/")[-1]
    choose(client, address, "short")
    client.post(address)
    monkeypatch.setitem(app.config, "LOGIN_TRIES_ADDRESS", 0)
    assert client.get(address).status_code == 429
    assert "refused 429 /account-link/•••" in caplog.text
    monkeypatch.setitem(app.config, "LOGIN_TRIES_ADDRESS", 50)
    choose(client, address)
    choose_again = client.get(address)
    assert choose_again.status_code == 410
    own = [record for record in caplog.records if not record.name.startswith(("sqlalchemy", "asyncio"))]
    assert own
    assert not [record for record in own if secret in record.getMessage()]
    assert secret not in repr([entry.__dict__ for entry in db.session.scalars(select(AuditEntry))])
