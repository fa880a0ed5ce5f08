"""What all records share: a refused write leaves nothing, a stale one is told, odd text is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models import AuditEntry, City, Film, Hall, Role, db
from services import cinemas, cities, distributors, films, halls, records
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid, ServiceError
from tests import factories


def _count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


# ── Nothing of a refused write stays ──


def test_a_refused_addition_leaves_nothing(session: Any) -> None:
    distributors.create(SYSTEM, {"name": "中影"})
    entries = _count(AuditEntry)
    with pytest.raises(Conflict) as refused:
        distributors.create(SYSTEM, {"name": "中影"})
    assert refused.value.field == "name"
    assert not session.new
    assert _count(AuditEntry) == entries
    distributors.create(SYSTEM, {"name": "华夏"})


def test_a_refused_change_leaves_the_record_as_it_was(session: Any) -> None:
    factories.city(name="上海", code="310000")
    city = factories.city(name="北京")
    entries = _count(AuditEntry)
    with pytest.raises(Conflict) as refused:
        cities.update(SYSTEM, city, {"name": "南京", "code": "310000"})
    assert refused.value.field == "code"
    session.flush()
    assert (city.name, city.code) == ("北京", None)
    assert _count(AuditEntry) == entries


def test_a_change_into_a_cinema_without_the_right_leaves_the_record_where_it_was(session: Any) -> None:
    hall, other = factories.hall(), factories.cinema()
    actor = factories.actor("hall.view", "hall.edit", "hall.create", cinema=hall.cinema)
    with pytest.raises(Forbidden):
        halls.update(actor, hall, {"name": "IMAX", "cinema": other})
    with pytest.raises(Forbidden):
        halls.create(actor, {"name": "IMAX", "cinema": other, "layout": ["ss"], "formats": ["2D"]})
    session.flush()
    assert hall.name != "IMAX"
    assert _count(Hall) == 1
    assert other.halls == []


def test_what_is_still_needed_is_not_deleted(session: Any) -> None:
    city = factories.cinema().city
    with pytest.raises(Conflict):
        records.delete(SYSTEM, city)
    assert session.get(City, city.id) is city


@pytest.mark.parametrize(
    ("service", "values", "field"),
    [
        (cities, {"name": " "}, "name"),
        (cities, {"name": "上海", "code": "31"}, "code"),
        (cinemas, {"name": ""}, "name"),
        (cinemas, {"name": "x", "timezone": "Mars/Olympus"}, "timezone"),
        (cinemas, {"name": "x", "timezone": "../etc/passwd"}, "timezone"),
        (cinemas, {"name": "x", "latitude": 31.0, "longitude": None}, "latitude"),
        (cinemas, {"name": "x", "latitude": float("nan"), "longitude": 0.0}, "latitude"),
        (cinemas, {"name": "x", "service_fee": 10_001}, "service_fee"),
        (cinemas, {"name": "x", "film_week_start": 7}, "film_week_start"),
        (films, {"title": "\u3000"}, "title"),
        (films, {"title": "x", "runtime_min": 901}, "runtime_min"),
        (films, {"title": "x", "formats": ["8D"]}, "formats"),
        (halls, {"name": "x", "layout": ["ssx"]}, "layout"),
        (halls, {"name": "x", "layout": ["scs"]}, "layout"),
        (halls, {"name": "x", "layout": ["s" * 81]}, "layout"),
        (halls, {"name": "x", "layout": ["s" * 80] * 26}, "layout"),
        (halls, {"name": "x", "layout": ["s"] * 61}, "layout"),
    ],
)
def test_values_that_make_no_sense_are_refused_at_their_field(
    session: Any, service: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.create(SYSTEM, values)
    assert refused.value.field == field


# ── Stale writes ──


def _behind_the_back(record: Any) -> None:
    """Somebody else changes the row; the session does not know."""
    table = type(record).__table__
    statement = update(table).where(table.c.id == record.id).values(version=table.c.version + 1)
    db.session.connection().execute(statement)


@pytest.mark.parametrize(
    ("make", "save"),
    [
        (factories.film, lambda film: films.update(SYSTEM, film, {"title": "马路天使"})),
        (factories.hall, lambda hall: records.trash(SYSTEM, hall)),
        (factories.screening, lambda screening: records.delete(SYSTEM, screening)),
    ],
)
def test_a_stale_write_is_a_conflict_and_writes_nothing(
    session: Any, make: Callable[[], Any], save: Callable[[Any], None]
) -> None:
    record = make()
    table, number = type(record).__table__, record.id
    _behind_the_back(record)
    before = session.connection().execute(select(table).where(table.c.id == number)).one()
    with pytest.raises(Conflict):
        save(record)
    assert session.connection().execute(select(table).where(table.c.id == number)).one() == before


@pytest.mark.parametrize("noun", ["role", "user"])
def test_what_hangs_on_a_record_counts_as_a_change_of_it(session: Any, noun: str) -> None:
    """Else two people could change the permissions of a role at once, and neither would be told."""
    from services import roles, staff

    keeper = factories.user("user.edit", "role.edit", "film.view")
    record = factories.role("film.view") if noun == "role" else factories.user()
    version = record.version
    if noun == "role":
        roles.update(SYSTEM, record, {"name": record.name, "permissions": ["hall.view"]})
    else:
        staff.update(SYSTEM, record, {"grants": [(keeper.grants[0].role_id, None)]})
    assert record.version == version + 1


@pytest.mark.parametrize("noun", ["role", "user"])
def test_saving_without_a_change_is_no_change(session: Any, noun: str) -> None:
    from services import roles, staff

    keeper = factories.user("user.edit", "role.edit")
    role = keeper.grants[0].role
    record = role if noun == "role" else keeper
    version, entries = record.version, _count(AuditEntry)
    if noun == "role":
        roles.update(SYSTEM, role, {"name": role.name, "permissions": ["user.edit", "role.edit"]})
    else:
        staff.update(SYSTEM, keeper, {"name": keeper.name, "grants": [(role.id, None)]})
    assert (record.version, _count(AuditEntry)) == (version, entries)


# ── Text ──


@pytest.mark.parametrize("text", ["a\0b", "\0", "a\ud800b", "\udfff"])
@pytest.mark.parametrize("name", ["title", "synopsis", "cast"])
def test_text_that_no_database_keeps_is_refused_in_words(session: Any, name: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        films.create(SYSTEM, {"title": "神女", name: [text] if name == "cast" else text})
    assert refused.value.field == name
    assert _count(Film) == 0


def test_text_is_as_long_as_its_column_and_no_longer(session: Any) -> None:
    longest = "影" * 200
    assert films.create(SYSTEM, {"title": longest}).title == longest
    with pytest.raises(Invalid) as refused:
        films.create(SYSTEM, {"title": longest + "影"})
    assert (refused.value.field, refused.value.params) == ("title", {"limit": 200})


@pytest.mark.parametrize("text", ["𠮷野家", "a\u200bb", "e\u0301", "🎬", "<b>&'\"", "%(x)s %s {{7*7}}", "\\"])
def test_all_other_text_comes_back_as_it_went_in(session: Any, text: str) -> None:
    film = films.create(SYSTEM, {"title": text, "cast": [text], "synopsis": text})
    session.commit()
    session.expire_all()
    assert (film.title, film.cast, film.synopsis) == (text, [text], text)


# ── The trash ──


def test_the_trash_gives_back_what_went_in(session: Any) -> None:
    film = factories.film()
    films.delete(SYSTEM, film)
    assert film.deleted_at is not None
    films.restore(SYSTEM, film)
    assert film.deleted_at is None


def test_a_name_taken_meanwhile_keeps_a_hall_in_the_trash(session: Any) -> None:
    hall = factories.hall(name="1 号厅")
    halls.delete(SYSTEM, hall)
    factories.hall(cinema=hall.cinema, name="1 号厅")
    with pytest.raises(Conflict):
        halls.restore(SYSTEM, hall)
    assert hall.deleted_at is not None


def test_a_cinema_takes_its_halls_along_and_brings_just_those_back(session: Any, clock: Any) -> None:
    from datetime import timedelta

    from tests.conftest import NOW

    cinema = factories.cinema()
    closed, used = factories.hall(cinema=cinema), factories.hall(cinema=cinema)
    halls.delete(SYSTEM, closed)
    clock(NOW + timedelta(hours=1))
    session.refresh(cinema)
    cinemas.delete(SYSTEM, cinema)
    assert used.deleted_at == cinema.deleted_at
    with pytest.raises(Conflict):
        halls.restore(SYSTEM, used)
    cinemas.restore(SYSTEM, cinema)
    assert (used.deleted_at, closed.deleted_at is None) == (None, False)


@pytest.mark.parametrize("noun", ["film", "hall", "cinema"])
def test_what_screenings_to_come_need_is_not_trashed(session: Any, clock: Any, noun: str) -> None:
    screening = factories.screening()
    service = {"film": films, "hall": halls, "cinema": cinemas}[noun]
    record = getattr(screening, noun)
    with pytest.raises(Conflict):
        service.delete(SYSTEM, record)
    assert any(row.blocks for row in service.consequences(record))
    screening.status = "cancelled"
    session.flush()
    service.delete(SYSTEM, record)


def test_a_cinemas_clock_stays_while_screenings_are_to_come(session: Any, clock: Any) -> None:
    cinema = factories.screening().cinema
    with pytest.raises(Conflict):
        cinemas.update(SYSTEM, cinema, {"timezone": "Europe/Berlin"})
    cinemas.update(SYSTEM, cinema, {"timezone": "Asia/Shanghai", "phone": "021"})


def test_every_refusal_can_be_read(session: Any) -> None:
    with pytest.raises(ServiceError) as refused:
        records.check_range({"n": 5}, "n", 1, 3)
    assert str(refused.value) == "Must be between 1 and 3."
    assert _count(Role) >= 1
