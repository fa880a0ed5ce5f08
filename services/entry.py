"""Coming in by a link: a password of one's own choice, one that was forgotten, the first account of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from models import LinkPurpose, Role, User, db
from models.text import N_
from services import account, account_links, audit, logins, records, roles, staff
from services.access import NOBODY, SYSTEM, Actor
from services.account_links import Handout, Terms
from services.errors import Conflict, Throttled
from services.logins import Policy
from services.passwords import Passwords
from services.permissions import SEED_ROLES

OWN_PASSWORD = (LinkPurpose.INVITATION, LinkPurpose.PASSWORD_RESET)
TAKEN = {LinkPurpose.INVITATION: "user.invitation_taken", LinkPurpose.PASSWORD_RESET: "user.password_reset"}
# Mails to one account within the window of log-in tries, however often somebody asks.
MAILS_AT_MOST = 3


def person(token: str) -> User:
    """Whose password a link sets. Raises Gone."""
    user = account_links.find(token, *OWN_PASSWORD).user
    assert user is not None  # noqa: S101 - such links are made for somebody
    return user


def take(hashing: Passwords, token: str, password: str) -> User:
    """Give an account the password that its link's bearer has chosen; its log-ins and other links end.

    Nobody is logged in by it. Raises Gone, Invalid (field “password”).
    """
    link = account_links.find(token, *OWN_PASSWORD)
    link_id, purpose, user = link.id, link.purpose, person(token)
    hashed, user_id = hashing.hash_chosen(password, account.own_words(user)), user.id
    # Hashing takes a while; nobody else has to wait for it to write.
    records.begin_writing()
    account_links.lock(user_id)
    user = db.session.get_one(User, user_id, populate_existing=True)
    with records.saving(), audit.acting(db.session(), Actor(user.id, user.display_name)):
        account_links.use(link_id)
        user.password_hash = hashed
        account_links.end(user)
        logins.end_all(user)
        logins.forgive(user)
        audit.note(db.session(), TAKEN[purpose], user)
        db.session.flush()
    return user


def knock(policy: Policy, typed: str, address: str) -> None:
    """Count that somebody at `address` forgot the password of what they typed, whether there is such an account or
    not. Raises Throttled. The count is flushed: the caller commits it."""
    what = f"forgot {typed.strip().lower()[:254]}"
    logins.hold_back(policy, what, address)
    logins.count_try(what, address)


def forgotten(policy: Policy, terms: Terms, typed: str) -> Handout | None:
    """A link for whoever logs in by what was typed; None if nobody does, the account is closed or has no address, or
    enough was mailed there lately. It takes longer for an account than for none: nobody may wait for it."""
    user = logins.account_of(typed)
    if user is None or not user.active or not user.email:
        return None
    what = f"mailed {user.id}"
    try:
        logins.hold_back(replace(policy, tries=MAILS_AT_MOST), what, "")
    except Throttled:
        return None
    logins.count_try(what, "")
    audit.note(db.session(), "user.reset_asked", user, actor=NOBODY)
    return account_links.make(terms, LinkPurpose.PASSWORD_RESET, user)


def is_new() -> bool:
    """Whether there is no account at all yet, not even one in the trash."""
    return db.session.scalar(select(User.id).limit(1)) is None


def invite_first(terms: Terms) -> Handout | None:
    """The link by which the first account is made; None when there is one already."""
    return account_links.make(terms, LinkPurpose.SET_UP) if is_new() else None


def expect_first(token: str) -> int:
    """The number of the living set-up link of a token. Raises Gone, also when there is an account already."""
    link = account_links.find(token, LinkPurpose.SET_UP)
    if not is_new():
        raise account_links.dead()
    return link.id


def set_up(hashing: Passwords, token: str, values: dict[str, Any], password: str) -> User:
    """Make the first account, which may do everything everywhere. `values`: name, display_name, email.

    Raises Gone, Invalid, Conflict.
    """
    link_id = expect_first(token)
    hashed = hashing.hash_chosen(password, account.own_words(User(**values)))
    records.begin_writing()
    with records.saving(), audit.acting(db.session(), SYSTEM):
        first = select(Role).where(Role.key == SEED_ROLES[0].key)
        # One at a time: of two that set up at once, the second finds the account of the first.
        role = db.session.scalar(first.with_for_update(key_share=True))
        if role is None:
            raise Conflict(N_("The role for it is missing. Run “flask role reset” and try again."))
        account_links.use(link_id)
        if not is_new():
            raise account_links.dead()
        user = staff.add(SYSTEM, {**values, "grants": [(role.id, None)]}, hashed)
        roles.require_keyholder()
        audit.note(db.session(), "user.set_up", user, actor=Actor(user.id, user.display_name))
    return user
