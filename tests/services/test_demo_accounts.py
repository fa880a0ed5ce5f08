"""The demo's accounts: one for each role, with passwords that are shown once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import (
    AuditEntry,
    Cinema,
    Grant,
    Login,
    ScreeningStatus,
    User,
    clock,
    db,
)
from services import access, cities, staff
from services.demo import chain
from services.demo import load as demo
from services.errors import Conflict
from services.passwords import Passwords
from services.permissions import SEED_ROLES
from tests.factories import count

TODAY = date(2026, 11, 20)
CANCELLED = ScreeningStatus.CANCELLED
pytestmark = pytest.mark.usefixtures("stamps")


# ── Accounts ──


@pytest.fixture
def house(session: Any) -> Cinema:
    """The first cinema of the chain, alone."""
    city = cities.create(access.SYSTEM, dict(chain.HOUSES[0].town.__dict__))
    return demo._add_site(access.SYSTEM, chain.HOUSES[0], city).cinema


def test_there_is_an_account_for_each_role(house: Cinema, hashing: Passwords) -> None:
    made = demo.accounts(access.SYSTEM, hashing)
    assert [item.role for item in made] == [person.role for person in demo.PEOPLE]
    assert {item.role for item in made} == {seed.key for seed in SEED_ROLES}
    assert len({item.password for item in made}) == len(made)
    for item in made:
        user = staff.find(item.login)
        assert user is not None
        assert hashing.verify(user.password_hash, item.password)
        local = item.role in ("manager", "box_office")
        assert [(grant.role.key, grant.cinema) for grant in user.grants] == [
            (item.role, house if local else None)
        ]
        assert item.cinema == (house.name if local else None)
        assert item.role_name == user.grants[0].role.name


def test_new_passwords_end_the_log_ins_of_the_demo_only(house: Cinema, hashing: Passwords) -> None:
    before = {item.login: item.password for item in demo.accounts(access.SYSTEM, hashing)}
    other, own = staff.create(access.SYSTEM, {"name": "someone", "display_name": "Someone"}, hashing)
    now = clock.now()
    for user in (other, staff.find("lin")):
        stamps = {"created_at": now, "last_seen_at": now, "expires_at": now + timedelta(hours=1)}
        db.session.add(Login(user=user, token_hash=user.name, **stamps))
    after = {item.login: item.password for item in demo.accounts(access.SYSTEM, hashing)}
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)
    ended = {login.user.name: login.ended_at is not None for login in db.session.scalars(select(Login))}
    assert ended == {"lin": True, "someone": False}
    assert hashing.verify(other.password_hash, own)


def test_accounts_that_were_spoilt_work_again(house: Cinema, hashing: Passwords) -> None:
    demo.accounts(access.SYSTEM, hashing)
    staff.delete(access.SYSTEM, staff.find("su"))
    staff.update(access.SYSTEM, staff.find("wu"), {"active": False, "grants": []})
    db.session.delete(staff.find("xu"))
    made = {item.login: item for item in demo.accounts(access.SYSTEM, hashing)}
    assert len(made) == len(demo.PEOPLE)
    assert made["wu"].cinema == house.name
    for name in ("su", "wu", "xu"):
        user = staff.find(name)
        assert user.active
        assert user.deleted_at is None
        assert len(user.grants) == 1


def test_a_namesake_is_left_alone(house: Cinema, hashing: Passwords) -> None:
    staff.create(access.SYSTEM, {"name": "lin", "display_name": "Lin", "email": "lin@example.com"}, hashing)
    with pytest.raises(Conflict):
        demo.accounts(access.SYSTEM, hashing)


def test_accounts_need_a_cinema(session: Any, hashing: Passwords) -> None:
    with pytest.raises(Conflict):
        demo.accounts(access.SYSTEM, hashing)
    assert count(Grant) == 0


def test_no_password_is_kept_in_clear(
    house: Cinema, hashing: Passwords, caplog: pytest.LogCaptureFixture
) -> None:
    made = [*demo.accounts(access.SYSTEM, hashing), *demo.accounts(access.SYSTEM, hashing)]
    kept = "".join(str(entry.changes) for entry in db.session.scalars(select(AuditEntry)))
    kept += "".join(user.password_hash for user in db.session.scalars(select(User))) + caplog.text
    assert not [item.login for item in made if item.password in kept]
