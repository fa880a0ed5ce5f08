"""Logging in: throttled tries, and the server-side record that makes a cookie worth something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from models import AuditEntry, Login, LoginAttempt, User, clock, db
from models.text import N_
from services import audit, previews, records, second_factor, tokens
from services.access import NOBODY, Actor
from services.errors import Invalid, Throttled
from services.passwords import Passwords
from services.previews import Preview
from services.tokens import digest

TOUCH_EVERY = timedelta(minutes=1)
# So long a log-in waits for the code of its second step.
WAITS = timedelta(minutes=10)


@dataclass(frozen=True)
class Policy:
    """How long log-ins last and how many tries there are."""

    idle: timedelta
    longest: timedelta
    remember: timedelta
    prove: timedelta
    tries: int
    tries_address: int
    window: timedelta


@dataclass(frozen=True)
class Session:
    """A living log-in: who it is and how fresh. Whoever `must_set_up` two-step log-in has no rights before."""

    login_id: int
    user_id: int
    user_name: str
    display_name: str
    language: str
    actor: Actor
    last_seen_at: datetime
    proved_at: datetime | None
    must_set_up: bool
    preview: Preview | None = None

    @property
    def own(self) -> Actor:
        """Who it is with the rights of their own, also while they look as a role."""
        return self.preview.own if self.preview else self.actor


def throttle(policy: Policy, typed: str, address: str) -> None:
    """Raise Throttled, and tell the trail, when account or address has had its tries. Unknown accounts count like
    known ones."""
    try:
        _count_tries(policy, digest(typed), address)
    except Throttled:
        _note_throttled(typed, address)
        raise


def _count_tries(policy: Policy, account: str, address: str) -> None:
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


def count_failure(typed: str, address: str) -> None:
    """Write a failed try down (flushed: the caller commits it)."""
    db.session.add(LoginAttempt(at=clock.now(), account=digest(typed), address=address))
    db.session.flush()


def _forgive(*typed: str) -> None:
    accounts = [digest(name) for name in typed]
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.account.in_(accounts)))


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

    With a second factor the log-in waits for its code (services.second_step) and opens nothing until then.
    Raises Throttled, and Invalid with the same words and after like time for every other failure.
    A failure is counted (flushed): the caller commits it.
    """
    typed, address = typed.strip().lower()[:254], address[:64]
    throttle(policy, typed, address)
    user = _find(typed)
    right = passwords.verify(user.password_hash if user else None, password)
    # Hashing takes a tenth of a second; nobody else has to wait for it to write.
    records.begin_writing()
    if not right or user is None or not user.active:
        count_failure(typed, address)
        audit.note(db.session(), "user.login_refused", user, actor=NOBODY, address=address)
        raise Invalid(N_("Name or password is wrong, or the account is closed."))
    if passwords.stale(user.password_hash):
        user.password_hash = passwords.hash(password)
    prune(policy)
    login = _begin(user, remember, address, device)
    if second_factor.is_on(user.id):
        # What failed before is forgiven when the code has been right, too.
        return _wait(login), user
    _forgive(typed)
    return let_in(policy, login)[0], user


def prove(policy: Policy, passwords: Passwords, user: User, password: str, address: str) -> None:
    """Check the password of someone who is logged in again; tries count as at the door.

    Raises Throttled, and Invalid (field “old”) for a wrong password. A failure is counted (flushed): the caller
    commits it.
    """
    address = address[:64]
    throttle(policy, user.name, address)
    if not passwords.verify(user.password_hash, password):
        records.begin_writing()
        count_failure(user.name, address)
        audit.note(db.session(), "user.login_refused", user, address=address)
        raise Invalid(N_("This is not the password you have now."), "old")


def forgive(user: User) -> None:
    """Forget the failed tries at an account of somebody who has just shown to be its owner."""
    _forgive(user.name, *filter(None, [user.email]))


def proven(policy: Policy, proved_at: datetime | None) -> bool:
    """Whether a password given at that time still counts as just given."""
    return proved_at is not None and clock.now() - proved_at < policy.prove


def note_proof(user: User, login_id: int) -> None:
    """Write down that the password was given again in a log-in; failed tries at the account are forgotten."""
    forgive(user)
    db.session.execute(update(Login).where(Login.id == login_id).values(proved_at=clock.now()))


def renew(login_id: int) -> tuple[str, bool]:
    """Give a log-in another token: cookies with the old one are dead. Returns it, and whether it is remembered."""
    token, login = tokens.new(), db.session.get_one(Login, login_id)
    login.token_hash = digest(token)
    db.session.flush()
    return token, login.remember


def _begin(user: User, remember: bool, address: str, device: str) -> Login:
    now = clock.now()
    return Login(
        user=user,
        created_at=now,
        last_seen_at=now,
        remember=remember,
        address=address,
        device=device.replace("\0", "")[:300],
    )


def _wait(login: Login) -> str:
    """Keep a log-in until its code is given. Returns the token that leads to it."""
    token = tokens.new()
    login.token_hash, login.awaits_code = digest(token), True
    login.expires_at = login.created_at + WAITS
    db.session.add(login)
    db.session.flush()
    return token


def let_in(policy: Policy, login: Login) -> tuple[str, bool]:
    """Make a log-in alive. Returns the cookie's token, and whether it is remembered."""
    token, now = tokens.new(), clock.now()
    login.token_hash, login.awaits_code = digest(token), False
    login.last_seen_at = login.proved_at = now
    login.expires_at = now + (policy.remember if login.remember else policy.longest)
    db.session.add(login)
    _note(login.user, "user.login", login.address)
    db.session.flush()
    return token, login.remember


def _note(user: User, action: str, address: str) -> None:
    audit.note(db.session(), action, user, actor=Actor(user.id, user.display_name), address=address)


def alive(policy: Policy) -> ColumnElement[bool]:
    """The WHERE condition of log-ins that have not ended, by themselves or by somebody."""
    now = clock.now()
    return and_(
        Login.ended_at.is_(None),
        ~Login.awaits_code,
        Login.expires_at > now,
        Login.remember | (Login.last_seen_at > now - policy.idle),
    )


def resume(policy: Policy, token: str) -> Session | None:
    """The living log-in behind a cookie's token, or None. Two statements: log-in with user, and rights."""
    query: Any = (
        select(
            Login.id,
            Login.last_seen_at,
            Login.proved_at,
            User.id,
            User.name,
            User.display_name,
            User.language,
            (second_factor.demanded(User.id) & ~second_factor.has(User.id)).label("must_set_up"),
        )
        .join(User, User.id == Login.user_id)
        .where(
            Login.token_hash == digest(token),
            alive(policy),
            User.active,
            User.deleted_at.is_(None),
        )
    )
    row = db.session.execute(previews.joined(query)).one_or_none()
    if row is None:
        return None
    login_id, last_seen_at, proved_at, user_id, name, display_name, language, must_set_up, *preview = row
    if must_set_up:
        actor, looking = Actor(user_id, display_name), None
    else:
        actor, looking = previews.actor_for(user_id, display_name, *preview)
    return Session(
        login_id,
        user_id,
        name,
        display_name,
        language,
        actor,
        last_seen_at,
        proved_at,
        must_set_up,
        looking,
    )


def touch(session: Session) -> bool:
    """Write down that the log-in is in use, at most once a minute. Returns whether anything was written."""
    if clock.now() - session.last_seen_at < TOUCH_EVERY:
        return False
    db.session.execute(update(Login).where(Login.id == session.login_id).values(last_seen_at=clock.now()))
    return True


def log_out(token: str) -> None:
    """End the log-in of a token; its cookie is dead from now on, wherever it was copied."""
    login = db.session.scalar(
        select(Login).where(Login.token_hash == digest(token), Login.ended_at.is_(None))
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
    """Forget attempts outside the window, log-ins whose code never came, and those dead for 90 days, as every log-in
    does. Returns how many rows."""
    now = clock.now()
    attempts = db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - policy.window))
    over = (Login.expires_at < now - timedelta(days=90)) | (Login.awaits_code & (Login.expires_at < now))
    dead = db.session.execute(delete(Login).where(over))
    return int(attempts.rowcount) + int(dead.rowcount)  # type: ignore[attr-defined]


# What is no log-in, and is tried no oftener: links, forgotten passwords.


def hold_back(policy: Policy, what: str, address: str) -> None:
    """Raise Throttled when `what`, or somebody at the address, has had its tries."""
    _count_tries(policy, digest(what), address[:64])


def count_try(what: str, address: str) -> None:
    """Count a try (flushed): the caller commits it."""
    count_failure(what, address[:64])


def account_of(typed: str) -> User | None:
    """The account that logs in by a name or e-mail."""
    return _find(typed.strip().lower()[:254])
