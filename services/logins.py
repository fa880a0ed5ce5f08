"""Logging in: throttled tries, and the server-side record that makes a cookie worth something."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from models import AuditEntry, Login, LoginAttempt, User, clock, db
from models.text import N_
from services import audit, previews, records
from services.access import NOBODY, Actor
from services.errors import Invalid, Throttled
from services.passwords import Passwords
from services.previews import Preview

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Policy:
    """How long log-ins last and how many tries there are."""

    idle: timedelta
    longest: timedelta
    remember: timedelta
    tries: int
    tries_address: int
    window: timedelta


@dataclass(frozen=True)
class Session:
    """A living log-in: who it is and how fresh."""

    login_id: int
    user_id: int
    user_name: str
    display_name: str
    language: str
    actor: Actor
    last_seen_at: datetime
    preview: Preview | None = None

    @property
    def own(self) -> Actor:
        """Who it is with the rights of their own, also while they look as a role."""
        return self.preview.own if self.preview else self.actor


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _throttle(policy: Policy, account: str, address: str) -> None:
    """Raise Throttled when account or address has had its tries. Unknown accounts count like known ones."""
    since = clock.now() - policy.window
    for column, value, limit in (
        (LoginAttempt.account, account, policy.tries),
        (LoginAttempt.address, address, policy.tries_address),
    ):
        query = select(func.count()).where(column == value, LoginAttempt.at > since)
        if (db.session.scalar(query) or 0) >= limit:
            minutes = int(policy.window.total_seconds() // 60)
            raise Throttled(N_("Too many tries. Wait %(minutes)s minutes and try again."), minutes=minutes)


def _note_throttled(typed: str, address: str) -> None:
    """Write that tries were refused, once a minute for an address and for an account. What was typed is not told:
    people type their password there by mistake."""
    user, session = _find(typed), db.session()
    same = AuditEntry.address == address
    if user is not None:
        same |= (AuditEntry.resource == "user") & (AuditEntry.record_id == user.id)
    if not audit.noted_lately(session, "user.login_throttled", same):
        records.begin_writing()
        audit.note(session, "user.login_throttled", user, actor=NOBODY, address=address)


def _count_failure(account: str, address: str) -> None:
    db.session.add(LoginAttempt(at=clock.now(), account=account, address=address))
    db.session.flush()


def _forgive(account: str) -> None:
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.account == account))


def _find(typed: str) -> User | None:
    if "\0" in typed:
        return None
    query = select(User).where(or_(User.name == typed, User.email == typed), User.deleted_at.is_(None))
    return db.session.scalars(query.limit(1)).first()


def log_in(
    policy: Policy,
    passwords: Passwords,
    *,
    typed: str,
    password: str,
    remember: bool,
    address: str,
    device: str,
) -> tuple[str, User]:
    """Check name or e-mail and password; begin a log-in. Returns the cookie's token and the user.

    Raises Throttled, and Invalid with the same words and after like time for every other failure.
    A failure is counted (flushed): the caller commits it.
    """
    typed, address = typed.strip().lower()[:254], address[:64]
    account = _digest(typed)
    try:
        _throttle(policy, account, address)
    except Throttled:
        _note_throttled(typed, address)
        raise
    user = _find(typed)
    right = passwords.verify(user.password_hash if user else None, password)
    # Hashing takes a tenth of a second; nobody else has to wait for it to write.
    records.begin_writing()
    if not right or user is None or not user.active:
        _count_failure(account, address)
        audit.note(db.session(), "user.login_refused", user, actor=NOBODY, address=address)
        raise Invalid(N_("Name or password is wrong, or the account is closed."))
    if passwords.stale(user.password_hash):
        user.password_hash = passwords.hash(password)
    _forgive(account)
    prune(policy)
    return _begin(policy, user, remember, address, device), user


def prove(policy: Policy, passwords: Passwords, user: User, password: str, address: str) -> None:
    """Ask someone who is logged in for their password again; tries count as at the door.

    Raises Throttled, and Invalid (field “old”) for a wrong password. A failure is counted (flushed): the caller
    commits it.
    """
    account, address = _digest(user.name), address[:64]
    try:
        _throttle(policy, account, address)
    except Throttled:
        _note_throttled(user.name, address)
        raise
    if not passwords.verify(user.password_hash, password):
        records.begin_writing()
        _count_failure(account, address)
        audit.note(db.session(), "user.login_refused", user, address=address)
        raise Invalid(N_("This is not the password you have now."), "old")


def forgive(user: User) -> None:
    """Forget the failed tries at an account whose password was just given."""
    _forgive(_digest(user.name))


def renew(login_id: int) -> tuple[str, bool]:
    """Give a log-in another token: cookies with the old one are dead. Returns it, and whether it is remembered."""
    token, login = secrets.token_urlsafe(32), db.session.get_one(Login, login_id)
    login.token_hash = _digest(token)
    db.session.flush()
    return token, login.remember


def _begin(policy: Policy, user: User, remember: bool, address: str, device: str) -> str:
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        Login(
            user_id=user.id,
            token_hash=_digest(token),
            created_at=now,
            last_seen_at=now,
            expires_at=now + (policy.remember if remember else policy.longest),
            remember=remember,
            address=address,
            device=device.replace("\0", "")[:300],
        )
    )
    _note(user, "user.login", address)
    db.session.flush()
    return token


def _note(user: User, action: str, address: str) -> None:
    audit.note(db.session(), action, user, actor=Actor(user.id, user.display_name), address=address)


def alive(policy: Policy) -> ColumnElement[bool]:
    """The WHERE condition of log-ins that have not ended, by themselves or by somebody."""
    now = clock.now()
    return and_(
        Login.ended_at.is_(None),
        Login.expires_at > now,
        Login.remember | (Login.last_seen_at > now - policy.idle),
    )


def resume(policy: Policy, token: str) -> Session | None:
    """The living log-in behind a cookie's token, or None. Two statements: log-in with user, and rights."""
    query: Any = (
        select(Login.id, Login.last_seen_at, User.id, User.name, User.display_name, User.language)
        .join(User, User.id == Login.user_id)
        .where(
            Login.token_hash == _digest(token),
            alive(policy),
            User.active,
            User.deleted_at.is_(None),
        )
    )
    row = db.session.execute(previews.joined(query)).one_or_none()
    if row is None:
        return None
    login_id, last_seen_at, user_id, name, display_name, language, *preview = row
    actor, looking = previews.actor_for(user_id, display_name, *preview)
    return Session(login_id, user_id, name, display_name, language, actor, last_seen_at, looking)


def touch(session: Session) -> bool:
    """Write down that the log-in is in use, at most once a minute. Returns whether anything was written."""
    if clock.now() - session.last_seen_at < TOUCH_EVERY:
        return False
    db.session.execute(update(Login).where(Login.id == session.login_id).values(last_seen_at=clock.now()))
    return True


def log_out(token: str) -> None:
    """End the log-in of a token; its cookie is dead from now on, wherever it was copied."""
    login = db.session.scalar(
        select(Login).where(Login.token_hash == _digest(token), Login.ended_at.is_(None))
    )
    if login is not None:
        login.ended_at = clock.now()
        _note(login.user, "user.logout", login.address)
        db.session.flush()


def end_all(user: User) -> None:
    """End all log-ins of a user: password changed, account closed or in the trash."""
    db.session.execute(
        update(Login).where(Login.user_id == user.id, Login.ended_at.is_(None)).values(ended_at=clock.now())
    )


def prune(policy: Policy) -> int:
    """Forget attempts outside the window and log-ins dead for 90 days, as every log-in does. Returns how many rows."""
    now = clock.now()
    attempts = db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - policy.window))
    dead = db.session.execute(delete(Login).where(Login.expires_at < now - timedelta(days=90)))
    return int(attempts.rowcount) + int(dead.rowcount)  # type: ignore[attr-defined]
