"""Tests in a real Chromium, on SQLite, against the demo chain. A page that complains fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models import db
from services import films
from services.access import SYSTEM
from tests.conftest import NOW
from tests.support import chromium, demo
from tests.support.client import PASSWORD
from tests.support.hands import HANDS, Hand
from tests.support.live_server import LiveServer, serving

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
HERE = Path(__file__).parent
# Rows of a list, and days of a week, are alike: reading all of them would take most of the time.
REPEATED = "tbody tr:nth-child(n+9), .week tbody tr:nth-child(n+3)"
READ = """async ([repeated, rules]) => {
  const options = { rules, resultTypes: ["violations"] };
  return (await axe.run({ exclude: [repeated] }, options)).violations;
}"""
# The machine may be busy with other things; no page needs this long by itself.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

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
        "viewport": DESKTOP,
        # Dialogs appear at once, pages do not glide.
        "reduced_motion": "reduce",
    }


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of this test complained of; a test that expects a complaint removes it from here."""
    return []


def watch(context: BrowserContext, complaints: list[str], base_url: str) -> BrowserContext:
    """Collect what goes wrong on any page: console errors, uncaught errors, policy violations, other hosts."""
    context.set_default_timeout(PATIENCE)
    context.add_init_script(WATCH_POLICY)
    context.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" else None
    )
    context.on("weberror", lambda error: complaints.append(f"uncaught: {error.error}"))
    own = (f"{base_url}/", "data:", "blob:", "about:")
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(own) else complaints.append(f"elsewhere: {asked.url}"),
    )
    return context


@pytest.fixture
def context(context: Any, complaints: list[str], base_url: str) -> Any:
    """A context whose every page is watched."""
    return watch(context, complaints, base_url)


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


@pytest.fixture(scope="session")
def _states() -> dict[str, Any]:
    """The cookies of each member of staff who has logged in on this worker."""
    return {}


@pytest.fixture
def desk(
    browser: Browser,
    browser_context_args: dict[str, Any],
    log_in: Callable[..., None],
    _states: dict[str, Any],
    complaints: list[str],
    base_url: str,
) -> Iterator[Callable[..., Page]]:
    """desk('chen', language='zh', theme='dark', phone=True): a page of theirs, logged in; None: of nobody.

    They logged in once for all tests: a test that ends a log-in makes its own. Further keywords are Playwright's
    for the context. The test fails at its end if anything in the browser complained.
    """

    opened: list[BrowserContext] = []

    def watched(**options: Any) -> BrowserContext:
        context = watch(browser.new_context(**{**browser_context_args, **options}), complaints, base_url)
        opened.append(context)
        return context

    def state(login: str) -> Any:
        if login not in _states:
            entry = watched()
            log_in(entry.new_page(), login)
            _states[login] = entry.storage_state()
        return _states[login]

    def sat_down(
        login: str | None = "lin",
        *,
        language: str = "en",
        theme: str = "light",
        phone: bool = False,
        **options: Any,
    ) -> Page:
        size: dict[str, Any] = {"viewport": PHONE, "has_touch": True} if phone else {}
        kept = {"storage_state": state(login)} if login else {}
        context = watched(**kept, **size, **options)
        chosen = {"language": language, "theme": theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": base_url} for name, value in chosen.items() if value]
        )
        return context.new_page()

    yield sat_down
    for context in opened:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def answered(complaints: list[str]) -> Callable[[int], None]:
    """answered(422): the page was answered with that status, which Chromium remarks upon, and with no other."""

    def expected(status: int) -> None:
        told = [text for text in complaints if f"status of {status}" in text]
        assert told, f"nothing was answered with {status}: {complaints}"
        complaints[:] = [text for text in complaints if text not in told]

    return expected


@pytest.fixture
def house(live_server: LiveServer) -> Callable[[Callable[[], Any]], Any]:
    """house(work): what `work` returns when it is done with the served database, and committed."""

    def done(work: Callable[[], Any]) -> Any:
        with live_server.app.app_context():
            found = work()
            db.session.commit()
            return found

    return done


@pytest.fixture
def make_film(house: Callable[..., Any]) -> Callable[..., int]:
    """make_film('Title', runtime_min=90): the number of a new film."""

    def made(title: str, **values: Any) -> int:
        return int(house(lambda: films.create(SYSTEM, {"title": title, **values}).id))

    return made


@pytest.fixture(params=list(HANDS))
def hand(request: pytest.FixtureRequest) -> Callable[[Page], Hand]:
    """hand(page): somebody who works on that page by mouse, then somebody who has a keyboard only."""
    return HANDS[request.param]


@pytest.fixture
def axe() -> Callable[..., None]:
    """axe(page): fails if axe-core finds a breach of accessibility rules; `skip` names rules to leave out."""

    def check(page: Page, *, skip: tuple[str, ...] = ()) -> None:
        page.evaluate(AXE)
        # The one rule of WCAG 2.2 that axe-core has, and leaves out by default.
        rules = {"target-size": {"enabled": True}} | {rule: {"enabled": False} for rule in skip}
        found = page.evaluate(READ, [REPEATED, rules])
        lines = [f"{v['id']}: {v['help']}: {n['html'][:200]}" for v in found for n in v["nodes"]]
        assert not lines, f"{page.url}:\n" + "\n".join(lines)

    return check
