"""Between password and code: the log-in that has begun and opens nothing yet, and how it is finished."""

from __future__ import annotations

from sqlalchemy import select

from models import Login, User, clock, db
from models.text import N_
from services import audit, logins, records, second_factor
from services.access import NOBODY
from services.errors import Invalid, NotFound
from services.logins import Policy
from services.tokens import digest


def waiting(token: str) -> Login | None:
    """The log-in behind a token that waits for its code, while it may."""
    query = (
        select(Login)
        .join(User, User.id == Login.user_id)
        .where(
            Login.token_hash == digest(token),
            Login.awaits_code,
            Login.ended_at.is_(None),
            Login.expires_at > clock.now(),
            User.active,
            User.deleted_at.is_(None),
        )
    )
    return db.session.scalar(query)


def finish(policy: Policy, token: str, typed: str, address: str) -> tuple[str, bool]:
    """Finish a log-in by a code of the app or a recovery code. Returns the cookie's new token, and whether it is
    remembered.

    Raises NotFound when the log-in waits no longer; Throttled, and Invalid (field “code”) for a wrong code. That is
    counted for the account (flushed, the caller commits it), and only a whole log-in makes it forgotten: who knows the
    password cannot guess codes for longer by giving it again.
    """
    records.begin_writing()
    login = waiting(token)
    if login is None:
        raise NotFound(N_("That took too long. Log in again."))
    user, address = login.user, address[:64]
    # One try at a time for an account: the count before it holds all that came earlier.
    second_factor.lock(user.id)
    logins.throttle(policy, user.name, address)
    if not second_factor.take(user, typed):
        logins.count_failure(user.name, address)
        audit.note(db.session(), "user.code_refused", user, actor=NOBODY, address=address)
        raise Invalid(second_factor.WRONG, "code")
    logins.forgive(user)
    return logins.let_in(policy, login)
