"""Logging in: tries are throttled, every failure looks the same, and a log-in lives only as long as its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Login, LoginAttempt, User, db
from services import logins, staff
from services.access import SYSTEM
from services.errors import Invalid, Throttled
from services.logins import Policy
from services.passwords import Passwords
from services.tokens import digest
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.support.client import PASSWORD

POLICY = Policy(
    idle=timedelta(minutes=120),
    longest=timedelta(hours=12),
    remember=timedelta(days=30),
    prove=timedelta(minutes=10),
    tries=3,
    tries_address=5,
    window=timedelta(minutes=15),
)
SECOND = timedelta(seconds=1)
Clock = Callable[[datetime], None]


@pytest.fixture
def lin(session: Any, clock: Clock) -> User:
    """An account, beside one that keeps the key of the house."""
    factories.user("user.edit", "role.edit")
    return factories.user("film.view", name="lin", email="lin@example.org")


def enter(typed: str = "lin", password: str = PASSWORD, address: str = "192.0.2.1", **values: Any) -> str:
    """Log in; the token."""
    given = {"remember": False, "device": "Firefox", **values}
    return logins.log_in(POLICY, CHEAP, typed=typed, password=password, address=address, **given)[0]


def fail(typed: str = "lin", address: str = "192.0.2.1") -> None:
    with pytest.raises(Invalid):
        enter(typed, "wrong", address)


# ── In ──


@pytest.mark.parametrize("typed", ["lin", " LIN ", "lin@example.org", "Lin@Example.ORG"])
def test_name_or_address_and_password_open_the_door(lin: User, typed: str) -> None:
    found = logins.resume(POLICY, enter(typed))
    assert found is not None
    assert (found.user_id, found.display_name) == (lin.id, lin.display_name)
    assert found.actor.can("film.view")


def test_of_the_token_only_a_hash_is_kept(lin: User) -> None:
    token = enter(device="x" * 1000 + "\0")
    login = db.session.scalars(select(Login)).one()
    assert len(token) >= 43
    assert token not in repr(vars(login))
    assert login.token_hash == digest(token)
    assert (len(login.device), login.address) == (300, "192.0.2.1")
    assert logins.resume(POLICY, login.token_hash) is None


def test_every_log_in_has_a_token_of_its_own_and_an_entry_in_the_trail(lin: User) -> None:
    assert enter() != enter()
    query = select(func.count()).where(AuditEntry.action == "user.login", AuditEntry.actor_id == lin.id)
    assert db.session.scalar(query) == 2


def test_a_password_hashed_by_weaker_parameters_is_hashed_again(lin: User) -> None:
    stronger = Passwords({"time_cost": 2, "memory_cost": 8, "parallelism": 1})
    before = lin.password_hash
    logins.log_in(
        POLICY, stronger, typed="lin", password=PASSWORD, remember=False, address="192.0.2.1", device=""
    )
    db.session.refresh(lin)
    assert lin.password_hash != before
    assert not stronger.stale(lin.password_hash)


# ── Out ──


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("lin", "wrong"),
        ("lin", ""),
        ("lin", PASSWORD + "x"),
        ("lin", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("", ""),
        ("closed", PASSWORD),
        ("trashed", PASSWORD),
        ("empty", ""),
        ("lin' OR '1'='1", PASSWORD),
        ("lin\0", PASSWORD),
        ("x" * 10_000, "x" * 1024),
        ("%", PASSWORD),
    ],
)
def test_every_failure_says_the_same_and_is_counted(lin: User, typed: str, password: str) -> None:
    factories.user("film.view", name="closed", active=False)
    factories.user("film.view", name="trashed", deleted_at=NOW)
    factories.user("film.view", name="empty", password_hash="")
    with pytest.raises(Invalid) as refused:
        enter(typed, password)
    assert (refused.value.message, refused.value.field, refused.value.params) == (
        "Name or password is wrong, or the account is closed.",
        None,
        {},
    )
    assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 1
    assert db.session.scalar(select(func.count()).select_from(Login)) == 0


def test_an_unknown_account_costs_as_much_as_a_known_one(lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash is computed either way."""
    asked: list[bool] = []
    verify = Passwords.verify

    def counted(self: Passwords, stored: str | None, password: str) -> bool:
        asked.append(stored is None)
        return verify(self, stored, password)

    monkeypatch.setattr(Passwords, "verify", counted)
    fail("lin")
    fail("nobody")
    assert asked == [False, True]


# ── Throttling ──


@pytest.mark.parametrize("typed", ["lin", "nobody"])
def test_an_account_has_so_many_tries_known_or_not(lin: User, clock: Clock, typed: str) -> None:
    for number in range(POLICY.tries):
        fail(typed, f"192.0.2.{number}")
    with pytest.raises(Throttled) as refused:
        enter(typed, address="192.0.2.99")
    assert "15 minutes" in str(refused.value)
    # Trying on does not make it longer.
    clock(NOW + POLICY.window + SECOND)
    if typed == "lin":
        enter(address="192.0.2.99")


def test_upper_case_and_blanks_are_no_new_tries(lin: User) -> None:
    for typed in ("lin", "LIN", " Lin "):
        fail(typed)
    with pytest.raises(Throttled):
        enter()


def test_an_address_has_so_many_tries_over_all_accounts(lin: User) -> None:
    for number in range(POLICY.tries_address):
        fail(f"somebody{number}")
    with pytest.raises(Throttled):
        enter()
    enter(address="192.0.2.2")


def test_getting_in_forgives_the_account_but_not_the_address(lin: User) -> None:
    fail()
    fail()
    enter()
    for _ in range(POLICY.tries):
        fail(address="192.0.2.2")
    with pytest.raises(Throttled):
        enter(address="192.0.2.3")


def test_of_a_try_neither_name_nor_password_is_kept(lin: User) -> None:
    fail("my password typed as a name")
    attempt = db.session.scalars(select(LoginAttempt)).one()
    assert "my password" not in repr(vars(attempt))


# ── How long ──


def test_an_unused_log_in_ends(lin: User, clock: Clock) -> None:
    token = enter()
    clock(NOW + POLICY.idle - SECOND)
    assert logins.resume(POLICY, token)
    clock(NOW + POLICY.idle)
    assert logins.resume(POLICY, token) is None


def test_a_used_log_in_goes_on_until_its_longest(lin: User, clock: Clock) -> None:
    token, now = enter(), NOW
    while now + POLICY.idle / 2 < NOW + POLICY.longest:
        now += POLICY.idle / 2
        clock(now)
        found = logins.resume(POLICY, token)
        assert found is not None
        assert logins.touch(found)
        assert not logins.touch(replace(found, last_seen_at=now))
    clock(NOW + POLICY.longest)
    assert logins.resume(POLICY, token) is None


def test_staying_signed_in_knows_no_idle_time_but_an_end(lin: User, clock: Clock) -> None:
    token = enter(remember=True)
    clock(NOW + POLICY.remember - SECOND)
    assert logins.resume(POLICY, token)
    clock(NOW + POLICY.remember)
    assert logins.resume(POLICY, token) is None


def test_a_clock_set_back_gives_no_longer_life(lin: User, clock: Clock) -> None:
    token = enter()
    clock(NOW - timedelta(days=1))
    assert logins.resume(POLICY, token)
    clock(NOW + POLICY.longest)
    assert logins.resume(POLICY, token) is None


# ── Ending ──


def test_logging_out_ends_this_log_in_only(lin: User) -> None:
    token, elsewhere = enter(), enter()
    logins.log_out(token)
    assert logins.resume(POLICY, token) is None
    assert logins.resume(POLICY, elsewhere)
    logins.log_out(token)
    logins.log_out("nonsense")
    query = select(func.count()).where(AuditEntry.action == "user.logout")
    assert db.session.scalar(query) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda user: staff.update(SYSTEM, user, {"active": False}),
        lambda user: staff.delete(SYSTEM, user),
        lambda user: staff.reset_password(SYSTEM, user, CHEAP),
    ],
    ids=["closed", "trashed", "new password"],
)
def test_an_account_that_changes_hands_is_logged_out_everywhere(
    lin: User, act: Callable[[User], object]
) -> None:
    tokens = [enter(), enter(remember=True)]
    act(lin)
    assert [logins.resume(POLICY, token) for token in tokens] == [None, None]
    staff.update(SYSTEM, lin, {"active": True})
    if lin.deleted_at:
        staff.restore(SYSTEM, lin)
    assert [logins.resume(POLICY, token) for token in tokens] == [None, None]


def test_rights_taken_away_are_gone_at_the_next_request(lin: User) -> None:
    token = enter()
    staff.update(SYSTEM, lin, {"grants": []})
    found = logins.resume(POLICY, token)
    assert found is not None
    assert not found.actor.can("film.view")


def test_a_request_costs_two_statements(lin: User, count_queries: Callable[[], Any]) -> None:
    token = enter()
    with count_queries() as statements:
        logins.resume(POLICY, token)
    assert len(statements) == 2


def test_what_no_longer_counts_is_forgotten_at_the_next_log_in(lin: User, clock: Clock) -> None:
    enter()
    fail("nobody")
    clock(NOW + POLICY.window - SECOND)
    fail("somebody")
    clock(NOW + POLICY.window + SECOND)
    enter()
    assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 1
    clock(NOW + POLICY.longest + timedelta(days=90) + SECOND)
    enter()
    assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 0
    assert db.session.scalar(select(func.count()).select_from(Login)) == 2
