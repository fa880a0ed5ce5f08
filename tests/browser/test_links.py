"""Coming in by a link: handed over by an administrator, opened by somebody who is not logged in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import LinkPurpose, User, db
from tests import factories
from tests.browser.test_pages import LOOKS, check
from tests.conftest import NOW
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]
CHOSEN = "seven quiet lanterns"


@pytest.fixture
def make_link(house: Callable[..., Any]) -> Callable[..., str]:
    """make_link("chen"): the path of a link by which that member of staff may choose a password."""

    def made(login: str, token: str) -> str:
        def work() -> None:
            user = db.session.scalars(select(User).where(User.name == login)).one()
            digest = hashlib.sha256(token.encode()).hexdigest()
            values = {"token_hash": digest, "created_at": NOW, "expires_at": NOW + timedelta(hours=1)}
            factories.account_link(user=user, purpose=LinkPurpose.PASSWORD_RESET, **values)

        house(work)
        return f"/account-link/{token}"

    return made


def test_an_invitation_leads_in(desk: Opens, hand: Hands, log_in: Callable[..., None]) -> None:
    page = desk("lin")
    does = hand(page)
    name = f"guest-{does.__class__.__name__.lower()}"
    page.goto("/admin/staff/new/")
    does.write(page.get_by_role("textbox", name="Display name"), name)
    does.write(page.get_by_role("textbox", name="Log-in name"), name)
    does.press(page.get_by_role("button", name="Save", exact=True))
    expect(page).to_have_title(f"A link for {name} · Marquee")
    link = page.get_by_role("textbox", name="Link").input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    does.press(page.get_by_role("button", name="Copy"))
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == link
    does.press(page.get_by_role("link", name="Done"))
    expect(page.get_by_role("button", name="New invitation")).to_be_visible()

    theirs = desk(None)
    does = hand(theirs)
    theirs.goto(link)
    expect(theirs).to_have_title("Choose your password · Marquee")
    does.write(theirs.get_by_role("textbox", name="Your new password", exact=False).first, CHOSEN)
    does.write(theirs.get_by_role("textbox", name="Your new password again"), CHOSEN)
    does.press(theirs.get_by_role("button", name="Set the password"))
    expect(theirs).to_have_title("Log in · Marquee")
    expect(theirs.get_by_text(f"The password of {name} is set.")).to_be_visible()
    log_in(theirs, name, CHOSEN)
    expect(theirs).to_have_title("Home · Marquee")


def test_a_bad_password_is_said_at_the_field(
    desk: Opens, hand: Hands, make_link: Callable[..., str], answered: Callable[[int], None]
) -> None:
    page = desk(None)
    does = hand(page)
    page.goto(make_link("han", f"bad-{does.__class__.__name__}"))
    does.write(page.locator("#password"), "password1")
    does.write(page.locator("#again"), "password1")
    does.press(page.get_by_role("button", name="Set the password"))
    expect(page.locator("[data-error-summary]")).to_be_focused()
    answered(422)
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password")).to_have_value("")


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_pages_of_links(
    desk: Opens, axe: Callable[..., None], make_link: Callable[..., str], answered: Any, look: str
) -> None:
    options = LOOKS[look]
    page = desk(None, **options)
    page.goto(make_link("wu", f"look-{look}"))
    check(page, axe, **options)
    for address in ("/account-link/none", "/set-up/none"):
        page.goto(address)
        check(page, axe, **options)
    answered(410)


def test_the_language_is_switched_on_the_page_of_a_link(
    desk: Opens, hand: Hands, make_link: Callable[..., str]
) -> None:
    page = desk(None)
    does = hand(page)
    address = make_link("su", f"language-{does.__class__.__name__}")
    page.goto(address)
    does.press(page.locator("summary[aria-label='Language']"))
    does.press(page.get_by_role("button", name="简体中文"))
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_url(address)
