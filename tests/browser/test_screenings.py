"""A screening is put into a hall; one that would overlap is refused at its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models import Screening, ScreeningStatus, db
from tests.conftest import NOW
from tests.support.hands import Hand

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]


def _taken() -> dict[str, Any]:
    """A screening to come, in words."""
    found = db.session.scalars(
        select(Screening)
        .where(
            Screening.starts_at > NOW, Screening.status == ScreeningStatus.ON_SALE, Screening.format == "2D"
        )
        .order_by(Screening.id)
    ).first()
    start = found.starts_at.astimezone(found.cinema.zone).replace(tzinfo=None)
    return {"film": found.film.title, "cinema": found.cinema.name, "hall": found.hall.name, "start": start}


def test_scheduling(desk: Opens, hand: Hands, house: Any, answered: Any) -> None:
    taken = house(_taken)
    page = desk("zhao")
    does = hand(page)
    page.goto("/admin/")
    does.press(page.get_by_role("link", name="Add a screening"))
    film, hall = (page.get_by_role("combobox", name=name, exact=True) for name in ("Film", "Hall"))
    start = page.get_by_label("Feature starts at")
    does.look_up(film, taken["film"], taken["film"])
    does.choose(page.get_by_role("combobox", name="Spoken language"), "English")
    where = f"{taken['cinema']} · {taken['hall']}"
    does.look_up(hall, taken["hall"], where)
    does.write_moment(start, taken["start"])
    does.write(page.get_by_role("spinbutton", name="Price (yuan)"), "45.50")
    does.press(page.get_by_role("button", name="Save", exact=True))

    expect(page).to_have_title("Error: Add: Screening · Marquee")
    answered(409)
    expect(page.get_by_role("alert", name="Please correct this first")).to_be_focused()
    expect(page.locator("#starts_at-error")).to_contain_text(f"Overlaps “{taken['film']}” by")
    expect(start).to_have_value(f"{taken['start']:%Y-%m-%dT%H:%M}")
    expect(page.locator("#film + .ts-wrapper .item")).to_contain_text(taken["film"])
    expect(page.locator("#hall + .ts-wrapper .item")).to_contain_text(where)
    expect(page.get_by_role("spinbutton", name="Price (yuan)")).to_have_value("45.50")

    hours = 20 if does.__class__.__name__ == "Mouse" else 14
    free = datetime.fromisoformat(f"2027-01-15T{hours}:30")
    does.press(page.locator("[data-error-summary] a"))
    expect(start).to_be_focused()
    does.write_moment(start, free)
    does.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("status").filter(has_text="was added.")).to_be_visible()
    expect(page.get_by_text(f"2027-01-15 {hours}:30").first).to_be_visible()
    expect(page.locator("dd", has_text="¥45.50")).to_be_visible()
