"""Account links work once, for one purpose, until their time is over; whatever else happens, the answer is one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models import AccountLink, AuditEntry, LinkPurpose, User, clock, db
from services import access, account, account_links, entry, logins, records, staff
from services.access import SYSTEM
from services.account_links import Handout
from services.errors import Conflict, Forbidden, Gone, Invalid, ServiceError, Throttled
from tests import factories
from tests.conftest import NOW
from tests.factories import CHEAP
from tests.services.test_logins import POLICY
from tests.support.client import PASSWORD
from tests.support.links import CHOSEN, TERMS, VALUES, log_in, wu
from tests.support.race import Race


def opens(password: str) -> bool:
    return CHEAP.verify(wu().password_hash, password)


def reset(user: User | None = None) -> Handout:
    return account_links.make(TERMS, LinkPurpose.PASSWORD_RESET, user or wu())


# ── What a link is good for ──


def test_whoever_is_invited_chooses_a_password_and_logs_in_with_it(invited: Handout) -> None:
    assert wu().password_hash == ""
    assert entry.person(invited.token) is wu()
    entry.take(CHEAP, invited.token, CHOSEN)
    assert log_in(CHOSEN)


@pytest.mark.parametrize("password", ["", PASSWORD, "x" * 20])
def test_an_account_without_a_password_lets_nobody_in(invited: Handout, password: str) -> None:
    with pytest.raises(Invalid, match="wrong"):
        log_in(password)
    assert not CHEAP.verify("", password)


def test_it_works_once(invited: Handout) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    with pytest.raises(Gone):
        entry.take(CHEAP, invited.token, "another quiet lantern")
    assert opens(CHOSEN)


def test_only_its_hash_is_kept(invited: Handout) -> None:
    link = db.session.scalars(select(AccountLink)).one()
    assert link.token_hash == hashlib.sha256(invited.token.encode()).hexdigest()
    assert len(invited.token) == 43
    assert invited.token not in repr(invited)
    rows = [repr(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]
    assert not [row for row in rows if invited.token in row]


@pytest.mark.parametrize(
    ("make", "length"),
    [
        (lambda user: account_links.make(TERMS, LinkPurpose.INVITATION, user), timedelta(days=7)),
        (reset, timedelta(minutes=60)),
    ],
)
def test_it_holds_until_its_time_is_over(
    invited: Handout, clock: Callable[[Any], None], make: Callable[[User], Handout], length: timedelta
) -> None:
    link = make(wu())
    assert link.expires_at == NOW + length
    clock(NOW + length - timedelta(seconds=1))
    assert entry.person(link.token)
    clock(NOW + length)
    with pytest.raises(Gone):
        entry.take(CHEAP, link.token, CHOSEN)


def test_a_link_for_one_purpose_serves_no_other(invited: Handout) -> None:
    first = account_links.make(TERMS, LinkPurpose.SET_UP)
    for token, purpose in (
        (invited.token, LinkPurpose.PASSWORD_RESET),
        (first.token, *entry.OWN_PASSWORD[:1]),
    ):
        with pytest.raises(Gone):
            account_links.find(token, purpose)
    for use in (entry.person, lambda token: entry.take(CHEAP, token, CHOSEN)):
        with pytest.raises(Gone):
            use(first.token)
    with pytest.raises(Gone):
        entry.set_up(CHEAP, invited.token, VALUES, CHOSEN)
    assert wu().password_hash == ""


def test_a_new_link_ends_the_earlier_ones_of_its_purpose(invited: Handout) -> None:
    old, new = reset(), reset()
    with pytest.raises(Gone):
        entry.person(old.token)
    assert entry.person(new.token)
    assert entry.person(invited.token)
    other = factories.user("film.view")
    reset(other)
    assert entry.person(new.token)


ENDS: dict[str, Callable[[User], object]] = {
    "closed": lambda user: staff.update(SYSTEM, user, {"active": False}),
    "trashed": lambda user: staff.delete(SYSTEM, user),
    "new password": lambda user: staff.reset_password(SYSTEM, user, CHEAP),
    "set password": lambda user: staff.set_password(SYSTEM, user, CHOSEN, CHEAP),
    "another address": lambda user: staff.update(SYSTEM, user, {"email": "other@example.org"}),
    "other link used": lambda user: entry.take(CHEAP, reset(user).token, CHOSEN),
}


@pytest.mark.parametrize("act", ENDS.values(), ids=ENDS)
def test_an_account_that_changes_hands_has_no_links(invited: Handout, act: Callable[[User], object]) -> None:
    act(wu())
    with pytest.raises(Gone):
        entry.person(invited.token)
    # Not even when it is opened again.
    staff.update(SYSTEM, wu(), {"active": True})
    if wu().deleted_at:
        staff.restore(SYSTEM, wu())
    with pytest.raises(Gone):
        entry.person(invited.token)


def test_a_change_that_hands_nothing_over_leaves_them(invited: Handout) -> None:
    staff.update(SYSTEM, wu(), {"display_name": "Wu Xiaoyu", "email": "WU@example.org"})
    assert entry.person(invited.token)


def test_ones_own_new_password_ends_them(invited: Handout) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    found = logins.resume(POLICY, log_in(CHOSEN))
    assert found is not None
    link = reset()
    change: dict[str, Any] = {"old": CHOSEN, "new": "another quiet lantern", "address": "192.0.2.1"}
    account.change_password(POLICY, CHEAP, wu(), login_id=found.login_id, **change)
    with pytest.raises(Gone):
        entry.person(link.token)


def test_every_bad_link_is_refused_in_the_same_words(invited: Handout, clock: Callable[[Any], None]) -> None:
    used, late = reset(), reset(factories.user("film.view"))
    entry.take(CHEAP, used.token, CHOSEN)
    clock(NOW + timedelta(days=8))
    told = set()
    for token in (used.token, late.token, invited.token, "x" * 43, "", "\0", "\ud800", "女" * 500):
        with pytest.raises(Gone) as refused:
            entry.take(CHEAP, token, CHOSEN)
        told.add((str(refused.value), refused.value.status))
    assert len(told) == 1


# ── Taking one ──


def test_the_rules_for_passwords_hold_and_the_link_stays_good(invited: Handout) -> None:
    for password in ("short", "password1", "wu2026!!!", "x" * 129):
        with pytest.raises(Invalid) as refused:
            entry.take(CHEAP, invited.token, password)
        assert refused.value.field == "password"
    assert entry.take(CHEAP, invited.token, CHOSEN)


def test_taking_one_ends_all_log_ins_and_forgives_wrong_passwords(invited: Handout) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    token = log_in(CHOSEN)
    for _try in range(POLICY.tries):
        with pytest.raises(Invalid):
            log_in("wrong")
    entry.take(CHEAP, reset().token, "another quiet lantern")
    assert logins.resume(POLICY, token) is None
    assert log_in("another quiet lantern")


def test_the_trail_tells_who_it_was_and_nothing_secret(invited: Handout) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    entry.take(CHEAP, reset().token, "another quiet lantern")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    told = [(item.action, item.actor_id) for item in entries if item.resource == "user"][-6:]
    own = wu().id
    assert ("user.invited", None) in told
    assert [item for item in told if item[1]] == [
        ("user.update", own),
        ("user.invitation_taken", own),
        ("user.update", own),
        ("user.password_reset", own),
    ]
    text = repr([item.__dict__ for item in entries])
    assert not [secret for secret in (invited.token, CHOSEN, "argon2") if secret in text]


# ── Handing one out ──


def test_a_closed_account_gets_none(keeper: User) -> None:
    user, link = staff.invite(SYSTEM, {**VALUES, "active": False}, TERMS)
    assert link is None
    with pytest.raises(Conflict, match="closed"):
        staff.hand_link(SYSTEM, user, TERMS)


def test_a_reset_by_somebody_else_takes_the_old_password_away_at_once(invited: Handout) -> None:
    entry.take(CHEAP, invited.token, CHOSEN)
    token = log_in(CHOSEN)
    link = staff.hand_link(SYSTEM, wu(), TERMS)
    assert link.purpose is LinkPurpose.PASSWORD_RESET
    assert logins.resume(POLICY, token) is None
    with pytest.raises(Invalid):
        log_in(CHOSEN)
    assert entry.take(CHEAP, link.token, "another quiet lantern")


def test_who_has_no_password_yet_is_invited_again(invited: Handout) -> None:
    link = staff.hand_link(SYSTEM, wu(), TERMS)
    assert link.purpose is LinkPurpose.INVITATION
    with pytest.raises(Gone):
        entry.person(invited.token)


def test_nobody_gets_at_an_account_that_holds_more(keeper: User) -> None:
    cinema = factories.cinema()
    manager = factories.actor("user.edit", "user.view", "hall.view", cinema=cinema)
    beyond = factories.user("film.edit", cinema=cinema)
    before = beyond.password_hash
    with pytest.raises(Forbidden):
        staff.hand_link(manager, beyond, TERMS)
    assert (beyond.password_hash, factories.count(AccountLink)) == (before, 0)
    assert not staff.may_hand_link(manager, beyond)
    within = factories.user("hall.view", cinema=cinema)
    assert staff.may_hand_link(manager, within)
    assert staff.hand_link(manager, within, TERMS)


def test_nobody_takes_their_own_password_away(keeper: User) -> None:
    actor = access.actor_for(keeper)
    assert not staff.may_hand_link(actor, keeper)
    with pytest.raises(Conflict):
        staff.hand_link(actor, keeper, TERMS)


def test_who_was_only_invited_does_not_keep_the_keys(keeper: User) -> None:
    role, actor = keeper.grants[0].role, access.actor_for(keeper)
    other, link = staff.invite(SYSTEM, {**VALUES, "grants": [(role.id, None)]}, TERMS)
    assert link is not None
    with pytest.raises(Conflict, match="Nobody would be left"):
        staff.update(SYSTEM, keeper, {"active": False})
    entry.take(CHEAP, link.token, CHOSEN)
    staff.update(SYSTEM, keeper, {"active": False})
    with pytest.raises(Conflict, match="Nobody would be left"):
        staff.hand_link(actor, other, TERMS)
    assert opens(CHOSEN)


# ── Two at once ──

# Long enough for every process to look before one of them writes.
GAP = 0.3  # seconds
BOTH = ["first quiet lantern", "second quiet lantern"]


def look_slowly() -> None:
    """From now on, in this process, whoever looks at a link looks long."""
    find = account_links.find

    def found(*arguments: Any) -> AccountLink:
        link = find(*arguments)
        time.sleep(GAP)
        return link

    account_links.find = found


def take_slowly(arguments: tuple[str, str]) -> bool:
    """Take a link, long after looking at it; whether it worked."""
    token, password = arguments
    look_slowly()
    try:
        entry.take(CHEAP, token, password)
        db.session.commit()
    except ServiceError:
        db.session.rollback()
        return False
    return True


def take_carelessly(arguments: tuple[str, str]) -> bool:
    """What looking is worth without the condition of the write."""
    token, _password = arguments
    look_slowly()
    link_id = account_links.find(token, *entry.OWN_PASSWORD).id
    records.begin_writing()
    db.session.execute(update(AccountLink).where(AccountLink.id == link_id).values(used_at=clock.now()))
    db.session.commit()
    return True


@pytest.mark.parametrize(
    ("way", "winners"), [(take_slowly, 1), (take_carelessly, 2)], ids=["rule", "no rule"]
)
def test_of_two_who_use_a_link_at_once_one_does(
    race: Race, way: Callable[[tuple[str, str]], bool], winners: int
) -> None:
    with race.app.app_context():
        token = reset(factories.user("film.view", name="wu")).token
        db.session.commit()
    assert sum(race.run(way, [(token, password) for password in BOTH])) == winners


def test_who_is_held_back_from_links_is_not_told_of_as_a_log_in(session: Any, clock: Any) -> None:
    policy = replace(POLICY, tries=2)
    for _number in range(2):
        logins.hold_back(policy, "link /account-link/x", "192.0.2.1")
        logins.count_try("link /account-link/x", "192.0.2.1")
    with pytest.raises(Throttled):
        logins.hold_back(policy, "link /account-link/x", "192.0.2.1")
    told = select(AuditEntry.action).where(AuditEntry.action == "user.login_throttled")
    assert db.session.scalars(told).all() == []
