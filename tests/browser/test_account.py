"""One's own account: another password by keyboard alone, and another session ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.support.client import PASSWORD
from tests.support.hands import Hand

NEW = "seven quiet lanterns"
Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


@pytest.fixture
def seller(house: Callable[..., Any]) -> str:
    """The log-in name of somebody new, as their log-ins end here."""
    return str(house(lambda: factories.user("film.view").name))


def _write(page: Page, does: Hand, old: str, new: str, again: str) -> None:
    for name, text in (
        ("Your password now", old),
        ("Your new password", new),
        ("Your new password again", again),
    ):
        does.write(page.get_by_role("textbox", name=name, exact=True), text)
    does.press(page.get_by_role("button", name="Change the password"))


def test_a_new_password(
    desk: Opens,
    hand: Hands,
    log_in: Callable[..., None],
    seller: str,
    axe: Callable[..., None],
    answered: Callable[[int], None],
) -> None:
    page, elsewhere = desk(None), desk(None)
    log_in(elsewhere, seller)
    log_in(page, seller)
    does = hand(page)
    does.press(page.locator("summary.person"))
    does.press(page.get_by_role("link", name="Your account"))
    expect(page).to_have_title("Your account · Marquee")

    _write(page, does, PASSWORD, "iloveyou", "iloveyou")
    expect(page).to_have_title("Error: Your account · Marquee")
    answered(422)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    does.press(page.locator("[data-error-summary]").get_by_role("link"))
    field = page.get_by_role("textbox", name="Your new password", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("most common"))
    expect(field).to_have_value("")
    axe(page)

    _write(page, does, PASSWORD, NEW, NEW)
    expect(page.get_by_role("status").first).to_contain_text("Your password was changed.")
    expect(page.locator("tr", has_text="This one")).to_have_count(1)
    elsewhere.reload()
    expect(elsewhere).to_have_title("Log in · Marquee")
    log_in(elsewhere, seller, NEW)


def test_ending_another_session(
    desk: Opens, hand: Hands, log_in: Callable[..., None], seller: str, axe: Callable[..., None]
) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    page, firefox, third = desk(None), desk(None, user_agent=agent), desk(None, phone=True)
    for each in (firefox, third, page):
        log_in(each, seller)
    page.goto("/account")
    axe(page)
    expect(page.locator("tbody tr")).to_have_count(3)
    does = hand(page)
    does.press(page.get_by_role("button", name="End: Firefox on Linux"))
    expect(page.get_by_role("status").first).to_contain_text("The log-in has ended.")
    expect(page.locator("tbody tr")).to_have_count(2)
    firefox.reload()
    expect(firefox).to_have_title("Log in · Marquee")

    third.goto("/account")
    axe(third)
    does.press(page.get_by_role("button", name="End all others"))
    expect(page.locator("tbody tr")).to_have_count(1)
    third.reload()
    expect(third).to_have_title("Log in · Marquee")


def test_a_password_may_be_pasted(desk: Opens, log_in: Callable[..., None], seller: str) -> None:
    page = desk(None)
    log_in(page, seller)
    page.goto("/account")
    field = page.get_by_role("textbox", name="Your new password", exact=True)
    field.focus()
    page.keyboard.insert_text("x" * 200)
    assert len(field.input_value()) == 200
