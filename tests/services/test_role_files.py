"""Roles as files: the same again, compared before, taken over whole or not at all; the product's roles come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models import Grant, Role, db
from services import role_files, roles
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid
from services.permissions import PERMISSIONS, SEED_ROLES
from services.role_files import FORMAT
from tests import factories


@pytest.fixture(autouse=True)
def keyholder(session: Any) -> Any:
    """Somebody who keeps staff and roles whatever becomes of the product's roles."""
    return factories.user("user.edit", "role.edit")


def document(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"format": FORMAT, "version": 1, "roles": list(entries)}


def seeded(key: str) -> Role:
    return db.session.scalars(select(Role).where(Role.key == key)).one()


def opens(role: Role) -> set[str]:
    return {item.name for item in role.permissions}


# ── Writing out ──


def test_what_is_written_out_is_stable_and_takes_itself_over_without_a_change(session: Any) -> None:
    factories.role("film.view", "city.view", name="Ä")
    first = role_files.export()
    session.expire_all()
    assert json.loads(json.dumps(role_files.export())) == first
    keys = [entry["key"] for entry in first["roles"]]
    named = [key for key in keys if key]
    assert named == sorted(seed.key for seed in SEED_ROLES)
    assert keys == named + [None] * (len(keys) - len(named))
    assert all(entry["permissions"] == sorted(entry["permissions"]) for entry in first["roles"])
    assert role_files.plan_import(first) == []
    assert role_files.apply_import(SYSTEM, first) == []


def test_a_fresh_house_is_as_the_product_says(session: Any) -> None:
    assert role_files.plan_import(role_files.seeds()) == []


# ── Comparing and taking over ──


def test_a_plan_says_what_would_change_and_changes_nothing(session: Any) -> None:
    night = factories.role("film.view", "city.view", name="Night", description="At night")
    before = role_files.export()
    plan = role_files.plan_import(
        document(
            {"name": "Night", "permissions": ["film.view", "hall.view"]},
            {"name": "Day", "description": "By day", "permissions": ["film.view"]},
            {"key": "auditor", "name": "Reader", "permissions": sorted(opens(seeded("auditor")))},
        )
    )
    changed, new, renamed = plan
    assert (changed.role, changed.added, changed.removed) == (night, ("hall.view",), ("city.view",))
    # A description that is left out stays.
    assert (changed.created, changed.texts) == (False, ())
    assert (new.created, new.key, new.name, new.added) == (True, None, "Day", ("film.view",))
    assert renamed.texts == (("name", "Auditor", "Reader"),)
    assert role_files.export() == before


def test_what_was_planned_is_taken_over_and_other_roles_stay(session: Any) -> None:
    bystander = factories.role("city.view", name="Bystander")
    night = factories.role("film.view", "city.view", name="Night")
    wanted = document(
        {"name": "Night", "description": "Late", "permissions": ["film.view", "hall.view"]},
        {"name": "Day", "permissions": ["film.view"]},
    )
    assert len(role_files.apply_import(SYSTEM, wanted)) == 2
    assert (night.description, opens(night)) == ("Late", {"film.view", "hall.view"})
    assert opens(roles.find("Day")) == {"film.view"}  # type: ignore[arg-type]
    assert opens(bystander) == {"city.view"}
    assert role_files.plan_import(wanted) == []


def test_names_may_go_round(session: Any) -> None:
    first, second = seeded("auditor"), seeded("developer")
    swapped = document(
        *(
            {"key": role.key, "name": name, "permissions": sorted(opens(role))}
            for role, name in ((first, second.name), (second, first.name))
        ),
        {"name": "Third", "permissions": []},
    )
    role_files.apply_import(SYSTEM, swapped)
    assert (first.name, second.name) == ("Developer", "Auditor")
    role_files.reset(SYSTEM)
    assert (first.name, second.name) == ("Auditor", "Developer")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_becomes_of_the_roles_a_file_brings_them_back(session: Any, data: Any) -> None:
    with db.session.begin_nested() as savepoint:
        mine = [factories.role(name=name) for name in ("甲", "乙", "丙")]
        written = role_files.export()
        everything = [*mine, *(seeded(seed.key) for seed in SEED_ROLES)]
        names = data.draw(st.permutations([role.name for role in everything]))
        for number, role in enumerate(everything):
            role.name = f"away {number}"
        session.flush()
        for role, name in zip(everything, names, strict=True):
            chosen = data.draw(st.lists(st.sampled_from(sorted(PERMISSIONS)), unique=True, max_size=5))
            role.name, role.permissions = name, roles._permissions(chosen)
        session.flush()
        keyed = document(*(entry for entry in written["roles"] if entry["key"]))
        others = {role.id: opens(role) for role in mine}
        taken = {role.name for role in mine} & {seed.name for seed in SEED_ROLES}
        if taken:
            with pytest.raises(Conflict):
                role_files.apply_import(SYSTEM, keyed)
        else:
            role_files.apply_import(SYSTEM, keyed)
            assert role_files.plan_import(role_files.seeds()) == []
        assert {role.id: opens(role) for role in mine} == others
        savepoint.rollback()


# ── What is refused ──

GOOD = {"name": "Day", "permissions": ["film.view"]}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (None, "no file of roles"),
        ([], "no file of roles"),
        ({"roles": []}, "no file of roles"),
        ({"format": FORMAT, "version": 2, "roles": []}, "version"),
        ({"format": FORMAT, "version": 1}, "must be a list"),
        ({"format": FORMAT, "version": 1, "roles": {}}, "must be a list"),
        ({"format": FORMAT, "version": 1, "roles": [GOOD] * 1001}, "at most 1000"),
        (document("Day"), "#1: this is no role"),  # type: ignore[arg-type]
        (document({"permissions": []}), "#1: it has no name"),
        (document({**GOOD, "name": "  "}), "no name"),
        (document({**GOOD, "name": 5}), "“name” must be a text"),
        (document({**GOOD, "description": ["x"]}), "Day: “description” must be a text"),
        (document({**GOOD, "name": "x" * 201}), "too long"),
        (document({**GOOD, "description": "a\0b"}), "cannot be kept"),
        (document({**GOOD, "grants": []}), "Day: there is no field “grants”"),
        (document({"name": "Day"}), "Day: “permissions” must be a list"),
        (document({**GOOD, "permissions": "film.view"}), "must be a list"),
        (document({**GOOD, "permissions": [["film.view"]]}), "must be a list"),
        (document({**GOOD, "permissions": ["film.veiw"]}), "Day: there is no permission “film.veiw”"),
        (document({**GOOD, "key": "boss"}), "boss: no role that comes with the product"),
        (document(GOOD, GOOD), "“Day” twice"),
        (document({**GOOD, "key": "auditor"}, {**GOOD, "key": "auditor", "name": "Night"}), "twice"),
        (document({**GOOD, "name": "Auditor"}, {**GOOD, "key": "auditor", "name": "Night"}), "twice"),
    ],
)
def test_what_is_no_file_of_roles_is_refused_with_the_reason(session: Any, wrong: Any, reason: str) -> None:
    before = role_files.export()
    for ask in (role_files.plan_import, lambda given: role_files.apply_import(SYSTEM, given)):
        with pytest.raises((Invalid, Conflict)) as refused:
            ask(wrong)
        assert reason in str(refused.value)
    assert role_files.export() == before


def test_a_refusal_at_the_last_role_leaves_nothing_of_the_first(session: Any) -> None:
    actor = factories.actor("role.create", "role.edit", "film.view")
    before = role_files.export()
    with pytest.raises(Forbidden):
        role_files.apply_import(actor, document(GOOD, {"name": "Night", "permissions": ["hall.view"]}))
    assert role_files.export() == before
    assert role_files.apply_import(actor, document(GOOD))[0].created


def test_nobody_takes_away_by_a_file_what_they_lack_or_without_the_right(session: Any) -> None:
    factories.role("hall.view", name="Night")
    limited = factories.actor("role.edit", "film.view")
    with pytest.raises(Forbidden):
        role_files.apply_import(limited, document({"name": "Night", "permissions": []}))
    with pytest.raises(Forbidden):
        role_files.apply_import(factories.actor("film.view"), document(GOOD))
    at_one = factories.actor("role.create", "film.view", cinema=factories.cinema())
    with pytest.raises(Forbidden):
        role_files.apply_import(at_one, document(GOOD))


def test_the_last_keyholder_stays_but_keys_may_pass_from_role_to_role(session: Any, keyholder: Any) -> None:
    role = keyholder.grants[0].role
    keyholder.grants.append(Grant(role=factories.role(name="Spare")))
    session.flush()
    bare = {"name": role.name, "permissions": []}
    with pytest.raises(Conflict, match="Nobody would be left"):
        role_files.apply_import(SYSTEM, document(bare))
    assert opens(role) == {"user.edit", "role.edit"}
    # In this order nobody has the keys for a moment; what counts is the end.
    role_files.apply_import(
        SYSTEM, document(bare, {"name": "Spare", "permissions": ["user.edit", "role.edit"]})
    )
    assert opens(role) == set()


# ── Bringing back ──


def test_reset_brings_the_products_roles_back_exactly_and_leaves_the_rest(
    session: Any, make_user: Callable[..., Any]
) -> None:
    mine = factories.role("film.view", name="Mine", description="My own")
    granted = make_user("auditor")
    auditor = seeded("auditor")
    auditor.name, auditor.description, auditor.permissions = "Changed", "", []
    session.delete(seeded("developer"))
    session.flush()
    changes = role_files.reset(SYSTEM)
    assert {change.key: change.created for change in changes} == {"auditor": False, "developer": True}
    for seed in SEED_ROLES:
        role = seeded(seed.key)
        assert (role.name, role.description, opens(role)) == (
            seed.name,
            seed.description,
            set(seed.permissions),
        )
    assert (mine.name, mine.description, opens(mine)) == ("Mine", "My own", {"film.view"})
    assert granted.grants[0].role is auditor
    assert role_files.reset(SYSTEM) == []


# ── Copies ──


def test_a_copy_opens_the_same_and_lives_by_itself(session: Any) -> None:
    original = seeded("box_office")
    made = roles.copy(SYSTEM, original, "Night desk")
    assert (made.key, made.description) == (None, original.description)
    assert opens(made) == opens(original)
    made.permissions = []
    session.flush()
    assert opens(original)
    with pytest.raises(Conflict):
        roles.copy(SYSTEM, original, "Night desk")
    assert roles.untaken(["Night desk", "Auditor", "Free"]) == "Free"
    assert (roles.find("box_office"), roles.find("Night desk")) == (original, made)
    assert roles.find("nobody") is None


def test_nobody_copies_what_they_lack(session: Any) -> None:
    original = factories.role("film.view", "hall.view")
    for actor in (
        factories.actor("role.create", "film.view"),
        factories.actor("film.view", "hall.view"),
        factories.actor("role.create", "film.view", "hall.view", cinema=factories.cinema()),
    ):
        assert not roles.copyable(actor, original)
        with pytest.raises(Forbidden):
            roles.copy(actor, original, "Copy")
    able = factories.actor("role.create", "film.view", "hall.view")
    assert roles.copyable(able, original)
    assert opens(roles.copy(able, original, "Copy")) == opens(original)


# ── Two-step log-in ──


def test_what_a_role_demands_is_written_and_taken_over(session: Any) -> None:
    role = factories.role("film.view", name="Careful", demands_second_factor=True)
    written = role_files.export()
    entry = next(entry for entry in written["roles"] if entry["name"] == "Careful")
    assert entry["demands_second_factor"] is True
    (change,) = role_files.apply_import(SYSTEM, document({**entry, "demands_second_factor": False}))
    assert change.texts == (("demands_second_factor", "yes", "no"),)
    assert not role.demands_second_factor
    role_files.apply_import(SYSTEM, written)
    assert role.demands_second_factor


def test_a_file_of_before_leaves_it_as_it_is(session: Any) -> None:
    role = factories.role("film.view", name="Careful", demands_second_factor=True)
    fields = {"key": None, "name": "Careful", "description": "New", "permissions": ["film.view"]}
    role_files.apply_import(SYSTEM, document(fields))
    assert (role.description, role.demands_second_factor) == ("New", True)


def test_a_reset_demands_nothing(session: Any) -> None:
    role = session.scalars(select(Role).where(Role.key == "auditor")).one()
    role.demands_second_factor = True
    session.flush()
    role_files.reset(SYSTEM)
    assert not role.demands_second_factor


@pytest.mark.parametrize("said", ["yes", 1, None, []])
def test_it_is_true_or_false(session: Any, said: Any) -> None:
    with pytest.raises(Invalid):
        role_files.plan_import(document({"name": "Night", "permissions": [], "demands_second_factor": said}))
