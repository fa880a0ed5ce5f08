"""What watches the pages sees what it should: each collector is shown a page that is wrong in its way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.hands import Keyboard

ADDRESS = "/admin/bad"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"


def _show(page: Page, body: str, policy: str = POLICY) -> None:
    page.route(
        f"**{ADDRESS}",
        lambda route: route.fulfill(
            content_type="text/html",
            headers={"Content-Security-Policy": policy} if policy else {},
            body=f"<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1>{body}</main>",
        ),
    )
    page.goto(ADDRESS)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>document.title = 'ran'</script>", "CSP script-src-elem inline"),
        ('<p style="color: red">x</p>', "CSP style-src-attr inline"),
        ('<button onclick="alert(1)">x</button>', "CSP script-src-attr inline"),
    ],
)
def test_a_breach_of_the_policy_is_seen(
    desk: Callable[..., Page], complaints: list[str], body: str, told: str
) -> None:
    page = desk(None)
    _show(page, body)
    assert page.title() == "Bad"
    assert any(text.startswith(told) for text in complaints), complaints
    complaints.clear()


def test_errors_and_the_console_are_seen(desk: Callable[..., Page], complaints: list[str]) -> None:
    page = desk(None)
    _show(page, "<script>console.error('said so'); missing();</script>", policy="")
    assert "said so" in complaints
    assert any(text.startswith("uncaught:") and "missing" in text for text in complaints), complaints
    complaints.clear()


def test_a_request_to_another_host_is_seen(desk: Callable[..., Page], complaints: list[str]) -> None:
    page = desk(None)
    page.route("http://elsewhere.example/**", lambda route: route.abort())
    _show(page, "<img src='http://elsewhere.example/pixel.png' alt=''>", policy="")
    assert "elsewhere: http://elsewhere.example/pixel.png" in complaints
    complaints.clear()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<img src='/static/img/mark.svg'>", "image-alt"),
        ("<p><font color=#cccccc>pale</font></p>", "color-contrast"),
        ("<input name=q>", "label"),
        ("<button>a</button><button>b</button>" * 9, "target-size"),
    ],
)
def test_what_is_not_accessible_is_seen(
    desk: Callable[..., Page], axe: Callable[..., None], body: str, rule: str
) -> None:
    page = desk(None)
    _show(page, body)
    if rule == "target-size":
        page.evaluate(
            "document.querySelectorAll('button').forEach(b => "
            "Object.assign(b.style, {width: '12px', height: '12px', padding: 0, margin: 0}))"
        )
    with pytest.raises(AssertionError, match=rf"(?m)^\s*{rule}:"):
        axe(page)


def test_what_tab_does_not_reach_is_seen(desk: Callable[..., Page]) -> None:
    page = desk(None)
    _show(page, "<button tabindex=-1>Out of reach</button>")
    with pytest.raises(AssertionError, match="Tab does not lead"):
        Keyboard(page).press(page.get_by_role("button"))
