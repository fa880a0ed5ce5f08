"""The two ways to work with a page: by mouse, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

# More stops than any page has.
STOPS_MAX = 600
CHOSEN = "select => select.selectedOptions[0].label.trim()"
BEFORE = """element => document.activeElement !== document.body &&
  Boolean(document.activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)"""
FOCUSED = "element => element === document.activeElement"
# WCAG 2.2, 2.4.11: what has the focus is not hidden behind something that sticks to the window's edge.
IN_VIEW = """element => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, innerHeight) / 2);
  return Boolean(top) && (element.contains(top) || top.contains(element) && top !== document.body);
}"""


class Hand(Protocol):
    """What a person does to the parts of a page."""

    def press(self, target: Locator) -> None:
        """Activate a link, a button or a summary."""

    def tick(self, target: Locator) -> None:
        """Tick or untick a box."""

    def write(self, target: Locator, text: str) -> None:
        """Replace what a text field holds."""

    def write_moment(self, target: Locator, moment: datetime) -> None:
        """Fill in a date and a time."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose an option of a select."""

    def look_up(self, target: Locator, typed: str, option: str) -> None:
        """Type into a look-up or a field of tags, and take what is offered."""

    def pick(self, target: Locator, file: Path) -> None:
        """Choose a file with the file picker."""


def _dressed(target: Locator) -> Locator:
    # Until the script has come, the select itself answers to the name.
    wrapper = target.locator("xpath=ancestor::div[contains(@class, 'ts-wrapper')]")
    expect(wrapper).to_be_visible()
    return wrapper


def _offered(target: Locator, option: str) -> Locator:
    choices = _dressed(target).locator(".ts-dropdown :is(.option, .create)", has_text=option)
    return choices.first


class Mouse:
    """Points and clicks; types only what is text."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def tick(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)

    def write_moment(self, target: Locator, moment: datetime) -> None:
        target.fill(f"{moment:%Y-%m-%dT%H:%M}")

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def look_up(self, target: Locator, typed: str, option: str) -> None:
        wrapper = _dressed(target)
        # What has been chosen covers the input of a look-up for one.
        single = "single" in (wrapper.get_attribute("class") or "").split()
        # A click on an open list would close it.
        if not target.evaluate(FOCUSED):
            (wrapper.locator(".ts-control") if single else target).click()
        self.page.keyboard.type(typed)
        _offered(target, option).click()

    def pick(self, target: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            target.click()
        chooser.value.set_files(file)


class Keyboard:
    """Gets everywhere with Tab; Enter, Space and letters do the rest."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = page.keyboard

    def reach(self, target: Locator) -> None:
        """Press Tab, or Shift and Tab, until `target` has the focus; it must then be in view."""
        expect(target).to_be_visible()
        # To find it anew at every stop would take most of the time.
        element = target.element_handle()
        key = "Shift+Tab" if element.evaluate(BEFORE) else "Tab"
        for _stop in range(STOPS_MAX):
            if element.evaluate(FOCUSED):
                assert element.evaluate(IN_VIEW), f"hidden while it has the focus: {target}"
                return
            self.keys.press(key)
        raise AssertionError(f"Tab does not lead to {target}")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.keys.press("Enter")

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.keys.press("Space")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.keys.press("ControlOrMeta+a")
        self.keys.type(text)

    def write_moment(self, target: Locator, moment: datetime) -> None:
        self.reach(target)
        # Chromium without a window speaks American; the year takes more digits than four, so it is left by an arrow.
        self.keys.type(f"{moment:%m%d%Y}")
        self.keys.press("ArrowRight")
        self.keys.type(f"{moment:%I%M%p}")

    def choose(self, target: Locator, label: str) -> None:
        self.reach(target)
        self.keys.press("Home")
        for _step in range(target.locator("option").count()):
            if target.evaluate(CHOSEN) == label:
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"no option “{label}” in {target}")

    def look_up(self, target: Locator, typed: str, option: str) -> None:
        _dressed(target)
        self.reach(target)
        self.keys.type(typed)
        wanted = _offered(target, option)
        expect(wanted).to_be_visible()
        for _step in range(50):
            if "active" in (wanted.get_attribute("class") or ""):
                break
            self.keys.press("ArrowDown")
        self.keys.press("Enter")

    def pick(self, target: Locator, file: Path) -> None:
        # Listened for from the start: the key is faster than the request to be told of pickers.
        with self.page.expect_file_chooser() as chooser:
            self.reach(target)
            self.keys.press("Space")
        chooser.value.set_files(file)


HANDS: dict[str, Callable[[Page], Hand]] = {"mouse": Mouse, "keyboard": Keyboard}
