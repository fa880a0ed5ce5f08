"""Between password and code: nothing opens, guesses are counted, a code lets one in; and roles that demand it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

import models.clock
from models import AuditEntry, Login, LoginAttempt, User, db
from services import explain, logins, second_factor, second_step, staff
from services.access import SYSTEM
from services.errors import Forbidden, Invalid, NotFound, Throttled
from tests import factories
from tests.conftest import NOW
from tests.services.test_logins import POLICY, enter, fail
from tests.services.test_second_factor import actions, code, finish, half
from tests.support.race import Race

Clock = Callable[[datetime], None]


# ── Logging in ──


def test_the_password_alone_opens_nothing(lin: User, codes: list[str]) -> None:
    token = half()
    assert logins.resume(POLICY, token) is None
    assert second_step.waiting(token) is not None
    assert "user.login" not in actions()


@pytest.mark.parametrize("remember", [False, True])
def test_the_code_makes_it_a_log_in(lin: User, codes: list[str], clock: Clock, remember: bool) -> None:
    token = half(remember=remember)
    later = NOW + timedelta(minutes=2)
    clock(later)
    after, remembered = second_step.finish(POLICY, token, code(120), "192.0.2.1")
    assert (logins.resume(POLICY, token), second_step.waiting(after), remembered) == (None, None, remember)
    found = logins.resume(POLICY, after)
    assert found is not None
    assert (found.user_id, found.proved_at) == (lin.id, later)
    login = db.session.get_one(Login, found.login_id)
    assert login.expires_at == later + (POLICY.remember if remember else POLICY.longest)
    assert actions()[-1] == "user.login"


def test_a_recovery_code_does_as_well(lin: User, codes: list[str]) -> None:
    assert logins.resume(POLICY, finish(half(), codes[3])) is not None
    with pytest.raises(Invalid):
        finish(half(), codes[3])


def test_a_log_in_without_its_code_is_over_after_ten_minutes_and_swept_away(
    lin: User, codes: list[str], clock: Clock
) -> None:
    token = half(remember=True)
    clock(NOW + timedelta(minutes=10))
    with pytest.raises(NotFound):
        finish(token, code(600))
    assert logins.prune(POLICY) == 0
    clock(NOW + timedelta(minutes=10, seconds=1))
    assert logins.prune(POLICY) == 1


@pytest.mark.parametrize("how", ["closed", "trashed", "ended", "finished", "unknown"])
def test_a_log_in_that_waits_no_longer_cannot_be_finished(lin: User, codes: list[str], how: str) -> None:
    token = half()
    if how == "closed":
        lin.active = False
    elif how == "trashed":
        lin.deleted_at = NOW
    elif how == "ended":
        logins.end_all(lin)
    elif how == "finished":
        finish(token, codes[0])
    db.session.flush()
    with pytest.raises(NotFound):
        finish("x" if how == "unknown" else token, code())


# ── Guessing ──


def test_wrong_codes_count_and_the_password_forgives_none(lin: User, codes: list[str]) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        # The right password each time, by the e-mail address: it opens no new row of tries.
        with pytest.raises(Invalid):
            finish(half(typed="lin@example.org", address=address), "000000", address)
    with pytest.raises(Throttled):
        finish(half(typed="lin@example.org", address="192.0.2.4"), code(), "192.0.2.4")
    assert actions().count("user.code_refused") == 3
    assert actions()[-1] == "user.login_throttled"


def test_only_the_whole_log_in_forgives(lin: User, codes: list[str]) -> None:
    fail()
    fail("lin@example.org")
    with pytest.raises(Invalid):
        finish(half(), "000000")
    assert factories.count(LoginAttempt) == 3
    finish(half(), code())
    assert factories.count(LoginAttempt) == 0


def test_the_window_ends(lin: User, codes: list[str], clock: Clock) -> None:
    token = half()
    for _try in range(POLICY.tries):
        with pytest.raises(Invalid):
            finish(token, "000000")
    with pytest.raises(Throttled):
        finish(token, code())
    clock(NOW + timedelta(minutes=16))
    assert finish(half(), code(16 * 60))


def test_many_accounts_from_one_address_count_for_the_address(lin: User, codes: list[str]) -> None:
    for number in range(POLICY.tries_address):
        fail(f"somebody{number}", "192.0.2.9")
    token = half()
    with pytest.raises(Throttled):
        finish(token, code(), "192.0.2.9")


# ── Roles that demand it ──


def _demand(user: User) -> None:
    user.grants[0].role.demands_second_factor = True
    db.session.flush()


def test_who_has_none_has_no_rights_until_it_is_set_up(lin: User) -> None:
    token = enter()
    _demand(lin)
    found = logins.resume(POLICY, token)
    assert found is not None
    assert (found.must_set_up, found.actor.rights) == (True, {})
    second_factor.confirm(lin, code(secret=second_factor.begin(lin)))
    found = logins.resume(POLICY, token)
    assert found is not None
    assert (found.must_set_up, found.actor.can("film.view")) == (False, True)


def test_one_role_that_demands_it_is_enough_and_others_holders_are_left_alone(lin: User) -> None:
    other = factories.user("film.view", name="other")
    _demand(lin)
    assert second_factor.state(lin.id).is_demanded
    assert not second_factor.state(other.id).is_demanded
    found = logins.resume(POLICY, enter("other"))
    assert found is not None
    assert not found.must_set_up


@pytest.mark.parametrize("on", [False, True])
def test_it_costs_no_further_statement(
    lin: User, codes: list[str], count_queries: Callable[..., Any], on: bool
) -> None:
    if on:
        _demand(lin)
    token = finish(half(), code())
    with count_queries() as statements:
        logins.resume(POLICY, token)
    assert len(statements) == 2


def test_why_they_may_says_that_it_has_to_be_set_up_first(lin: User) -> None:
    assert explain.explain(lin, "film.view").note == ""
    _demand(lin)
    answer = explain.explain(lin, "film.view")
    assert (answer.allowed, "two-step log-in" in answer.note) == (True, True)
    assert explain.explain(lin, "film.edit").note == ""


# ── Lost ──


def test_who_keeps_staff_takes_a_lost_one_away_and_all_log_ins_end(lin: User, codes: list[str]) -> None:
    token, waiting = finish(half(), code()), half()
    staff.drop_second_factor(factories.actor("user.edit", "film.view"), lin)
    assert (logins.resume(POLICY, token), second_step.waiting(waiting)) == (None, None)
    assert logins.resume(POLICY, enter()) is not None
    assert "user.second_factor_off" in actions()


def test_nobody_takes_it_from_those_who_may_more(lin: User, codes: list[str]) -> None:
    for actor in (factories.actor("user.edit"), factories.actor("film.view")):
        with pytest.raises(Forbidden):
            staff.drop_second_factor(actor, lin)
    assert second_factor.is_on(lin.id)


def test_nothing_secret_is_in_the_trail(lin: User) -> None:
    secret = second_factor.begin(lin)
    codes = second_factor.confirm(lin, code(secret=secret))
    finish(half(), codes[0])
    with pytest.raises(Invalid):
        finish(half(), "424242")
    staff.drop_second_factor(SYSTEM, lin)
    told = repr([vars(entry) for entry in db.session.scalars(select(AuditEntry))])
    assert not [text for text in (secret, *codes, "424242", code(secret=secret)) if text in told]
    wanted = [
        "user.second_factor_on",
        "user.recovery_code_used",
        "user.login",
        "user.code_refused",
        "user.second_factor_off",
    ]
    assert [action for action in actions() if action in wanted] == wanted


# ── Two at once ──


@pytest.fixture
def contested(race: Race) -> dict[str, Any]:
    """Two log-ins of one account that wait for their codes, in a database of its own; and its recovery codes."""
    with race.app.app_context():
        user = factories.user("film.view", name="lin")
        factories.second_factor(user)
        codes = second_factor.renew_codes(user)
        tokens = []
        for _device in range(2):
            db.session.commit()
            tokens.append(enter())
        db.session.commit()
    return {"tokens": tokens, "codes": codes}


def _finish_now(argument: tuple[str, str]) -> bool:
    models.clock.source = lambda: NOW + timedelta(minutes=1)
    try:
        finish(argument[0], argument[1])
    except Invalid:
        db.session.commit()
        return False
    db.session.commit()
    return True


def _finish_carelessly(argument: tuple[str, str]) -> bool:
    """The same with the condition left out: what was read before decides. The negative control."""
    second_factor._changed = lambda _statement: True
    return _finish_now(argument)


@pytest.fixture
def living_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands at NOW here, before the processes of a race begin."""
    monkeypatch.setattr(models.clock, "source", lambda: NOW)


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_two_at_once_with_the_same_code_one_gets_in(
    living_now: None, contested: dict[str, Any], race: Race, kind: str
) -> None:
    typed = code(60) if kind == "code" else contested["codes"][0]
    arguments = [(token, typed) for token in contested["tokens"]]
    assert sorted(race.run(_finish_now, arguments)) == [False, True]


def test_without_the_condition_both_would(living_now: None, contested: dict[str, Any], race: Race) -> None:
    arguments = [(token, code(60)) for token in contested["tokens"]]
    assert race.run(_finish_carelessly, arguments) == [True, True]
