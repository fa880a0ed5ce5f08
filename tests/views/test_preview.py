"""Looking as a role: begun, ended, in the trail; nothing can be changed, and nobody sees more than they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Cinema, Grant, Login, Role, User, db
from services import roles
from services.access import SYSTEM
from services.permissions import PREVIEW
from tests import factories
from tests.support.client import Client
from tests.support.client import post as send

BANNER = "preview-banner"


def seeded(key: str) -> Role:
    return db.session.scalars(select(Role).where(Role.key == key)).one()


def look(client: Client, role: Role, cinema: Cinema | None = None) -> Any:
    return send(client, "/preview", {"role": role.id, "cinema": cinema.id if cinema else ""})


def entries(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


@pytest.fixture
def cinema(session: Any, clock: Any) -> Cinema:
    factories.user("user.edit", "role.edit")
    return factories.cinema(name="Grand")


@pytest.fixture
def lin(make_user: Callable[..., User]) -> User:
    return make_user("administrator", name="lin", display_name="Lin")


@pytest.fixture
def client(lin: User, as_user: Callable[..., Client]) -> Client:
    return as_user(lin)


# ── Looking ──


def test_every_page_says_as_whom_one_looks(client: Client, cinema: Cinema) -> None:
    assert BANNER not in client.get("/admin/").text
    answer = look(client, seeded("box_office"), cinema)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    for url, status in (("/admin/", 200), ("/account", 200), ("/admin/staff/", 403), ("/nowhere", 404)):
        page = client.get(url)
        assert page.status_code == status
        assert "You are looking as “Box office” in Grand." in page.text, url
    look(client, seeded("box_office"))
    assert "You are looking as “Box office” in all cinemas." in client.get("/admin/").text


def test_it_begins_on_the_pages_of_the_role_and_in_the_table(client: Client) -> None:
    role = seeded("box_office")
    for url in (f"/admin/role/details/?id={role.id}", "/admin/role/matrix/"):
        assert f"/preview?role={role.id}" in client.get(url).text
    page = client.get(f"/preview?role={role.id}").text
    assert f'<option value="{role.id}" selected>Box office' in page


def test_only_the_cinema_is_seen_that_one_looks_in(client: Client, cinema: Cinema) -> None:
    other = factories.cinema()
    look(client, seeded("manager"), cinema)
    assert client.get(f"/admin/cinema/edit/?id={cinema.id}").status_code == 200
    assert client.get(f"/admin/cinema/edit/?id={other.id}").status_code == 404


def test_nobody_sees_more_than_their_own_rights(as_user: Callable[..., Client], cinema: Cinema) -> None:
    person = factories.user(PREVIEW, "role.view", "cinema.view", "film.view")
    client = as_user(person)
    look(client, seeded("administrator"), cinema)
    assert client.get("/admin/film/").status_code == 200
    assert client.get("/admin/hall/").status_code == 403
    mine = person.grants[0].role
    roles.update(SYSTEM, mine, {"permissions": [PREVIEW, "role.view", "cinema.view", "hall.view"]})
    assert client.get("/admin/film/").status_code == 403
    assert client.get("/admin/hall/").status_code == 200


def test_without_the_right_there_is_nothing_left_to_see(client: Client, lin: User, cinema: Cinema) -> None:
    look(client, seeded("auditor"), cinema)
    lin.grants = [Grant(role=factories.role("film.view", "user.view"))]
    page = client.get("/admin/")
    assert "You may not preview this any more" in page.text
    assert client.get("/admin/film/").status_code == 403
    assert send(client, "/preview/end").status_code == 303
    assert client.get("/admin/film/").status_code == 200


def test_a_role_that_changes_changes_what_is_seen(client: Client, cinema: Cinema) -> None:
    role = factories.role("film.view")
    look(client, role, cinema)
    assert client.get("/admin/hall/").status_code == 403
    roles.update(SYSTEM, role, {"permissions": ["hall.view"]})
    assert client.get("/admin/hall/").status_code == 200
    assert client.get("/admin/film/").status_code == 403


def test_it_ends_with_its_role(client: Client, cinema: Cinema) -> None:
    role = factories.role("film.view")
    look(client, role, cinema)
    roles.delete(SYSTEM, role)
    assert BANNER not in client.get("/admin/hall/").text


def test_it_ends_with_the_log_in_and_other_log_ins_know_nothing_of_it(
    client: Client, lin: User, cinema: Cinema, as_user: Callable[..., Client]
) -> None:
    elsewhere = as_user(lin)
    look(client, seeded("box_office"), cinema)
    assert elsewhere.get("/admin/staff/").status_code == 200
    assert BANNER not in elsewhere.get("/admin/").text
    assert send(client, "/logout").status_code == 303
    assert BANNER not in as_user(lin).get("/admin/").text


def test_it_costs_no_more_than_two_statements(
    client: Client, cinema: Cinema, count_queries: Callable[..., Any]
) -> None:
    look(client, factories.role("role.view"), cinema)
    with count_queries() as statements:
        # A page for everybody who is logged in that asks for nothing else.
        assert client.get("/account/password").status_code == 303
    assert len([text for text in statements if text.lstrip().upper().startswith("SELECT")]) == 2


# ── Only looking ──


def test_a_change_is_refused_in_kind_words(client: Client, cinema: Cinema) -> None:
    look(client, seeded("programmer"), cinema)
    answer = send(client, "/admin/film/new/", {"title": "New"})
    assert answer.status_code == 403
    assert "You are looking as “Programmer”; nothing can be changed. End the preview first." in answer.text
    answer = send(client, "/admin/film/new/", {"title": "New"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert "Programmer" in answer.json["detail"]


def test_forms_open_as_the_role_would_see_them(client: Client) -> None:
    film = factories.film()
    look(client, seeded("programmer"))
    page = client.get(f"/admin/film/edit/?id={film.id}")
    assert page.status_code == 200
    assert "data-save-main" in page.text


def test_one_looks_in_ones_own_language(client: Client) -> None:
    look(client, seeded("programmer"))
    assert send(client, "/preferences", {"theme": "dark"}).status_code == 303


def test_ones_own_account_is_the_real_one_and_stays_as_it_is(client: Client) -> None:
    look(client, seeded("box_office"))
    page = client.get("/account").text
    assert "Platform administrator" in page
    assert send(client, "/account/password", {"old": "x", "password": "y"}).status_code == 403
    assert send(client, "/account/log-ins/end-others").status_code == 403


def test_the_preview_ends_by_its_button(client: Client) -> None:
    look(client, seeded("box_office"))
    answer = send(client, "/preview/end")
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert "The preview has ended" in client.get("/admin/").text
    assert client.get("/admin/staff/").status_code == 200
    assert send(client, "/preview/end").status_code == 303
    assert len(entries("role.preview_end")) == 1


# ── The trail ──


def test_begin_and_end_are_in_the_trail_under_the_real_name(
    client: Client, lin: User, cinema: Cinema
) -> None:
    role = seeded("box_office")
    look(client, role, cinema)
    send(client, "/preview/end")
    told = [*entries("role.preview"), *entries("role.preview_end")]
    assert [(entry.actor_id, entry.actor_name) for entry in told] == [(lin.id, "Lin")] * 2
    assert {str(entry.changes) for entry in told} == {
        str({"role_id": [None, role.id], "cinema_id": [None, cinema.id]})
    }
    page = client.get(f"/admin/audit/details/?id={told[0].id}").text
    assert "preview begun" in page
    assert "Grand" in page


def test_who_looked_where_is_no_part_of_the_roles_history(
    client: Client, cinema: Cinema, make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    look(client, seeded("box_office"), cinema)
    other = as_user(make_user("manager", cinema=factories.cinema()))
    history = other.get(f"/admin/role/history/?id={seeded('box_office').id}")
    assert history.status_code == 200
    assert "preview begun" not in history.text


def test_what_is_taken_along_names_the_person_and_the_preview(
    client: Client, lin: User, cinema: Cinema
) -> None:
    look(client, seeded("box_office"), cinema)
    assert client.get(f"/schedule/export.csv?cinema={cinema.id}").status_code == 200
    (entry,) = entries("schedule.export")
    assert (entry.actor_id, entry.reason) == (lin.id, "preview: Box office · Grand")


# ── Who may ──


@pytest.mark.parametrize("key", ["programmer", "box_office", "marketing", "auditor", "developer"])
def test_whoever_may_not_is_refused(member: Callable[[str], Client], cinema: Cinema, key: str) -> None:
    client = member(key)
    assert client.get("/preview").status_code == 403
    assert look(client, seeded("box_office"), cinema).status_code == 403
    assert db.session.scalar(select(func.count()).where(Login.preview_role_id.is_not(None))) == 0


def test_a_manager_looks_in_their_own_cinema_only(
    make_user: Callable[..., User], as_user: Callable[..., Client], cinema: Cinema
) -> None:
    client = as_user(make_user("manager", cinema=cinema))
    assert look(client, seeded("box_office"), factories.cinema()).status_code == 404
    refused = look(client, seeded("box_office"))
    assert (refused.status_code, "own cinemas only" in refused.text) == (403, True)
    assert look(client, seeded("administrator"), cinema).status_code == 303
    assert client.get("/admin/cinema/new/").status_code == 403
    assert client.get("/admin/staff/").status_code == 200


def test_a_cinema_that_one_sees_but_may_not_preview_is_refused(
    as_user: Callable[..., Client], cinema: Cinema
) -> None:
    person = factories.user(PREVIEW, "role.view", cinema=cinema)
    person.grants.append(Grant(role=factories.role("cinema.view")))
    client = as_user(person)
    assert look(client, seeded("box_office"), factories.cinema()).status_code == 403
    assert look(client, seeded("box_office"), cinema).status_code == 303


def test_a_role_that_one_may_not_see_is_not_there(as_user: Callable[..., Client], cinema: Cinema) -> None:
    client = as_user(factories.user(PREVIEW, "cinema.view"))
    assert look(client, seeded("box_office"), cinema).status_code == 404
    assert client.get(f"/preview?role={seeded('box_office').id}").status_code == 404


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("x", 404), ("999999", 404), ("-1", 404)])
def test_a_role_that_there_is_not_is_refused(client: Client, typed: str, status: int) -> None:
    assert send(client, "/preview", {"role": typed}).status_code == status
    assert entries("role.preview") == []


def test_another_preview_takes_the_place_of_the_present_one(client: Client, cinema: Cinema) -> None:
    look(client, seeded("box_office"), cinema)
    # A box office may look as nobody; whose log-in it is may.
    assert client.get("/preview").status_code == 403
    assert look(client, seeded("manager")).status_code == 303
    assert "“Cinema manager” in all cinemas" in client.get("/admin/").text
    assert (len(entries("role.preview")), len(entries("role.preview_end"))) == (2, 1)
