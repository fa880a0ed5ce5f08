"""Who may do what, where: deny by default, the same answer for one record and for lists."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, Cinema, City, Distributor, Film, Hall, Poster, Role, Screening, User
from services import access
from services.access import SYSTEM, Actor
from services.errors import Forbidden, NotFound
from services.permissions import PERMISSIONS, SEED_ROLES
from tests import factories

OWNED = {"cinema": Cinema, "hall": Hall, "screening": Screening, "user": User, "audit": AuditEntry}
CHAIN = {"film": Film, "city": City, "distributor": Distributor, "role": Role}
MODELS = {**OWNED, **CHAIN}


@pytest.fixture
def mine(session: Any) -> Cinema:
    return factories.cinema()


@pytest.fixture
def other(session: Any) -> Cinema:
    return factories.cinema()


def _record(noun: str, cinema: Cinema) -> Any:
    """A record of the noun; at `cinema`, if it belongs to one."""
    if noun == "cinema":
        return cinema
    if noun == "screening":
        return factories.screening(hall=factories.hall(cinema=cinema))
    if noun == "user":
        return factories.user("film.view", cinema=cinema)
    if noun == "audit":
        return factories.audit_entry(cinema_id=cinema.id)
    return factories.hall(cinema=cinema) if noun == "hall" else getattr(factories, noun)()


def _actions(noun: str) -> list[str]:
    return [name for name in PERMISSIONS if name.split(".")[0] == noun]


def _scoped(actor: Actor, permission: str, model: Any) -> set[int]:
    found = access.db.session.scalars(access.scope(select(model.id), actor, permission, model))
    return set(found)


# ── Each kind of record ──


@pytest.mark.parametrize("noun", MODELS)
def test_without_the_permission_there_is_nothing(mine: Cinema, noun: str) -> None:
    record = _record(noun, mine)
    everything_else = [name for name in PERMISSIONS if not name.startswith(f"{noun}.")]
    actor = factories.actor(*everything_else)
    for permission in _actions(noun):
        assert not actor.can(permission)
        assert not actor.can(permission, record)
        assert _scoped(actor, permission, MODELS[noun]) == set()
        with pytest.raises(Forbidden):
            access.get(actor, permission, MODELS[noun], record.id)


@pytest.mark.parametrize("noun", MODELS)
def test_held_everywhere_it_reaches_every_record(mine: Cinema, other: Cinema, noun: str) -> None:
    records = [_record(noun, mine), _record(noun, other)]
    actor = factories.actor(*_actions(noun))
    for permission in _actions(noun):
        assert all(actor.can(permission, record) for record in records)
        assert {record.id for record in records} <= _scoped(actor, permission, MODELS[noun])
        assert [access.get(actor, permission, MODELS[noun], record.id) for record in records] == records


@pytest.mark.parametrize("noun", OWNED)
def test_held_for_a_cinema_it_reaches_that_cinema_only(mine: Cinema, other: Cinema, noun: str) -> None:
    own, foreign = _record(noun, mine), _record(noun, other)
    actor = factories.actor(*_actions(noun), cinema=mine)
    for permission in _actions(noun):
        assert actor.can(permission)
        assert actor.can(permission, own)
        assert not actor.can(permission, foreign)
        found = _scoped(actor, permission, MODELS[noun])
        assert own.id in found
        assert foreign.id not in found
        with pytest.raises(NotFound):
            access.get(actor, permission, MODELS[noun], foreign.id)


@pytest.mark.parametrize("noun", CHAIN)
def test_what_belongs_to_the_chain_is_read_with_any_cinemas_right_and_written_with_the_chains(
    mine: Cinema, noun: str
) -> None:
    record = _record(noun, mine)
    actor = factories.actor(*_actions(noun), cinema=mine)
    for permission in _actions(noun):
        reads = permission.endswith(".view")
        assert actor.can(permission, record) is reads
        assert (record.id in _scoped(actor, permission, MODELS[noun])) is reads
        if reads:
            assert access.get(actor, permission, MODELS[noun], record.id) is record
            continue
        # It may be seen, so it is no secret that it exists.
        with pytest.raises(Forbidden):
            access.get(actor, permission, MODELS[noun], record.id)


def test_posters_belong_to_the_chain(mine: Cinema) -> None:
    poster = factories.poster()
    limited = factories.actor("poster.upload", "poster.delete", cinema=mine)
    chain = factories.actor("poster.upload", "poster.delete")
    for permission in ("poster.upload", "poster.delete"):
        assert not limited.can(permission, poster)
        assert chain.can(permission, poster)
        assert _scoped(limited, permission, Poster) == set()


# ── 404 or 403 ──


def test_seen_but_not_changeable_is_forbidden_and_not_even_seen_is_not_there(
    session: Any, mine: Cinema, other: Cinema
) -> None:
    user = factories.user("hall.view")
    user.grants.append(factories.user("hall.edit", cinema=mine).grants[0])
    session.flush()
    actor = access.actor_for(user)
    own, foreign = factories.hall(cinema=mine), factories.hall(cinema=other)
    assert access.get(actor, "hall.edit", Hall, own.id) is own
    with pytest.raises(Forbidden):
        access.get(actor, "hall.edit", Hall, foreign.id)
    with pytest.raises(NotFound):
        access.get(factories.actor("hall.view", "hall.edit", cinema=mine), "hall.edit", Hall, foreign.id)


@pytest.mark.parametrize("number", [0, -1, 999_999_999, 2**31 - 1, 2**31, 2**63, 10**30])
def test_a_number_without_a_record_is_not_there(session: Any, number: int) -> None:
    with pytest.raises(NotFound):
        access.get(SYSTEM, "film.view", Film, number)


@pytest.mark.parametrize("name", ["film.veiw", "film", "", "Film.view"])
def test_a_permission_that_is_not_declared_is_an_error_and_no_refusal(session: Any, name: str) -> None:
    for ask in (
        lambda: SYSTEM.can(name),
        lambda: SYSTEM.require(name),
        lambda: SYSTEM.everywhere(name),
        lambda: access.scope(select(Film), SYSTEM, name, Film),
        lambda: access.get(SYSTEM, name, Film, 1),
    ):
        with pytest.raises(KeyError):
            ask()


def test_a_refusal_names_the_missing_permission(session: Any) -> None:
    with pytest.raises(Forbidden) as refused:
        Actor(None, "nobody").require("film.view")
    assert "film.view" in str(refused.value)


# ── Staff ──


def test_a_member_of_staff_belongs_where_all_their_roles_are(
    session: Any, mine: Cinema, other: Cinema
) -> None:
    actor = factories.actor("user.view", "user.edit", cinema=mine)
    both = factories.user("film.view", cinema=mine)
    both.grants.append(factories.user("film.view", cinema=other).grants[0])
    chain = factories.user("film.view")
    nowhere = factories.user()
    session.flush()
    for user in (both, chain, nowhere):
        assert not actor.can("user.edit", user)
        with pytest.raises(NotFound):
            access.get(actor, "user.edit", User, user.id)


def test_an_entry_of_the_trail_without_a_cinema_is_for_those_who_read_it_all(mine: Cinema) -> None:
    entry = factories.audit_entry()
    with pytest.raises(NotFound):
        access.get(factories.actor("audit.view", cinema=mine), "audit.view", AuditEntry, entry.id)
    assert access.get(factories.actor("audit.view"), "audit.view", AuditEntry, entry.id) is entry


# ── Rights ──


def test_rights_of_several_grants_add_up(session: Any, mine: Cinema, other: Cinema) -> None:
    pairs = [("hall.view", mine.id), ("hall.view", other.id), ("film.view", mine.id), ("film.view", None)]
    for order in (pairs, pairs[::-1]):
        assert access.merge(order) == {"hall.view": frozenset({mine.id, other.id}), "film.view": None}


def test_rights_are_those_of_the_moment(session: Any, mine: Cinema) -> None:
    user = factories.user("hall.view", cinema=mine)
    assert access.rights_of(user.id) == {"hall.view": frozenset({mine.id})}
    user.grants[0].role.permissions = []
    session.flush()
    assert access.rights_of(user.id) == {}


def test_the_roles_that_come_with_the_product_open_only_what_is_declared() -> None:
    for seed in SEED_ROLES:
        assert set(seed.permissions) <= set(PERMISSIONS), seed.key
