"""Tests in a real Chromium, on SQLite, against the demo chain. A page that complains fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import NOW
from tests.support import chromium, demo
from tests.support.client import PASSWORD
from tests.support.live_server import LiveServer, serving

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
HERE = Path(__file__).parent

# Tells Python of every violation of the content security policy, early ones included.
WATCH_POLICY = """
document.addEventListener('securitypolicyviolation', event => {
  console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium; without one the browser tests are skipped."""
    path = chromium.find()
    if path is None:
        pytest.skip(chromium.MISSING)
    return {**browser_type_launch_args, "executable_path": path, "args": list(chromium.ARGUMENTS)}


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """The application with the demo chain, served to this worker. Tests share its data: make your own to change."""
    uri, files = demo.copy(NOW)
    with serving(uri, files, NOW) as server:
        yield server


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """What page.goto('/admin/') is relative to."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    """A member of staff's laptop in Shanghai."""
    return {
        **browser_context_args,
        "base_url": base_url,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of this test complained of; a test that expects a complaint removes it from here."""
    return []


@pytest.fixture
def context(context: Any, complaints: list[str]) -> Any:
    """A context whose every page is watched: console errors, uncaught errors, policy violations."""
    context.add_init_script(WATCH_POLICY)
    context.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" else None
    )
    context.on("weberror", lambda error: complaints.append(f"uncaught: {error.error}"))
    return context


@pytest.fixture
def page(context: Any, complaints: list[str]) -> Iterator[Page]:
    """A page; the test fails at its end if anything in the browser complained."""
    page = context.new_page()
    yield page
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def log_in() -> Callable[..., None]:
    """log_in(page, name, password): through the log-in page, ending where it leads to."""

    def logged_in(page: Page, name: str, password: str = PASSWORD) -> None:
        page.goto("/login")
        page.locator("input[autocomplete=username]").fill(name)
        page.locator("input[type=password]").fill(password)
        page.locator("form:has(input[type=password]) [type=submit]").click()
        page.wait_for_url(lambda url: "/login" not in url)

    return logged_in


@pytest.fixture
def axe() -> Callable[..., None]:
    """axe(page): fails if axe-core finds a breach of accessibility rules; `skip` names rules to leave out."""

    def check(page: Page, *, skip: tuple[str, ...] = ()) -> None:
        page.evaluate(AXE)
        rules = {rule: {"enabled": False} for rule in skip}
        found = page.evaluate("rules => axe.run(document, {rules})", rules)["violations"]
        lines = [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found for n in v["nodes"]]
        assert not lines, f"{page.url}:\n" + "\n".join(lines)

    return check
