"""The trail: who changed what, from what to what; in the change's own transaction, and without secrets."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Film, db
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
    assert (entry.action, entry.cinema_id) == ("grant.create", cinema.id)
    assert entry.changes["role_id"] == [None, role.id]
    assert entry.record_label == f"{user.display_name} · {role.name}"
    staff.update(SYSTEM, user, {"grants": []})
    assert last().action == "grant.delete"
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


def test_every_kind_of_record_that_people_change_is_in_the_trail(session: Any) -> None:
    trail()
    factories.screening(film=factories.film(distributor=factories.distributor()))
    factories.poster()
    factories.user("film.view")
    told = {entry.action.split(".")[0] for entry in trail()}
    assert told == {model.__tablename__ for model in audit.AUDITED}


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
