"""The second step of a log-in: a code counts around its half minute, each code works once, and guesses are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

import models.clock
from models import AuditEntry, Login, LoginAttempt, RecoveryCode, SecondFactor, User, db
from services import explain, logins, second_factor, second_step, staff
from services.access import SYSTEM
from services.errors import Conflict, Forbidden, Invalid, NotFound, Throttled
from services.second_factor import STEP
from tests import factories
from tests.conftest import NOW
from tests.services.test_logins import POLICY, enter, fail
from tests.support.race import Race

SECRET = "JBSWY3DPEHPK3PXP" * 2
Clock = Callable[[datetime], None]


@pytest.fixture
def lin(session: Any, clock: Clock) -> User:
    """An account, beside one that keeps the key of the house."""
    factories.user("user.edit", "role.edit")
    return factories.user("film.view", name="lin", email="lin@example.org")


@pytest.fixture
def codes(lin: User) -> list[str]:
    """Lin's recovery codes: two-step log-in is on, set up a day ago."""
    db.session.add(SecondFactor(user_id=lin.id, secret=SECRET, created_at=NOW, confirmed_at=NOW))
    db.session.flush()
    return second_factor.renew_codes(lin)


def code(seconds: float = 0, secret: str = SECRET) -> str:
    """What an app shows whose clock is so many seconds fast."""
    return str(pyotp.TOTP(secret).at(NOW + timedelta(seconds=seconds)))


def half(**values: Any) -> str:
    """The token after the password."""
    return enter(**values)


def finish(token: str, typed: str, address: str = "192.0.2.1") -> str:
    return second_step.finish(POLICY, token, typed, address)[0]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# ── The code ──


@pytest.mark.parametrize("second", [0, 1, 15, 28, 29])
@pytest.mark.parametrize("off", [-90, -61, -60, -31, -30, -1, 0, 1, 30, 31, 60, 61, 90])
def test_a_code_counts_in_its_half_minute_and_the_one_before_and_after(
    lin: User, codes: list[str], clock: Clock, second: int, off: int
) -> None:
    clock(NOW + timedelta(seconds=second))
    steps = (second + off) // STEP  # NOW is the first second of a step
    assert int(NOW.timestamp()) % STEP == 0
    assert second_factor.take(lin, code(second + off)) is (-1 <= steps <= 1)


@pytest.mark.parametrize("off", [-90, 90])
def test_a_clock_a_minute_and_a_half_off_never_does(
    lin: User, codes: list[str], clock: Clock, off: int
) -> None:
    for second in range(STEP):
        clock(NOW + timedelta(seconds=second))
        assert not second_factor.take(lin, code(second + off))


def test_a_code_works_once(lin: User, codes: list[str]) -> None:
    assert second_factor.take(lin, code())
    assert not second_factor.take(lin, code())


def test_after_a_code_none_of_an_earlier_half_minute_works(lin: User, codes: list[str]) -> None:
    assert second_factor.take(lin, code())
    assert not second_factor.take(lin, code(-STEP))
    assert second_factor.take(lin, code(STEP))


def test_the_code_that_switched_it_on_opens_nothing(lin: User) -> None:
    secret = second_factor.begin(lin)
    second_factor.confirm(lin, code(secret=secret))
    with pytest.raises(Invalid):
        finish(half(), code(secret=secret))


@pytest.mark.parametrize(
    "dressed",
    [
        lambda text: f" {text[:3]} {text[3:]}\t\n",
        lambda text: "".join(chr(ord(digit) + 0xFEE0) for digit in text),
        lambda text: f"{text[:3]}\u2009{text[3:]}",
        lambda text: f"{text[:3]}-{text[3:]}",
    ],
    ids=["spaces", "full width", "thin space", "dash"],
)
def test_how_a_code_is_typed_does_not_matter(
    lin: User, codes: list[str], dressed: Callable[[str], str]
) -> None:
    assert second_factor.take(lin, dressed(code()))


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "0", "-", "%", "abcdef", "12345", "1234567"),
        *("\0" * 6, "１２３", "٣٣٣٣٣٣", "𝟎" * 7, "\ud800" * 6, "x" * 10**6),
    ],
    ids=lambda typed: ascii(typed)[:20],
)
def test_nonsense_is_a_wrong_code_and_nothing_else(lin: User, codes: list[str], typed: str) -> None:
    assert not second_factor.take(lin, typed)


def test_somebody_elses_code_is_none(lin: User, codes: list[str]) -> None:
    other = factories.user("film.view")
    db.session.add(SecondFactor(user_id=other.id, secret="K" * 32, created_at=NOW, confirmed_at=NOW))
    theirs = second_factor.renew_codes(other)
    assert not second_factor.take(lin, code(secret="K" * 32))
    assert not second_factor.take(lin, theirs[0])
    assert second_factor.take(other, theirs[0])


# ── Recovery codes ──


def test_each_recovery_code_works_once(lin: User, codes: list[str]) -> None:
    assert [second_factor.take(lin, typed) for typed in (codes[0], codes[0], codes[1])] == [True, False, True]
    assert second_factor.state(lin.id).codes_left == 8
    used = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.recovery_code_used")).all()
    assert [entry.changes for entry in used] == [{"codes_left": [10, 9]}, {"codes_left": [9, 8]}]


def test_recovery_codes_are_ten_long_enough_all_different_and_kept_as_hashes(
    lin: User, codes: list[str]
) -> None:
    assert len(set(codes)) == second_factor.CODES == 10
    signs = second_factor.GROUPS * second_factor.GROUP
    assert len(second_factor.SIGNS) ** signs > 2**50
    assert all(len(text.replace("-", "")) == signs for text in codes)
    kept = repr([vars(row) for row in db.session.scalars(select(RecoveryCode))])
    assert not [text for text in codes if text in kept or text.replace("-", "") in kept]


def test_they_may_be_typed_as_they_come(lin: User, codes: list[str]) -> None:
    assert second_factor.take(lin, f" {codes[0].upper().replace('-', ' ')} ")
    assert second_factor.take(lin, codes[1].replace("-", "\u2013"))


def test_new_ones_make_the_old_ones_worthless(lin: User, codes: list[str]) -> None:
    anew = second_factor.renew_codes(lin)
    assert not set(anew) & set(codes)
    assert not second_factor.take(lin, codes[0])
    assert second_factor.take(lin, anew[0])


# ── Setting up and switching off ──


def test_it_is_off_until_a_code_confirms_it(lin: User) -> None:
    secret = second_factor.begin(lin)
    assert not second_factor.is_on(lin.id)
    assert logins.resume(POLICY, enter()) is not None
    with pytest.raises(Invalid) as refused:
        second_factor.confirm(lin, "000000")
    assert refused.value.field == "code"
    assert len(second_factor.confirm(lin, code(secret=secret))) == 10
    assert second_factor.is_on(lin.id)
    with pytest.raises(Conflict):
        second_factor.begin(lin)
    with pytest.raises(Conflict):
        second_factor.confirm(lin, code(secret=secret))


def test_the_secret_is_as_long_as_the_hash_asks_and_new_for_everybody(lin: User) -> None:
    secret = second_factor.begin(lin)
    assert len(pyotp.TOTP(secret).byte_secret()) >= 20  # RFC 4226, R6: 160 bits are recommended
    assert secret != second_factor.begin(factories.user("film.view"))


def test_a_page_loaded_again_shows_the_same_secret_an_old_one_another(lin: User, clock: Clock) -> None:
    secret = second_factor.begin(lin)
    assert second_factor.begin(lin) == secret
    clock(NOW + timedelta(minutes=11))
    assert second_factor.begin(lin) != secret


def test_the_address_names_product_and_account(lin: User) -> None:
    read = pyotp.parse_uri(second_factor.address(lin, SECRET))
    assert isinstance(read, pyotp.TOTP)
    assert (read.issuer, read.name, read.secret) == ("Marquee", "lin", SECRET)
    assert (read.digits, read.interval, read.digest().name) == (6, 30, "sha1")


def test_off_the_password_does_again(lin: User, codes: list[str]) -> None:
    second_factor.switch_off(lin)
    assert logins.resume(POLICY, enter()) is not None
    assert (factories.count(SecondFactor), factories.count(RecoveryCode)) == (0, 0)


def test_it_stays_on_while_a_role_demands_it(lin: User, codes: list[str]) -> None:
    lin.grants[0].role.demands_second_factor = True
    db.session.flush()
    with pytest.raises(Conflict):
        second_factor.switch_off(lin)
    lin.grants[0].role.demands_second_factor = False
    db.session.flush()
    second_factor.switch_off(lin)


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
        db.session.add(SecondFactor(user_id=user.id, secret=SECRET, created_at=NOW, confirmed_at=NOW))
        db.session.flush()
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
