"""The second step of a log-in: a code counts around its half minute, each code works once, and guesses are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from models import AuditEntry, RecoveryCode, SecondFactor, User, db
from services import logins, second_factor, second_step
from services.errors import Conflict, Invalid
from services.second_factor import STEP
from tests import factories
from tests.conftest import NOW
from tests.factories import TOTP_SECRET
from tests.services.test_logins import POLICY, enter

Clock = Callable[[datetime], None]


def code(seconds: float = 0, secret: str = TOTP_SECRET) -> str:
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
    factories.second_factor(other, "K" * 32)
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
    read = pyotp.parse_uri(second_factor.address(lin, TOTP_SECRET))
    assert isinstance(read, pyotp.TOTP)
    assert (read.issuer, read.name, read.secret) == ("Marquee", "lin", TOTP_SECRET)
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
