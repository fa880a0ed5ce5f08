"""A film's life: added, put into the trash after being asked, taken out again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from models import Film, Hall, db
from services import screenings
from services.access import SYSTEM
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


def _text(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def _lookup(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def _film(title: str) -> Film | None:
    return db.session.scalar(select(Film).where(Film.title == title))


def _dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_adding_a_film(desk: Opens, hand: Hands, house: Any, answered: Any) -> None:
    page = desk("zhao")
    does = hand(page)
    page.goto("/admin/film/")
    does.press(page.get_by_role("link", name="Add", exact=True))
    does.write(_text(page, "English or original title"), "The Long Take")
    does.write(page.get_by_role("spinbutton", name="Runtime in minutes"), "0")
    does.tick(page.get_by_role("checkbox", name="IMAX 2D"))
    does.look_up(_lookup(page, "Distributor"), "Star", "Star Film Company")
    does.look_up(_lookup(page, "Cast"), "Ann Example", "Ann Example")
    does.look_up(_lookup(page, "Genres"), "Dra", "Drama")
    does.write(_text(page, "Synopsis"), "Two lines\nof text")
    does.press(page.get_by_role("button", name="Save", exact=True))

    expect(page).to_have_title("Error: Add: Film · Marquee")
    answered(422)
    summary = page.get_by_role("alert", name="Please correct this first")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(_text(page, "Title")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-save-state]")).to_have_text("Unsaved changes")
    _is_kept(page)

    does.press(summary.get_by_role("link", name=re.compile("^Title:")))
    expect(_text(page, "Title")).to_be_focused()
    title = f"The Long Take {does.__class__.__name__}"
    page.keyboard.type(title)
    does.write(page.get_by_role("spinbutton", name="Runtime in minutes"), "95")
    does.press(page.get_by_role("button", name="Save", exact=True))

    expect(page.get_by_role("status").filter(has_text=f"“{title}” was added.")).to_be_visible()
    expect(page).to_have_title(f"{title} · Marquee")
    for text in ("95", "Star Film Company", "Drama", "Ann Example", "IMAX 2D"):
        expect(page.locator("dl.record dd", has_text=text).first).to_be_visible()
    assert house(lambda: _film(title).synopsis) == "Two lines\nof text"


def _is_kept(page: Page) -> None:
    """All that was typed into the form stands there again."""
    expect(_text(page, "English or original title")).to_have_value("The Long Take")
    expect(page.get_by_role("spinbutton", name="Runtime in minutes")).to_have_value("0")
    expect(page.get_by_role("checkbox", name="IMAX 2D")).to_be_checked()
    expect(page.locator("#distributor + .ts-wrapper .item")).to_have_text(re.compile("^Star Film Company"))
    expect(page.locator("#cast + .ts-wrapper .item")).to_have_text(re.compile("^Ann Example"))
    expect(page.locator("#genres + .ts-wrapper .item")).to_have_text(re.compile("^Drama"))
    assert _text(page, "Synopsis").input_value().splitlines() == ["Two lines", "of text"]


def test_save_and_add_another(desk: Opens, hand: Hands, house: Any) -> None:
    page = desk("zhao")
    does = hand(page)
    page.goto("/admin/film/new/")
    title = f"One of Two {does.__class__.__name__}"
    does.write(_text(page, "Title"), title)
    does.press(page.get_by_role("button", name="Save and add another"))
    expect(page.get_by_role("status").filter(has_text=f"“{title}” was added.")).to_be_visible()
    expect(page).to_have_title("Add: Film · Marquee")
    expect(_text(page, "Title")).to_have_value("")
    assert house(lambda: _film(title) is not None)


def _add_past_screening(film: int) -> None:
    values = {
        "film": db.session.get(Film, film),
        "hall": db.session.get(Hall, 1),
        "starts_at": datetime(2025, 1, film % 28 + 1, 12, tzinfo=UTC),
        "price": 4500,
    }
    screenings.schedule(SYSTEM, values)


@pytest.mark.parametrize("place", ["list", "details"])
def test_deleting_asks_first(
    desk: Opens, hand: Hands, make_film: Callable[..., int], house: Any, place: str
) -> None:
    page = desk("zhao")
    does = hand(page)
    title = f"Gone Soon {place} {does.__class__.__name__}"
    film = make_film(title, runtime_min=90)
    house(lambda: _add_past_screening(film))
    page.goto(f"/admin/film/?search={title}" if place == "list" else f"/admin/film/details/?id={film}")
    here = page.url
    link = page.get_by_role(
        "link", name=f"Delete: {title}" if place == "list" else "Delete", exact=place != "list"
    )

    does.press(link)
    dialog = _dialog(page)
    expect(dialog.get_by_role("heading", name=f"Delete “{title}”?")).to_be_visible()
    expect(dialog).to_contain_text("It goes to the trash and can be restored from there.")
    expect(dialog.get_by_role("listitem")).to_have_text("Other screenings, which stay in the books: 1")
    does.press(dialog.get_by_role("link", name="Cancel"))
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    does.press(link)
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.url == here
    assert house(lambda: _film(title).deleted_at) is None

    does.press(link)
    does.press(dialog.get_by_role("button", name="Move to the trash"))
    expect(page.get_by_role("status").filter(has_text=f"“{title}” is in the trash.")).to_be_visible()
    assert house(lambda: _film(title).deleted_at) is not None
    page.goto("/admin/film/")
    does.press(page.get_by_role("link", name="Trash", exact=True))
    does.press(page.get_by_role("button", name=re.compile(f"^Restore: {title}")))
    expect(page.get_by_role("status").filter(has_text=f"“{title}” was restored.")).to_be_visible()
    assert house(lambda: _film(title).deleted_at) is None


def test_what_is_needed_cannot_be_deleted(desk: Opens, hand: Hands) -> None:
    page = desk("zhao")
    page.goto("/admin/film/details/?id=1")
    does = hand(page)
    does.press(page.get_by_role("link", name="Delete", exact=True))
    dialog = _dialog(page)
    expect(dialog).to_contain_text("This cannot be deleted as long as something needs it.")
    expect(dialog).to_contain_text("Screenings to come, to be cancelled or moved first")
    expect(dialog.get_by_role("button", name="Move to the trash")).to_have_count(0)
    does.press(dialog.get_by_role("link", name="Back"))
    expect(dialog).to_be_hidden()


def test_deleting_without_javascript(desk: Opens, make_film: Callable[..., int], house: Any) -> None:
    title = "Gone Without a Script"
    film = make_film(title)
    page = desk("zhao", java_script_enabled=False)
    page.goto(f"/admin/film/details/?id={film}")
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page).to_have_title(f"Delete “{title}”? · Marquee")
    assert house(lambda: _film(title).deleted_at) is None
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_title("Films · Marquee")
    page.goto(f"/admin/film/delete/?id={film}")
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".alert-success")).to_contain_text(f"“{title}” is in the trash.")
    assert house(lambda: _film(title).deleted_at) is not None


def test_nothing_is_deleted_unasked_without_javascript(desk: Opens, make_film: Callable[..., int]) -> None:
    film = make_film("Never Unasked")
    page = desk("lin", java_script_enabled=False)
    for address in ("/admin/film/?search=Unasked", f"/admin/film/details/?id={film}", "/admin/city/"):
        page.goto(address)
        assert page.locator("form[action*='/delete']").count() == page.locator("form[data-confirm]").count()
        for asking in page.locator("button[data-confirm], form[data-confirm] button").all():
            expect(asking).to_be_disabled()
    page.goto("/admin/film/?search=Unasked")
    page.get_by_role("checkbox", name="Tick Never Unasked").check()
    expect(page.get_by_role("button", name="Move to the trash")).to_be_disabled()


def test_deleting_many_asks_first(
    desk: Opens, hand: Hands, make_film: Callable[..., int], house: Any
) -> None:
    page = desk("zhao")
    does = hand(page)
    name = f"Many {does.__class__.__name__}"
    ids = [make_film(f"{name} {number}") for number in range(3)]
    page.goto(f"/admin/film/?search={name}")
    bar = page.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    for number in range(2):
        does.tick(page.get_by_role("checkbox", name=f"Tick {name} {number}"))
    expect(bar).to_contain_text("2 selected")
    does.press(bar.get_by_role("button", name="Move to the trash"))
    dialog = _dialog(page)
    expect(dialog).to_contain_text("Really delete the 2 ticked records?")
    does.press(dialog.get_by_role("button", name="Cancel"))
    expect(dialog).to_be_hidden()

    def trashed() -> list[bool]:
        return [db.session.get(Film, film).deleted_at is not None for film in ids]

    assert house(trashed) == [False, False, False]
    does.press(bar.get_by_role("button", name="Move to the trash"))
    does.press(dialog.get_by_role("button", name="Move to the trash"))
    expect(page.get_by_role("status").filter(has_text="2 records done.")).to_be_visible()
    assert house(trashed) == [True, True, False]


def test_ticks(desk: Opens) -> None:
    page = desk("zhao")
    page.goto("/admin/film/")
    boxes, bar = page.locator("input[data-select]"), page.locator(".bulk-bar")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    page.get_by_role("checkbox", name="Tick all on this page").click()
    expect(bar).to_contain_text(f"{boxes.count()} selected")
    page.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Tick all on this page")).to_be_focused()


def test_what_can_be_done_stays_in_view_on_a_phone(desk: Opens) -> None:
    page = desk("zhao", phone=True)
    page.goto("/admin/film/")
    page.locator("input[data-select]").nth(20).click()
    expect(page.locator(".bulk-bar").get_by_role("button", name="Move to the trash")).to_be_in_viewport()


def test_searching_sorting_and_turning_pages(desk: Opens, hand: Hands) -> None:
    page = desk("zhao")
    does = hand(page)
    page.goto("/admin/film/")
    does.press(page.get_by_role("link", name="Minutes", exact=True))
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Minutes")
    does.press(page.get_by_role("link", name="Next", exact=True))
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text(re.compile(r"51–\d+ of \d+"))
    does.choose(page.get_by_role("combobox", name="Genre"), "Horror")
    does.look_up(page.get_by_role("combobox", name="Distributor"), "Decla", "Decla-Film")
    does.press(page.get_by_role("button", name="Show", exact=True))
    expect(page.locator(".pill")).to_have_count(2)
    does.press(page.get_by_role("link", name="Remove filter: Distributor"))
    expect(page.locator(".pill")).to_have_text(re.compile("Genre Horror"))
    does.write(page.get_by_role("searchbox", name="Search"), "zzz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_a_click_anywhere_on_a_row_opens_it(desk: Opens) -> None:
    page = desk("zhao")
    page.goto("/admin/film/?search=Metropolis")
    page.locator("tbody tr td.num").first.click()
    expect(page).to_have_url(re.compile("/admin/film/details/"))
