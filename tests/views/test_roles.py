"""Copying a role, and the page that says why somebody may or may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from markupsafe import escape
from sqlalchemy import select

from models import Role, User, db
from services import roles
from services.permissions import PERMISSIONS
from tests import factories
from tests.support.client import Client
from tests.support.forms import forms


def seeded(key: str) -> Role:
    return db.session.scalars(select(Role).where(Role.key == key)).one()


def text(answer: Any) -> str:
    """What the page's main part says, without tags and the choices of its form."""
    main = answer.text.split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<select.*?</select>", "", main, flags=re.S)).split())


# ── Copies ──


def test_copying_opens_the_new_role_to_be_changed(admin: Client, send: Callable[..., Any]) -> None:
    original = seeded("box_office")
    page = admin.get(f"/admin/role/details/?id={original.id}")
    assert f"/admin/role/copy/?id={original.id}" in {form.action for form in forms(page.text)}
    answer = send(admin, f"/admin/role/copy/?id={original.id}")
    made = roles.find("Box office (copy)")
    assert made is not None
    assert (made.key, made.permissions) == (None, original.permissions)
    assert answer.location.startswith(f"/admin/role/edit/?id={made.id}")
    assert "Box office (copy)" in admin.get(answer.location).text
    assert send(admin, f"/admin/role/copy/?id={original.id}").status_code == 303
    assert roles.find("Box office (copy 2)") is not None


def test_the_copy_of_the_longest_name_has_room_for_what_is_added(
    admin: Client, send: Callable[..., Any]
) -> None:
    role = factories.role("film.view", name="影" * 200)
    assert send(admin, f"/admin/role/copy/?id={role.id}").status_code == 303
    assert factories.count(Role) == 9


def test_nobody_is_offered_a_copy_of_what_they_lack(
    make_user: Callable[..., User], as_user: Callable[..., Client], send: Callable[..., Any]
) -> None:
    user = factories.user("role.view", "role.create", "film.view")
    able, unable = factories.role("film.view"), factories.role("film.edit")
    client = as_user(user)
    assert "/admin/role/copy/" in client.get(f"/admin/role/details/?id={able.id}").text
    assert "/admin/role/copy/" not in client.get(f"/admin/role/details/?id={unable.id}").text
    assert send(client, f"/admin/role/copy/?id={unable.id}").status_code == 403
    # Without the right to change roles, the copy is shown instead.
    assert "/admin/role/details/" in send(client, f"/admin/role/copy/?id={able.id}").location
    limited = as_user(factories.user("role.view", "role.create", "film.view", cinema=factories.cinema()))
    assert "/admin/role/copy/" not in limited.get(f"/admin/role/details/?id={able.id}").text
    assert send(limited, f"/admin/role/copy/?id={able.id}").status_code == 403


# ── Why ──


@pytest.fixture
def seller(session: Any) -> User:
    return factories.user("hall.view", "screening.edit", "film.edit", cinema=factories.cinema())


def why(client: Client, user: User, permission: str = "", **more: Any) -> Any:
    return client.get("/admin/staff/why/", query_string={"id": user.id, "permission": permission, **more})


def test_the_page_of_a_member_of_staff_leads_to_the_question(admin: Client, seller: User) -> None:
    assert f"/admin/staff/why/?id={seller.id}" in admin.get(f"/admin/staff/details/?id={seller.id}").text
    page = why(admin, seller)
    assert page.status_code == 200
    assert "Answer" not in text(page)
    assert all(f'value="{name}"' in page.text for name in PERMISSIONS)


def test_yes_names_role_and_cinema_with_links(admin: Client, seller: User) -> None:
    [grant] = seller.grants
    hall = factories.hall(cinema=grant.cinema)
    page = why(admin, seller, "hall.view", noun="hall", record=hall.id)
    assert "Yes · See halls" in text(page)
    assert f"It comes from {grant.role} · {grant.cinema}" in text(page)
    assert f"/admin/role/details/?id={grant.role_id}" in page.text
    assert f"/admin/cinema/details/?id={grant.cinema_id}" in page.text
    assert (
        f'<option value="{hall.id}" selected>{escape(f"{hall.cinema.name} · {hall.name}")}</option>'
        in page.text
    )


def test_no_says_what_is_missing_and_which_roles_would_give_it(admin: Client, seller: User) -> None:
    foreign = factories.screening()
    told = text(why(admin, seller, "screening.edit", noun="screening", record=foreign.id))
    assert "No · Change and cancel screenings" in told
    assert "It is held for other cinemas only." in told
    told = text(why(admin, seller, "city.edit"))
    assert "None of the roles granted to this account holds the permission." in told
    assert "Roles that would give it Platform administrator" in told
    assert "it opens nothing" in text(why(admin, seller, "film.edit"))
    seller.active = False
    assert "The account is closed." in text(why(admin, seller, "hall.view"))


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_every_permission_can_be_asked_about(admin: Client, seller: User, permission: str) -> None:
    page = why(admin, seller, permission)
    assert page.status_code == 200
    assert "Answer" in text(page)


def test_a_record_chosen_for_another_permission_is_let_go(admin: Client, seller: User) -> None:
    page = why(admin, seller, "film.edit", noun="hall", record=factories.hall().id)
    assert page.status_code == 200
    assert 'name="noun" value="film"' in page.text


def test_an_entry_of_the_trail_is_asked_for_by_its_number(admin: Client, seller: User) -> None:
    entry = factories.audit_entry()
    page = why(admin, seller, "audit.view", noun="audit", record=entry.id)
    assert f'value="{entry.id}"' in page.text
    assert "None of the roles" in text(page)


def test_what_the_asker_may_not_see_is_not_there(
    make_user: Callable[..., User], as_user: Callable[..., Client], seller: User
) -> None:
    cinema, foreign = seller.grants[0].cinema, factories.hall()
    manager = as_user(make_user("manager", cinema=cinema))
    assert why(manager, seller, "hall.view").status_code == 200
    assert why(manager, factories.user("hall.view", cinema=foreign.cinema), "hall.view").status_code == 404
    for typed in (foreign.id, 999_999, "x", "-1", 10**30):
        assert why(manager, seller, "hall.view", noun="hall", record=typed).status_code == 404
    # Who sees staff and no halls learns nothing of halls, neither by a record nor by a field for one.
    clerk = as_user(factories.user("user.view", cinema=cinema))
    own = factories.hall(cinema=cinema)
    assert why(clerk, seller, "hall.view", noun="hall", record=own.id).status_code == 404
    page = why(clerk, seller, "hall.view")
    assert 'name="record"' not in page.text
    assert "/admin/role/details/" not in page.text
    assert "/admin/cinema/details/" not in page.text
    assert "Roles that would give it" not in text(why(clerk, seller, "city.edit"))


def test_a_permission_that_there_is_not_is_refused(admin: Client, seller: User) -> None:
    assert why(admin, seller, "film.veiw").status_code == 422


def test_the_answer_takes_few_statements(
    admin: Client, seller: User, count_queries: Callable[..., Any]
) -> None:
    screening = factories.screening()
    for permission, more in (
        ("screening.edit", {"noun": "screening", "record": screening.id}),
        ("city.edit", {}),
        ("user.edit", {"noun": "user", "record": seller.id}),
    ):
        with count_queries() as statements:
            assert why(admin, seller, permission, **more).status_code == 200
        assert len([s for s in statements if s.upper().startswith("SELECT")]) <= 8, statements
