"""What is asked of each target, what must come back, and the bars of issue 4.

An address is a function of the facts; None: this target has no such thing. The addresses of Marquee stand here only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bench import titles
from bench.client import Answer, Client, Failed
from bench.facts import PAGE, Facts

Address = Callable[[Facts], str]
# The number of a record in a link to it.
NUMBERS = re.compile(r"[?&;]id=(\d+)|/screening/(\d+)/")
LIST = "/admin/screening/?when=all"


class Missing(Exception):
    """Marquee has no way there yet; the message says which is missing."""


@dataclass(frozen=True)
class Bar:
    """At most `factor` times what `against` takes: the limit, stock, or Marquee's own first page."""

    against: str
    factor: float


@dataclass(frozen=True)
class Item:
    """One thing to measure. `ask` finds Marquee's address where it has to be looked for."""

    key: str
    label: str
    marquee: Address
    limit: Address | None = None
    stock: Address | None = None
    bars: tuple[Bar, ...] = ()
    rows: Callable[[Facts], int] | None = None
    ask: Callable[[Client, Facts], str] | None = None
    deep: bool = False

    def address(self, target: str, client: Client, facts: Facts) -> str | None:
        """Where to ask. Raises Missing, Failed."""
        if target in ("marquee", "counted"):
            return self.ask(client, facts) if self.ask else self.marquee(facts)
        address = self.limit if target == "limit" else self.stock
        return address(facts) if address else None

    def comparable(self, one: Facts, other: Facts) -> bool:
        """Whether the page is equally long on both databases: a cinema of the small one has few screenings."""
        return self.rows is None or self.rows(one) == self.rows(other)

    def check(self, answer: Answer, facts: Facts) -> None:
        """Raise Failed unless the page shows what it should."""
        if self.rows is None:
            return
        found = {int(one or other) for one, other in NUMBERS.findall(answer.text)}
        if len(found) != self.rows(facts):
            raise Failed(f"{len(found)} rows instead of {self.rows(facts)}")
        if self.deep and not found <= facts.deep_ids:
            raise Failed("shows other rows than those asked for")


def _full(_facts: Facts) -> int:
    return PAGE


def _by_page(facts: Facts) -> str:
    return f"{LIST}&page={facts.offset // PAGE + 1}"


def _by_next(client: Client, facts: Facts) -> str:
    """The address of the Next link on the page before."""
    before = client.get(f"{LIST}&page={facts.offset // PAGE}").text
    return _link(before, 'rel="next"', "no Next link")


def _by_date(client: Client, facts: Facts) -> str:
    """The list's own form for going to a date: the field marked data-jump."""
    page = client.get(LIST).text
    field = next((tag for tag in re.findall(r"<input\b[^>]*>", page) if "data-jump" in tag), None)
    name = re.search(r'name="([^"]+)"', field) if field else None
    if name is None:
        raise Missing("the list has no field marked data-jump")
    return f"{LIST}&{name[1]}={facts.deep_day}"


def _link(page: str, mark: str, without: str) -> str:
    tag = next((tag for tag in re.findall(r"<a\b[^>]*>", page) if mark in tag), None)
    href = re.search(r'href="([^"]+)"', tag) if tag else None
    if href is None:
        raise Missing(without)
    return href[1].replace("&amp;", "&")


def _search(key: str, label: str, typed: str, rows: Callable[[Facts], int]) -> Item:
    return Item(
        key,
        label,
        lambda facts: f"{LIST}&search={typed}",
        lambda facts: f"/?search={typed}",
        lambda facts: f"/admin/screening/?search={typed}",
        (Bar("list", 2),),
        rows,
    )


ITEMS = (
    Item("ping", "(floor: an answer of some bytes)", lambda facts: "/healthz/live", lambda facts: "/ping"),
    Item(
        "list",
        "first page of 50",
        lambda facts: LIST,
        lambda facts: "/",
        lambda facts: "/admin/screening/",
        (Bar("limit", 4), Bar("stock", 0.1)),
        _full,
    ),
    Item("upcoming", "the list as it opens", lambda facts: "/admin/screening/", None, None, (), _full),
    Item(
        "page",
        "page at 90 %, by number",
        _by_page,
        lambda facts: f"/?offset={facts.offset}",
        lambda facts: f"/admin/screening/?page={facts.offset // PAGE}",
        (Bar("list", 1.2),),
        _full,
        deep=True,
    ),
    Item(
        "next",
        "page at 90 %, by Next",
        _by_page,
        None,
        None,
        (Bar("list", 1.2),),
        _full,
        _by_next,
        deep=True,
    ),
    Item(
        "date",
        "page at 90 %, by date",
        _by_page,
        None,
        None,
        (Bar("list", 1.2),),
        _full,
        _by_date,
        deep=True,
    ),
    _search("many", "search: many", titles.FREQUENT[0], _full),
    _search("one", "search: one film", titles.ONE_FILM[0], lambda facts: min(PAGE, facts.one_film_rows)),
    _search("five", "search: five rows", titles.FIVE_SCREENINGS[0], lambda facts: 5),
    _search("none", "search: none", titles.NOWHERE, lambda facts: 0),
    Item(
        "cinema",
        "one cinema by start",
        lambda facts: f"{LIST}&cinema={facts.cinema}&sort=starts_at",
        lambda facts: f"/?cinema={facts.cinema}",
        lambda facts: f"/admin/screening/?flt0_cinema_id_equals={facts.cinema}&sort=3",
        (Bar("list", 1.5),),
        lambda facts: min(PAGE, facts.cinema_rows),
    ),
    Item(
        "filters",
        "two filters at once",
        lambda facts: f"{LIST}&cinema={facts.cinema}&status={facts.status}",
        lambda facts: f"/?cinema={facts.cinema}&status={facts.status}",
        lambda facts: (
            f"/admin/screening/?flt0_cinema_id_equals={facts.cinema}&flt1_status_equals={facts.status.name}"
        ),
        (Bar("list", 1.5),),
        lambda facts: min(PAGE, facts.filtered_rows),
    ),
    Item(
        "edit",
        "edit form of a screening",
        lambda facts: f"/admin/screening/edit/?id={facts.screening}",
        lambda facts: f"/edit?id={facts.screening}",
        lambda facts: f"/admin/screening/edit/?id={facts.screening}",
        (Bar("list", 1),),
    ),
    Item(
        "lookup",
        "look-up of a film",
        lambda facts: f"/admin/film/ajax/lookup/?query={titles.ONE_FILM[0]}",
        lambda facts: f"/lookup?query={titles.ONE_FILM[0]}",
        None,
        (Bar("list", 0.5),),
    ),
    Item("audit", "first page of the trail", lambda facts: "/admin/audit/"),
)
BY_KEY = {item.key: item for item in ITEMS}
