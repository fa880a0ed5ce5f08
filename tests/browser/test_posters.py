"""Posters: uploaded with progress, refused with a reason, taken away after being asked, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from models import Film, db
from tests.support.hands import Hand
from tests.support.pictures import picture, png_large

Opens = Callable[..., Page]
Hands = Callable[[Page], Hand]
MEGABYTE = 1024 * 1024
LOADED = "image => image.complete && image.naturalWidth > 0"


def _slowly(page: Page, bytes_a_second: int) -> Any:
    """Let uploads of this page take their time; the session that can end it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    _speed(session, bytes_a_second)
    return session


def _speed(session: Any, bytes_a_second: int) -> None:
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.emulateNetworkConditions", limits)


def _is_shown(image: Locator) -> None:
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    image.evaluate("image => image.decode()")
    assert image.evaluate(LOADED)


@pytest.fixture
def poster(tmp_path: Path) -> Path:
    path = tmp_path / "poster.png"
    path.write_bytes(png_large(1))
    return path


def test_uploading(desk: Opens, hand: Hands, make_film: Callable[..., int], poster: Path, house: Any) -> None:
    page = desk("su")
    does = hand(page)
    title = f"Pictured {does.__class__.__name__}"
    film = make_film(title)
    page.goto(f"/admin/film/details/?id={film}")
    slow = _slowly(page, MEGABYTE // 4)
    does.pick(page.get_by_label("Drop a picture here, paste it, or choose one"), poster)
    progress = page.locator("[data-upload-progress]")
    expect(progress).to_contain_text("poster.png")
    expect(progress).to_contain_text(re.compile(r"\d+% · 0\.\d / 1\.0 MB"))
    assert 0 < page.locator("progress").evaluate("bar => bar.value") < 1

    does.press(page.get_by_role("button", name="Cancel", exact=True))
    expect(progress).to_contain_text("Cancelled.")
    assert house(lambda: db.session.get(Film, film).posters) == []
    _speed(slow, -1)
    does.press(page.get_by_role("button", name="Try again"))
    expect(page.get_by_role("status").filter(has_text="The poster was uploaded.")).to_be_visible()
    if "/edit/" in page.url:
        page.goto(f"/admin/film/details/?id={film}")
    _is_shown(page.get_by_role("img", name=f"Poster of “{title}”"))
    page.goto(f"/admin/film/?search={title}")
    _is_shown(page.locator("tbody img.thumb"))


def test_a_poster_is_removed_after_being_asked(
    desk: Opens, hand: Hands, make_film: Callable[..., int], poster: Path
) -> None:
    page = desk("su")
    does = hand(page)
    page.goto(f"/admin/film/details/?id={make_film('Pictured No More')}")
    page.locator("#poster-file").set_input_files(poster)
    remove = page.get_by_role("button", name="Remove poster")
    does.press(remove)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The film will have no poster any more.")
    does.press(dialog.get_by_role("button", name="Cancel"))
    expect(dialog).to_be_hidden()
    expect(remove).to_be_focused()
    does.press(remove)
    does.press(dialog.get_by_role("button", name="Remove poster"))
    expect(page.get_by_role("status").filter(has_text="The poster was removed.")).to_be_visible()
    expect(page.get_by_text("No poster yet")).to_be_attached()


def test_what_is_no_picture_is_refused_in_place(
    desk: Opens, make_film: Callable[..., int], tmp_path: Path, answered: Any
) -> None:
    page = desk("su")
    page.goto(f"/admin/film/edit/?id={make_film('Not Pictured')}")
    page.get_by_role("textbox", name="Short title").fill("not yet saved")
    text, large = tmp_path / "text.png", tmp_path / "large.png"
    text.write_bytes(b"no picture at all")
    large.write_bytes(bytes(21 * MEGABYTE))
    progress = page.locator("[data-upload-progress]")
    page.locator("#poster-file").set_input_files(text)
    expect(progress.locator("[data-upload-status]")).to_have_class(re.compile("text-danger"))
    answered(422)
    page.locator("#poster-file").set_input_files(large)
    expect(progress).to_contain_text("20 MB")
    expect(page.get_by_role("textbox", name="Short title")).to_have_value("not yet saved")


def test_a_picture_that_is_dropped_is_uploaded(
    desk: Opens, make_film: Callable[..., int], poster: Path
) -> None:
    page = desk("su")
    page.goto(f"/admin/film/details/?id={make_film('Dropped')}")
    data = page.evaluate_handle(
        """bytes => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", { type: "image/jpeg" }));
          return carried;
        }""",
        list(picture()),
    )
    zone = page.locator("[data-dropzone]")
    zone.dispatch_event("dragover", {"dataTransfer": data})
    expect(zone).to_have_class(re.compile("is-over"))
    zone.dispatch_event("drop", {"dataTransfer": data})
    expect(page.get_by_role("status").filter(has_text="The poster was uploaded.")).to_be_visible()


def test_uploading_without_javascript(
    desk: Opens, make_film: Callable[..., int], poster: Path, tmp_path: Path, answered: Any
) -> None:
    film = make_film("Pictured Without a Script")
    page = desk("su", java_script_enabled=False)
    page.goto(f"/admin/film/details/?id={film}")
    wrong = tmp_path / "wrong.png"
    wrong.write_bytes(b"no picture at all")
    page.locator("#poster-file").set_input_files(wrong)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page).to_have_title("Error: The poster was not taken · Marquee")
    answered(422)
    page.locator("input[type=file]").set_input_files(poster)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator(".alert-success")).to_contain_text("The poster was uploaded.")
    expect(page.locator("img.poster")).to_be_visible()
