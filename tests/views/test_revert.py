"""Reverting from the page of a record's history: asked first, in words, and refused kindly."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, Film, User, db
from services import films, halls, history, staff
from services.access import SYSTEM
from tests import factories
from tests.support.client import Client


def _words(page: str) -> str:
    """What a page's main part says, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main")[1]))


def _newest(record: Any) -> AuditEntry:
    about = (AuditEntry.resource == record.__tablename__, AuditEntry.record_id == record.id)
    return db.session.scalars(select(AuditEntry).where(*about).order_by(AuditEntry.id.desc()).limit(1)).one()


def _page(noun: str, record: Any, entry: AuditEntry) -> str:
    return f"/admin/{noun}/revert/?id={record.id}&entry={entry.id}"


def _sent(record: Any, entry: AuditEntry, **more: Any) -> dict[str, Any]:
    return {"id": record.id, "entry": entry.id, "version": history.stamp(record), **more}


@pytest.fixture
def changed(session: Any, clock: Any) -> tuple[Film, AuditEntry]:
    """A film whose title and genres were changed; the entry of it."""
    film = factories.film(title="神女", genres=["drama", "war"])
    films.update(SYSTEM, film, {"title": "The Goddess", "genres": ["drama"]})
    session.commit()
    return film, _newest(film)


def test_it_asks_first_and_says_what_would_be(changed: tuple[Film, AuditEntry], admin: Client) -> None:
    film, _entry = changed
    history_page = admin.get(f"/admin/film/history/?id={film.id}").text
    link = re.search(r'href="(/admin/film/revert/[^"]+)"', history_page)
    assert link
    # The entry of its creation has no such link.
    assert history_page.count("/admin/film/revert/") == 1
    said = _words(admin.get(link[1].replace("&amp;", "&")).text)
    assert "Title The Goddess 神女" in said
    assert "Genres – Added: War" in said
    assert film.title == "The Goddess"


def test_it_is_done_and_told(
    changed: tuple[Film, AuditEntry], admin: Client, send: Callable[..., Any]
) -> None:
    film, entry = changed
    answer = send(admin, "/admin/film/revert/", **_sent(film, entry, reason="a slip\0"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/film/history/?id={film.id}")
    assert (film.title, film.genres) == ("神女", ["drama", "war"])
    told = _newest(film)
    assert (told.reason, told.actor_name, told.via) == (f"revert: {entry.id} · a slip", "Lin", "web")
    said = _words(admin.get(f"/admin/film/history/?id={film.id}").text)
    assert f"Reverts entry {entry.id} · a slip" in said
    # There is nothing left of it to revert.
    assert "Nothing of this entry can be set back." in _words(admin.get(_page("film", film, entry)).text)
    again = send(admin, "/admin/film/revert/", **_sent(film, entry))
    assert again.status_code == 409


def test_what_was_changed_since_is_said(changed: tuple[Film, AuditEntry], admin: Client) -> None:
    film, entry = changed
    films.update(SYSTEM, film, {"title": "Third"})
    said = _words(admin.get(_page("film", film, entry)).text)
    assert "Title Changed since: this entry had made it “The Goddess”. Third 神女" in said


def test_who_was_slower_is_told_and_overwrites_nothing(
    changed: tuple[Film, AuditEntry], admin: Client, send: Callable[..., Any]
) -> None:
    film, entry = changed
    seen = _sent(film, entry)
    films.update(SYSTEM, film, {"director": "吴永刚"})
    answer = send(admin, "/admin/film/revert/", **seen)
    assert answer.status_code == 409
    assert "Someone else changed this record" in answer.text
    assert film.title == "The Goddess"
    # The page shows how it is now, and may be sent.
    version = re.search(r'name="version" value="([^"]+)"', answer.text)
    assert version
    assert send(admin, "/admin/film/revert/", **{**seen, "version": version[1]}).status_code == 303


def test_a_name_that_is_taken_is_a_kind_message(
    admin: Client, send: Callable[..., Any], session: Any
) -> None:
    hall = factories.hall(name="1 号厅")
    halls.update(SYSTEM, hall, {"name": "2 号厅", "cleaning_min": 7})
    factories.hall(cinema=hall.cinema, name="1 号厅")
    answer = send(admin, "/admin/hall/revert/", **_sent(hall, _newest(hall), reason="why not"))
    assert answer.status_code == 409
    assert "already has a hall of that name" in answer.text
    assert 'value="why not"' in answer.text
    assert (hall.name, hall.cleaning_min) == ("2 号厅", 7)


def test_an_entry_of_another_record_or_none_is_not_there(
    changed: tuple[Film, AuditEntry], admin: Client, send: Callable[..., Any]
) -> None:
    film, entry = changed
    other = factories.film()
    created = factories.audit_entry(resource="film", record_id=film.id, changes={"title": [None, "x"]})
    for record, number in ((other, entry.id), (film, created.id), (film, 10**8), (film, "x"), (film, "")):
        url = f"/admin/film/revert/?id={record.id}&entry={number}"
        assert admin.get(url).status_code == 404, url
        sent = {"id": record.id, "entry": number, "version": 1}
        assert send(admin, "/admin/film/revert/", **sent).status_code == 404, url


def test_it_takes_both_rights_on_the_record(as_user: Callable[..., Client], session: Any, clock: Any) -> None:
    own, other = factories.hall(), factories.hall()
    for hall in (own, other):
        halls.update(SYSTEM, hall, {"name": f"New {hall.id}"})
    readers = {
        "both": factories.user("hall.view", "hall.edit", "audit.view", cinema=own.cinema),
        "no trail": factories.user("hall.view", "hall.edit", cinema=own.cinema),
        "no change": factories.user("hall.view", "audit.view", cinema=own.cinema),
    }
    session.commit()
    urls = [_page("hall", hall, _newest(hall)) for hall in (own, other)]
    found = {name: [as_user(user).get(url).status_code for url in urls] for name, user in readers.items()}
    assert found == {"both": [200, 404], "no trail": [403, 403], "no change": [403, 403]}
    assert "revert" not in as_user(readers["no change"]).get(f"/admin/hall/history/?id={own.id}").text


@pytest.mark.parametrize(
    "noun", ["film", "screening", "distributor", "cinema", "hall", "city", "staff", "role"]
)
def test_every_noun_can_be_reverted(
    noun: str, admin: Client, send: Callable[..., Any], chain: dict[str, int]
) -> None:
    name = {"staff": "user"}.get(noun, noun)
    service = history.SERVICES[name]
    values: dict[str, Any] = {
        "film": {"title": "X", "runtime_min": None},
        "screening": {"price": 1, "status": "on_sale"},
        "staff": {"display_name": "X", "active": False},
        "role": {"name": "X", "permissions": ["hall.view"]},
    }.get(noun, {"name": "X"})
    model = {v.__tablename__: v for v in history.audit.AUDITED}[name]
    record = db.session.get_one(model, chain[name])
    before = {key: history.present(record, key) for key in values}
    service.update(SYSTEM, record, values)
    db.session.commit()
    entry = _newest(record)
    assert admin.get(_page(noun, record, entry)).status_code == 200
    assert send(admin, f"/admin/{noun}/revert/", **_sent(record, entry)).status_code == 303
    assert {key: history.present(record, key) for key in values} == before


def test_roles_of_staff_are_reverted_in_words(admin: Client, send: Callable[..., Any], session: Any) -> None:
    role, cinema = factories.role("film.view", name="夜班"), factories.cinema(name="大光明")
    user: User = factories.user()
    staff.update(SYSTEM, user, {"grants": [(role.id, cinema.id)]})
    session.commit()
    entry = _newest(user)
    page = admin.get(f"/admin/staff/history/?id={user.id}").text
    assert "Staff: role granted" in page
    said = _words(admin.get(_page("staff", user, entry)).text)
    assert "Roles Taken out: 夜班 · 大光明 –" in said
    assert send(admin, "/admin/staff/revert/", **_sent(user, entry)).status_code == 303
    assert user.grants == []
    said = _words(admin.get(_page("staff", user, _newest(user))).text)
    assert "Roles – Added: 夜班 · 大光明" in said


def test_grants_for_other_cinemas_do_not_show(
    as_user: Callable[..., Client], session: Any, clock: Any
) -> None:
    """Somebody came from another cinema: whoever reads for one learns only of the roles held there."""
    factories.user("user.edit", "role.edit")
    own, foreign = factories.cinema(), factories.cinema(name="MARKER")
    role, usher = factories.role("film.view", name="夜班"), factories.role("hall.view", name="USHER")
    user: User = factories.user()
    staff.update(SYSTEM, user, {"grants": [(usher.id, foreign.id), (usher.id, None)]})
    staff.update(SYSTEM, user, {"grants": [(role.id, own.id)]})
    manager = factories.user("user.view", "audit.view", "role.view", "cinema.view", cinema=own)
    everywhere = factories.user("user.view", "audit.view", "role.view", "cinema.view")
    session.commit()
    page = as_user(manager).get(f"/admin/staff/history/?id={user.id}").text
    assert "夜班" in page
    assert "MARKER" not in page
    assert "USHER" not in page
    full = _words(as_user(everywhere).get(f"/admin/staff/history/?id={user.id}").text)
    assert "MARKER" in full
    assert "For all cinemas – Yes" in full


# ── Why ──


def test_a_reason_goes_into_the_trail_and_is_kept_after_a_refusal(
    admin: Client, send: Callable[..., Any], session: Any
) -> None:
    city = factories.city(name="A")
    url = f"/admin/city/edit/?id={city.id}"
    refused = send(admin, url, name="", reason="renamed")
    assert refused.status_code == 422
    assert 'value="renamed"' in refused.text
    assert send(admin, url, name="B", reason="x" * 201).status_code == 422
    assert send(admin, url, name="B", reason="renamed\0").status_code == 303
    assert (_newest(city).reason, city.name) == ("renamed", "B")
    assert 'name="reason"' in admin.get(f"/admin/city/delete/?id={city.id}").text
    assert send(admin, "/admin/city/delete/", id=city.id, reason="twice there").status_code == 303
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.reason) == ("city.delete", "twice there")
    assert entry.changes["name"] == ["B", None]
