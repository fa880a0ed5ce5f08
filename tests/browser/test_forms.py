"""Forms guard what was typed; keys do what the list of keys says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from models import Film, db

Opens = Callable[..., Page]


@pytest.fixture
def asked(desk: Opens, make_film: Callable[..., int]) -> tuple[Page, list[str], int]:
    """A film's form, and the questions that the browser asked there; each was answered with “stay”."""
    film = make_film("Guarded")
    page = desk("zhao")
    questions: list[str] = []

    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"/admin/film/edit/?id={film}")
    return page, questions, film


def test_leaving_with_unsaved_changes_asks(asked: tuple[Page, list[str], int], house: Any) -> None:
    page, questions, film = asked
    state = page.locator("[data-save-state]")
    expect(state).to_have_text("No unsaved changes")
    title = page.get_by_role("textbox", name="Title", exact=True)
    title.fill("Guarded, changed")
    expect(state).to_have_text("Unsaved changes")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Films").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert questions == ["beforeunload"]
    expect(title).to_have_value("Guarded, changed")

    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert questions == ["beforeunload"]
    assert house(lambda: db.session.get(Film, film).title) == "Guarded, changed"


def test_leaving_without_changes_does_not_ask(asked: tuple[Page, list[str], int]) -> None:
    page, questions, _film = asked
    title = page.get_by_role("textbox", name="Title", exact=True)
    title.fill("Something else")
    title.fill("Guarded")
    expect(page.locator("[data-save-state]")).to_have_text("No unsaved changes")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Films").click()
    expect(page).to_have_title("Films · Marquee")
    assert questions == []


def test_discarding(asked: tuple[Page, list[str], int]) -> None:
    page, questions, _film = asked
    discard = page.get_by_role("button", name="Discard")
    expect(discard).to_be_hidden()
    page.get_by_role("textbox", name="Title", exact=True).fill("Never kept")
    discard.click()
    expect(discard).to_be_hidden()
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Guarded")
    assert questions == []


def test_saving_again_something_that_changed_meanwhile(
    asked: tuple[Page, list[str], int], house: Any, answered: Any
) -> None:
    page, _questions, film = asked

    def change() -> None:
        db.session.get(Film, film).director = "Somebody Else"

    page.get_by_role("textbox", name="Title", exact=True).fill("Too late")
    house(change)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_role("alert", name="Please correct this first")).to_contain_text(
        "Someone else changed"
    )
    answered(409)
    expect(page.get_by_role("textbox", name="Title", exact=True)).to_have_value("Too late")


def test_saving_unchanged_changes_nothing(asked: tuple[Page, list[str], int], house: Any) -> None:
    page, _questions, film = asked
    house(lambda: setattr(db.session.get(Film, film), "synopsis", "One line\nand another"))
    page.reload()
    version = house(lambda: db.session.get(Film, film).version)
    page.keyboard.press("ControlOrMeta+s")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert house(lambda: db.session.get(Film, film).version) == version


def test_the_save_bar_fits_a_phone(desk: Opens) -> None:
    page = desk("zhao", phone=True)
    page.goto("/admin/film/new/")
    page.get_by_role("textbox", name="Title", exact=True).fill("Unsaved")
    expect(page.get_by_role("button", name="Discard")).to_be_visible()
    for button in page.locator(".save-bar .btn").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert 24 <= box["height"] <= 48


def test_the_keys(desk: Opens) -> None:
    page = desk("zhao")
    page.goto("/admin/film/")
    search = page.get_by_role("searchbox", name="Search")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")

    search.evaluate("field => field.blur()")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_role("switch").click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def test_the_menu_narrows_and_stays_narrow(desk: Opens) -> None:
    page = desk("zhao")
    page.goto("/admin/film/")
    page.get_by_role("button", name="Narrow menu").click()
    page.reload()
    expect(page.locator(".sidebar")).to_have_css("width", "68px")
    films = page.get_by_role("navigation", name="Main").get_by_role("link", name="Films")
    expect(films).to_have_attribute("title", "Films")


def test_the_menu_is_a_drawer_on_a_phone(desk: Opens) -> None:
    page = desk("zhao", phone=True)
    page.goto("/admin/film/")
    link = page.get_by_role("link", name="Halls", exact=True)
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    drawer = page.get_by_role("dialog", name="Menu")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).tap()
    link.tap()
    expect(page).to_have_title("Halls · Marquee")


def test_the_skip_link_comes_first(desk: Opens) -> None:
    page = desk("zhao")
    page.goto("/admin/film/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    expect(page.locator("#main")).to_be_focused()
