"""One's own account: who one is here, the log-ins that live, another password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import joinedload

from models import Grant, Login, User, clock, db
from models.text import N_
from services import account_links, audit, logins, records
from services.errors import Conflict, Invalid, NotFound
from services.logins import Policy
from services.passwords import Passwords, normal

# More devices than anybody has; “end all others” ends what is not shown, too.
SHOWN = 50


def person(user_id: int) -> User:
    """The account with its grants, their roles and cinemas, in one statement."""
    grants = joinedload(User.grants)
    query = select(User).where(User.id == user_id)
    query = query.options(grants.joinedload(Grant.role), grants.joinedload(Grant.cinema))
    return db.session.scalars(query).unique().one()


def log_ins(policy: Policy, user_id: int, login_id: int) -> Sequence[Row[Any]]:
    """The living log-ins of a user: id, device (as the browser names itself), address, created_at, last_seen_at,
    remember, current. `login_id` is the one that asks and comes first, then the latest seen."""
    current = (Login.id == login_id).label("current")
    query: Any = (
        select(
            Login.id,
            Login.device,
            Login.address,
            Login.created_at,
            Login.last_seen_at,
            Login.remember,
            current,
        )
        .where(Login.user_id == user_id, logins.alive(policy))
        .order_by(current.desc(), Login.last_seen_at.desc(), Login.id.desc())
        .limit(SHOWN)
    )
    return db.session.execute(query).all()


def own_words(user: User) -> list[str | None]:
    """What is known of an account and so no password for it."""
    return [user.name, user.display_name, user.email, (user.email or "").partition("@")[0]]


def keep_language(user_id: int, code: str) -> None:
    """Remember in which language a user reads, for the mails to come."""
    user = db.session.get_one(User, user_id)
    if user.language != code:
        with records.saving():
            user.language = code


def change_password(
    policy: Policy, hashing: Passwords, user: User, *, old: str, new: str, login_id: int, address: str
) -> tuple[str, bool]:
    """Take `new` in place of `old`. All other log-ins end; this one (`login_id`) gets another token, which is
    returned with whether it is remembered.

    Raises Throttled, Invalid (field “old” or “password”), Conflict when it was changed elsewhere just now. A wrong
    old password is counted (flushed): the caller commits it.
    """
    before = user.password_hash
    logins.prove(policy, hashing, user, old, address)
    if normal(new) == normal(old):
        raise Invalid(N_("This is the password you have already."), "password")
    after = hashing.hash_chosen(new, own_words(user))
    # Hashing takes a while; nobody else has to wait for it to write.
    records.begin_writing()
    if user.password_hash != before:
        raise Conflict(N_("Your password was changed elsewhere just now."))
    with records.saving():
        user.password_hash = after
        logins.forgive(user)
        account_links.end(user)
        end_others(policy, user.id, login_id)
        return logins.renew(login_id)


def end_log_in(policy: Policy, user_id: int, login_id: int) -> None:
    """End one of one's own log-ins; its cookie is dead. Nothing happens if it has ended before.

    Raises NotFound for somebody else's.
    """
    login = db.session.scalar(select(Login).where(Login.id == login_id, Login.user_id == user_id))
    if login is None:
        raise NotFound(N_("There is no such record."))
    if db.session.scalar(select(Login.id).where(Login.id == login_id, logins.alive(policy))) is None:
        return
    with records.saving():
        login.ended_at = clock.now()
    ended = {"device": [login.device, None], "address": [login.address, None]}
    audit.note(db.session(), "user.logout", login.user, changes=ended)


def end_others(policy: Policy, user_id: int, login_id: int) -> int:
    """End all one's own log-ins but this one. Returns how many of them were alive."""
    others = (Login.user_id == user_id, Login.id != login_id)
    alive = select(func.count()).select_from(Login).where(*others, logins.alive(policy))
    count = db.session.scalar(alive) or 0
    ending = update(Login).where(*others, Login.ended_at.is_(None)).values(ended_at=clock.now())
    db.session.execute(ending)
    if count:
        user = db.session.get_one(User, user_id)
        audit.note(db.session(), "user.logout", user, changes={"other_log_ins": [count, 0]})
    return count
