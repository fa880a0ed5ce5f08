"""A file is read: looked at first, then taken over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from models import Film, db
from tests.support.hands import Hand


def _file(folder: Path, name: str) -> Path:
    """Films that do not exist, in the shape in which the ticket shop lists films."""
    number = ord(name[0])
    films = [
        {"id": f"{number}1", "showName": f"{name}一", "showNameEn": "Made Up", "duration": 98,
         "openTime": "2026-12-24", "director": "某某", "type": "剧情,喜剧", "showMark": "2D"},
        {"id": f"{number}2", "showName": f"{name}二", "duration": 105, "openTime": "2026-12"},
        {"id": f"{number}3", "showName": "", "duration": 1},
    ]  # fmt: skip
    path = folder / "made-up.json"
    answer = {"api": "x", "data": {"returnCode": "0", "returnValue": films}, "ret": ["SUCCESS::调用成功"]}
    path.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return path


def test_importing(
    desk: Callable[..., Page],
    hand: Callable[[Page], Hand],
    tmp_path: Path,
    house: Any,
    answered: Callable[[int], None],
) -> None:
    page = desk("lin")
    does = hand(page)
    name = {"Mouse": "鼠标片", "Keyboard": "键盘片"}[does.__class__.__name__]
    path = _file(tmp_path, name)

    def stored() -> int:
        return house(lambda: db.session.scalar(select(func.count()).where(Film.title.startswith(name))))

    page.goto("/admin/")
    does.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Import"))
    does.press(page.get_by_role("button", name="Read the file"))
    expect(page).to_have_title("Error: Import · Marquee")
    answered(422)
    expect(page.locator("[data-error-summary]")).to_be_focused()

    does.pick(page.get_by_label("File", exact=True), path)
    does.press(page.get_by_role("button", name="Read the file"))
    expect(page.get_by_role("heading", name="What would happen: made-up.json")).to_be_visible()
    expect(page.locator("tr.row-new")).to_have_count(2)
    expect(page.locator("tr.row-refused")).to_have_count(1)
    assert stored() == 0

    does.pick(page.get_by_label("File", exact=True), path)
    does.tick(page.get_by_role("switch", name="Only show what would happen"))
    does.press(page.get_by_role("button", name="Read the file"))
    expect(page.get_by_role("heading", name="What happened: made-up.json")).to_be_visible()
    assert stored() == 2
    page.goto(f"/admin/film/?search={name}")
    expect(page.locator("tbody tr")).to_have_count(2)
