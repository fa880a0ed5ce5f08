"""The trail only grows: the database itself refuses to change or delete an entry, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from models import AuditEntry, db
from models.audit import APPEND_ONLY
from services import audit, doctor
from tests import factories
from tests.conftest import NOW


def _refused_by(error: IntegrityError) -> str:
    """The name of the rule that refused, on either database."""
    diag = getattr(error.orig, "diag", None)
    return str(diag.constraint_name if diag else error.orig)


def _by_the_orm() -> None:
    db.session.scalars(select(AuditEntry).limit(1)).one().reason = "forged"
    db.session.flush()


def _deleted_by_the_orm() -> None:
    db.session.delete(db.session.scalars(select(AuditEntry).limit(1)).one())
    db.session.flush()


WAYS: dict[str, Callable[[], Any]] = {
    "a changed object": _by_the_orm,
    "a deleted object": _deleted_by_the_orm,
    "a bulk update": lambda: db.session.execute(update(AuditEntry).values(actor_name="nobody")),
    "a bulk delete": lambda: db.session.execute(delete(AuditEntry)),
    "plain SQL": lambda: db.session.execute(text("UPDATE audit_entry SET at = at")),
    "plain SQL, one row": lambda: db.session.execute(text("DELETE FROM audit_entry WHERE id > 0")),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_an_entry_is_neither_changed_nor_deleted(session: Any, way: str) -> None:
    factories.audit_entry(reason="true")
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        WAYS[way]()
    assert _refused_by(caught.value) == APPEND_ONLY
    session.expire_all()
    assert [entry.reason for entry in session.scalars(select(AuditEntry))] == ["true"]


def test_the_engines_own_ways_round_a_rule_are_closed(session: Any, database: str) -> None:
    factories.audit_entry()
    if database == "sqlite":
        # SQLite knows no TRUNCATE; REPLACE is its own way to delete a row unseen.
        row = {"id": session.scalar(select(AuditEntry.id)), "action": "film.forged"}
        told = {"at": NOW, "actor_name": "x", "resource": "film", "record_label": "x"}
        query = insert(AuditEntry).prefix_with("OR REPLACE").values(**row, **told)
    else:
        query = text("TRUNCATE audit_entry")
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(query)
    assert _refused_by(caught.value) == APPEND_ONLY


def test_new_entries_are_welcome(session: Any) -> None:
    factories.audit_entry()
    factories.audit_entry()
    assert factories.count(AuditEntry) == 2


def test_the_demos_reset_clears_it_and_leaves_the_rule(session: Any) -> None:
    factories.audit_entry()
    audit.clear(session())
    assert factories.count(AuditEntry) == 0
    assert doctor.missing_rules() == []
    factories.audit_entry()
    with pytest.raises(IntegrityError) as caught, session.begin_nested():
        session.execute(delete(AuditEntry))
    assert _refused_by(caught.value) == APPEND_ONLY


def test_what_is_cleared_comes_back_with_a_rollback(session: Any) -> None:
    factories.audit_entry()
    session.commit()
    audit.clear(session())
    session.rollback()
    assert factories.count(AuditEntry) == 1
    assert doctor.missing_rules() == []


def test_a_lost_rule_is_noticed(session: Any, database: str) -> None:
    lose = {
        "sqlite": f"DROP TRIGGER {APPEND_ONLY}_delete",
        "postgresql": f"ALTER TABLE audit_entry DISABLE TRIGGER {APPEND_ONLY}",
    }
    session.connection().exec_driver_sql(lose[database])
    assert doctor.missing_rules() == [lose[database].split()[-1]]
