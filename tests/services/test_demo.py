"""The demo chain keeps every rule of the house, is the same for the same day, and can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from models import (
    AuditEntry,
    Cinema,
    City,
    Distributor,
    Film,
    Hall,
    Poster,
    Role,
    Screening,
    ScreeningStatus,
    User,
    clock,
    db,
)
from models.hall import COUPLE, WHEELCHAIR
from models.vocabulary import COUNTRIES, GENRES, LANGUAGES
from services import access, cities, posters, screenings, staff
from services.demo import chain, films
from services.demo import load as demo
from services.demo import screenings as plan
from services.errors import Conflict, Forbidden
from services.passwords import Passwords
from services.storage import Storage
from tests.factories import count

TODAY = date(2026, 11, 20)
CANCELLED = ScreeningStatus.CANCELLED
pytestmark = pytest.mark.usefixtures("stamps")


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days and eight films: as quick as it can be."""
    monkeypatch.setattr(plan, "DAYS", 1)
    monkeypatch.setattr(demo, "demo_films", lambda: films.load()[-8:])


@pytest.fixture
def load(session: Any, store: Storage, hashing: Passwords) -> Callable[[], demo.Summary]:
    return lambda: demo.load(access.SYSTEM, store, hashing, TODAY)


def by(rows: Iterable[Screening], key: Callable[[Screening], Any]) -> dict[Any, list[Screening]]:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


# ── The whole chain ──


def test_the_whole_chain(load: Callable[[], demo.Summary]) -> None:
    summary = load()
    assert (summary.cities, summary.cinemas, summary.halls, summary.films) == (3, 6, 40, 60)
    assert [count(model) for model in (City, Cinema, Hall, Film, Poster)] == [3, 6, 40, 60, 60]
    assert count(Screening) == summary.screenings > 4 * 40 * 29
    check_films()
    rows = list(db.session.scalars(select(Screening).order_by(Screening.preshow_at)))
    check_rules(rows)
    check_days(rows)
    check_programme(rows)


def check_films() -> None:
    for film in db.session.scalars(select(Film)):
        assert film.runtime_min
        assert film.formats[0] == "2D"
        assert film.rating
        assert film.distributor
        for words, vocabulary in (
            (film.genres, GENRES),
            (film.countries, COUNTRIES),
            (film.languages, LANGUAGES),
        ):
            assert words
            assert set(words) <= set(vocabulary.names)


def check_rules(rows: list[Screening]) -> None:
    """What services.screenings would have insisted on, one by one."""
    for hall_rows in by(rows, lambda row: row.hall_id).values():
        live = [row for row in hall_rows if row.status is not CANCELLED]
        assert all(one.cleared_at <= other.preshow_at for one, other in pairwise(live))
    for row in rows:
        assert row.cinema_id == row.hall.cinema_id
        assert row.format in row.hall.formats
        assert row.format in row.film.formats
        span = screenings.times(row.film, row.hall, row.starts_at)
        assert all(getattr(row, name) == value for name, value in span.values().items())
        assert row.audio_language in row.film.languages
        assert 1000 <= row.price <= 20_000


def check_days(rows: list[Screening]) -> None:
    """Within opening hours, on the grid, four to six in a hall, never two of a house in one minute."""
    days = {TODAY + timedelta(days=offset) for offset in range(-14, 15)}
    per_hall = by(rows, lambda row: (row.hall_id, row.business_date))
    assert set(per_hall) == {(hall, day) for hall in db.session.scalars(select(Hall.id)) for day in days}
    assert all(4 <= len(group) <= 6 for group in per_hall.values())
    for row in rows:
        opens = datetime.combine(row.business_date, row.cinema.opens_at, row.cinema.zone)
        closes = datetime.combine(row.business_date, row.cinema.closes_at, row.cinema.zone) + timedelta(
            days=1
        )
        assert opens <= row.preshow_at
        assert row.cleared_at <= closes
        assert row.starts_at.minute % 5 == 0
    assert all(len(group) == 1 for group in by(rows, lambda row: (row.cinema_id, row.starts_at)).values())


def check_programme(rows: list[Screening]) -> None:
    """Fourteen films a week in every house; sold, fixed, sketched; a few cancelled."""
    weeks = by(rows, lambda row: (row.cinema_id, plan.film_week(row.cinema, row.business_date)))
    whole = [group for group in weeks.values() if len({row.business_date for row in group}) == 7]
    assert whole
    assert all(len({row.film_id for row in group}) == 14 for group in whole)
    for row in rows:
        assert row.status in (CANCELLED, plan.status(row.business_date, TODAY))
    assert 0 < sum(row.status is CANCELLED for row in rows) < len(rows) / 50
    assert {row.format for row in rows if "IMAX2D" in row.hall.formats} == {"IMAX2D"}


def test_status_follows_the_distance_from_today() -> None:
    wanted = {-14: "closed", -1: "closed", 0: "on_sale", 3: "on_sale", 4: "planned", 7: "planned", 8: "draft"}
    assert {n: plan.status(TODAY + timedelta(days=n), TODAY) for n in wanted} == wanted


def test_halls_have_seats_of_all_kinds() -> None:
    layouts = [room.layout() for house in chain.HOUSES for room in house.rooms]
    assert max(sum(len(row.replace("_", "")) for row in layout) for layout in layouts) >= 300
    for letter in (WHEELCHAIR, COUPLE):
        assert any(letter in row for layout in layouts for row in layout)


def _films() -> list[Film]:
    return [Film(id=n, title=f"Film {n}", runtime_min=90, formats=["2D"]) for n in range(60)]


def test_films_stay_for_some_weeks_and_lose_their_draw() -> None:
    repertoire = plan.Repertoire(_films())
    weeks = [repertoire.week(number) for number in range(100, 130)]
    assert {len(week) for week in weeks} == {14}
    assert {item.film.id for week in weeks for item in week} == set(range(60))
    for week, following in pairwise(weeks):
        draws = {item.film.id: item.draw for item in week}
        stayed = [item for item in following if item.film.id in draws]
        assert len(stayed) == 10
        assert all(item.draw < draws[item.film.id] for item in stayed)


def test_strong_films_play_in_large_halls() -> None:
    running = plan.Repertoire(_films()).week(100)
    halls = [
        Hall(id=n, name=str(n), seats=seats, formats=["2D"], layout=["s"])
        for n, seats in enumerate((90, 300))
    ]
    own = plan.own_films(halls, running)
    assert own[1] == [item.film for item in running[:7]]
    assert own[0] == [item.film for item in running[7:]]


# ── Loading, and taking back ──


def contents() -> dict[str, list[Any]]:
    """All that the demo says, without numbers given by the database."""
    shows = select(
        Cinema.name,
        Hall.name,
        Film.title,
        Screening.starts_at,
        Screening.format,
        Screening.status,
        Screening.price,
    )
    shows = shows.select_from(Screening).join(Screening.hall).join(Screening.cinema).join(Screening.film)
    queries = {
        "cities": select(City.name, City.code).order_by(City.name),
        "halls": select(Cinema.name, Hall.name, Hall.layout)
        .join(Hall.cinema)
        .order_by(Cinema.name, Hall.name),
        "films": select(Film.title, Film.genres, Film.formats, Film.synopsis).order_by(Film.title),
        "posters": select(Film.title, Poster.sha256).join(Poster.film).order_by(Film.title),
        "screenings": shows.order_by(Cinema.name, Hall.name, Screening.starts_at),
        "staff": select(User.name, User.display_name).order_by(User.name),
    }
    return {name: db.session.execute(query).all() for name, query in queries.items()}


@pytest.mark.usefixtures("brief")
def test_a_reset_brings_the_same_again(load: Callable[[], Any], store: Storage, hashing: Passwords) -> None:
    load()
    db.session.commit()
    first = contents()
    cities.create(access.SYSTEM, {"name": "别处"})
    db.session.scalars(select(Film)).first().title = "改了"
    db.session.commit()
    demo.reset(access.SYSTEM, store, hashing, TODAY)
    db.session.commit()
    assert contents() == first
    assert posters.check(store) == ([], [])
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).first() == "audit.reset"
    assert count(AuditEntry) < 2 * sum(map(len, first.values()))


@pytest.mark.usefixtures("brief")
def test_a_reset_keeps_other_staff_but_not_their_cinemas(
    load: Callable[[], Any], store: Storage, hashing: Passwords
) -> None:
    load()
    roles = {role.key: role.id for role in db.session.scalars(select(Role))}
    cinema = db.session.scalars(select(Cinema)).first()
    grants = [(roles["auditor"], None), (roles["manager"], cinema.id)]
    values = {"name": "someone", "display_name": "Someone", "grants": grants}
    staff.create(access.SYSTEM, values, hashing)
    demo.reset(access.SYSTEM, store, hashing, TODAY)
    someone = staff.find("someone")
    assert someone is not None
    assert [(grant.role.key, grant.cinema_id) for grant in someone.grants] == [("auditor", None)]


@pytest.mark.usefixtures("brief")
def test_a_rollback_leaves_neither_rows_nor_files(load: Callable[[], Any], store: Storage) -> None:
    load()
    assert list(store.names())
    db.session.rollback()
    assert [count(model) for model in (City, Cinema, Film, Screening, Poster, User, AuditEntry)] == [0] * 7
    assert not list(store.names())


@pytest.mark.parametrize("values", [{"title": "老片"}, {"title": "老片", "deleted_at": "now"}])
def test_only_an_empty_house_is_filled(load: Callable[[], Any], values: dict[str, Any]) -> None:
    assert demo.is_empty()
    deleted_at = clock.now() if values.pop("deleted_at", None) else None
    db.session.add(Film(**values, deleted_at=deleted_at))
    assert not demo.is_empty()
    with pytest.raises(Conflict):
        load()
    assert (count(Film), count(Distributor), count(User)) == (1, 0, 0)


def test_it_takes_the_rights_to_do_it(session: Any, store: Storage, hashing: Passwords) -> None:
    stranger = access.Actor(None, "stranger", {"user.view": None})
    for act in (demo.load, demo.reset):
        with pytest.raises(Forbidden):
            act(stranger, store, hashing, TODAY)


def test_today_is_the_cinemas_trading_day(
    session: Any, store: Storage, hashing: Passwords, clock: Callable[[datetime], None], brief: None
) -> None:
    # Half past one in the night to Saturday in Shanghai: Friday's screenings still run.
    clock(datetime.fromisoformat("2026-11-20T17:30+00:00"))
    demo.load(access.SYSTEM, store, hashing)
    span = select(func.min(Screening.business_date), func.max(Screening.business_date))
    assert tuple(db.session.execute(span).one()) == (TODAY - timedelta(days=1), TODAY + timedelta(days=1))


def test_every_film_of_the_list_can_be_kept(session: Any) -> None:
    kept = demo._add_films(access.SYSTEM, films.load())
    assert len({film.title for film in kept}) == 60
