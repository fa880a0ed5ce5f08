"""“Why?” says the same as the code that decides, names the grants that give it, and says what is missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Cinema, Grant, User, clock, db
from services import access
from services.errors import Invalid
from services.explain import MODELS, explain, needs_chain, roles_with, subject
from services.permissions import PERMISSIONS
from tests import factories


@pytest.fixture
def cinemas(session: Any) -> list[Cinema]:
    return [factories.cinema() for _number in range(3)]


def _records(cinemas: list[Cinema]) -> Iterator[Any]:
    """One of every kind at every cinema, of staff and of entries also those of several or of none."""
    yield None
    yield from cinemas
    for cinema in cinemas[:2]:
        hall = factories.hall(cinema=cinema)
        yield from (hall, factories.screening(hall=hall), factories.user("film.view", cinema=cinema))
        yield factories.audit_entry(cinema_id=cinema.id)
    yield factories.user("film.view")
    yield factories.user()
    yield factories.user(grants=[Grant(role=factories.role(), cinema=cinema) for cinema in cinemas[:2]])
    yield factories.audit_entry()
    yield from (factories.city(), factories.distributor(), factories.film(), factories.poster())
    yield factories.role("film.view")


GRANTS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(sorted(PERMISSIONS)), min_size=1, max_size=40),
        st.sampled_from([None, 0, 1, 2]),
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_grants=GRANTS, account=st.sampled_from(["open", "open", "open", "closed", "trashed"]))
def test_the_answer_is_that_of_the_code_that_decides(
    session: Any, cinemas: list[Cinema], given_grants: Any, account: str
) -> None:
    with db.session.begin_nested() as savepoint:
        grants = [
            Grant(role=factories.role(*names), cinema=None if place is None else cinemas[place])
            for names, place in given_grants
        ]
        user = factories.user(grants=grants, active=account != "closed")
        user.deleted_at = clock.now() if account == "trashed" else None
        session.flush()
        actor = access.actor_for(user)
        records = list(_records(cinemas))
        # Many in all: each record with a share of the permissions, and all permissions without one.
        asked = [(name, None) for name in PERMISSIONS]
        asked += [
            (name, record)
            for number, (name, record) in enumerate(itertools.product(PERMISSIONS, records))
            if number % 7 == len(given_grants)
        ]
        for name, record in asked:
            answer = explain(user, name, record)
            may = actor.can(name, record)
            assert answer.allowed is (may and account == "open"), (name, record)
            assert bool(answer.missing) is not answer.allowed
            if answer.allowed:
                _those_grants_alone_give_it(answer, name, record)
        savepoint.rollback()


def _those_grants_alone_give_it(answer: Any, name: str, record: Any) -> None:
    """Whoever holds just the named grants may; none of them says nothing to the matter."""
    rights = access.merge((name, cinema and cinema.id) for _role, cinema in answer.grants)
    assert access.Actor(None, "", rights).can(name, record)
    assert all(name in {item.name for item in role.permissions} for role, _cinema in answer.grants)


# ── In words ──


def _user(*pairs: tuple[str, Cinema | None], **values: Any) -> User:
    grants = [Grant(role=factories.role(name), cinema=cinema) for name, cinema in pairs]
    return factories.user(grants=grants, **values)


def test_each_no_says_what_is_missing(session: Any, cinemas: list[Cinema]) -> None:
    here, there, _other = cinemas
    hall, film = factories.hall(cinema=here), factories.film()
    colleague = factories.user(
        grants=[Grant(role=factories.role(), cinema=cinema) for cinema in (here, there)]
    )
    elsewhere = [("hall.edit", there)]
    for user, permission, record, missing in (
        (_user(), "hall.edit", hall, "No role is granted"),
        (_user(("hall.view", None)), "hall.edit", hall, "None of the roles granted"),
        (_user(*elsewhere), "hall.edit", hall, "for other cinemas only"),
        (_user(("film.edit", here)), "film.edit", film, "belongs to the whole chain"),
        (_user(("user.edit", here)), "user.edit", colleague, "some of the cinemas"),
        (_user(("user.edit", here)), "user.edit", factories.user(), "no single one"),
        (_user(("audit.view", here)), "audit.view", factories.audit_entry(), "no single one"),
        (_user(("hall.edit", None), active=False), "hall.edit", hall, "account is closed"),
        (_user(("hall.edit", None), deleted_at=clock.now()), "hall.edit", hall, "in the trash"),
    ):
        answer = explain(user, permission, record)
        assert not answer.allowed
        assert missing in answer.missing
    [(role, cinema)] = explain(_user(*elsewhere), "hall.edit", hall).grants
    assert (cinema, [item.name for item in role.permissions]) == (there, ["hall.edit"])


def test_a_yes_names_every_grant_that_gives_it_and_no_other(session: Any, cinemas: list[Cinema]) -> None:
    here, there, _other = cinemas
    user = _user(("hall.edit", here), ("hall.edit", there), ("hall.edit", None), ("hall.view", here))
    answer = explain(user, "hall.edit", factories.hall(cinema=here))
    assert [cinema for _role, cinema in answer.grants] == [here, None]
    assert [cinema for _role, cinema in explain(user, "hall.edit").grants] == [here, there, None]


def test_a_yes_that_opens_nothing_says_so(session: Any, cinemas: list[Cinema]) -> None:
    user = _user(("film.edit", cinemas[0]), ("film.view", cinemas[0]), ("hall.edit", cinemas[0]))
    assert "opens nothing" in explain(user, "film.edit").note
    assert explain(user, "film.view").note == explain(user, "hall.edit").note == ""
    assert explain(_user(("film.edit", None)), "film.edit").note == ""


def test_a_permission_that_there_is_not_is_refused(session: Any) -> None:
    with pytest.raises(Invalid, match=r"film\.veiw"):
        explain(_user(), "film.veiw")


def test_roles_that_hold_a_permission(session: Any) -> None:
    role = factories.role("cinema.import", name="Zzz")
    assert [found.key or found.name for found in roles_with("cinema.import")] == ["administrator", role.name]


def test_what_a_permission_is_held_on() -> None:
    assert subject("film.edit") == subject("poster.upload") == "film"
    assert subject("schedule.export") == subject("screening.create") == subject("cinema.edit") == "cinema"
    assert subject("film.create") is subject("cinema.create") is subject("cinema.import") is None
    assert subject("user.view") == "user"
    assert subject("role.preview") == "cinema"
    assert not needs_chain("role.preview")
    assert {subject(name) for name in PERMISSIONS} <= {None, *MODELS}


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_what_needs_the_whole_chain_is_told_as_it_is_decided(
    session: Any, cinemas: list[Cinema], permission: str
) -> None:
    """Nothing in a cinema comes of it, if and only if it is said to need the whole chain."""
    actor = factories.actor(permission, cinema=cinemas[0])
    resource, action = permission.split(".")
    if action == "create":
        allowed = actor.can_create(MODELS[resource])
    elif action == "import":
        allowed = actor.everywhere(permission)
    else:
        noun = subject(permission)
        records = [record for record in _records(cinemas) if isinstance(record, MODELS[noun or ""])]
        allowed = any(actor.can(permission, record) for record in records)
    assert needs_chain(permission) is not allowed
