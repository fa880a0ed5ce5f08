"""Coming in and going out; language and theme on both sides of the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from models import Film, db
from tests.support.client import PASSWORD
from tests.support.hands import Hand

# What the theme was when the body began, and so before anything of it was painted.
AT_BODY = """
new MutationObserver((_changes, observer) => {
  if (!document.body) return;
  window.themeAtBody = document.documentElement.dataset.bsTheme;
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""


def _enter(page: Page, does: Hand, name: str, password: str = PASSWORD) -> None:
    does.write(page.get_by_role("textbox", name="Name or e-mail"), name)
    does.write(page.get_by_role("textbox", name="Password"), password)
    does.press(page.get_by_role("button", name="Log in", exact=True))


def _theme(page: Page) -> Any:
    return page.evaluate("document.documentElement.dataset.bsTheme")


def test_logging_in(desk: Callable[..., Page], hand: Callable[[Page], Hand], answered: Any) -> None:
    page = desk(None)
    page.goto("/admin/film/")
    expect(page).to_have_title("Log in · Marquee")
    expect(page.get_by_role("textbox", name="Name or e-mail")).to_be_focused()
    _enter(page, hand(page), "zhao", "wrong")
    expect(page).to_have_title("Error: Log in · Marquee")
    answered(401)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.get_by_role("textbox", name="Name or e-mail")).to_have_value("zhao")
    _enter(page, hand(page), "zhao")
    expect(page).to_have_title("Films · Marquee")


def test_logging_in_without_javascript(desk: Callable[..., Page]) -> None:
    page = desk(None, java_script_enabled=False)
    page.goto("/login")
    page.get_by_label("Name or e-mail").fill("zhao")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_title("Home · Marquee")


def test_what_is_left_empty_is_said_at_the_field(desk: Callable[..., Page], answered: Any) -> None:
    page = desk(None)
    page.goto("/login")
    page.get_by_role("textbox", name="Password").press("Enter")
    expect(page).to_have_title("Error: Log in · Marquee")
    answered(422)
    expect(page.get_by_role("textbox", name="Name or e-mail")).to_have_attribute("aria-invalid", "true")


def test_after_logging_out_nothing_works(
    desk: Callable[..., Page],
    log_in: Callable[..., None],
    make_film: Callable[..., int],
    hand: Callable[[Page], Hand],
    house: Any,
    answered: Any,
) -> None:
    film = make_film("Left Behind")
    # A log-in of its own: this one ends.
    page = desk(None)
    log_in(page, "lin")
    forgotten = page.context.new_page()
    forgotten.goto(f"/admin/film/edit/?id={film}")
    forgotten.get_by_role("textbox", name="Title", exact=True).fill("Changed Afterwards")
    page.goto(f"/admin/film/details/?id={film}")
    does = hand(page)
    does.press(page.locator("summary.person"))
    does.press(page.get_by_role("button", name="Log out"))
    expect(page).to_have_title("Log in · Marquee")

    page.go_back()
    expect(page).to_have_title("Log in · Marquee")
    # A form that was open in another tab is not taken.
    forgotten.get_by_role("button", name="Save", exact=True).click()
    expect(forgotten).not_to_have_title("Edit: Left Behind · Marquee")
    answered(400)
    assert house(lambda: db.session.get(Film, film).title) == "Left Behind"


@pytest.mark.parametrize("login", [None, "lin"], ids=["outside", "inside"])
def test_the_theme_is_switched_and_kept(
    desk: Callable[..., Page], hand: Callable[[Page], Hand], login: str | None
) -> None:
    page = desk(login, theme="")
    page.context.add_init_script(AT_BODY)
    page.goto("/admin/" if login else "/login")
    does = hand(page)
    for name, wanted in (("Dark", "dark"), ("Light", "light"), ("Dark", "dark")):
        if login:
            does.press(page.locator("summary[aria-label='Light or dark']"))
        with page.expect_response("**/preferences"):
            does.press(page.get_by_role("button", name=name, exact=True))
        assert _theme(page) == wanted
    page.reload()
    assert page.evaluate("window.themeAtBody") == "dark"


@pytest.mark.parametrize("system", ["dark", "light"])
def test_the_system_decides_when_nothing_was_chosen(desk: Callable[..., Page], system: str) -> None:
    page = desk(None, theme="", color_scheme=system)
    page.context.add_init_script(AT_BODY)
    page.goto("/login")
    assert page.evaluate("window.themeAtBody") == system
    other = "light" if system == "dark" else "dark"
    page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
    page.wait_for_function("theme => document.documentElement.dataset.bsTheme === theme", arg=other)


@pytest.mark.parametrize("login", [None, "lin"], ids=["outside", "inside"])
def test_the_language_is_switched_and_kept(
    desk: Callable[..., Page], hand: Callable[[Page], Hand], login: str | None
) -> None:
    page = desk(login, language="", locale="en-GB")
    page.goto("/admin/film/?search=Metropolis" if login else "/login")
    root, does = page.locator("html"), hand(page)
    expect(root).to_have_attribute("lang", "en")
    if login:
        does.press(page.locator("summary[aria-label='Language']"))
    does.press(page.get_by_role("button", name="简体中文"))
    expect(root).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(root).to_have_attribute("lang", "zh-CN")
    if login:
        assert "search=Metropolis" in page.url


def test_the_browser_language_decides_when_nothing_was_chosen(desk: Callable[..., Page]) -> None:
    page = desk(None, language="", locale="zh-CN")
    page.goto("/login")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_what_was_chosen_outside_holds_inside(desk: Callable[..., Page], log_in: Callable[..., None]) -> None:
    page = desk(None, language="", theme="", locale="zh-CN")
    page.goto("/login")
    page.get_by_role("button", name="English").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark", exact=True).click()
    log_in(page, "lin")
    expect(page).to_have_title("Home · Marquee")
    assert _theme(page) == "dark"


def test_theme_and_language_switch_without_javascript(desk: Callable[..., Page]) -> None:
    page = desk("lin", java_script_enabled=False)
    page.goto("/admin/film/")
    page.locator("summary[aria-label='Light or dark']").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("summary[aria-label='Language']").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_url("/admin/film/")
