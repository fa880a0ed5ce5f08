"""Following account links as people do, and asking for one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models import LinkPurpose, User, db
from services import account_links, logins
from services.account_links import Terms
from tests.factories import CHEAP
from tests.services.test_logins import POLICY
from tests.support.client import Client, post
from tests.support.forms import forms
from views import mail
from views.account_links import terms

CHOSEN = "seven quiet lanterns"
TERMS = Terms(timedelta(days=7), timedelta(minutes=60))
VALUES = {"name": "wu", "display_name": "Wu", "email": "wu@example.org"}
# Where the tests' installation says that it is.
OFFICE = "https://office.example"


def path(link: str) -> str:
    """The path of a link, which leads to the installation's public address."""
    assert link.startswith(f"{OFFICE}/")
    return link.removeprefix(OFFICE)


def shown(page: str) -> str:
    """The link that a page shows."""
    (found,) = re.findall(r'value="([^"]*)" readonly data-link', page)
    return str(found)


def choose(client: Client, address: str, password: str = CHOSEN, **more: Any) -> Any:
    """Open a link as a person does, and send the form that is there."""
    form = next(form for form in forms(client.get(address).text) if "again" in form.fields)
    return client.post(address, data={**form.fields, "password": password, "again": password, **more})


def reset(user: User) -> str:
    """The path of a new link to reset a password."""
    return path(mail.link_address(account_links.make(terms(), LinkPurpose.PASSWORD_RESET, user)))


def ask(client: Client, typed: str) -> Any:
    """Say at “Forgot your password?” who one is."""
    return post(client, "/forgot-password", {"login": typed})


def wu() -> User:
    """The account made of VALUES."""
    return db.session.scalars(select(User).where(User.name == "wu")).one()


def log_in(password: str) -> str:
    """Log in as “wu”; the token."""
    values: dict[str, Any] = {"remember": False, "address": "192.0.2.1", "device": ""}
    return logins.log_in(POLICY, CHEAP, typed="wu", password=password, **values)[0]
