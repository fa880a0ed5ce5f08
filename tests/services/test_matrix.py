"""The table of roles: what was ticked becomes changes, and only to what was shown as it is now."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Grant, Role, db
from services import matrix, role_files, roles
from services.access import SYSTEM
from services.errors import Conflict, Forbidden
from services.matrix import Shown, Ticks
from services.permissions import PERMISSIONS
from tests import factories


@pytest.fixture
def usher(session: Any) -> Role:
    factories.user("user.edit", "role.edit")
    return factories.role("film.view", "hall.view", name="Usher")


def shown(*there: Role) -> dict[int, Shown]:
    return {role.id: Shown(role.id, role.version, role.name) for role in there}


def ticks(role: Role, *names: str, offered: Any = PERMISSIONS) -> Ticks:
    return Ticks(shown(role), frozenset(offered), frozenset((role.id, name) for name in names))


def held(role: Role) -> set[str]:
    db.session.expire_all()
    return {item.name for item in role.permissions}


def test_ticks_add_and_take_away(usher: Role) -> None:
    (change,) = matrix.plan(ticks(usher, "film.view", "city.view"), role_files.everyone())
    assert (change.added, change.removed) == (("city.view",), ("hall.view",))
    role_files.apply(SYSTEM, [change])
    assert held(usher) == {"film.view", "city.view"}


def test_the_same_ticks_are_no_change(usher: Role) -> None:
    assert matrix.plan(ticks(usher, "film.view", "hall.view"), role_files.everyone()) == []


def test_of_what_was_not_offered_nothing_was_said(usher: Role) -> None:
    assert matrix.plan(ticks(usher, "film.view", offered=["film.view"]), role_files.everyone()) == []


def test_roles_that_were_not_shown_stay(usher: Role) -> None:
    factories.role("city.view")
    changes = matrix.plan(ticks(usher), role_files.everyone())
    assert [change.role for change in changes] == [usher]


def test_who_changed_and_who_is_gone_is_said(usher: Role) -> None:
    known = {**shown(usher), 999_999: Shown(999_999, 1, "Gone")}
    assert matrix.drift(shown(usher), role_files.everyone()) == matrix.Drift((), ())
    assert not matrix.drift(shown(usher), role_files.everyone())
    roles.update(SYSTEM, usher, {"permissions": ["city.view"]})
    found = matrix.drift(known, role_files.everyone())
    assert (found.changed, [role.name for role in found.gone]) == ((usher,), ["Gone"])


def test_a_file_is_settled_as_long_as_it_changes_the_same_roles(usher: Role) -> None:
    entry = {"name": "Usher", "permissions": ["film.view"]}
    document = {"format": "marquee-roles", "version": 1, "roles": [entry]}
    known = shown(usher)
    assert matrix.settled(known, role_files.plan_import(document))
    roles.update(SYSTEM, usher, {"description": "At the door"})
    assert not matrix.settled(known, role_files.plan_import(document))
    roles.delete(SYSTEM, usher)
    assert not matrix.settled(known, role_files.plan_import(document))


def test_judging_leaves_nothing(usher: Role) -> None:
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    changes = matrix.plan(ticks(usher, "film.edit"), role_files.everyone())
    role_files.judge(SYSTEM, changes)
    assert held(usher) == {"film.view", "hall.view"}
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_judging_refuses_what_saving_would(usher: Role) -> None:
    changes = matrix.plan(ticks(usher, "film.view", "hall.view", "film.edit"), role_files.everyone())
    with pytest.raises(Forbidden):
        role_files.judge(factories.actor("role.edit"), changes)
    key = factories.role("user.edit", "role.edit")
    keyholders = [
        role for role in role_files.everyone() if {"user.edit"} & {p.name for p in role.permissions}
    ]
    assert key in keyholders
    empty = Ticks(shown(*keyholders), frozenset(PERMISSIONS), frozenset())
    with pytest.raises(Conflict):
        role_files.judge(SYSTEM, matrix.plan(empty, role_files.everyone()))


def test_all_or_nothing(usher: Role) -> None:
    other = factories.role("city.view")
    both = Ticks(
        shown(usher, other),
        frozenset(PERMISSIONS),
        frozenset({(usher.id, "film.view"), (other.id, "film.edit")}),
    )
    limited = factories.actor("role.edit", "film.view", "hall.view", "city.view")
    with pytest.raises(Forbidden):
        role_files.apply(limited, matrix.plan(both, role_files.everyone()))
    assert (held(usher), held(other)) == ({"film.view", "hall.view"}, {"city.view"})


def test_staff_are_counted_that_the_reader_may_see(usher: Role) -> None:
    mine, theirs = factories.cinema(), factories.cinema()
    for cinema in (mine, mine, theirs):
        factories.user(grants=[Grant(role=usher, cinema=cinema)])
    counted = {
        cinema: {row.role_id: row.staff for row in db.session.execute(roles.granted(actor))}.get(usher.id)
        for cinema, actor in (
            (None, factories.actor("user.view")),
            (mine, factories.actor("user.view", cinema=mine)),
        )
    }
    assert counted == {None: 3, mine: 2}
    assert not db.session.execute(roles.granted(factories.actor("film.view"))).all()
