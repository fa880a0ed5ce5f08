"""A forgotten password, and the first account of an installation, by links."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, Grant, LinkPurpose, User, db
from services import account_links, entry, roles, staff
from services.access import SYSTEM
from services.account_links import Handout
from services.errors import Gone, Invalid, ServiceError
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.services.test_links import look_slowly
from tests.services.test_logins import POLICY
from tests.support.links import CHOSEN, TERMS, VALUES, log_in, wu
from tests.support.race import Race

# ── Forgotten ──


@pytest.mark.parametrize("typed", ["wu", " WU@example.org "])
def test_who_forgot_their_password_gets_a_link_and_keeps_the_old_one(invited: Handout, typed: str) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    link = entry.forgotten(POLICY, TERMS, typed)
    assert link is not None
    assert (link.purpose, link.email) == (LinkPurpose.PASSWORD_RESET, "wu@example.org")
    assert log_in(CHOSEN)
    entry.take(CHEAP, link.token, "another quiet lantern")
    assert log_in("another quiet lantern")


@pytest.mark.parametrize(
    "change",
    [
        lambda user: staff.update(SYSTEM, user, {"active": False}),
        lambda user: staff.delete(SYSTEM, user),
        lambda user: staff.update(SYSTEM, user, {"email": ""}),
        lambda user: staff.update(SYSTEM, user, {"name": "other", "email": "other@example.org"}),
    ],
    ids=["closed", "trashed", "no address", "nobody"],
)
def test_where_no_mail_can_go_there_is_no_link(invited: Handout, change: Callable[[User], object]) -> None:
    change(wu())
    before = factories.count(AuditEntry)
    assert entry.forgotten(POLICY, TERMS, "wu") is None
    assert factories.count(AuditEntry) == before


def test_an_account_is_not_flooded_with_mail(invited: Handout, clock: Callable[[Any], None]) -> None:
    typed = ["wu", "wu@example.org"] * 3
    sent = [entry.forgotten(POLICY, TERMS, name) for name in typed]
    assert sum(link is not None for link in sent) == entry.MAILS_AT_MOST
    clock(NOW + POLICY.window + timedelta(seconds=1))
    assert entry.forgotten(POLICY, TERMS, "wu") is not None


# ── The first account ──


def empty_house() -> None:
    db.session.execute(Grant.__table__.delete())
    db.session.execute(User.__table__.delete())


def test_the_first_account_may_do_everything(session: Any, clock: Any) -> None:
    empty_house()
    link = entry.invite_first(TERMS)
    assert link is not None
    user = entry.set_up(CHEAP, link.token, {"name": "Lin", "display_name": "林静", "email": ""}, CHOSEN)
    assert [(grant.role.key, grant.cinema_id) for grant in user.grants] == [("administrator", None)]
    assert CHEAP.verify(user.password_hash, CHOSEN)
    roles.require_keyholder()
    assert entry.invite_first(TERMS) is None
    with pytest.raises(Gone):
        entry.set_up(CHEAP, link.token, VALUES, CHOSEN)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (entries[-1].action, entries[-1].actor_id) == ("user.set_up", user.id)


def test_there_is_no_set_up_where_somebody_is(session: Any, clock: Any) -> None:
    empty_house()
    link = entry.invite_first(TERMS)
    assert link is not None
    # An account in the trash is one, too: its owner may be about to come back.
    factories.user(deleted_at=NOW)
    assert entry.invite_first(TERMS) is None
    for act in (
        lambda: entry.expect_first(link.token),
        lambda: entry.set_up(CHEAP, link.token, VALUES, CHOSEN),
    ):
        with pytest.raises(Gone):
            act()


def test_what_was_typed_wrong_uses_nothing_up(session: Any, clock: Any) -> None:
    empty_house()
    link = entry.invite_first(TERMS)
    assert link is not None
    for values, password in (
        ({**VALUES, "name": "no name"}, CHOSEN),
        (VALUES, "short"),
        ({**VALUES, "email": "nowhere"}, CHOSEN),
        (VALUES, "wu@example.org"),
    ):
        with pytest.raises(Invalid):
            entry.set_up(CHEAP, link.token, dict(values), password)
    assert entry.set_up(CHEAP, link.token, dict(VALUES), CHOSEN)


# ── Two at once ──


def set_up_slowly(arguments: tuple[str, str]) -> bool:
    """Make the first account, long after looking whether there is one; whether it worked."""
    token, name = arguments
    look_slowly()
    try:
        entry.set_up(CHEAP, token, {"name": name, "display_name": name, "email": ""}, CHOSEN)
        db.session.commit()
    except ServiceError:
        db.session.rollback()
        return False
    return True


def test_of_two_who_set_up_at_once_one_does(race: Race) -> None:
    with race.app.app_context():
        first = account_links.make(TERMS, LinkPurpose.SET_UP)
        # A second one that lives, as no service makes it: the account alone must be in the way.
        second = replace(first, token="y" * 43)
        factories.account_link(
            purpose=LinkPurpose.SET_UP,
            token_hash=hashlib.sha256(second.token.encode()).hexdigest(),
            expires_at=first.expires_at,
        )
        db.session.commit()
    assert sum(race.run(set_up_slowly, [(first.token, "lin"), (second.token, "wu")])) == 1
    with race.app.app_context():
        assert factories.count(User) == 1
