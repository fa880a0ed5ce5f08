"""What a form does not ask for cannot be sent along (case A05): no column of the record, and no right of one's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import DateTime, Integer, inspect

from models import Cinema, City, Distributor, Film, Hall, Login, Role, Screening, User, db
from services.access import rights_of
from tests import factories
from tests.support.client import Client, token
from tests.support.forms import Form, forms

PATHS: dict[str, type[Any]] = {
    "film": Film,
    "screening": Screening,
    "cinema": Cinema,
    "hall": Hall,
    "city": City,
    "distributor": Distributor,
    "staff": User,
    "role": Role,
}
NOUNS = {"staff": "user"}
# What follows from a change by itself.
FOLLOWS = {"updated_at", "version"}


def _form(page: str) -> Form:
    """The record's own form: the one with the most fields."""
    return max(forms(page), key=lambda form: len(form.fields))


def _foreign(model: type[Any], asked: set[str]) -> dict[str, str]:
    """A value for every column that the form does not ask for, and for names that other products know."""
    values = {
        "is_admin": "1",
        "admin": "true",
        "role": "administrator",
        "cinema_ids": "1",
        "permissions_all": "1",
    }
    for column in inspect(model).columns:
        if column.key not in asked and column.key.removesuffix("_id") not in asked:
            kind = column.type
            date = isinstance(getattr(kind, "impl_instance", kind), DateTime)
            values[column.key] = (
                "2001-02-03T04:05:06" if date else "7" if isinstance(kind, Integer) else "foreign"
            )
    return values


def _row(record: Any) -> dict[str, Any]:
    return {column.key: getattr(record, column.key) for column in inspect(type(record)).columns}


@pytest.mark.parametrize("path", PATHS)
def test_a_form_changes_nothing_that_it_does_not_ask_for(
    path: str, inside: Client, chain: dict[str, int]
) -> None:
    model, number = PATHS[path], chain[NOUNS.get(path, path)]
    url = f"/admin/{path}/edit/?id={number}"
    form = _form(inside.get(url).text)
    extra = _foreign(model, set(form.fields) | set(form.kinds))
    assert len(extra) > 5, "the form is not the record's"
    before = _row(db.session.get_one(model, number))
    answer = inside.post(url, data={**extra, **form.fields, "csrf_token": token(inside)})
    assert answer.status_code == 303, answer.text[:500]
    after = _row(db.session.get_one(model, number))
    assert {name for name in set(before) & set(extra) if before[name] != after[name]} <= FOLLOWS


def test_the_sweep_would_see_a_field_that_is_taken(inside: Client, chain: dict[str, int]) -> None:
    """The negative control: what the form does ask for changes."""
    url = f"/admin/film/edit/?id={chain['film']}"
    form = _form(inside.get(url).text)
    inside.post(url, data={**form.fields, "title": "foreign", "csrf_token": token(inside)})
    assert db.session.get_one(Film, chain["film"]).title == "foreign"


def test_a_new_record_is_nobodys_but_its_forms(inside: Client, chain: dict[str, int]) -> None:
    sent = {"name": "新发行", "id": "1", "created_at": "2001-02-03", "csrf_token": token(inside)}
    assert inside.post("/admin/distributor/new/", data=sent).status_code == 303
    made = db.session.query(Distributor).filter_by(name="新发行").one()
    assert made.id != 1
    assert made.created_at > datetime(2020, 1, 1, tzinfo=UTC)


def test_nobody_widens_their_own_rights_by_their_own_pages(session: Any, as_user: Any, clock: Any) -> None:
    clerk = factories.user("screening.view", cinema=factories.cinema())
    client = as_user(clerk)
    before = rights_of(clerk.id)
    extra = {"grants-0-role": "1", "grants-0-cinema": "", "user_id": "1", "rights": "*", "is_admin": "1"}
    for url in ("/account/password", "/account/log-ins/end-others", "/preferences", "/account/second-factor"):
        client.post(url, data={**extra, "csrf_token": token(client)})
    assert rights_of(clerk.id) == before
    assert {login.user_id for login in db.session.query(Login)} == {clerk.id}
