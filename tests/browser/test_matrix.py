"""The table of roles and permissions by mouse and by keyboard, and the preview that begins there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from models import Role, db
from services import roles
from services.access import SYSTEM
from tests.support.hands import Hand, Keyboard, Mouse

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]
URL = "/admin/role/matrix/"
MANY = 30
PLACE = """box => [box.closest('td').cellIndex,
  [...document.querySelectorAll('[data-matrix-row]')].indexOf(box.closest('tr'))]"""


@pytest.fixture
def usher(house: Any, hand: Hands, request: pytest.FixtureRequest) -> tuple[int, str]:
    """A role of this test's own: its number and its name."""
    name = f"Usher {request.node.name}"
    names = ["film.view", "hall.view"]
    values = {"name": name, "permissions": names}
    return int(house(lambda: roles.create(SYSTEM, values).id)), name


def held(house: Any, number: int) -> set[str]:
    return set(house(lambda: [item.name for item in db.session.get_one(Role, number).permissions]))


def box(page: Page, name: str, text: str) -> Locator:
    return page.get_by_role("checkbox", name=f"{name}: {text}", exact=True)


def go_to(page: Page, does: Hand, target: Locator) -> None:
    """By keyboard: Tab leads into the table once, arrows lead on."""
    if isinstance(does, Mouse):
        return
    assert isinstance(does, Keyboard)
    does.reach(page.locator("[data-matrix-row] input[tabindex='0']"))
    (column, row), (now, line) = (item.evaluate(PLACE) for item in (target, page.locator(":focus")))
    for _step in range(abs(row - line)):
        page.keyboard.press("ArrowDown" if row > line else "ArrowUp")
    for _step in range(abs(column - now)):
        page.keyboard.press("ArrowRight" if column > now else "ArrowLeft")
    expect(target).to_be_focused()


def tick(page: Page, does: Hand, target: Locator) -> None:
    go_to(page, does, target)
    does.tick(target)


def test_changes_are_ticked_looked_at_and_saved(
    desk: Opens, hand: Hands, house: Any, usher: tuple[int, str]
) -> None:
    number, name = usher
    page = desk("lin")
    does = hand(page)
    page.goto("/admin/role/")
    does.press(page.get_by_role("link", name="Who may do what"))
    count = page.locator("[data-matrix-count]")
    tick(page, does, box(page, name, "Change and restore films"))
    expect(count).to_have_text("1 change")
    tick(page, does, box(page, name, "See halls"))
    expect(count).to_have_text("2 changes")
    tick(page, does, box(page, name, "See cities"))
    tick(page, does, box(page, name, "See cities"))
    expect(count).to_have_text("2 changes")
    expect(page.locator("td.is-changed")).to_have_count(2)
    does.press(page.get_by_role("button", name="Show what changes").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("What would change")
    review = page.get_by_role("region", name=name)
    expect(review.get_by_role("listitem")).to_have_text(
        ["Change and restore films film.edit", "See halls hall.view"]
    )
    assert held(house, number) == {"film.view", "hall.view"}
    does.press(page.get_by_role("button", name="Back to the table"))
    expect(page.locator("td.is-changed")).to_have_count(2)
    expect(count).to_have_text("2 changes")
    does.press(page.get_by_role("button", name="Show what changes").first)
    does.press(page.get_by_role("button", name="Save these changes"))
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(box(page, name, "Change and restore films")).to_be_checked()
    assert held(house, number) == {"film.view", "film.edit"}


def test_what_was_ticked_is_not_lost_unasked(desk: Opens, hand: Hands, usher: tuple[int, str]) -> None:
    page = desk("lin")
    does = hand(page)
    page.goto(URL)
    tick(page, does, box(page, usher[1], "See cities"))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    does.press(page.get_by_role("link", name="Films", exact=True))
    expect(page.locator("[data-save-state]")).to_have_text("Unsaved changes")
    assert asked == ["beforeunload"]


def test_arrows_home_and_end_move_over_what_may_be_ticked(desk: Opens) -> None:
    page = desk("lin")
    page.goto(URL)
    rows = page.locator("[data-matrix-row]")
    first = rows.first.get_by_role("checkbox")
    last = first.count() - 1
    assert page.locator("[data-matrix-row] input[tabindex='0']").count() == 1
    first.first.focus()
    for key, target in (
        ("ArrowLeft", first.first),
        ("ArrowRight", first.nth(1)),
        ("End", first.nth(last)),
        ("ArrowDown", rows.nth(1).get_by_role("checkbox").nth(last)),
        ("Home", rows.nth(1).get_by_role("checkbox").first),
        ("Control+End", rows.last.get_by_role("checkbox").last),
        ("Control+Home", first.first),
    ):
        page.keyboard.press(key)
        expect(target).to_be_focused()


def test_thirty_roles_stay_readable(desk: Opens, house: Any, axe: Callable[..., None]) -> None:
    made = house(
        lambda: [
            roles.create(SYSTEM, {"name": f"Many {n} of a rather long name", "permissions": []}).id
            for n in range(MANY)
        ]
    )
    page = desk("lin")
    for size in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        page.goto(URL)
        page.locator("[data-matrix-row] input[tabindex='0']").focus()
        page.keyboard.press("Control+End")
        # Wherever one is, the names of the role and of the permission are in view.
        for name in (
            page.get_by_role("columnheader").last,
            page.get_by_role("rowheader").last,
            page.locator(":focus"),
        ):
            expect(name).to_be_in_viewport(ratio=0.9)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    house(lambda: [roles.delete(SYSTEM, db.session.get_one(Role, number)) for number in made])


def test_looking_as_a_role(desk: Opens, hand: Hands, log_in: Callable[..., None]) -> None:
    page = desk(None)
    log_in(page, "lin")
    does = hand(page)
    page.goto(URL)
    does.press(page.get_by_role("link", name="See the product as “Box office” does"))
    expect(page.locator("#preview-role option:checked")).to_have_text("Box office")
    does.press(page.get_by_role("button", name="Begin the preview"))
    banner = page.get_by_role("complementary", name="Preview")
    expect(banner).to_contain_text("You are looking as “Box office” in all cinemas.")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Staff")).to_have_count(0)
    does.press(banner.get_by_role("button", name="End the preview"))
    expect(page.get_by_role("status").filter(has_text="The preview has ended")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Staff")).to_be_visible()
