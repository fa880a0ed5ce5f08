"""Takes the pictures of docs/screenshots again: the demo chain, in both languages, light and dark.

Usage: python -m scripts.screenshots [NAME…]. Names are those of PAGES; without any, all of them.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import func, select

from models import Cinema, Film, Grant, Role, Screening, User, db
from tests.conftest import NOW
from tests.support import chromium, demo, run
from tests.support.client import PASSWORD
from tests.support.live_server import LiveServer, serving

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PAGES = {
    "home": "/admin/",
    "film": "/admin/film/edit/?id={film}",
    "screenings": "/admin/screening/",
    "week": "/schedule?cinema={cinema}&week={week}",
}
LOOKS = (("zh", "light"), ("en", "light"), ("zh", "dark"))


def _examples(app: Flask) -> dict[str, object]:
    """What the addresses need: the busiest cinema, its most shown film, the week of NOW."""
    with app.app_context():
        shown = select(Screening.film_id).group_by(Screening.film_id).order_by(func.count().desc()).limit(1)
        film = db.session.scalar(shown) or db.session.scalar(select(func.min(Film.id)))
        cinema = db.session.scalar(select(func.min(Cinema.id)))
    return {"film": film, "cinema": cinema, "week": f"{NOW:%G}-W{NOW:%V}"}


def _administrator(app: Flask) -> str:
    query = (
        select(User.name)
        .join(User.grants)
        .join(Grant.role)
        .where(Role.key == "administrator")
        .order_by(User.id)
    )
    with app.app_context():
        name = db.session.scalars(query).first()
    if name is None:
        sys.exit("The demo chain has no administrator to log in as.")
    return name


@contextmanager
def _served() -> Iterator[LiveServer]:
    run.make_folder()
    try:
        uri, files = demo.copy(NOW)
        with serving(uri, files, NOW) as server:
            yield server
    finally:
        run.remove_folder()


def _log_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill(name)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("form:has(input[type=password]) [type=submit]").click()
    page.wait_for_url(lambda address: "/login" not in address)


def _page(browser: Browser, server: LiveServer, language: str, theme: str) -> Page:
    page = browser.new_page(
        base_url=server.url,
        locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
        viewport={"width": 1440, "height": 900},
    )
    cookies = {"theme": theme, "language": language}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies.items()]
    )
    return page


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot()))
    # 256 colours are enough for a page, and a third of the bytes for every clone.
    picture.convert("RGB").quantize(256).save(TARGET / f"{name}.png", optimize=True)


def main(names: list[str]) -> None:
    """Take the pictures called `names` into docs/screenshots, in each language and theme of LOOKS."""
    path = chromium.find()
    if path is None:
        sys.exit(chromium.MISSING)
    TARGET.mkdir(parents=True, exist_ok=True)
    with _served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        examples, administrator = _examples(server.app), _administrator(server.app)
        for language, theme in LOOKS:
            page = _page(browser, server, language, theme)
            page.goto("/login")
            if "login" in names:
                _take(page, f"login-{language}-{theme}")
            _log_in(page, administrator)
            for name in (name for name in PAGES if name in names):
                page.goto(PAGES[name].format(**examples))
                _take(page, f"{name}-{language}-{theme}")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or ["login", *PAGES])
