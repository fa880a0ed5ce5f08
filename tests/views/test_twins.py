"""Two houses of one chain: whoever works in one learns nothing of the other, not even that it is there.

Everything is asked twice, before the other house is built and after. Staff of the first house must get the same
answers, byte for byte: then no list, count, look-up, refusal or file can hold anything of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, true

from models import AuditEntry, Cinema, Grant, Hall, Login, Screening, User, db
from services import access, halls
from services.access import SYSTEM
from services.permissions import SEED_ROLES
from tests import factories
from tests.support import twins
from tests.support.client import Client
from tests.support.twins import House, Question

# Every role on SQLite; on PostgreSQL the one that holds all permissions.
READERS = [
    *(("sqlite", role.key) for role in SEED_ROLES),
    pytest.param("postgresql", "administrator", marks=pytest.mark.postgresql),
]
WORD = "Zwillingshaus"
# Entries of the trail are neither changed nor looked up; a screening is called by its film and time.
NOT_THERE = {"audit.edit_view", "audit.ajax_lookup", "screening.ajax_lookup"}


@pytest.fixture
def houses(app: Flask, session: Any, clock: Any, make_user: Callable[..., User]) -> tuple[House, House]:
    """The house of those who ask, built; and the other one, not built yet."""
    make_user("administrator", name="root")
    chain = twins.chain()
    own, other = House("Heimathaus", 5_550_000, chain), House(WORD, 7_770_000, chain)
    own.build()
    return own, other


@pytest.fixture
def reader(
    houses: Any, session: Any, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> Callable[[str], Client]:
    """reader('manager'): the client of somebody with that role in the own house only."""

    def logged_in(role: str) -> Client:
        cinema = session.get(Cinema, houses[0].ids["cinema"])
        return as_user(make_user(role, cinema=cinema, name="reader"))

    return logged_in


def _anything(_noun: str) -> bool:
    return True


def _of_houses(noun: str) -> bool:
    return noun not in (*twins.CHAIN, "health", "posters")


def _staff(noun: str) -> bool:
    return noun in ("user", "role")


def _rows() -> list[str]:
    tables = (Cinema, Hall, Screening, User, Grant, Login)
    return [repr(row) for table in tables for row in db.session.execute(select(table.__table__))]


def _telling(answers: dict[Question, str]) -> list[Question]:
    """The questions whose answers hold the other house's word although they did not say it themselves."""
    return [
        asked
        for asked, told in answers.items()
        if WORD.lower() in told.lower() and WORD.lower() not in str(asked).lower()
    ]


@pytest.mark.parametrize(("database", "role"), READERS, indirect=["database"])
def test_the_other_house_changes_no_answer(
    app: Flask, houses: tuple[House, House], reader: Callable[[str], Client], role: str
) -> None:
    client = reader(role)
    # What belongs to the chain says the same to all who may read it: it is enough to ask in one role.
    about = _anything if role == "administrator" else _of_houses
    before = twins.ask_all(app, client, *houses, about)
    houses[1].build()
    rows = _rows()
    after = twins.ask_all(app, client, *houses, about)
    assert [str(asked) for asked in after if before[asked] != after[asked]] == []
    assert _telling(after) == []
    assert [str(asked) for asked, told in after.items() if told.startswith("5")] == []
    assert _rows() == rows


def test_without_scope_the_sweep_finds_the_other_house(
    app: Flask, houses: tuple[House, House], reader: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the sweep can fail, and does in every list, look-up, page and form of a house's things."""
    client = reader("administrator")
    houses[1].build()
    monkeypatch.setattr(access, "allowed", lambda *_asked: true())
    monkeypatch.setattr(access.Actor, "can", lambda *_asked: True)
    found = {question.endpoint for question in _telling(twins.ask_all(app, client, *houses))}
    for noun in ("cinema", "hall", "screening", "user", "audit"):
        handlers = {"index_view", "details_view", "edit_view", "ajax_lookup"}
        missed = {f"{noun}.{handler}" for handler in handlers} - found - NOT_THERE
        assert missed == set()
    assert {"admin.index", "schedule.week", "exports.schedule"} <= found


# ── What the two houses have in common ──


def test_who_also_works_elsewhere_is_not_there(
    app: Flask, houses: tuple[House, House], reader: Callable[[str], Client], session: Any
) -> None:
    client, (own, other) = reader("manager"), houses
    other.ids["user"] = other.start + 7
    before = twins.ask_all(app, client, own, other, _staff)
    other.build()
    places = [session.get(Cinema, house.ids["cinema"]) for house in houses]
    grants = [Grant(role=other.chain.role, cinema=cinema) for cinema in places]
    factories.user(id=other.ids["user"], display_name=f"{WORD} helper", grants=grants)
    after = twins.ask_all(app, client, own, other, _staff)
    assert [str(asked) for asked in after if before[asked] != after[asked]] == []
    assert _telling(after) == []


def test_what_came_from_elsewhere_does_not_say_so(
    app: Flask, houses: tuple[House, House], reader: Callable[[str], Client], session: Any
) -> None:
    client, (own, other) = reader("administrator"), houses
    other.build()
    hall, cinema = session.get(Hall, other.start + 100), session.get(Cinema, own.ids["cinema"])
    halls.update(SYSTEM, hall, {"name": "Moved", "cinema": cinema})
    pages = twins.ask_all(app, client, own, other, lambda noun: noun in ("audit", "hall"))
    history = client.get(f"/admin/hall/history/?id={hall.id}")
    assert history.status_code == 200
    assert WORD not in history.text
    assert str(other.start) not in history.text.replace(str(hall.id), "")
    assert _telling(pages) == []
    entries = session.scalars(select(AuditEntry).where(AuditEntry.record_id == hall.id))
    moved = [entry.id for entry in entries if "cinema_id" in entry.changes and entry.changes["cinema_id"][0]]
    assert [client.get(f"/admin/audit/details/?id={number}").status_code for number in moved] == [404]


def test_a_name_that_is_taken_elsewhere_says_no_more(
    houses: tuple[House, House], reader: Callable[[str], Client], send: Callable[..., Any]
) -> None:
    """Log-in names, and cinemas within a city, are unique in the whole chain: that alone is told, to who typed it."""
    client, (own, other) = reader("administrator"), houses
    other.build()
    name = f"{WORD.lower()}.manager{other.start}"
    answers = [
        send(client, "/admin/staff/new/", **{**own.form(), "name": name}),
        send(
            client,
            f"/admin/cinema/edit/?id={own.ids['cinema']}",
            **{**own.form(), "name": f"{WORD} 0 house"},
        ),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    for answer in answers:
        assert answer.text.lower().count(WORD.lower()) == 1
        assert str(other.start) not in answer.text.replace(name, "")


def test_a_hall_elsewhere_that_is_taken_forbids_nothing(
    houses: tuple[House, House], reader: Callable[[str], Client], send: Callable[..., Any]
) -> None:
    client, (own, other) = reader("manager"), houses
    other.build()
    show = factories.screening(
        hall=db.session.get(Hall, other.start),
        film=own.chain.film,
        starts_at=factories.at(db.session.get(Hall, own.start), "2026-12-01 19:30"),
    )
    assert show.cinema_id == other.start
    assert send(client, "/admin/screening/new/", **own.form()).status_code == 303
