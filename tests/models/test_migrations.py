"""Migrations: up, down and up again with data on the way; and what stands at the top is what the models say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, func, inspect, select

from models import (
    AccountLink,
    LinkPurpose,
    Login,
    LoginAttempt,
    Permission,
    RecoveryCode,
    Role,
    SecondFactor,
    db,
)
from models.cinema import CinemaExternalId
from models.film import FilmExternalId
from services import access, doctor
from services.permissions import PERMISSIONS, SEED_ROLES
from tests import factories
from tests.conftest import NOW
from tests.support.application import close, make_app

TABLES = sorted(db.metadata.tables)


@pytest.fixture
def bare(empty_database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables, within its context."""
    app = make_app(empty_database, tmp_path)
    with app.app_context():
        yield app
    close(app)


def _fill() -> None:
    """At least a row in every table."""
    screening = factories.screening(film=factories.film(distributor=factories.distributor()))
    screening.film.external_ids.append(FilmExternalId(source="taopiaopiao", value="1"))
    screening.cinema.external_ids.append(CinemaExternalId(source="taopiaopiao", value="1"))
    factories.poster(film=screening.film)
    user = factories.user("film.view", cinema=screening.cinema)
    moments = {"created_at": NOW, "last_seen_at": NOW, "expires_at": NOW}
    db.session.add(Login(user_id=user.id, token_hash="0" * 64, **moments))
    db.session.add(LoginAttempt(at=NOW, account="0" * 64, address="192.0.2.1"))
    link = {"purpose": LinkPurpose.INVITATION, "created_at": NOW, "expires_at": NOW}
    db.session.add(AccountLink(user_id=user.id, token_hash="1" * 64, **link))
    db.session.add(SecondFactor(user_id=user.id, secret="A" * 32, created_at=NOW))
    db.session.add(RecoveryCode(user_id=user.id, code_hash="2" * 64))
    db.session.commit()


def _counts() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }


def _differences() -> list[Any]:
    def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        return not (kind == "index" and name is not None and name.startswith("ex_"))

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata))


def test_up_down_and_up_again_with_data_in_every_table(bare: Flask) -> None:
    upgrade()
    _fill()
    assert min(_counts().values()) >= 1
    db.session.remove()
    downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade()
    assert doctor.missing_rules() == []
    assert _counts()["screening"] == 0
    _fill()


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(bare: Flask) -> None:
    upgrade()
    _fill()
    before = _counts()
    db.session.remove()
    upgrade()
    assert _counts() == before


def test_the_tables_are_those_of_the_models(bare: Flask) -> None:
    upgrade()
    assert sorted(set(inspect(db.engine).get_table_names()) - {"alembic_version"}) == TABLES
    assert _differences() == []


def test_every_named_rule_of_the_models_stands_in_the_database(bare: Flask) -> None:
    """Autogenerate does not compare CHECKs."""
    upgrade()
    found, asked = inspect(db.engine), db.metadata.tables
    for name, table in asked.items():
        wanted = {str(rule.name) for rule in table.constraints if str(rule.name).startswith("ck_")}
        assert wanted <= {rule["name"] for rule in found.get_check_constraints(name)}, name


def test_a_lost_rule_is_noticed(session: Any, database: str) -> None:
    drop = {
        "sqlite": "DROP TRIGGER ex_screening_hall_id_span_update",
        "postgresql": "ALTER TABLE screening DROP CONSTRAINT ex_screening_hall_id_span",
    }
    assert doctor.missing_rules() == []
    session.connection().exec_driver_sql(drop[database])
    assert doctor.missing_rules() == [drop[database].split()[-1]]


def test_there_is_one_newest_migration(app: Flask) -> None:
    assert len(ScriptDirectory(app.extensions["migrate"].directory).get_heads()) == 1


# ── Permissions and roles ──


def _held() -> dict[str, set[str]]:
    return {
        str(role.key): {permission.name for permission in role.permissions}
        for role in db.session.scalars(select(Role))
    }


def test_an_empty_house_gets_the_declared_permissions_and_roles(session: Any) -> None:
    assert set(session.scalars(select(Permission.name))) == set(PERMISSIONS)
    assert _held() == {seed.key: set(seed.permissions) for seed in SEED_ROLES}
    assert {seed.key for seed in SEED_ROLES} == {
        *("administrator", "programmer", "manager", "box_office", "marketing", "auditor", "developer")
    }


def test_the_table_of_permissions_follows_the_declaration(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(PERMISSIONS, "film.import")
    monkeypatch.setitem(PERMISSIONS, "ticket.sell", "Sell tickets")
    access.sync(session.connection())
    session.expire_all()
    assert set(session.scalars(select(Permission.name))) == set(PERMISSIONS)
    held = _held()
    assert not [key for key, names in held.items() if "film.import" in names]
    # Somebody has to be able to hand the new one out.
    assert [key for key, names in held.items() if "ticket.sell" in names] == ["administrator"]


def test_roles_that_staff_changed_stay_as_they_are(session: Any) -> None:
    session.execute(delete(Role).where(Role.key == "developer"))
    auditor = session.scalars(select(Role).where(Role.key == "auditor")).one()
    auditor.permissions = []
    session.flush()
    access.sync(session.connection())
    session.expire_all()
    held = _held()
    assert held["auditor"] == set()
    assert "developer" not in held
