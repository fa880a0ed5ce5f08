"""Staff and roles: nobody hands out, takes away or gets at a right that they lack; the house keeps a key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Grant, Login, Role, User, db
from services import access, records, roles, staff
from services.access import SYSTEM, Actor
from services.errors import Conflict, Forbidden, Invalid
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.support.race import Race

KEEPS_STAFF = ("user.view", "user.create", "user.edit", "user.delete")


@pytest.fixture
def keeper(session: Any) -> User:
    """The one account that can put everything right again."""
    return factories.user("user.edit", "role.edit")


@pytest.fixture
def mine(keeper: User) -> Any:
    return factories.cinema()


@pytest.fixture
def manager(mine: Any) -> Actor:
    """Keeps the staff of one cinema, and sees its halls."""
    return factories.actor(*KEEPS_STAFF, "hall.view", cinema=mine)


def _values(*grants: tuple[int, int | None]) -> dict[str, Any]:
    return {"name": "lin", "display_name": "林", "grants": list(grants)}


def _living_logins(user: User) -> int:
    query = select(func.count()).where(Login.user_id == user.id, Login.ended_at.is_(None))
    return db.session.scalar(query) or 0


def _log_in(user: User) -> None:
    moments = {"created_at": NOW, "last_seen_at": NOW, "expires_at": NOW}
    db.session.add(Login(user_id=user.id, token_hash=f"{user.id:064d}", **moments))
    db.session.flush()


# ── Handing out ──


def test_a_manager_adds_staff_to_their_own_cinema(manager: Actor, mine: Any) -> None:
    role = factories.role("hall.view")
    user, password = staff.create(manager, _values((role.id, mine.id)), CHEAP)
    assert [(grant.role, grant.cinema) for grant in user.grants] == [(role, mine)]
    assert CHEAP.verify(user.password_hash, password)


def _another_right(mine: Any) -> tuple[int, int | None]:
    return factories.role("film.edit").id, mine.id


def _another_cinema(_mine: Any) -> tuple[int, int | None]:
    return factories.role("hall.view").id, factories.cinema().id


def _all_cinemas(_mine: Any) -> tuple[int, int | None]:
    return factories.role("hall.view").id, None


BEYOND = [_another_right, _another_cinema, _all_cinemas]


@pytest.mark.parametrize("beyond", BEYOND)
def test_nobody_hands_out_what_they_lack_or_where_they_lack_it(
    manager: Actor, mine: Any, beyond: Callable[[Any], Any]
) -> None:
    with pytest.raises(Forbidden):
        staff.create(manager, _values(beyond(mine)), CHEAP)
    assert staff.find("lin") is None
    user = factories.user("hall.view", cinema=mine)
    kept = [(grant.role_id, grant.cinema_id) for grant in user.grants]
    with pytest.raises(Forbidden):
        staff.update(manager, user, {"grants": [*kept, beyond(mine)]})
    db.session.refresh(user)
    assert [(grant.role_id, grant.cinema_id) for grant in user.grants] == kept


def test_nobody_gives_themselves_more(manager: Actor, mine: Any) -> None:
    me = db.session.get(User, manager.id)
    kept = [(grant.role_id, grant.cinema_id) for grant in me.grants]
    for beyond in BEYOND:
        with pytest.raises(Forbidden):
            staff.update(manager, me, {"grants": [*kept, beyond(mine)]})


# ── Taking away, and getting at ──


def _strip(actor: Actor, user: User) -> None:
    staff.update(actor, user, {"grants": []})


def _reset(actor: Actor, user: User) -> None:
    staff.reset_password(actor, user, CHEAP)


def _close(actor: Actor, user: User) -> None:
    staff.update(actor, user, {"active": False})


def _delete(actor: Actor, user: User) -> None:
    staff.delete(actor, user)


@pytest.mark.parametrize("act", [_strip, _reset, _close, _delete])
def test_who_holds_more_is_out_of_reach_in_the_same_cinema(
    manager: Actor, mine: Any, act: Callable[[Actor, User], None]
) -> None:
    user = factories.user("film.edit", cinema=mine)
    before = user.password_hash
    with pytest.raises(Forbidden):
        act(manager, user)
    db.session.refresh(user)
    assert (user.active, user.deleted_at, user.password_hash) == (True, None, before)
    assert len(user.grants) == 1


@pytest.mark.parametrize("where", ["another cinema", "all cinemas", "nowhere", "both"])
@pytest.mark.parametrize("act", [_strip, _reset, _close, _delete])
def test_who_works_elsewhere_is_out_of_reach(
    manager: Actor, mine: Any, act: Callable[[Actor, User], None], where: str
) -> None:
    if where == "nowhere":
        user = factories.user()
    else:
        user = factories.user("hall.view", cinema=None if where == "all cinemas" else factories.cinema())
    if where == "both":
        user.grants.append(Grant(role=user.grants[0].role, cinema=mine))
        db.session.flush()
    with pytest.raises(Forbidden):
        act(manager, user)


def test_reopening_hands_out_again(manager: Actor, mine: Any) -> None:
    user = factories.user("film.edit", cinema=mine, active=False)
    with pytest.raises(Forbidden):
        staff.update(manager, user, {"active": True})
    trashed = factories.user("film.edit", cinema=mine, deleted_at=NOW)
    with pytest.raises(Forbidden):
        staff.restore(manager, trashed)


@pytest.mark.parametrize("act", [_reset, _close, _delete])
def test_log_ins_end_with_the_password_and_with_the_account(
    manager: Actor, mine: Any, act: Callable[[Actor, User], None]
) -> None:
    user = factories.user("hall.view", cinema=mine)
    _log_in(user)
    act(manager, user)
    assert _living_logins(user) == 0


def test_a_manager_changes_a_name_and_nothing_else(manager: Actor, mine: Any) -> None:
    user = factories.user("hall.view", cinema=mine)
    _log_in(user)
    staff.update(manager, user, {"display_name": "林黛"})
    assert (user.display_name, _living_logins(user)) == ("林黛", 1)


# ── One's own account ──


@pytest.mark.parametrize("act", [_close, _delete])
def test_nobody_shuts_themselves_out(keeper: User, act: Callable[[Actor, User], None]) -> None:
    me = factories.user("user.edit", "user.delete", "role.edit")
    with pytest.raises(Conflict):
        act(access.actor_for(me), me)
    db.session.refresh(me)
    assert (me.active, me.deleted_at) == (True, None)


# ── The last key of the house ──


@pytest.mark.parametrize("act", [_strip, _close, _delete])
def test_the_last_keeper_of_staff_and_roles_stays(keeper: User, act: Callable[[Actor, User], None]) -> None:
    """Other accounts hold one half of the key, or hold it for a cinema, or are closed or trashed."""
    factories.user("user.edit")
    factories.user("role.edit")
    factories.user("user.edit", "role.edit", cinema=factories.cinema())
    factories.user("user.edit", "role.edit", active=False)
    factories.user("user.edit", "role.edit", deleted_at=NOW)
    with pytest.raises(Conflict):
        act(SYSTEM, keeper)
    db.session.refresh(keeper)
    assert (keeper.active, keeper.deleted_at, len(keeper.grants)) == (True, None, 1)
    factories.user("user.edit", "role.edit")
    act(SYSTEM, keeper)


def _delete_the_other(name: str) -> bool:
    records.begin_writing()
    try:
        staff.delete(SYSTEM, db.session.scalars(select(User).where(User.name == name)).one())
    except Conflict:
        return False
    # Long enough for the other one to look, too.
    time.sleep(0.3)
    db.session.commit()
    return True


def test_two_keepers_cannot_delete_each_other_at_once(race: Race) -> None:
    with race.app.app_context():
        for name in ("lin", "dai"):
            factories.user("user.edit", "role.edit", name=name)
        db.session.commit()
    assert sorted(race.run(_delete_the_other, ["lin", "dai"])) == [False, True]


def test_the_key_may_come_from_two_roles(keeper: User) -> None:
    other = factories.user("user.edit")
    other.grants.append(Grant(role=factories.role("role.edit")))
    db.session.flush()
    staff.delete(SYSTEM, keeper)


def test_a_role_keeps_the_key_as_long_as_nobody_else_has_it(keeper: User) -> None:
    role = keeper.grants[0].role
    with pytest.raises(Conflict):
        roles.update(SYSTEM, role, {"permissions": ["user.edit"]})
    assert {item.name for item in role.permissions} == {"user.edit", "role.edit"}


# ── Roles ──


def test_nobody_opens_by_a_role_what_they_do_not_hold_for_all_cinemas(mine: Any) -> None:
    holds = ("role.view", "role.create", "role.edit", "role.delete", "film.view")
    user = factories.user(*holds)
    user.grants.append(Grant(role=factories.role("hall.view"), cinema=mine))
    db.session.flush()
    actor = access.actor_for(user)
    for name in ("film.edit", "hall.view"):
        with pytest.raises(Forbidden):
            roles.create(actor, {"name": "More", "permissions": ["film.view", name]})
        role = factories.role("film.view", name)
        with pytest.raises(Forbidden):
            roles.update(actor, role, {"permissions": ["film.view"]})
        with pytest.raises(Forbidden):
            roles.update(actor, factories.role(), {"permissions": [name]})
        with pytest.raises(Forbidden):
            roles.delete(actor, role)
        roles.update(actor, role, {"name": f"Renamed {name}", "permissions": ["film.view", name]})
    role = roles.create(actor, {"name": "Reader", "permissions": ["film.view"]})
    roles.update(actor, role, {"permissions": []})
    roles.delete(actor, role)


def test_a_role_for_one_cinema_keeps_no_roles(mine: Any) -> None:
    actor = factories.actor("role.view", "role.create", "role.edit", "role.delete", cinema=mine)
    role = factories.role()
    for act in (
        lambda: roles.create(actor, {"name": "x", "permissions": []}),
        lambda: roles.update(actor, role, {"name": "x"}),
        lambda: roles.delete(actor, role),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_role_in_use_is_not_deleted_and_unknown_permissions_are_refused(keeper: User) -> None:
    role = factories.user("film.view").grants[0].role
    with pytest.raises(Conflict):
        roles.delete(SYSTEM, role)
    with pytest.raises(Invalid) as refused:
        roles.create(SYSTEM, {"name": "x", "permissions": ["film.veiw"]})
    assert refused.value.field == "permissions"
    assert db.session.scalar(select(Role).where(Role.name == "x")) is None


# ── Accounts ──


@pytest.mark.parametrize(
    "name", ["", " ", "a", "林", "a b", "lin@example", "-lin", "lin\n", "x" * 81, "a\0b"]
)
def test_a_log_in_name_is_plain(keeper: User, name: str) -> None:
    if name == "lin\n":
        assert staff.create(SYSTEM, {**_values(), "name": name}, CHEAP)[0].name == "lin"
        return
    with pytest.raises(Invalid) as refused:
        staff.create(SYSTEM, {**_values(), "name": name}, CHEAP)
    assert refused.value.field == "name"


def test_names_and_addresses_are_kept_in_lower_case_and_taken_once(keeper: User) -> None:
    user, _ = staff.create(SYSTEM, {**_values(), "name": " Lin ", "email": "Lin@Example.org "}, CHEAP)
    assert (user.name, user.email) == ("lin", "lin@example.org")
    for values, field in (({"name": "LIN"}, "name"), ({"name": "dai", "email": "LIN@example.org"}, "email")):
        with pytest.raises(Conflict) as refused:
            staff.create(SYSTEM, {**_values(), **values}, CHEAP)
        assert refused.value.field == field


@pytest.mark.parametrize("email", ["lin", "lin@", "@example.org", "a b@example.org", "lin@example"])
def test_an_address_looks_like_one(keeper: User, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        staff.create(SYSTEM, {**_values(), "email": email}, CHEAP)
    assert refused.value.field == "email"


def test_the_same_role_twice_and_what_does_not_exist_are_refused(keeper: User) -> None:
    role = factories.role().id
    with pytest.raises(Conflict):
        staff.create(SYSTEM, _values((role, None), (role, None)), CHEAP)
    for grant in ((999_999, None), (role, 999_999)):
        with pytest.raises(Invalid):
            staff.create(SYSTEM, _values(grant), CHEAP)
