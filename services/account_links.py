"""Account links: made for one purpose, good once, until their time is over. Only a token's SHA-256 is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update

from models import AccountLink, LinkPurpose, User, clock, db
from models.text import N_
from services import tokens
from services.errors import Gone
from services.tokens import digest


@dataclass(frozen=True)
class Terms:
    """How long links hold."""

    invitation: timedelta
    reset: timedelta
    set_up: timedelta = timedelta(hours=24)

    def of(self, purpose: LinkPurpose) -> timedelta:
        """How long a link of that purpose holds."""
        lengths = {LinkPurpose.INVITATION: self.invitation, LinkPurpose.PASSWORD_RESET: self.reset}
        return lengths.get(purpose, self.set_up)


@dataclass(frozen=True)
class Handout:
    """A new link, to be handed out once: its token is kept nowhere. Whose it is stands here as it was then, so that a
    mail can be written after the commit; all empty for a set-up."""

    purpose: LinkPurpose
    token: str = field(repr=False)
    expires_at: datetime
    user_id: int | None = None
    login: str = ""
    display_name: str = ""
    email: str = ""
    language: str = ""


def make(terms: Terms, purpose: LinkPurpose, user: User | None = None) -> Handout:
    """Make a link, for `user` or (None) for a set-up. Earlier ones of the purpose are gone."""
    if user is not None:
        # One at a time: two that are made at once would both live.
        lock(user.id)
    owner = AccountLink.user_id == user.id if user else AccountLink.user_id.is_(None)
    db.session.execute(delete(AccountLink).where(owner, AccountLink.purpose == purpose))
    token, now = tokens.new(), clock.now()
    expires_at = now + terms.of(purpose)
    values = {"purpose": purpose, "token_hash": digest(token), "created_at": now, "expires_at": expires_at}
    db.session.add(AccountLink(**values, user=user))
    db.session.flush()
    if user is None:
        return Handout(purpose, token, expires_at)
    person = (user.id, user.name, user.display_name, user.email or "", user.language)
    return Handout(purpose, token, expires_at, *person)


def lock(user_id: int) -> None:
    """Let nobody else change the account, or its links, until the transaction ends. Always the account before its
    links: two who begin at different ends would wait for each other. (On SQLite there is one writer anyway.)"""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())


def dead() -> Gone:
    """What is said of every link that is not good, whatever the reason."""
    return Gone(
        N_(
            "This link does not work any more: it was used already, its time is over, or a newer one has taken its "
            "place. Ask whoever keeps the staff accounts of your house for a new one."
        )
    )


def find(token: str, *purposes: LinkPurpose) -> AccountLink:
    """The living link of a token, if it is for one of the purposes. Looking uses nothing up.

    Raises Gone, with the same words whatever the reason.
    """
    open_account = and_(User.active, User.deleted_at.is_(None))
    query = (
        select(AccountLink)
        .outerjoin(AccountLink.user)
        .where(
            AccountLink.token_hash == digest(token),
            AccountLink.purpose.in_(purposes),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > clock.now(),
            AccountLink.user_id.is_(None) | open_account,
        )
    )
    link = db.session.scalars(query).one_or_none()
    if link is None:
        raise dead()
    return link


def use(link_id: int) -> None:
    """Use a link up. Raises Gone unless it is still good: of two who try at once, one gets it."""
    now = clock.now()
    good = (AccountLink.id == link_id, AccountLink.used_at.is_(None), AccountLink.expires_at > now)
    used = db.session.execute(update(AccountLink).where(*good).values(used_at=now))
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise dead()


def end(user: User) -> None:
    """End the unused links of a user: the account is closed or in the trash, or its password or address another."""
    db.session.execute(
        delete(AccountLink).where(AccountLink.user_id == user.id, AccountLink.used_at.is_(None))
    )
