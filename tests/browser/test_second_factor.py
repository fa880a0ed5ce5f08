"""Two-step log-in, by mouse and by keyboard: set up, logged in with, and the day the phone is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from models import Login, User, db
from tests import factories
from tests.conftest import NOW
from tests.support.client import PASSWORD
from tests.support.hands import Hand, Mouse

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


@pytest.fixture
def seller(house: Callable[..., Any]) -> str:
    """The log-in name of somebody new."""
    return str(house(lambda: factories.user("film.view").name))


def _give_password(page: Page, does: Hand, name: str) -> None:
    page.goto("/login")
    does.write(page.get_by_role("textbox", name="Name or e-mail"), name)
    does.write(page.get_by_label("Password"), PASSWORD)
    does.press(page.get_by_role("button", name="Log in"))
    expect(page).to_have_title("Second step · Marquee")


def _set_up(page: Page, does: Hand, seconds: int = 0) -> tuple[str, list[str]]:
    """From the page of two-step log-in to the recovery codes; the secret and the codes."""
    does.press(page.get_by_role("button", name="Set up two-step log-in"))
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    code = page.get_by_role("textbox", name="Code that the app shows now")
    expect(code).to_be_focused()
    does.write(code, pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds)))
    does.press(page.get_by_role("button", name="Switch it on"))
    expect(page).to_have_title("Your recovery codes · Marquee")
    return secret, page.locator("[data-codes] li").all_inner_texts()


def test_setting_up_and_logging_in(
    desk: Opens,
    hand: Hands,
    log_in: Callable[..., None],
    seller: str,
    axe: Callable[..., None],
    answered: Callable[[int], None],
) -> None:
    page = desk(None)
    log_in(page, seller)
    page.goto("/account")
    does = hand(page)
    # The clock stands still: the code of the step before leaves this one for the log-in.
    secret, codes = _set_up(page, does, -30)
    assert len(codes) == 10
    axe(page)
    does.press(page.get_by_role("link", name="I have kept them"))
    expect(page.locator("section", has_text="Two-step log-in").last).to_contain_text(
        "10 recovery codes are left"
    )

    theirs = desk(None)
    does = hand(theirs)
    _give_password(theirs, does, seller)
    axe(theirs)
    code = theirs.get_by_role("textbox", name="Code of your app")
    expect(code).to_be_focused()
    does.write(code, "000000")
    does.press(theirs.get_by_role("button", name="Log in"))
    expect(theirs.locator("[data-error-summary]")).to_be_focused()
    answered(422)
    axe(theirs)
    now = pyotp.TOTP(secret).at(NOW)
    does.write(code, f"{now[:3]} {now[3:]}")
    does.press(theirs.get_by_role("button", name="Log in"))
    expect(theirs).to_have_title("Home · Marquee")


def test_a_recovery_code_when_the_phone_is_lost(
    desk: Opens, hand: Hands, log_in: Callable[..., None], seller: str
) -> None:
    page = desk(None)
    log_in(page, seller)
    page.goto("/account/second-factor")
    does = hand(page)
    _secret, codes = _set_up(page, does)
    does.press(page.locator("summary.person"))
    does.press(page.get_by_role("button", name="Log out"))
    expect(page).to_have_title("Log in · Marquee")
    _give_password(page, does, seller)
    does.press(page.get_by_text("No phone at hand?"))
    does.write(page.get_by_role("textbox", name="Recovery code"), codes[0])
    does.press(page.get_by_role("button", name="Log in"))
    expect(page).to_have_title("Home · Marquee")


def test_recovery_codes_can_be_saved_copied_and_printed(
    desk: Opens, log_in: Callable[..., None], seller: str
) -> None:
    page = desk(None, permissions=["clipboard-read", "clipboard-write"])
    log_in(page, seller)
    page.goto("/account/second-factor")
    _secret, codes = _set_up(page, Mouse(page))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8").split() == codes
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").last).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")


def test_a_role_that_demands_it_leads_to_setting_up(
    desk: Opens, hand: Hands, log_in: Callable[..., None], house: Callable[..., Any], axe: Callable[..., None]
) -> None:
    def make() -> str:
        user = factories.user("film.view")
        user.grants[0].role.demands_second_factor = True
        return str(user.name)

    page = desk(None)
    log_in(page, house(make))
    expect(page).to_have_url(re.compile("/account/second-factor$"))
    expect(page.get_by_role("main")).to_contain_text("until then nothing else opens")
    axe(page)
    does = hand(page)
    _set_up(page, does)
    page.goto("/admin/film/")
    expect(page).to_have_title("Films · Marquee")


def test_giving_the_password_again_carries_on(
    desk: Opens,
    hand: Hands,
    log_in: Callable[..., None],
    house: Callable[..., Any],
    axe: Callable[..., None],
    answered: Callable[[int], None],
) -> None:
    keeper = house(lambda: factories.user("role.view", "role.create", "role.edit", "film.view").name)
    page = desk(None)
    log_in(page, keeper)
    # The clock of the house stands still, so the proof is made an hour older.
    old = update(Login).values(proved_at=NOW - timedelta(hours=1))
    theirs = select(User.id).where(User.name == keeper).scalar_subquery()
    house(lambda: db.session.execute(old.where(Login.user_id == theirs)))
    does = hand(page)
    name = f"Night {does.__class__.__name__}"
    page.goto("/admin/role/new/")
    does.write(page.get_by_role("textbox", name="Name"), name)
    does.tick(page.get_by_role("checkbox", name="See films"))
    does.press(page.get_by_role("button", name="Save", exact=True))
    expect(page).to_have_title("Your password, please · Marquee")
    answered(403)
    axe(page)
    password = page.get_by_label("Your password now")
    expect(password).to_be_focused()
    does.write(password, "not it")
    does.press(page.get_by_role("button", name="Go on"))
    expect(page).to_have_title("Error: Your password, please · Marquee")
    answered(422)
    expect(password).to_have_accessible_description(re.compile("not the password"))
    axe(page)
    does.write(password, PASSWORD)
    does.press(page.get_by_role("button", name="Go on"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("main")).to_contain_text("See films")
