"""The week of a cinema: found, opened, taken away as a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from models import Cinema, db
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


def _download(page: Page, does: Hand, link: str, folder: Path) -> Path:
    with page.expect_download() as found:
        does.press(page.get_by_role("link", name=link, exact=True))
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def test_the_week_and_its_files(desk: Opens, hand: Hands, house: Any, tmp_path: Path) -> None:
    page = desk("han")
    does = hand(page)
    page.goto("/admin/")
    does.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Week"))
    cinema, city = house(lambda: (db.session.get(Cinema, 1).name, db.session.get(Cinema, 1).city.name))
    does.choose(page.get_by_label("Cinema", exact=True), f"{cinema} · {city}")
    does.press(page.get_by_role("button", name="Show", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text(cinema)
    expect(page.locator("tr.today th")).to_contain_text("Today")
    shown = page.locator(".showing").count()
    assert shown > 50

    told = _download(page, does, "CSV", tmp_path)
    assert cinema[:4] in told.name
    assert "2026-W47" in told.name
    with told.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) - 1 == shown
    book = load_workbook(_download(page, does, "Excel", tmp_path))
    table = list(book.active.iter_rows(values_only=True))
    assert len(table) == len(rows)
    assert [str(head) for head in table[0]] == rows[0]
    film = page.locator(".showing").first.inner_text().split("\n")[0].split(" ", 1)[1]
    assert any(film in row for row in rows)
    assert any(film in row for row in table)


def test_other_weeks(desk: Opens, hand: Hands) -> None:
    page = desk("zhao")
    does = hand(page)
    page.goto("/schedule?cinema=1")
    does.press(page.get_by_role("link", name="Week after"))
    expect(page).to_have_title(re.compile("2026-W48"))
    does.press(page.get_by_role("link", name="Week before"))
    does.press(page.get_by_role("link", name="Week before"))
    expect(page).to_have_title(re.compile("2026-W46"))
    does.press(page.get_by_role("link", name="This week"))
    expect(page).to_have_title(re.compile("2026-W47"))
    does.press(page.locator("a.showing").first)
    expect(page).to_have_url(re.compile("/admin/screening/details/"))


def test_a_manager_sees_one_cinema(desk: Opens) -> None:
    page = desk("chen")
    page.goto("/schedule")
    expect(page.get_by_label("Cinema", exact=True).get_by_role("option")).to_have_count(1)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_week_on_paper_and_on_a_phone(desk: Opens, phone: bool) -> None:
    page = desk("zhao", theme="dark", phone=phone)
    page.goto("/schedule?cinema=1")
    if phone:
        expect(page.locator(".week thead")).to_have_css("position", "absolute")
        hall = page.locator(".week td:has(.showing)").first
        label = hall.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert label.strip('"') == hall.get_attribute("data-label")
        return
    page.emulate_media(media="print")
    for part in (".sidebar", ".topbar", ".filterbar", ".page-header .actions"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator(".showing").first).to_have_css("color", "rgb(0, 0, 0)")
