"""One's own account: another password, and the log-ins that live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models import AuditEntry, Login, LoginAttempt, User, db
from services import account, logins, staff
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid, NotFound, Throttled
from services.passwords import Passwords
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.services.test_logins import POLICY, SECOND, enter
from tests.support.client import PASSWORD

NEW = "seven quiet lanterns"


@pytest.fixture
def lin(session: Any, clock: Callable[..., None]) -> User:
    """An account, beside one that keeps the key of the house."""
    factories.user("user.edit", "role.edit")
    return factories.user("film.view", name="lin", email="lin@example.org", display_name="Lin Mei")


def number(token: str) -> int:
    """The number of a token's log-in."""
    found = logins.resume(POLICY, token)
    assert found is not None
    return found.login_id


def change(user: User, login_id: int, old: str = PASSWORD, new: str = NEW, **values: Any) -> tuple[str, bool]:
    given = {"hashing": CHEAP, "address": "192.0.2.1", **values}
    return account.change_password(POLICY, user=user, old=old, new=new, login_id=login_id, **given)


def living(*tokens: str) -> list[bool]:
    return [logins.resume(POLICY, token) is not None for token in tokens]


# ── Another password ──


def test_the_new_password_opens_the_door_and_the_old_one_does_not(lin: User) -> None:
    change(lin, number(enter()))
    enter(password=NEW)
    with pytest.raises(Invalid):
        enter(password=PASSWORD)


@pytest.mark.parametrize("remember", [True, False])
def test_all_other_log_ins_end_and_this_one_gets_another_token(lin: User, remember: bool) -> None:
    here, there, phone = enter(remember=remember), enter(), enter(remember=True)
    somebody = factories.user("film.view", name="zhao")
    theirs = enter("zhao")
    login_id = number(here)
    renewed, remembered = change(lin, login_id)
    assert living(here, there, phone, theirs, renewed) == [False, False, False, True, True]
    assert (number(renewed), remembered) == (login_id, remember)
    assert somebody.id != lin.id


def test_the_trail_tells_of_it_and_keeps_no_secret(lin: User) -> None:
    here = enter()
    enter()
    change(lin, number(here))
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.record_id == lin.id)).all()
    told = {(entry.action, repr(entry.changes)) for entry in entries}
    assert ("user.update", "{'password_hash': ['•••', '•••']}") in told
    assert ("user.logout", "{'other_log_ins': [1, 0]}") in told
    everything = repr([vars(entry) for entry in entries])
    assert not [text for text in (PASSWORD, NEW, "argon2", lin.password_hash) if text in everything]


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ("1234567", "password"),
        ("x" * 129, "password"),
        ("password", "password"),
        ("QWERTYUIOP", "password"),
        ("lin-2026!", "password"),
        ("lin@example.org", "password"),
        ("linmei88", "password"),
        ("marquee2026", "password"),
        (PASSWORD, "password"),
    ],
)
def test_a_bad_password_is_refused_and_changes_nothing(lin: User, new: str, field: str) -> None:
    here, there, before = enter(), enter(), lin.password_hash
    with pytest.raises(Invalid) as refused:
        change(lin, number(here), new=new)
    assert refused.value.field == field
    assert living(here, there) == [True, True]
    assert lin.password_hash == before
    assert db.session.scalars(select(LoginAttempt)).all() == []


@pytest.mark.parametrize("new", ["12 tulip", "x" * 64, "x" * 128, "神女神女神女神女", "  blanks  around  "])
def test_a_good_one_is_taken_as_it_is(lin: User, new: str) -> None:
    change(lin, number(enter()), new=new)
    assert CHEAP.verify(lin.password_hash, new)


def test_a_wrong_old_password_counts_as_a_try_at_the_door(lin: User) -> None:
    here = number(enter())
    for _ in range(POLICY.tries):
        with pytest.raises(Invalid) as refused:
            change(lin, here, old="wrong")
        assert refused.value.field == "old"
    with pytest.raises(Throttled):
        change(lin, here)
    with pytest.raises(Throttled):
        enter(address="192.0.2.9")
    refusals = select(AuditEntry).where(AuditEntry.action == "user.login_refused")
    assert {entry.actor_name for entry in db.session.scalars(refusals)} <= {"system", "Lin Mei"}


def test_an_address_that_tried_too_often_waits_here_too(lin: User, clock: Callable[..., None]) -> None:
    here = number(enter())
    for tried in range(POLICY.tries_address):
        with pytest.raises(Invalid):
            enter(f"nobody{tried}", address="192.0.2.1")
    with pytest.raises(Throttled):
        change(lin, here)
    clock(NOW + POLICY.window + SECOND)
    change(lin, here)


def test_the_right_password_forgives_the_tries(lin: User) -> None:
    here = number(enter())
    with pytest.raises(Invalid):
        change(lin, here, old="wrong")
    change(lin, here)
    assert db.session.scalars(select(LoginAttempt)).all() == []


def test_of_two_changes_at_once_the_second_is_refused(lin: User) -> None:
    here = number(enter())

    class Slow(Passwords):
        """While this one hashes, somebody else is done."""

        def hash_chosen(self, password: str, own: Any = ()) -> str:
            other = {"password_hash": CHEAP.hash("eight loud lanterns"), "version": User.version + 1}
            quietly = {"synchronize_session": False}
            db.session.execute(update(User).where(User.id == lin.id).values(other), execution_options=quietly)
            return super().hash_chosen(password, own)

    with pytest.raises(Conflict):
        change(lin, here, hashing=Slow({"time_cost": 1, "memory_cost": 8, "parallelism": 1}))
    db.session.refresh(lin)
    assert CHEAP.verify(lin.password_hash, "eight loud lanterns")


# ── Set by the house ──


def test_a_password_set_by_the_house_obeys_the_same_rules_and_ends_all(lin: User) -> None:
    here = enter()
    for bad in ("password", "linmei88", "short"):
        with pytest.raises(Invalid):
            staff.set_password(SYSTEM, lin, bad, CHEAP)
    assert living(here) == [True]
    staff.set_password(SYSTEM, lin, NEW, CHEAP)
    assert living(here) == [False]
    enter(password=NEW)


def test_it_needs_the_right_to_change_staff(lin: User) -> None:
    with pytest.raises(Forbidden):
        staff.set_password(factories.actor("film.view"), lin, NEW, CHEAP)


# ── The log-ins ──


def test_living_log_ins_are_listed_this_one_first_then_the_latest(
    lin: User, clock: Callable[..., None]
) -> None:
    here = enter(device="Firefox", address="192.0.2.1")
    clock(NOW + SECOND)
    enter(device="Old")
    clock(NOW + 2 * SECOND)
    enter(device="Phone", remember=True)
    factories.user("film.view", name="zhao")
    enter("zhao", device="Not mine")
    logins.log_out(enter(device="Logged out"))
    rows = account.log_ins(POLICY, lin.id, number(here))
    assert [(row.device, bool(row.current)) for row in rows] == [
        ("Firefox", True),
        ("Phone", False),
        ("Old", False),
    ]
    assert (rows[0].address, rows[0].created_at, rows[1].remember) == ("192.0.2.1", NOW, True)
    clock(NOW + POLICY.idle + timedelta(minutes=1))
    assert [row.device for row in account.log_ins(POLICY, lin.id, 0)] == ["Phone"]


def test_one_is_ended_and_its_token_is_dead(lin: User) -> None:
    here, there, third = enter(), enter(device="Safari", address="192.0.2.7"), enter()
    other = number(there)
    account.end_log_in(POLICY, lin.id, other)
    assert living(here, there, third) == [True, False, True]
    account.end_log_in(POLICY, lin.id, other)
    query = select(AuditEntry).where(AuditEntry.action == "user.logout")
    assert [entry.changes for entry in db.session.scalars(query)] == [
        {"device": ["Safari", None], "address": ["192.0.2.7", None]}
    ]


def test_somebody_elses_log_in_is_not_there(lin: User) -> None:
    zhao = factories.user("film.view", name="zhao")
    theirs = enter("zhao")
    for login_id in (number(theirs), 2**31 - 1):
        with pytest.raises(NotFound):
            account.end_log_in(POLICY, lin.id, login_id)
    assert living(theirs) == [True]
    account.end_log_in(POLICY, zhao.id, number(theirs))
    assert living(theirs) == [False]


def test_all_others_are_ended(lin: User) -> None:
    factories.user("film.view", name="zhao")
    here, there, phone, theirs = enter(), enter(), enter(remember=True), enter("zhao")
    assert account.end_others(POLICY, lin.id, number(here)) == 2
    assert living(here, there, phone, theirs) == [True, False, False, True]
    assert account.end_others(POLICY, lin.id, number(here)) == 0
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.logout")).all()
    assert [entry.changes for entry in entries] == [{"other_log_ins": [2, 0]}]


def test_who_one_is_takes_one_statement(lin: User, count_queries: Callable[[], Any]) -> None:
    cinema = factories.cinema()
    seller = factories.user("film.view", cinema=cinema)
    user_id, place = seller.id, cinema.name
    db.session.commit()
    db.session.expunge_all()
    with count_queries() as statements:
        found = account.person(user_id)
        assert [str(grant.cinema) for grant in found.grants] == [place]
        assert found.grants[0].role.name
    assert len(statements) == 1


def test_nothing_of_a_log_in_but_what_is_shown(lin: User) -> None:
    (row,) = account.log_ins(POLICY, lin.id, number(enter()))
    assert db.session.scalars(select(Login)).one().token_hash not in row
