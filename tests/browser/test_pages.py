"""Every page there is: nothing complains, everybody can read it, it fits, and the menu tells the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from dashboard.menu import GROUPS
from models import AuditEntry, Cinema, City, Distributor, Film, Hall, Poster, Role, Screening, User, db
from services.demo.load import PEOPLE
from tests import factories
from tests.support.live_server import LiveServer

Opens = Callable[..., Page]
MODELS = {
    "film": Film,
    "screening": Screening,
    "distributor": Distributor,
    "cinema": Cinema,
    "hall": Hall,
    "city": City,
    "user": User,
    "role": Role,
    "audit": AuditEntry,
}
# Blueprint -> states of its pages that have no address of their own.
GROUPS_OF_PAGES: dict[str, tuple[str, ...]] = {
    "account": (),
    # But for those behind a link: test_links.py.
    "account_links": (),
    "admin": (),
    "auth": (),
    "film": ("/admin/film/?search=zzz&genre=drama", "/admin/film/?trash=1"),
    "screening": ("/admin/screening/?when=all&sort=-price&page=2", "/admin/screening/?day=bad&sort=bad"),
    "distributor": (),
    "cinema": ("/admin/cinema/?trash=1",),
    "hall": ("/admin/hall/?cinema=1",),
    "city": (),
    "user": (
        "/admin/staff/why/?id=3&permission=film.edit",
        "/admin/staff/why/?id=3&permission=screening.edit&noun=screening&record=1",
    ),
    "preview": ("/preview?role=3&cinema=1",),
    "role": (),
    "audit": ("/admin/audit/?resource=film&action=create&person=1&record=1&from=2026-01-01&to=2027-01-01",),
    "schedule": ("/schedule?cinema=1", "/schedule?cinema=1&week=2030-W01"),
    "imports": (),
    "second_factor": (),
    # Nobody waits for a code here: it leads to the log-in page. test_second_factor.py looks at it.
    "second_step": (),
}
# What has an address and is no page: data, files, pictures.
DATA = {
    "ajax_lookup",
    "matrix_export",
    "export_view",
    "exports.schedule",
    "health.live",
    "health.ready",
    "posters.show",
    "static",
}
LOOKS = {
    "light-zh-desktop": {"theme": "light", "language": "zh", "phone": False},
    "dark-en-desktop": {"theme": "dark", "language": "en", "phone": False},
    "light-en-phone": {"theme": "light", "language": "en", "phone": True},
}

OVERFLOW = "[document.documentElement.scrollWidth, innerWidth]"
# Boxes count with their label; links within a text are let off (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=combobox]'
  )].filter(element => {
    const shown = element.closest('label') ?? element;
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    if (element.matches('.skip-link, .ts-hidden-accessible')) return false;
    if (element.matches('a') && getComputedStyle(element).display === 'inline') return false;
    if (element.matches('[type=checkbox], [type=radio]') && element.closest('.form-check')) return false;
    if (element.closest('.ts-control')) return false;
    const box = shown.getBoundingClientRect();
    return box.width < 23.9 || box.height < 23.9;
  }).map(element => element.outerHTML.slice(0, 120))"""
# A row of a list is a card whose values are labelled; the label is drawn from data-label.
UNLABELLED = """() => [...document.querySelectorAll('table.table-cards > tbody > tr')].flatMap(row =>
    getComputedStyle(row).display !== 'block' ? ['no card: ' + row.outerHTML.slice(0, 120)] :
    [...row.cells].filter(cell => !cell.matches('.cell-tick, .cell-main, .cell-menu') &&
      getComputedStyle(cell, '::before').content !== JSON.stringify(cell.dataset.label))
      .map(cell => 'no label: ' + cell.outerHTML.slice(0, 120)))"""


def _endpoints(server: LiveServer) -> dict[str, str]:
    """Endpoint -> rule of everything that answers a GET."""
    return {
        rule.endpoint: rule.rule
        for rule in server.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.endpoint.endswith(".static")
    }


def _is_data(endpoint: str) -> bool:
    return endpoint in DATA or endpoint.split(".")[-1] in DATA


def _addresses(server: LiveServer, group: str) -> list[str]:
    """The addresses of a blueprint's pages, with the number of a record where one is needed."""
    found = []
    for endpoint, rule in _endpoints(server).items():
        blueprint, _, name = endpoint.partition(".")
        if blueprint != group or _is_data(endpoint) or "<token>" in rule:
            continue
        needs_record = name in (
            "details_view",
            "history_view",
            "edit_view",
            "confirm_delete_view",
            "why_view",
        )
        if name == "revert_view":
            found.append(f"{rule}?{_change(server, group)}")
            continue
        found.append(f"{rule}?id={_record(server, group)}" if needs_record else rule)
    return [*found, *GROUPS_OF_PAGES[group]]


def _change(server: LiveServer, group: str) -> str:
    """The arguments of the page that asks whether to set back a change of a record."""
    number = _record(server, group)
    with server.app.app_context():
        entry = factories.told_change(group, number)
        db.session.commit()
        return f"id={number}&entry={entry.id}"


def _record(server: LiveServer, group: str) -> int:
    """A record that shows much: the third, as the first accounts are those that the tests use."""
    with server.app.app_context():
        return int(db.session.scalars(select(MODELS[group].id).order_by(MODELS[group].id).limit(3)).all()[-1])


def test_every_page_is_in_a_group(live_server: LiveServer) -> None:
    pages = {endpoint.split(".")[0] for endpoint in _endpoints(live_server) if not _is_data(endpoint)}
    assert pages == set(GROUPS_OF_PAGES)


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("group", list(GROUPS_OF_PAGES))
def test_pages(desk: Opens, axe: Callable[..., None], live_server: LiveServer, group: str, look: str) -> None:
    options = LOOKS[look]
    page = desk(None if group in ("auth", "account_links") else "lin", **options)
    for address in _addresses(live_server, group):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        check(page, axe, **options)


def check(page: Page, axe: Callable[..., None], *, theme: str, language: str, phone: bool) -> None:
    """Fail unless the page is in its language and theme, can be read by everybody, and fits."""
    root = page.locator("html")
    expect(root).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
    expect(root).to_have_attribute("data-bs-theme", theme)
    expect(page.locator("h1")).to_have_count(1)
    # Look-ups are dressed by a script that comes later.
    page.wait_for_function(
        "() => [...document.querySelectorAll('select[data-lookup-url], select[data-tags]')]"
        ".every(select => select.tomselect || select.closest('template'))"
    )
    axe(page)
    width, room = page.evaluate(OVERFLOW)
    assert width <= room, f"{page.url} is {width} wide in {room}"
    if phone:
        assert page.evaluate(SMALL_TARGETS) == [], page.url
        assert page.evaluate(UNLABELLED) == [], page.url


@pytest.mark.parametrize("look", list(LOOKS))
def test_error_pages(
    desk: Opens, axe: Callable[..., None], answered: Callable[[int], None], look: str
) -> None:
    options = LOOKS[look]
    for login, address, status in (
        ("wu", "/admin/staff/", 403),
        ("wu", "/admin/film/details/?id=99999", 404),
        (None, "/no/such/page", 404),
    ):
        page = desk(login, **options)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == status
        check(page, axe, **options)
        answered(status)


def test_a_long_name_does_not_break_a_page(
    desk: Opens, make_film: Callable[..., int], axe: Callable[..., None]
) -> None:
    name = "Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz" * 3
    film = make_film(name, original_title=name, runtime_min=90)
    for phone in (True, False):
        page = desk("lin", phone=phone)
        for address in (
            f"/admin/film/details/?id={film}",
            f"/admin/film/edit/?id={film}",
            f"/admin/film/delete/?id={film}",
            "/admin/film/?search=Rindfleisch",
        ):
            page.goto(address)
            width, room = page.evaluate(OVERFLOW)
            assert width <= room, f"{page.url} is {width} wide in {room}"


def test_data_is_served(desk: Opens, live_server: LiveServer) -> None:
    page = desk("lin")
    with live_server.app.app_context():
        picture = db.session.scalar(select(Poster.sha256).limit(1))
    for endpoint, rule in _endpoints(live_server).items():
        if not _is_data(endpoint) or endpoint == "static":
            continue
        address = rule.split("<")[0]
        if endpoint == "posters.show":
            address = f"/posters/{picture}/thumb.webp"
        elif endpoint == "exports.schedule":
            address += "csv?cinema=1&week=2026-W47"
        elif endpoint == "audit.export_view":
            address += "csv?resource=city"
        answer = page.request.get(address)
        assert answer.status == 200, address
        assert "html" not in answer.headers["content-type"], address


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.role)
def test_the_menu_shows_the_pages_that_open(
    desk: Opens, live_server: LiveServer, person: Any, complaints: list[str]
) -> None:
    page = desk(person.login)
    page.goto("/admin/")
    links = page.get_by_role("navigation", name="Main").locator("li a").all()
    shown = {link.get_attribute("href") for link in links}
    rules = _endpoints(live_server)
    for entry in (entry for _label, entries in GROUPS for entry in entries):
        address = rules[entry.endpoint]
        status = page.request.get(address).status
        assert status == (200 if address in shown else 403), address
    assert shown <= {rules[entry.endpoint] for _label, entries in GROUPS for entry in entries}
