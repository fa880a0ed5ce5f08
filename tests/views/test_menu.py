"""The menu tells the truth: what it shows opens, what it hides does not (case A10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from dashboard.menu import GROUPS
from models import User
from services.permissions import SEED_ROLES
from tests import factories
from tests.support.client import Client

MENU = re.compile(r'<a class="sidebar-link" href="([^"]+)" data-name')


def shown(client: Client) -> set[str]:
    """The addresses in the menu of a page."""
    return set(MENU.findall(client.get("/admin/").text))


@pytest.mark.parametrize("everywhere", [False, True], ids=["own cinema", "everywhere"])
@pytest.mark.parametrize("role", [role.key for role in SEED_ROLES])
def test_what_the_menu_shows_opens_and_what_it_hides_does_not(
    app: Flask,
    make_user: Callable[..., User],
    as_user: Callable[..., Client],
    clock: Any,
    role: str,
    everywhere: bool,
) -> None:
    client = as_user(make_user(role, cinema=None if everywhere else factories.cinema()))
    with app.test_request_context():
        entries = {app.url_for(entry.endpoint) for _title, group in GROUPS for entry in group}
    answers = {url: client.get(url).status_code for url in entries}
    assert shown(client) == {url for url, status in answers.items() if status == 200}
    assert entries - shown(client) == {url for url, status in answers.items() if status == 403}


def test_the_menu_of_somebody_without_a_role_holds_the_home_page(
    make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    assert shown(as_user(make_user())) == {"/admin/"}
