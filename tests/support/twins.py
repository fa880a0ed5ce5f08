"""Twin houses of one chain, filled with the same kinds of things, and everything that may be asked about them.

All texts of a house carry its word, all its records have numbers of its own, so that no other house can be the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from flask import Flask
from sqlalchemy import select

from models import Cinema, City, Film, Grant, Login, Role, db
from models.cinema import CinemaExternalId
from tests import factories
from tests.support.answers import in_full
from tests.support.client import Client, token
from tests.support.undo import undone

STATUSES = ("on_sale", "draft", "planned", "cancelled", "closed")
EVENING = datetime(2026, 11, 20, 11, tzinfo=UTC)
SHA = "0" * 64
# Lists of what belongs to no house, and counts nothing that does: sorting and narrowing them says nothing more.
CHAIN = ("film", "city", "distributor")
# Of a filter with many choices, and of a list's columns to sort by, so many are tried.
CHOICES, SORTS = 4, 3


@dataclass
class Chain:
    """What belongs to no house: everybody who may read it at all reads it."""

    film: Film
    city: City
    far_city: City
    role: Role

    @property
    def ids(self) -> dict[str, int]:
        """Their numbers by noun."""
        return {
            "film": self.film.id,
            "city": self.city.id,
            "role": self.role.id,
            "distributor": self.film.distributor_id or 0,
        }


def chain() -> Chain:
    """A film with a poster, two cities, a role of the house's own making."""
    film = factories.film(distributor=factories.distributor(name="发行公司"))
    factories.poster(film=film, sha256=SHA)
    usher = factories.role("film.view", "screening.view", name="Usher")
    return Chain(film, factories.city(), factories.city(name="南京", pinyin="nanjing"), usher)


@dataclass
class House:
    """A cinema and a second one of the same people, with all that is in them; `start` is its first number."""

    word: str
    start: int
    chain: Chain
    ids: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        numbers = dict.fromkeys(("cinema", "hall", "screening", "user", "audit"), self.start)
        self.ids = {**self.chain.ids, **numbers}

    def entry(self, noun: str) -> int:
        """The number of an entry about a change of the house's record of a noun."""
        return self.start + 50 + list(self.ids).index(noun)

    def build(self) -> None:
        """Put everything into the database."""
        for number, city in enumerate((self.chain.city, self.chain.far_city)):
            self._cinema(self.start + number, city)
        for noun in ("cinema", "hall", "screening", "user"):
            told = {"id": self.entry(noun), "cinema_id": self.start, "record_label": f"{self.word} changed"}
            changes = {"price": [1, 2]} if noun == "screening" else {"name": [f"{self.word} then", "x"]}
            factories.told_change(noun, self.ids[noun], changes=changes, **told)
        db.session.commit()

    def _cinema(self, number: int, city: City) -> None:
        word = f"{self.word} {number - self.start}"
        cinema = factories.cinema(
            id=number,
            name=f"{word} house",
            city=city,
            district=f"{word} district",
            address=f"{word} street",
            phone=f"{word} 021",
        )
        cinema.external_ids = [CinemaExternalId(source="taopiaopiao", value=f"{word} number")]
        self._halls(number, cinema, word)
        for key in ("manager", "box_office"):
            self._person(number, key, cinema)
        # What is built writes entries of its own, numbered on from the last one.
        factories.audit_entry(
            id=number + 1000 * (number - self.start),
            cinema_id=number,
            action="cinema.update",
            resource="cinema",
            record_id=number,
            record_label=f"{word} house",
            actor_name=f"{word} person",
            reason=f"import: {word}.csv",
            changes={"name": [f"{word} old", f"{word} house"]},
        )

    def _halls(self, number: int, cinema: Cinema, word: str) -> None:
        hall = factories.hall(id=number, name=f"{word} hall", cinema=cinema)
        trashed = {"id": number + 100, "name": f"{word} trash", "deleted_at": EVENING}
        factories.hall(cinema=cinema, **trashed)
        for step, status in enumerate(STATUSES):
            # One a day from yesterday on: past, today, and to come.
            starts = EVENING + timedelta(days=step - 1)
            number_of_show = number + 10 * step
            given = {"id": number_of_show, "status": status, "starts_at": starts}
            factories.screening(hall=hall, film=self.chain.film, **given)

    def _person(self, number: int, key: str, cinema: Cinema) -> None:
        role = db.session.scalars(select(Role).where(Role.key == key)).one()
        trashed = EVENING if key == "box_office" else None
        user = factories.user(
            id=number + (10 if trashed else 0),
            name=f"{self.word.lower()}.{key}{number}",
            display_name=f"{self.word} {key}",
            email=f"{key}{number}@{self.word.lower()}.example",
            grants=[Grant(role=role, cinema=cinema), Grant(role=self.chain.role, cinema=cinema)],
            deleted_at=trashed,
        )
        entry = Login(
            id=user.id,
            user_id=user.id,
            token_hash=f"{user.id:064x}",
            created_at=EVENING,
            last_seen_at=EVENING,
            expires_at=EVENING + timedelta(days=1),
            address=f"{self.word} address",
            device=f"{self.word} device",
        )
        db.session.add(entry)

    def form(self) -> dict[str, Any]:
        """What a form that refers to this house sends; taken from somebody who may."""
        relations = {name: self.ids[name] for name in ("city", "film", "hall", "cinema", "role")}
        grant = {"grants-0-role": self.ids["role"], "grants-0-cinema": self.ids["cinema"]}
        return {**FORM, **relations, **grant}


FORM = {
    "version": 1,
    "name": "newcomer",
    "display_name": "New",
    "title": "New",
    "starts_at": "2026-12-01T19:30",
    "price": 40,
    "format": "2D",
    "audio_language": "",
    "subtitle_language": "",
    "formats": "2D",
    "status": "draft",
    "layout": "ssss",
    "preshow_min": 10,
    "cleaning_min": 15,
    "service_fee": 0,
    "film_week_start": 0,
    "opens_at": "09:00",
    "closes_at": "02:00",
    "business_day_start": "06:00",
    "timezone": "Asia/Shanghai",
    "release_precision": "day",
}


# ── What is asked ──


@dataclass(frozen=True)
class Question:
    """A request, with the words by which a failure names it."""

    endpoint: str
    method: str
    url: str
    data: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.url} {[*self.data] if self.data else ''}".strip()


def questions(app: Flask, own: House, other: House) -> Iterator[Question]:
    """Everything there is to ask: every endpoint and method, with nothing, with the own house's numbers, and with
    whatever could lead to the other house."""
    views = {view.endpoint: view for view in app.extensions["admin"][0]._views}
    for rule in app.url_map.iter_rules():
        # Files that are the same for everybody, and the end of the log-in that asks.
        if rule.endpoint in ("static", "bootstrap.static", "auth.logout"):
            continue
        noun, handler = rule.endpoint.split(".")
        for url in _addresses(app, rule, own, other):
            for method in sorted(set(rule.methods or ()) & {"GET", "POST"}):
                found = (
                    _gets(views.get(noun), noun, handler, own, other)
                    if method == "GET"
                    else _posts(noun, handler, own, other)
                )
                for values in found:
                    yield _question(rule.endpoint, method, url, values)


def _question(endpoint: str, method: str, url: str, values: Any) -> Question:
    if method == "GET":
        pairs = "&".join(f"{name}={value}" for name, value in values.items())
        return Question(endpoint, method, f"{url}?{pairs}" if pairs else url)
    pairs = [(name, v) for name, value in values.items() for v in (value if type(value) is list else [value])]
    return Question(endpoint, method, url, tuple(pairs))


def _addresses(app: Flask, rule: Any, own: House, other: House) -> list[str]:
    """The addresses of a rule; a number within it is once the own house's record, once the other's."""
    known = {"film_id": own.ids["film"], "sha256": SHA, "variant": "thumb", "kind": ["csv", "xlsx"]}
    ways: list[dict[str, Any]] = [{}]
    for name in rule.arguments:
        values = known.get(name, [own.start, other.start])
        ways = [{**way, name: v} for way in ways for v in (values if type(values) is list else [values])]
    with app.test_request_context():
        return list(dict.fromkeys(app.url_for(rule.endpoint, **way) for way in ways))


def _gets(view: Any, noun: str, handler: str, own: House, other: House) -> Iterator[dict[str, Any]]:
    part = other.word[:6]
    yield {}
    if handler == "index_view":
        yield from _lists(view, part, other)
    elif handler == "ajax_lookup":
        yield from ({"query": part}, {"query": "", "limit": 50}, {"offset": 1}, {"query": part.lower()})
    elif handler == "export_view":
        yield from _lists(view, part, other)
    elif handler == "revert_view":
        # An entry of the own record, of the other's, and each with the wrong record.
        yield from (
            {"id": one.ids[noun], "entry": another.entry(noun)}
            for one in (own, other)
            for another in (own, other)
        )
    elif handler.endswith("_view") and handler != "create_view":
        yield from ({"id": house.ids[noun]} for house in (own, other))
        if noun in ("screening", "hall", "user"):
            yield {"id": other.start + 10}
    elif noun in ("schedule", "exports", "preview"):
        for house in (own, other):
            cinema = {"cinema": house.ids["cinema"], "role": own.ids["role"]}
            yield from (cinema, {**cinema, "week": "2026-W47"})
        yield {"cinema": other.ids["cinema"] + 1}
    elif noun not in ("health", "posters"):
        # An address that says nothing of what it wants is offered all there is.
        names = ("id", "user", "cinema", "record", "hall")
        yield {**dict.fromkeys(names, other.start), "resource": "screening", "permission": "screening.view"}
        yield {"cinema": other.start}
        yield {"search": part, "query": part}


def _lists(view: Any, part: str, other: House) -> Iterator[dict[str, Any]]:
    yield from ({"search": part}, {"search": part, "when": "all"}, {"when": "all"}, {"trash": 1})
    yield {"page": 2, "when": "all"}
    if view.resource in CHAIN:
        return
    for item in view.filters:
        if item.lookup is not None:
            yield {item.name: other.ids.get(item.lookup.__tablename__, other.start), "when": "all"}
        elif item.choices is not None:
            yield from ({item.name: value} for value, _text in islice(item.choices(), CHOICES))
        else:
            yield {item.name: "2026-11-21", "when": "all"}
            yield {item.name: other.start}
    sorted_by = islice((column.name for column in view.columns if column.sort), SORTS)
    yield from ({"sort": f"-{name}", "when": "all"} for name in sorted_by)


def _posts(noun: str, handler: str, own: House, other: House) -> Iterator[dict[str, Any]]:
    mine, theirs = own.ids.get(noun, own.start), other.ids.get(noun, other.start)
    form = {**other.form(), "id": theirs, "url": f"/admin/{'staff' if noun == 'user' else noun}/"}
    if handler == "action_view":
        for action in ("delete", "restore"):
            both = [theirs, theirs + 1, theirs + 100]
            yield from ({**form, "action": action, "rowid": ids} for ids in (both, [*both, mine]))
    elif handler == "create_view":
        yield form
        if noun == "user":
            yield {**form, "grants-0-cinema": ""}
    elif handler == "revert_view":
        for one, another in ((own, other), (other, own), (other, other)):
            yield {**form, "id": one.ids[noun], "entry": another.entry(noun)}
    elif handler == "edit_view":
        yield {**form, **own.form()}
        # What is there moves to the other house.
        yield {**form, "id": mine}
    elif noun in ("auth", "account_links"):
        yield {"login": f"{other.word.lower()}.manager{other.start}", "password": "wrong"}
    else:
        yield {**form, "user": theirs, "login": theirs}


# ── What is answered ──


def ask_all(
    app: Flask,
    client: Client,
    own: House,
    other: House,
    about: Callable[[str], bool] = lambda noun: True,
) -> dict[Question, str]:
    """All questions (or those about some nouns) with their answers; of what the reader may not do at all, the first."""
    csrf, closed, answers = token(client), set(), {}
    for question in dict.fromkeys(questions(app, own, other)):
        if (question.endpoint, question.method) in closed:
            continue
        if not about(question.endpoint.split(".")[0]):
            continue
        answers[question] = told = ask(client, csrf, question)
        if told.startswith("403"):
            closed.add((question.endpoint, question.method))
    return answers


def ask(client: Client, csrf: str, question: Question) -> str:
    """The whole answer as text: status, headers, content, and after a redirect the page it leads to. What is drawn
    anew for every answer (tokens, its number) is left out. Nothing of it stays in the database."""
    cookies = dict(client._cookies or {})
    data: dict[str, Any] = {"csrf_token": csrf}
    for name, value in question.data:
        data.setdefault(name, []).append(value)
    # A question that only reads may be written down, too.
    with undone():
        posts = question.method == "POST"
        answer = client.post(question.url, data=data) if posts else client.get(question.url)
        told = in_full(answer)
        if posts and answer.status_code in (302, 303):
            told += in_full(client.get(answer.headers["Location"]))
    client._cookies = cookies
    return told
