"""Staff: accounts and the roles they hold, for one cinema or for all."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from models import Cinema, Grant, LinkPurpose, Role, User, db
from models.text import N_, Term
from services import access, account, account_links, audit, logins, passwords, records, roles, second_factor
from services.access import Actor
from services.account_links import Handout, Terms
from services.errors import Conflict, Forbidden, Invalid
from services.passwords import Passwords
from services.permissions import PERMISSIONS
from services.records import Consequence

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def _prepared(values: dict[str, Any]) -> dict[str, Any]:
    values = dict(values)
    records.require_text(values, "name", "display_name")
    if "name" in values:
        values["name"] = values["name"].strip().lower()
        if not NAME.fullmatch(values["name"]):
            raise Invalid(
                N_("A log-in name has 2 to 80 of the characters a-z, 0-9, dot, dash and underline."), "name"
            )
    if "email" in values:
        values["email"] = (values["email"] or "").strip().lower() or None
        if values["email"] and not EMAIL.fullmatch(values["email"]):
            raise Invalid(N_("This is no e-mail address."), "email")
    return values


def _may_grant(actor: Actor, role: Role, cinema_id: int | None) -> None:
    """Nobody hands out, or takes away, a right that they lack there."""
    for permission in role.permissions:
        cinemas = actor.rights.get(permission.name, frozenset())
        if cinemas is not access.EVERYWHERE and cinema_id not in cinemas:
            raise Forbidden(
                N_("You cannot hand out “%(role)s” there: you lack “%(permission)s” yourself."),
                "grants",
                role=Term(role.name),
                permission=Term(PERMISSIONS[permission.name]),
            )


def _may_grant_all(actor: Actor, user: User) -> None:
    """Raise Forbidden unless `actor` could hand out everything that the user holds."""
    for grant in user.grants:
        _may_grant(actor, grant.role, grant.cinema_id)


def _set_grants(actor: Actor, user: User, wanted: list[tuple[int, int | None]]) -> None:
    """Make the user's grants the wanted (role id, cinema id or None) pairs."""
    if len(set(wanted)) < len(wanted):
        raise Conflict(N_("The same role is granted twice."), "grants")
    held = {(grant.role_id, grant.cinema_id): grant for grant in user.grants}
    for key, grant in held.items():
        if key not in wanted:
            _may_grant(actor, grant.role, grant.cinema_id)
            user.grants.remove(grant)
    for role_id, cinema_id in wanted:
        if (role_id, cinema_id) in held:
            continue
        role = db.session.get(Role, role_id)
        cinema = db.session.get(Cinema, cinema_id) if cinema_id else None
        if role is None or (cinema_id and cinema is None):
            raise Invalid(N_("This role or cinema does not exist."), "grants")
        _may_grant(actor, role, cinema_id)
        user.grants.append(Grant(role=role, cinema=cinema, role_id=role_id, cinema_id=cinema_id))


def add(actor: Actor, values: dict[str, Any], password_hash: str = "") -> User:
    """Add an account; without a password nobody can log in to it yet.

    `values`: name, display_name, email, active, language, grants [(role id, cinema id or None)].
    Raises Forbidden, Invalid, Conflict.
    """
    actor.require("user.create")
    values = _prepared(values)
    grants = values.pop("grants", [])
    user = User(**values, password_hash=password_hash)
    records.check_lengths(User, values)
    with records.saving():
        with db.session.no_autoflush:
            _set_grants(actor, user, grants)
            actor.require("user.create", user)
        db.session.add(user)
    return user


def create(actor: Actor, values: dict[str, Any], hashing: Passwords) -> tuple[User, str]:
    """Add an account with a generated password, which is returned once and kept nowhere. Raises as `add`."""
    password = passwords.generate()
    return add(actor, values, hashing.hash(password)), password


def invite(actor: Actor, values: dict[str, Any], terms: Terms) -> tuple[User, Handout | None]:
    """Add an account, and a link by which its owner chooses a password; a closed account gets none. Raises as `add`."""
    with records.saving():
        user = add(actor, values)
        return user, _invitation(user, terms) if user.active else None


def _invitation(user: User, terms: Terms) -> Handout:
    audit.note(db.session(), "user.invited", user)
    return account_links.make(terms, LinkPurpose.INVITATION, user)


def update(actor: Actor, user: User, values: dict[str, Any]) -> User:
    """Change an account; closing it ends its log-ins.

    Raises Forbidden, Invalid, Conflict (the last keyholder; closing one's own account).
    """
    actor.require("user.edit", user)
    values = _prepared(values)
    if values.get("active", user.active) != user.active:
        # Closing takes away, and opening hands out, all that the account holds.
        _may_grant_all(actor, user)
        if actor.id == user.id:
            raise Conflict(N_("You cannot close your own account."), "active")
    moved = values.get("email", user.email) != user.email
    grants = values.pop("grants", None)
    records.check_lengths(User, values)
    with records.saving():
        with db.session.no_autoflush:
            records.assign(user, values)
            if grants is not None:
                _set_grants(actor, user, grants)
            records.count_change(user)
            actor.require("user.edit", user)
        _guard(user)
        if moved:
            # What was mailed to the old address may be in anybody's hands.
            account_links.end(user)
    return user


def _guard(user: User) -> None:
    roles.require_keyholder()
    if not user.active or user.deleted_at is not None:
        _end_ways_in(user)


def _end_ways_in(user: User) -> None:
    logins.end_all(user)
    account_links.end(user)


def hand_link(actor: Actor, user: User, terms: Terms) -> Handout:
    """Take the account's password away, end its log-ins, and return a link by which its owner chooses another.

    Raises Forbidden; Conflict for oneself, a closed account and the last keyholder.
    """
    actor.require("user.edit", user)
    _may_grant_all(actor, user)
    if actor.id == user.id:
        raise Conflict(N_("Your own password is changed on the page of your account."))
    if not user.active or user.deleted_at is not None:
        raise Conflict(N_("The account is closed, so a link to it would lead nowhere."))
    with records.saving():
        _end_ways_in(user)
        if not user.password_hash:
            return _invitation(user, terms)
        user.password_hash = ""
        # At the command line there is always a way back.
        if actor.id is not None:
            roles.require_keyholder()
        audit.note(db.session(), "user.password_reset", user)
        return account_links.make(terms, LinkPurpose.PASSWORD_RESET, user)


def may_hand_link(actor: Actor, user: User) -> bool:
    """Whether `hand_link` would be allowed."""
    try:
        _may_grant_all(actor, user)
    except Forbidden:
        return False
    is_open = user.active and user.deleted_at is None
    return is_open and actor.id != user.id and actor.can("user.edit", user)


def reset_password(actor: Actor, user: User, hashing: Passwords) -> str:
    """Give the account a new generated password (returned once) and end its log-ins. Raises Forbidden."""
    actor.require("user.edit", user)
    _may_grant_all(actor, user)
    password = passwords.generate()
    with records.saving():
        user.password_hash = hashing.hash(password)
        _end_ways_in(user)
        audit.note(db.session(), "user.password_reset", user)
    return password


def set_password(actor: Actor, user: User, password: str, hashing: Passwords) -> None:
    """Give the account a password that somebody has chosen, and end its log-ins. Raises Forbidden, Invalid."""
    actor.require("user.edit", user)
    _may_grant_all(actor, user)
    with records.saving():
        user.password_hash = hashing.hash_chosen(password, account.own_words(user))
        _end_ways_in(user)
        audit.note(db.session(), "user.password_reset", user)


def drop_second_factor(actor: Actor, user: User) -> None:
    """Take away a second factor that its owner has lost, and end the account's log-ins. Raises Forbidden."""
    actor.require("user.edit", user)
    _may_grant_all(actor, user)
    with records.saving():
        second_factor.remove(user)
        logins.end_all(user)


def consequences(user: User) -> list[Consequence]:
    """What goes along: the account's log-ins end."""
    count = len(user.grants)
    return (
        [Consequence(N_("Roles granted, which rest until the account is restored"), count)] if count else []
    )


def delete(actor: Actor, user: User) -> None:
    """Move an account to the trash; its log-ins end. Raises Forbidden; Conflict for oneself or the last keyholder."""
    actor.require("user.delete", user)
    if actor.id == user.id:
        raise Conflict(N_("You cannot delete your own account."))
    _may_grant_all(actor, user)
    with records.saving():
        records.trash(actor, user)
        _guard(user)


def restore(actor: Actor, user: User) -> None:
    """Take an account out of the trash. Raises Forbidden."""
    _may_grant_all(actor, user)
    records.restore(actor, user)


def find(name: str) -> User | None:
    """The account of a log-in name, trashed ones included."""
    return db.session.scalar(select(User).where(User.name == name.strip().lower()))
