"""A slip is put right from the history: found, looked at, set back; and the trail is taken along as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from models import Film, db
from services import films
from services.access import SYSTEM
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


def test_a_change_is_reverted(
    desk: Opens, hand: Hands, make_film: Callable[..., int], house: Any, axe: Callable[..., None]
) -> None:
    page = desk("lin")
    does = hand(page)
    number = make_film("Street Angel", runtime_min=91, genres=["drama"])
    house(
        lambda: films.update(SYSTEM, db.session.get_one(Film, number), {"title": "Steet Angle", "genres": []})
    )
    page.goto(f"/admin/film/details/?id={number}")
    does.press(page.get_by_role("link", name="Change history"))
    does.press(page.get_by_role("link", name="Revert"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Revert a change: Steet Angle")
    row = page.get_by_role("row").filter(has_text="Title")
    expect(row).to_contain_text("Steet Angle")
    expect(row).to_contain_text("Street Angel")
    axe(page)
    does.write(page.get_by_label("Reason"), "typing error")
    does.press(page.get_by_role("button", name="Revert"))
    expect(page.get_by_text("Reverted.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("typing error")
    assert house(lambda: db.session.get_one(Film, number).title) == "Street Angel"


def test_the_trail_is_taken_along_as_it_is_narrowed(desk: Opens, hand: Hands) -> None:
    page = desk("lin")
    does = hand(page)
    page.goto("/admin/audit/?action=create&resource=city")
    with page.expect_download() as taken:
        does.press(page.get_by_role("link", name="CSV"))
    lines = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith('"When","Who"')
    assert len(lines) > 3
    assert {"Cities: added" in line for line in lines[1:] if line.startswith('"20')} == {True}
