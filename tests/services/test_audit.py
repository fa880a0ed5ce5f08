"""The trail: who changed what, from what to what; in the change's own transaction, and without secrets."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import AuditEntry, Film, Grant, Poster, Role, Screening, User, db
from services import access, audit, films, halls, imports, records, roles, screenings, staff
from services.access import SYSTEM
from services.audit import Context
from services.errors import Conflict
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP

CITIES = json.dumps(
    {
        "returnCode": "0",
        "returnValue": {"S": [{"regionName": "上海", "pinYin": "SHANGHAI", "cityCode": 310000}]},
    }
).encode()


@pytest.fixture(autouse=True)
def _quiet(session: Any, clock: Any) -> None:
    """A keyholder, so that staff may be changed."""
    factories.user("user.edit", "role.edit")


def trail() -> list[AuditEntry]:
    """The entries since the last call, oldest first."""
    told = db.session().info.setdefault("told", 0)
    entries = list(db.session.scalars(select(AuditEntry).where(AuditEntry.id > told).order_by(AuditEntry.id)))
    db.session().info["told"] = max([told, *(entry.id for entry in entries)])
    return entries


def last() -> AuditEntry:
    """The only entry since the last call."""
    (entry,) = trail()
    return entry


def test_an_entry_says_who_when_what_and_how_they_came_in(session: Any) -> None:
    user = factories.user("film.view", "film.create")
    trail()
    actor = access.actor_for(user)
    session().info["audit"] = Context(actor, "web", "192.0.2.7", "abc123", "spring programme")
    film = films.create(actor, {"title": "神女", "runtime_min": 85})
    entry = last()
    assert (entry.at, entry.actor_id, entry.actor_name) == (NOW, user.id, user.display_name)
    assert (entry.via, entry.address, entry.request_id) == ("web", "192.0.2.7", "abc123")
    assert (entry.reason, entry.action, entry.resource) == ("spring programme", "film.create", "film")
    assert (entry.record_id, entry.record_label, entry.cinema_id) == (film.id, "神女", None)
    assert entry.changes["runtime_min"] == [None, 85]


def test_a_change_is_told_from_old_to_new_and_only_what_changed(session: Any) -> None:
    film = factories.film(title="神女", runtime_min=85)
    trail()
    films.update(SYSTEM, film, {"title": "The Goddess", "runtime_min": 85, "genres": ["drama"]})
    entry = last()
    assert entry.action == "film.update"
    assert entry.changes == {"title": ["神女", "The Goddess"], "genres": [[], ["drama"]]}
    films.update(SYSTEM, film, {"title": "The Goddess"})
    assert trail() == []


def test_a_relation_is_told_by_its_number_and_an_instant_by_its_time(session: Any) -> None:
    screening = factories.screening()
    hall = factories.hall(cinema=screening.cinema)
    trail()
    old = screening.hall_id
    screenings.update(SYSTEM, screening, {"hall": hall, "status": "on_sale"})
    entry = last()
    assert entry.changes["hall_id"] == [old, hall.id]
    assert entry.changes["status"] == ["planned", "on_sale"]
    assert entry.cinema_id == screening.cinema_id
    records.delete(SYSTEM, factories.screening())
    assert trail()[-1].action == "screening.delete"


def test_the_trash_has_words_of_its_own(session: Any) -> None:
    hall = factories.hall()
    trail()
    halls.delete(SYSTEM, hall)
    halls.restore(SYSTEM, hall)
    assert [entry.action for entry in trail()] == ["hall.delete", "hall.restore"]


def test_a_password_is_never_in_the_trail(session: Any) -> None:
    trail()
    user, password = staff.create(SYSTEM, {"name": "lin", "display_name": "林", "grants": []}, CHEAP)
    renewed = staff.reset_password(SYSTEM, user, CHEAP)
    entries = trail()
    assert [entry.action for entry in entries] == ["user.create", "user.update", "user.password_reset"]
    assert entries[1].changes == {"password_hash": ["•••", "•••"]}
    text = repr([entry.changes for entry in entries])
    assert not [secret for secret in (password, renewed, user.password_hash, "argon2") if secret in text]


def test_rights_handed_out_and_taken_away_are_told(session: Any) -> None:
    user, role = factories.user(), factories.role("film.view")
    cinema = factories.cinema()
    trail()
    staff.update(SYSTEM, user, {"grants": [(role.id, cinema.id)]})
    entry = last()
    assert (entry.action, entry.cinema_id) == ("user.grant", cinema.id)
    assert (entry.resource, entry.record_id) == ("user", user.id)
    assert entry.changes == {"role_id": [None, role.id], "cinema_id": [None, cinema.id]}
    assert entry.record_label == f"{user.display_name} · {role.name}"
    staff.update(SYSTEM, user, {"grants": []})
    entry = last()
    assert (entry.action, entry.record_id, entry.cinema_id) == ("user.revoke", user.id, cinema.id)
    assert entry.changes == {"role_id": [role.id, None], "cinema_id": [cinema.id, None]}
    staff.update(SYSTEM, user, {"grants": [(role.id, None)]})
    entry = last()
    assert (entry.cinema_id, entry.changes) == (
        None,
        {"role_id": [None, role.id], "everywhere": [None, True]},
    )
    roles.update(SYSTEM, role, {"permissions": ["hall.view", "film.view"]})
    assert last().changes == {"permissions": [["film.view"], ["film.view", "hall.view"]]}
    roles.update(SYSTEM, role, {"permissions": ["hall.view"]})
    assert last().changes == {"permissions": [["film.view", "hall.view"], ["hall.view"]]}


# ── The same transaction ──


def test_what_is_rolled_back_leaves_no_entry(session: Any) -> None:
    trail()
    session.commit()
    films.create(SYSTEM, {"title": "神女"})
    session.rollback()
    assert trail() == []


def test_a_savepoint_takes_its_entries_along(session: Any) -> None:
    trail()
    kept = films.create(SYSTEM, {"title": "神女"})

    def refused() -> None:
        with records.saving():
            films.create(SYSTEM, {"title": "马路天使"})
            raise Conflict("no")

    with pytest.raises(Conflict):
        refused()
    assert [entry.record_id for entry in trail()] == [kept.id]
    assert len(list(session.scalars(select(Film)))) == 1


def test_no_way_in_forgets_it(session: Any) -> None:
    """Not even a plain session that somebody made for themselves."""
    trail()
    with Session(session.connection(), join_transaction_mode="create_savepoint") as other:
        other.add(Film(title="神女"))
        other.commit()
    entry = last()
    assert (entry.action, entry.actor_name, entry.via) == ("film.create", "system", "cli")


def _a_new_one_of(model: type[Any]) -> Any:
    if model is Grant:
        return factories.user("film.view").grants[0]
    return getattr(factories, model.__tablename__)()


def _change(record: Any) -> None:
    """A field of its own, whatever it is, gets another value."""
    values: dict[type[Any], dict[str, Any]] = {
        Film: {"title": "X"},
        Screening: {"price": 1},
        Poster: {"original_name": "x.png"},
        User: {"display_name": "X"},
        Grant: {"role": factories.role("hall.view")},
    }
    for name, value in values.get(type(record), {"name": "X"}).items():
        setattr(record, name, value)


@pytest.mark.parametrize("expired", [False, True], ids=["read before", "not read before"])
@pytest.mark.parametrize("model", audit.AUDITED, ids=lambda model: model.__tablename__)
def test_every_record_that_people_change_is_told_of_whatever_the_way(
    session: Any, model: type[Any], expired: bool
) -> None:
    """Added, changed and deleted by nothing but the session: no service need remember the trail."""
    noun = "user" if model is Grant else model.__tablename__
    verbs = ["grant", "grant", "revoke"] if model is Grant else ["create", "update", "delete"]
    record = _a_new_one_of(model)
    session.commit()
    told = [entry for entry in trail() if entry.verb == verbs[0] and entry.resource == noun]
    number = told[-1].record_id
    if not expired:
        session.refresh(record)
    _change(record)
    session.commit()
    told += [entry for entry in trail() if entry.record_id == number and entry.resource == noun]
    if model in (User, Role):
        # What hangs on them, by keys of the database's own.
        session.execute(delete(Grant))
    session.delete(record)
    session.commit()
    told += [entry for entry in trail() if entry.record_id == number and entry.resource == noun]
    assert [entry.action for entry in told[-3:]] == [f"{noun}.{verb}" for verb in verbs]
    changed, gone = told[-2].changes, told[-1].changes
    assert changed
    for old, new in changed.values():
        assert (old, new) != (None, None)
    # What was lost stands in the trail, as it was.
    assert {name: pair[0] for name, pair in gone.items() if name in changed} == {
        name: pair[1] for name, pair in changed.items()
    }
    assert {pair[1] for pair in gone.values()} == {None}


def test_a_deletion_keeps_what_was_lost_and_no_secret(session: Any) -> None:
    user = factories.user(email="lin@example.org", display_name="林静")
    secret = user.password_hash
    trail()
    session.delete(user)
    session.commit()
    entry = last()
    assert entry.changes["display_name"] == ["林静", None]
    assert entry.changes["password_hash"] == ["•••", None]
    assert secret not in repr(entry.changes)
    role = factories.role("film.view", "hall.view", name="夜班")
    trail()
    roles.delete(SYSTEM, role)
    assert last().changes == {
        "demands_second_factor": [False, None],
        "name": ["夜班", None],
        "permissions": [["film.view", "hall.view"], None],
    }


def test_a_member_of_staff_is_told_of_before_what_they_are_given(session: Any) -> None:
    role = factories.role("film.view")
    trail()
    user, _password = staff.create(
        SYSTEM, {"name": "wu", "display_name": "吴", "grants": [(role.id, None)]}, CHEAP
    )
    told = trail()
    assert [entry.action for entry in told] == ["user.create", "user.grant"]
    assert {entry.record_id for entry in told} == {user.id}


def test_an_import_is_told_with_its_file(session: Any) -> None:
    trail()
    imports.run(SYSTEM, "cities", io.BytesIO(CITIES), "cities.json")
    entry = last()
    assert (entry.action, entry.record_label, entry.reason) == ("city.create", "上海", "import: cities.json")
    films.create(SYSTEM, {"title": "神女"})
    assert last().reason == ""


def test_the_trail_outlives_what_it_speaks_of(session: Any) -> None:
    screening = factories.screening()
    trail()
    number, label = screening.id, str(screening)
    screenings.delete(SYSTEM, screening)
    entry = last()
    assert (entry.record_id, entry.record_label) == (number, label)
