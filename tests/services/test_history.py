"""Setting back what an entry changed: by the noun's own service, and told to the trail like any other change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import AuditEntry, Film, Hall, Role, Screening, User, db
from services import access, cinemas, films, halls, history, roles, screenings, staff
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid
from tests import factories

SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(autouse=True)
def _quiet(session: Any, clock: Any) -> None:
    """A keyholder, so that staff and roles may be changed."""
    factories.user("user.edit", "role.edit")


def newest(record: Any, verb: str = "update") -> AuditEntry:
    """The newest entry of a record."""
    about = (AuditEntry.resource == record.__tablename__, AuditEntry.record_id == record.id)
    query = select(AuditEntry).where(*about, AuditEntry.verb == verb).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalars(query).one()


def revert(entry: AuditEntry, record: Any, actor: Any = SYSTEM) -> history.Plan:
    """Set an entry back; the plan of it."""
    plan = history.plan(actor, entry, record)
    history.apply(actor, plan, history.stamp(record))
    return plan


def state(record: Any) -> dict[str, Any]:
    """All that a record holds."""
    told = {column.key: getattr(record, column.key) for column in record.__table__.columns}
    return {name: value for name, value in told.items() if name not in ("updated_at", "version")}


def left(plan: history.Plan) -> dict[str, str]:
    """The fields that stay, with the reason."""
    return {field.name: field.left for field in plan.fields if field.left}


# ── Whatever the changes were ──

FILM = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["神女", "Metropolis", "马路天使"]),
        "runtime_min": st.none() | st.integers(1, 900),
        "genres": st.lists(st.sampled_from(["drama", "war", "自定"]), unique=True),
        "formats": st.lists(st.sampled_from(["2D", "IMAX2D"]), unique=True),
        "rating": st.sampled_from([None, "ALL", "12+"]),
        "release_date": st.none() | st.dates(films.EARLIEST_RELEASE, films.LATEST_RELEASE),
        "synopsis": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    },
)
HALL = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["1 号厅", "2 号厅", "IMAX"]),
        "layout": st.lists(st.sampled_from(["sss", "s_s", "ccw", "____"]), max_size=4),
        "cleaning_min": st.none() | st.integers(0, 240),
        "formats": st.lists(st.sampled_from(["2D", "4D"]), unique=True),
    },
)


def _play(service: Any, record: Any, steps: list[dict[str, Any]]) -> list[tuple[dict[str, Any], AuditEntry]]:
    """Do the updates; of each that changed something the state before it, and its entry."""
    done: list[tuple[dict[str, Any], AuditEntry]] = []
    for values in steps:
        before = state(record)
        service.update(SYSTEM, record, values)
        if state(record) != before:
            done.append((before, newest(record)))
    return done


@SETTINGS
@given(steps=st.lists(FILM, min_size=1, max_size=5), at=st.integers(0, 4))
def test_a_film_goes_back_to_what_it_was(session: Any, steps: list[dict[str, Any]], at: int) -> None:
    _goes_back(films, factories.film, steps, at)


@SETTINGS
@given(steps=st.lists(HALL, min_size=1, max_size=5), at=st.integers(0, 4))
def test_a_hall_goes_back_to_what_it_was(session: Any, steps: list[dict[str, Any]], at: int) -> None:
    _goes_back(halls, factories.hall, steps, at)


def _goes_back(service: Any, make: Any, steps: list[dict[str, Any]], at: int) -> None:
    with db.session.begin_nested() as attempt:
        record = make()
        done = _play(service, record, steps)
        if done:
            before, entry = done[-1]
            revert(entry, record)
            assert state(record) == before
            # An older one changes its own fields only, and makes them what they were.
            before, entry = done[at % len(done)]
            now = state(record)
            plan = history.plan(SYSTEM, entry, record)
            if plan.possible:
                history.apply(SYSTEM, plan, history.stamp(record))
            changed = {name for name, value in state(record).items() if value != now[name]}
            assert changed <= set(entry.changes)
            assert {name: state(record)[name] for name in entry.changes} == {
                name: before[name] for name in entry.changes
            }
        attempt.rollback()


# ── What it is told by ──


def test_the_trail_says_what_was_reverted_and_grows(session: Any) -> None:
    film = factories.film(title="神女")
    films.update(SYSTEM, film, {"title": "The Goddess"})
    entry = newest(film)
    plan = history.plan(SYSTEM, entry, film)
    history.apply(SYSTEM, plan, history.stamp(film), "a slip")
    assert film.title == "神女"
    told = newest(film)
    assert (told.reason, told.changes) == (f"revert: {entry.id} · a slip", {"title": ["The Goddess", "神女"]})
    assert entry.changes == {"title": ["神女", "The Goddess"]}
    # A revert is reverted like anything else; and afterwards reasons are what they were.
    revert(told, film)
    assert film.title == "The Goddess"
    films.update(SYSTEM, film, {"title": "X"})
    assert newest(film).reason == ""


def test_what_was_changed_since_is_pointed_out(session: Any) -> None:
    film = factories.film(title="A")
    films.update(SYSTEM, film, {"title": "B", "director": "吴永刚"})
    entry = newest(film)
    films.update(SYSTEM, film, {"title": "C"})
    fields = {field.name: field for field in history.plan(SYSTEM, entry, film).fields}
    assert {name: field.moved for name, field in fields.items()} == {"title": True, "director": False}
    assert (fields["title"].made, fields["title"].now, fields["title"].will) == ("B", "C", "A")


def test_a_stale_page_reverts_nothing(session: Any) -> None:
    film, city = factories.film(title="A"), factories.city(name="A")
    for record, service in ((film, films), (city, history.SERVICES["city"])):
        name = "title" if record is film else "name"
        service.update(SYSTEM, record, {name: "B"})
        plan, seen = history.plan(SYSTEM, newest(record), record), "0"
        with pytest.raises(Conflict):
            history.apply(SYSTEM, plan, seen)
        assert getattr(record, name) == "B"


# ── What cannot be set back ──


def test_what_cannot_be_set_back_is_named_and_left(session: Any) -> None:
    hall = factories.hall()
    gone = {
        "formats": [["8D"], ["2D"]],
        "seats": [1, 100],
        "gone_column": [1, 2],
        "cinema_id": [999_999, hall.cinema_id],
        "name": [5, hall.name],
        "cleaning_min": [None, 5],
        "version": [1, 2],
    }
    entry = factories.told_change("hall", hall.id, changes=gone)
    plan = history.plan(SYSTEM, entry, hall)
    assert left(plan) == {
        "formats": history.NO_VALUE,
        "seats": history.WORKED_OUT,
        "gone_column": history.NO_FIELD,
        "cinema_id": history.GONE,
        "name": history.NO_VALUE,
        "cleaning_min": history.SO_ALREADY,
        "version": history.NO_FIELD,
    }
    assert not plan.possible


def test_secrets_enums_and_the_trash_of_what_is_named(session: Any) -> None:
    user, film = factories.user(), factories.film()
    entry = factories.told_change("user", user.id, changes={"password_hash": ["•••", "•••"]})
    assert not history.revertible("user", "user.update", entry.changes)
    assert left(history.plan(SYSTEM, entry, user)) == {"password_hash": history.SECRET}
    odd = {"rating": ["99+", None], "release_date": ["soon", None], "release_precision": [None, "day"]}
    assert set(
        left(history.plan(SYSTEM, factories.told_change("film", film.id, changes=odd), film)).values()
    ) == {history.NO_VALUE}
    show = factories.screening()
    other = factories.film()
    screenings.update(SYSTEM, show, {"film": other})
    entry = newest(show)
    first = db.session.get_one(Film, entry.changes["film_id"][0])
    films.delete(SYSTEM, first)
    assert left(history.plan(SYSTEM, entry, show))["film_id"] == history.TRASHED


def test_what_lies_in_other_cinemas_is_left(session: Any) -> None:
    hall, foreign = factories.hall(), factories.cinema()
    told = {"cinema_id": [foreign.id, hall.cinema_id], "name": ["旧", hall.name]}
    entry = factories.told_change("hall", hall.id, changes=told)
    actor = factories.actor("hall.view", "hall.edit", "cinema.view", "audit.view", cinema=hall.cinema)
    plan = revert(entry, hall, actor)
    assert left(plan) == {"cinema_id": history.GONE}
    assert (hall.name, hall.cinema_id != foreign.id) == ("旧", True)


@pytest.mark.parametrize("verb", ["create", "login", "refused", "export", "password_reset", "logout"])
def test_what_makes_no_sense_to_revert_is_not_offered(verb: str) -> None:
    assert not history.revertible("user", f"user.{verb}", {"name": [None, "x"]})


# ── Rules and rights hold ──


def test_a_conflict_leaves_everything_as_it_was(session: Any) -> None:
    hall = factories.hall(name="1 号厅")
    halls.update(SYSTEM, hall, {"name": "2 号厅", "cleaning_min": 5})
    factories.hall(cinema=hall.cinema, name="1 号厅")
    with pytest.raises(Conflict):
        revert(newest(hall), hall)
    assert (hall.name, hall.cleaning_min) == ("2 号厅", 5)


def test_a_screening_goes_back_unless_somebody_else_has_the_hall(session: Any) -> None:
    show = factories.screening()
    before, hall = state(show), show.hall
    later = factories.at(hall, "2026-11-20 22:30")
    screenings.update(SYSTEM, show, {"starts_at": later, "price": 100})
    entry = newest(show)
    revert(entry, show)
    assert state(show) == before
    screenings.update(SYSTEM, show, {"starts_at": later})
    factories.screening(hall=hall)
    with pytest.raises(Conflict, match="Overlaps"):
        revert(newest(show), show)
    assert show.starts_at == later


def test_it_takes_the_right_to_change(session: Any) -> None:
    film = factories.film(title="A")
    films.update(SYSTEM, film, {"title": "B"})
    with pytest.raises(Forbidden):
        revert(newest(film), film, factories.actor("film.view", "audit.view"))
    assert film.title == "B"


def test_the_trash_and_back(session: Any) -> None:
    cinema = factories.cinema()
    hall = factories.hall(cinema=cinema)
    cinemas.delete(SYSTEM, cinema)
    revert(newest(cinema, "delete"), cinema)
    assert (cinema.deleted_at, hall.deleted_at) == (None, None)
    restored = newest(cinema, "restore")
    reader = factories.actor("cinema.view", "cinema.edit", "audit.view")
    assert left(history.plan(reader, restored, cinema)) == {"deleted_at": history.NO_RIGHT}
    revert(restored, cinema)
    assert cinema.deleted_at is not None
    assert hall.deleted_at is not None


def test_half_a_place_on_the_map_goes_back_too(session: Any) -> None:
    cinema = factories.cinema(latitude=31.2, longitude=121.5)
    cinemas.update(SYSTEM, cinema, {"latitude": 32.0, "longitude": 121.5})
    revert(newest(cinema), cinema)
    assert (cinema.latitude, cinema.longitude) == (31.2, 121.5)


def test_rights_of_a_role_go_back_but_not_by_who_lacks_them(session: Any) -> None:
    role: Role = factories.role("film.view", "hall.view")
    roles.update(SYSTEM, role, {"permissions": ["film.view", "film.edit"]})
    entry = newest(role)
    with pytest.raises(Forbidden):
        revert(entry, role, factories.actor("role.view", "role.edit", "audit.view"))
    revert(entry, role)
    assert [item.name for item in role.permissions] == ["film.view", "hall.view"]
    old = factories.told_change("role", role.id, changes={"permissions": [["film.fly"], ["film.view"]]})
    assert left(history.plan(SYSTEM, old, role)) == {"permissions": history.NO_VALUE}


def test_grants_are_taken_and_given_back(session: Any) -> None:
    cinema, role = factories.cinema(), factories.role("film.view")
    user: User = factories.user("hall.view", cinema=cinema)
    kept = [(grant.role_id, grant.cinema_id) for grant in user.grants]
    staff.update(SYSTEM, user, {"grants": [*kept, (role.id, cinema.id)]})
    granted = newest(user, "grant")
    revert(granted, user)
    assert [(grant.role_id, grant.cinema_id) for grant in user.grants] == kept
    assert left(history.plan(SYSTEM, granted, user)) == {"grants": history.SO_ALREADY}
    poor = factories.actor("user.view", "user.edit", "role.view", "cinema.view", "audit.view")
    with pytest.raises(Forbidden):
        revert(newest(user, "revoke"), user, poor)
    revert(newest(user, "revoke"), user)
    assert (role.id, cinema.id) in [(grant.role_id, grant.cinema_id) for grant in user.grants]
    elsewhere = access.Actor(None, "x", {"role.view": None, "cinema.view": frozenset({cinema.id + 1})})
    assert left(history.plan(elsewhere, newest(user, "grant"), user)) == {"grants": history.GONE}


def test_the_last_keyholder_keeps_the_key(session: Any) -> None:
    for other in db.session.scalars(select(User)):
        other.active = False
    role = factories.role("user.edit", "role.edit")
    user = factories.user("film.view")
    staff.update(SYSTEM, user, {"grants": [(role.id, None)]})
    with pytest.raises(Conflict, match="Nobody would be left"):
        revert(newest(user, "grant"), user)
    assert [grant.role_id for grant in user.grants] == [role.id]


def test_a_film_in_the_trash_stops_a_screening(session: Any) -> None:
    show: Screening = factories.screening(status="cancelled")
    screenings.update(SYSTEM, show, {"status": "planned"})
    screenings.update(SYSTEM, show, {"status": "cancelled"})
    entry = newest(show)
    films.delete(SYSTEM, show.film)
    with pytest.raises(Invalid, match="trash"):
        revert(entry, show)


def test_a_hall_keeps_its_plan_and_its_count_together(session: Any) -> None:
    hall: Hall = factories.hall()
    halls.update(SYSTEM, hall, {"layout": ["ss", "cc"]})
    plan = revert(newest(hall), hall)
    assert left(plan) == {"seats": history.WORKED_OUT}
    assert hall.seats == 100
