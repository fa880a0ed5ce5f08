"""A new colleague: added with a role, and able to come in by the link that is shown once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Cinema, User, db
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


def test_adding_somebody(desk: Opens, hand: Hands, log_in: Callable[..., None], house: Any) -> None:
    page = desk("lin")
    does = hand(page)
    name = does.__class__.__name__.lower()
    cinema = house(lambda: db.session.get(Cinema, 1).name)
    page.goto("/admin/staff/")
    does.press(page.get_by_role("link", name="Add", exact=True))
    does.write(page.get_by_role("textbox", name="Display name"), f"New {name}")
    does.write(page.get_by_role("textbox", name="Log-in name"), f"new-{name}")
    does.press(page.get_by_role("button", name="Add a role"))
    role = page.get_by_role("combobox", name="Role", exact=True)
    expect(role).to_be_focused()
    does.look_up(role, "Box", "Box office")
    does.look_up(page.get_by_role("combobox", name="Cinema (empty: all)"), cinema, cinema)
    does.press(page.get_by_role("button", name="Add a role"))
    does.press(page.get_by_role("button", name="Remove this role").last)
    does.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"A link for New {name}")
    link = page.locator("[data-link]").input_value()
    does.press(page.get_by_role("link", name="Done"))
    expect(page).to_have_title(f"New {name} · Marquee")
    assert link not in page.content()

    theirs = desk(None)
    _choose(theirs, link, "seven quiet lanterns")
    log_in(theirs, f"new-{name}", "seven quiet lanterns")
    expect(theirs.get_by_role("heading", level=1)).to_have_text(f"Hello, New {name}")
    menu = theirs.get_by_role("navigation", name="Main")
    expect(menu.get_by_role("link", name="Week")).to_be_visible()
    expect(menu.get_by_role("link", name="Staff")).to_have_count(0)


def _choose(page: Page, link: str, password: str) -> None:
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(password)
    page.get_by_role("button", name="Set the password").click()
    expect(page).to_have_title("Log in · Marquee")


def test_a_reset_link_ends_what_was_open(
    desk: Opens, hand: Hands, log_in: Callable[..., None], house: Any
) -> None:
    page = desk("lin")
    does = hand(page)
    name = f"lost-{does.__class__.__name__.lower()}"
    page.goto("/admin/staff/new/")
    page.get_by_role("textbox", name="Display name").fill(name)
    page.get_by_role("textbox", name="Log-in name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    theirs = desk(None)
    _choose(theirs, page.locator("[data-link]").input_value(), "seven quiet lanterns")
    log_in(theirs, name, "seven quiet lanterns")
    expect(theirs.get_by_role("heading", name="Welcome")).to_be_visible()

    number = house(lambda: db.session.scalar(select(User.id).where(User.name == name)))
    page.goto(f"/admin/staff/details/?id={number}")
    does.press(page.get_by_role("button", name="Password reset link"))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The present password and all log-ins of this account end at once.")
    does.press(dialog.get_by_role("button", name="Password reset link"))
    link = page.locator("[data-link]").input_value()
    theirs.reload()
    expect(theirs).to_have_title("Log in · Marquee")
    _choose(theirs, link, "eight quiet lanterns")
    log_in(theirs, name, "eight quiet lanterns")
    expect(theirs).to_have_title("Home · Marquee")
