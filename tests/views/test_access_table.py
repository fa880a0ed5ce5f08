"""Who may ask for what: one table of all endpoints, tried as nobody, in every role, and at another cinema.

An endpoint without a row fails. Whoever is not logged in is led to the log-in page; a missing right is 403; a record
of another cinema is 404, so that its existence is not told; a denial changes no row.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import AuditEntry, Cinema, Login, User, db
from services import role_files
from services.permissions import SEED_ROLES
from tests import factories
from tests.support.client import Client, token
from tests.support.pictures import picture
from tests.support.undo import undone
from tests.views.access_rules import PUBLIC, SIGNED_IN, TABLE

ROLES = {role.key: frozenset(role.permissions) for role in SEED_ROLES}
# What belongs to a cinema; of the other nouns, which belong to the chain, writing needs a right for the chain.
OWNED = {"cinema", "hall", "screening", "user", "audit", "schedule", "exports", "preview"}
CHAIN = {"film", "city", "distributor", "role", "posters"}
# Endpoints that speak of no record.
WITHOUT_RECORD = ("index_view", "export_view", "ajax_lookup", "action_view", "index", "page")
LOGOUT = "auth.logout POST"
# What leads to the log-in page whoever asks: the end, and the second step of a log-in that has not begun.
TO_LOG_IN = {LOGOUT, "second_step.code GET", "second_step.code POST"}
SHA = "0" * 64
# 410: the page of a link that is not good, which opens to everybody.
ALLOWED = {200, 201, 302, 303, 304, 409, 410, 422}
TOKEN = "a-living-link"


@dataclass(frozen=True)
class Reader:
    """Someone who asks: in a role at the cinema “own”, or (chain) in all of them; role None: not logged in."""

    role: str | None
    chain: bool = False

    def __str__(self) -> str:
        return f"{self.role or 'nobody'}{' everywhere' if self.chain else ''}"


@dataclass
class House:
    """Two cinemas with the same things in them. `ids` holds the number of a record by noun."""

    cinema: Cinema
    ids: dict[str, int] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)


READERS = [Reader(None), *(Reader(key) for key in ROLES), Reader("administrator", chain=True)]


def expected(row: str, reader: Reader, place: str) -> str:
    """“allowed”, “log in”, “forbidden” or “not there” for a row of the table."""
    endpoint, _method = row.split()
    needed, noun = TABLE[row], endpoint.split(".")[0]
    if row in TO_LOG_IN:
        return "log in"
    if needed == PUBLIC:
        return "allowed"
    if reader.role is None:
        return "log in"
    if needed == SIGNED_IN:
        return "allowed"
    ways = [set(way.split(" & ")) for way in needed.split(" | ")]
    if not any(way <= ROLES[reader.role] for way in ways):
        return "forbidden"
    if reader.chain:
        return "allowed"
    if endpoint == "imports.page" or (endpoint.endswith("create_view") and noun in CHAIN | {"cinema"}):
        # What belongs to the whole chain is not for one cinema to add.
        return "forbidden"
    if endpoint.endswith((*WITHOUT_RECORD, "create_view")):
        return "allowed"
    if noun in CHAIN:
        reads = all(name.endswith(".view") for name in re.split(r" [|&] ", needed))
        return "allowed" if reads else "forbidden"
    return "allowed" if place == "own" else "not there"


def must_not_write(row: str, reader: Reader, place: str) -> bool:
    """Whether no row may change although the answer is no refusal."""
    endpoint, method = row.split()
    noun = endpoint.split(".")[0]
    if method == "GET":
        # Whoever takes a file along is in the trail.
        return endpoint not in ("exports.schedule", "audit.export_view", "role.matrix_export")
    if endpoint.endswith("action_view"):
        delete = f"{noun}.delete_view POST"
        return delete not in TABLE or expected(delete, reader, place) != "allowed"
    return endpoint.endswith("create_view") and place == "other" and not reader.chain


def told(answer: Any) -> str:
    """What an answer says, in the words of `expected`."""
    if answer.status_code == 303 and answer.headers["Location"].startswith("/login"):
        return "log in"
    names = {401: "log in", 403: "forbidden", 404: "not there"}
    return "allowed" if answer.status_code in ALLOWED else names.get(answer.status_code, answer.status)


# ── The data ──


def furnish(chain: dict[str, Any]) -> House:
    """A cinema with a hall, a screening, a member of staff and an entry of the trail."""
    cinema = factories.cinema(city=chain["city"])
    hall = factories.hall(cinema=cinema)
    seller = factories.user(*ROLES["box_office"], cinema=cinema)
    records = {
        **chain,
        "cinema": cinema,
        "hall": hall,
        "screening": factories.screening(hall=hall, film=chain["film"]),
        "user": seller,
        "audit": factories.audit_entry(cinema_id=cinema.id),
    }
    house = House(cinema, {noun: record.id for noun, record in records.items()})
    told = {
        noun: factories.told_change(noun, number, cinema_id=cinema.id) for noun, number in house.ids.items()
    }
    house.entries = {noun: entry.id for noun, entry in told.items()}
    return house


@pytest.fixture
def houses(app: Flask, session: Any, clock: Any) -> dict[str, House]:
    """The cinema of the one who asks, and another one."""
    thumb = Path(app.config["UPLOADED_POSTERS_DEST"]) / SHA[:2] / f"{SHA}-thumb.webp"
    thumb.parent.mkdir(parents=True)
    thumb.touch()
    chain = {
        "film": factories.film(),
        "city": factories.city(),
        "distributor": factories.distributor(),
        "role": factories.role("film.view"),
    }
    factories.poster(film=chain["film"], sha256=SHA)
    keeper = factories.user("user.edit", "role.edit")
    factories.account_link(user=keeper, token_hash=hashlib.sha256(TOKEN.encode()).hexdigest())
    return {place: furnish(chain) for place in ("own", "other")}


def address(app: Flask, row: str, house: House) -> str:
    """The address of an endpoint for the records of a cinema."""
    endpoint = row.split()[0]
    noun = endpoint.split(".")[0]
    values: dict[str, Any] = {
        "static": {"filename": "css/marquee.css"},
        "bootstrap.static": {"filename": "css/bootstrap.min.css"},
        "exports.schedule": {"kind": "csv", "cinema": house.cinema.id},
        "audit.export_view": {"kind": "csv"},
        "schedule.week": {"cinema": house.cinema.id},
        "posters.show": {"sha256": SHA, "variant": "thumb"},
        "preview.choose": {"role": house.ids["role"], "cinema": house.cinema.id},
        "posters.upload": {"film_id": house.ids["film"]},
        "posters.delete": {"film_id": house.ids["film"]},
        "account_links.page": {"token": TOKEN},
        "account_links.set_up": {"token": TOKEN},
        # The log-in that asks; without one the number does not matter.
        "account.end": {"login_id": db.session.scalar(select(func.max(Login.id))) or 1},
    }.get(endpoint, {"id": house.ids[noun]} if noun in house.ids else {})
    if endpoint.endswith("revert_view"):
        values["entry"] = house.entries[noun]
    with app.test_request_context():
        return app.url_for(endpoint, **values)


def body(row: str, house: House) -> dict[str, Any]:
    """What is posted: a form that would be taken from somebody who may."""
    endpoint = row.split()[0]
    noun = endpoint.split(".")[0]
    sent: dict[str, Any] = {"id": house.ids.get(noun, ""), "version": 1, "name": "New", "title": "New"}
    if endpoint.endswith("action_view"):
        return {"action": "delete", "rowid": house.ids[noun]}
    if noun == "preview":
        return {name: house.ids[name] for name in ("role", "cinema")}
    if endpoint == "role.matrix_file":
        return {"file": (io.BytesIO(json.dumps(role_files.seeds()).encode()), "roles.json")}
    if endpoint == "posters.upload":
        return {"poster": (io.BytesIO(picture("PNG")), "x.png")}
    minutes = {"preshow_min": 10, "cleaning_min": 15, "service_fee": 0, "film_week_start": 0, "price": 40}
    times = {"opens_at": "09:00", "closes_at": "02:00", "business_day_start": "06:00"}
    choices = {"release_precision": "day", "timezone": "Asia/Shanghai", "format": "2D", "status": "draft"}
    lookups = {name: house.ids[name] for name in ("city", "film", "hall", "cinema")}
    grants = {"grants-0-role": house.ids["role"], "grants-0-cinema": house.cinema.id}
    own = {
        "starts_at": "2026-12-01T19:30",
        "display_name": "New",
        "layout": "ssss",
        "formats": "2D",
        **grants,
    }
    if noun == "user":
        sent["name"] = "newcomer"
    if endpoint.endswith("revert_view"):
        sent["entry"] = house.entries[noun]
    return {**sent, **minutes, **times, **choices, **lookups, **own}


def rows_of_all_tables() -> dict[str, list[Any]]:
    """Everything that is in the database, but for the trail's entries about refusals."""
    queries = {name: select(table) for name, table in db.metadata.tables.items()}
    queries["audit_entry"] = queries["audit_entry"].where(AuditEntry.action.not_like("%.refused"))
    return {name: sorted(map(repr, db.session.execute(query))) for name, query in queries.items()}


# ── The tests ──


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app: Flask) -> None:
    there = {
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(TABLE)


def test_every_permission_opens_something() -> None:
    named = {name for needed in TABLE.values() for name in re.split(r" [|&] ", needed)}
    assert set().union(*ROLES.values()) <= named


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_the_table_holds(
    app: Flask,
    client: Client,
    houses: dict[str, House],
    make_user: Callable[..., User],
    as_user: Callable[..., Client],
    reader: Reader,
) -> None:
    if reader.role:
        client = as_user(make_user(reader.role, cinema=None if reader.chain else houses["own"].cinema))
    csrf, cookies = token(client), dict(client._cookies or {})
    before, wrong = rows_of_all_tables(), {}
    # Looking before writing: files that a POST removes do not come back.
    for row in sorted(TABLE, key=lambda row: row.split()[1]):
        # Without the right nothing is looked up, so there is no other place.
        held = expected(row, reader, "own") == "allowed"
        places = ("own", "other") if held and row.split(".")[0] in OWNED else ("own",)
        for place in places:
            wanted = expected(row, reader, place)
            kept = row != LOGOUT and (wanted != "allowed" or must_not_write(row, reader, place))
            with nullcontext() if kept else undone():
                answer = _ask(app, client, row, houses[place], csrf)
            client._cookies = dict(cookies)
            if told(answer) != wanted:
                wrong[f"{row} ({place})"] = f"{answer.status}, not {wanted}"
    assert wrong == {}
    assert rows_of_all_tables() == before


def _ask(app: Flask, client: Client, row: str, house: House, csrf: str) -> Any:
    url, method = address(app, row, house), row.split()[1]
    if method == "GET":
        return client.get(url)
    return client.post(url.split("?")[0], data={"csrf_token": csrf, **body(row, house)})


def test_nobody_who_asks_for_json_gets_a_page_to_log_in(
    app: Flask, client: Client, houses: dict[str, House]
) -> None:
    csrf, wrong = token(client), {}
    for row, needed in TABLE.items():
        if needed == PUBLIC:
            continue
        url, json = address(app, row, houses["own"]), {"Accept": "application/json"}
        answer = (
            client.get(url, headers=json)
            if row.endswith("GET")
            else client.post(url, data={"csrf_token": csrf}, headers=json)
        )
        if (answer.status_code, answer.mimetype) != (401, "application/problem+json"):
            wrong[row] = answer.status
    assert wrong == {}
