"""The second step of a log-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes.

As all apps have it: SHA-1, six digits, steps of 30 seconds. A code counts in its own step and in the one before and
after, for clocks that are a little off, and works once.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import pyotp
from sqlalchemy import ColumnElement, delete, exists, func, select, update

from models import Grant, RecoveryCode, Role, SecondFactor, User, clock, db
from models.text import N_
from services import audit, records
from services.access import Actor
from services.errors import Conflict, Invalid
from services.tokens import digest

ISSUER: Final = "Marquee"
STEP: Final = 30  # seconds
DRIFT: Final = 1  # steps
DIGITS: Final = 6
CODES: Final = 10
# Three groups of four of 31 signs that cannot be mistaken for each other: 59 bits.
SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 3, 4
# A secret that was shown and not confirmed is shown again for so long: whoever reloads the page has scanned it.
SHOWN_FOR: Final = timedelta(minutes=10)
TYPED_MAX: Final = 100
WRONG: Final = N_("This code is wrong, too old, or was used before.")


# ── Who has one, who needs one ──


def has(user_id: Any) -> ColumnElement[bool]:
    """The condition that a user (a number or a column) has a second factor."""
    return exists().where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))


def demanded(user_id: Any) -> ColumnElement[bool]:
    """The condition that a role of a user (a number or a column) demands one."""
    held = exists().where(Grant.user_id == user_id, Grant.role_id == Role.id, Role.demands_second_factor)
    # Its own roles, also within a select that asks for another role.
    return held.correlate_except(Grant, Role)


class State(NamedTuple):
    """What is to be known of a user: whether they log in by two steps, whether a role of theirs demands it, and how
    many recovery codes are left."""

    is_on: bool
    is_demanded: bool
    codes_left: int

    @property
    def is_missing(self) -> bool:
        """Whether it has to be set up before anything opens."""
        return self.is_demanded and not self.is_on


def state(user_id: int) -> State:
    """A user's state, in one statement."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    row = db.session.execute(select(has(user_id), demanded(user_id), unused.scalar_subquery())).one()
    return State(*row)


def is_on(user_id: int) -> bool:
    """Whether a user logs in by two steps."""
    return bool(db.session.scalar(select(has(user_id))))


def lock(user_id: int) -> None:
    """Let one request at a time go on for a user's second factor, until its transaction ends."""
    db.session.execute(select(SecondFactor.user_id).where(SecondFactor.user_id == user_id).with_for_update())


# ── Setting up, switching off ──


def begin(user: User) -> str:
    """A secret for the app, which does nothing until a code of it is confirmed. Raises Conflict if one is in use."""
    found, now = db.session.get(SecondFactor, user.id), clock.now()
    if found is not None and found.confirmed_at is not None:
        raise Conflict(N_("Two-step log-in is on already."))
    with records.saving():
        if found is None:
            found = SecondFactor(user_id=user.id, secret=pyotp.random_base32(), created_at=now)
            db.session.add(found)
        elif now - found.created_at > SHOWN_FOR:
            found.secret, found.created_at = pyotp.random_base32(), now
    return found.secret


def pending(user: User) -> str:
    """The secret that waits for its first code. Raises Conflict if none does."""
    found = db.session.get(SecondFactor, user.id)
    if found is None or found.confirmed_at is not None:
        raise Conflict(N_("There is nothing to confirm. Begin again."))
    return found.secret


def address(user: User, secret: str) -> str:
    """What the QR code says: the otpauth address of the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=ISSUER)


def confirm(user: User, typed: str) -> list[str]:
    """Switch two-step log-in on by a code of the app; returns the recovery codes, in clear here and never again.

    Raises Invalid (field “code”), Conflict if nothing waits to be confirmed.
    """
    step = _step(pending(user), typed)
    if step is None:
        raise Invalid(N_("This is not the code that the app shows now. Is your phone's clock right?"), "code")
    # The condition, not what was read: of two at once, one confirms.
    waiting = update(SecondFactor).where(SecondFactor.user_id == user.id, SecondFactor.confirmed_at.is_(None))
    if not _changed(waiting.values(confirmed_at=clock.now(), last_step=step)):
        raise Conflict(N_("Two-step log-in is on already."))
    audit.note(db.session(), "user.second_factor_on", user)
    return _new_codes(user)


def renew_codes(user: User) -> list[str]:
    """Recovery codes in place of those there are; returned in clear here and never again. Raises Conflict without a
    second factor."""
    lock(user.id)
    if not is_on(user.id):
        raise Conflict(N_("Two-step log-in is off."))
    audit.note(db.session(), "user.recovery_codes", user)
    return _new_codes(user)


def switch_off(user: User) -> None:
    """Let the password alone do again. Raises Conflict while a role of the user demands more."""
    if state(user.id).is_demanded:
        raise Conflict(N_("A role of yours demands two-step log-in."))
    remove(user)


def remove(user: User) -> None:
    """Take the second factor away, its codes and a secret that was never confirmed included."""
    was_on = is_on(user.id)
    for model in (RecoveryCode, SecondFactor):
        db.session.execute(delete(model).where(model.user_id == user.id))
    if was_on:
        audit.note(db.session(), "user.second_factor_off", user)


# ── Codes ──


def take(user: User, typed: str) -> bool:
    """Whether `typed` is a code of the user's app or a recovery code; it is used up by this.

    Spaces and dashes do not matter, nor how wide the signs are. Of two at once with the same code, one gets True.
    """
    found = db.session.get(SecondFactor, user.id)
    if found is None or found.confirmed_at is None:
        return False
    return _take_step(found, typed) or _take_recovery(user, typed)


def _take_step(found: SecondFactor, typed: str) -> bool:
    step = _step(found.secret, typed)
    if step is None:
        return False
    # The database compares: what was read may be old by now.
    mine = update(SecondFactor).where(SecondFactor.user_id == found.user_id, SecondFactor.last_step < step)
    return _changed(mine.values(last_step=step))


def _take_recovery(user: User, typed: str) -> bool:
    mine = update(RecoveryCode).where(
        RecoveryCode.user_id == user.id,
        RecoveryCode.code_hash == _digest(typed),
        RecoveryCode.used_at.is_(None),
    )
    if not _changed(mine.values(used_at=clock.now())):
        return False
    left = state(user.id).codes_left
    told = {"codes_left": [left + 1, left]}
    owner = Actor(user.id, user.display_name)
    audit.note(db.session(), "user.recovery_code_used", user, actor=owner, changes=told)
    return True


def _changed(statement: Any) -> bool:
    result: Any = db.session.execute(statement)
    return bool(result.rowcount == 1)


def step_at(instant: datetime) -> int:
    """The number of the 30 seconds that an instant lies in."""
    return int(instant.timestamp()) // STEP


def _step(secret: str, typed: str) -> int | None:
    """The time step whose code this is, if it is one that counts now; the latest, should two have the same."""
    code, now, app = _plain(typed), step_at(clock.now()), pyotp.TOTP(secret)
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    fits = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if secrets.compare_digest(app.generate_otp(step), code)
    ]
    return max(fits, default=None)


def _plain(typed: str) -> str:
    """A code without what people put between its signs, in the plain form of each sign."""
    text = unicodedata.normalize("NFKC", typed[:TYPED_MAX]).casefold()
    return "".join(sign for sign in text if not (sign.isspace() or unicodedata.category(sign) == "Pd"))


def _digest(typed: str) -> str:
    return digest(_plain(typed))


def _new_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_code() for _number in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_digest(code)) for code in codes)
    db.session.flush()
    return codes


def _code() -> str:
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(GROUP)) for _group in range(GROUPS))
