"""What the database itself refuses, whoever writes: each named rule, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Enum, Index, String, UniqueConstraint, literal, update
from sqlalchemy.exc import IntegrityError

from models import Grant, Login, RecoveryCode, db
from models.cinema import CinemaExternalId
from models.film import FilmExternalId
from models.screening import OVERLAP, SPAN_AT_MOST_A_DAY
from services import records
from services.records import MEANINGS
from tests import factories
from tests.conftest import NOW

# CHECK -> (how to make a good row, the values that break it).
CHECKS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "ck_account_link_purpose": (factories.account_link, {"purpose": "everything"}),
    "ck_cinema_name_not_empty": (factories.cinema, {"name": "  "}),
    "ck_cinema_preshow_range": (factories.cinema, {"preshow_min": 241}),
    "ck_cinema_cleaning_range": (factories.cinema, {"cleaning_min": -1}),
    "ck_cinema_service_fee_range": (factories.cinema, {"service_fee": 10_001}),
    "ck_cinema_film_week_start_range": (factories.cinema, {"film_week_start": 7}),
    "ck_cinema_latitude_range": (factories.cinema, {"latitude": 90.5, "longitude": 0.0}),
    "ck_cinema_longitude_range": (factories.cinema, {"latitude": 0.0, "longitude": -180.5}),
    "ck_cinema_place_whole": (factories.cinema, {"latitude": 31.2}),
    "ck_city_name_not_empty": (factories.city, {"name": ""}),
    "ck_distributor_name_not_empty": (factories.distributor, {"name": " "}),
    "ck_film_title_not_empty": (factories.film, {"title": " "}),
    "ck_film_runtime_range": (factories.film, {"runtime_min": 0}),
    "ck_film_rating": (factories.film, {"rating": "PG-13"}),
    "ck_film_release_precision": (factories.film, {"release_precision": "decade"}),
    "ck_hall_name_not_empty": (factories.hall, {"name": ""}),
    "ck_hall_seats_range": (factories.hall, {"seats": 2001}),
    "ck_hall_cleaning_range": (factories.hall, {"cleaning_min": 241}),
    "ck_poster_sha256_length": (factories.poster, {"sha256": "ab"}),
    "ck_poster_size_positive": (factories.poster, {"bytes": 0}),
    "ck_role_name_not_empty": (factories.role, {"name": " "}),
    "ck_screening_times_in_order": (factories.screening, {"ends_at": NOW - timedelta(days=1)}),
    "ck_screening_price_range": (factories.screening, {"price": -1}),
    "ck_screening_format": (factories.screening, {"format": "8D"}),
    "ck_screening_status": (factories.screening, {"status": "maybe"}),
    SPAN_AT_MOST_A_DAY: (factories.screening, {"cleared_at": NOW + timedelta(days=2)}),
    "ck_user_name_not_empty": (factories.user, {"name": ""}),
    "ck_user_name_lower": (factories.user, {"name": "Lin"}),
    "ck_user_email_lower": (factories.user, {"email": "Lin@example.org"}),
}


def _twice(make: Callable[..., Any], **same: Any) -> Callable[[], None]:
    def run() -> None:
        make(**same)
        make(**same)

    return run


def _in_one_city() -> None:
    _twice(factories.cinema, city=factories.city(), name="人民广场店")()


def _in_one_cinema() -> None:
    _twice(factories.hall, cinema=factories.cinema(), name="1 号厅")()


def _grants(cinema: bool) -> Callable[[], None]:
    def run() -> None:
        place = factories.cinema() if cinema else None
        user, role = factories.user(), factories.role()
        db.session.add_all([Grant(user=user, role=role, cinema=place) for _ in range(2)])
        db.session.flush()

    return run


def _external(
    kind: type[Any], owner: Callable[[], Any], column: str, *, same_value: bool
) -> Callable[[], None]:
    def run() -> None:
        first = owner()
        second = owner() if same_value else first
        for record, value in ((first, "1"), (second, "1" if same_value else "2")):
            db.session.add(kind(**{column: record.id}, source="taopiaopiao", value=value))
        db.session.flush()

    return run


def _logins() -> None:
    user = factories.user()
    moments = {"created_at": NOW, "last_seen_at": NOW, "expires_at": NOW}
    db.session.add_all([Login(user_id=user.id, token_hash="0" * 64, **moments) for _ in range(2)])
    db.session.flush()


def _recovery_codes() -> None:
    user = factories.user()
    db.session.add_all([RecoveryCode(user_id=user.id, code_hash="0" * 64) for _ in range(2)])
    db.session.flush()


def _posters() -> None:
    _twice(factories.poster, film=factories.film(), position=0)()


UNIQUE: dict[str, Callable[[], None]] = {
    "uq_cinema_city_id_name": _in_one_city,
    "uq_hall_cinema_id_name": _in_one_cinema,
    "uq_city_code": _twice(factories.city, code="310000"),
    "uq_distributor_name": _twice(factories.distributor, name="中影"),
    "uq_role_key": _twice(factories.role, key="seller"),
    "uq_role_name": _twice(factories.role, name="Seller"),
    "uq_user_name": _twice(factories.user, name="lin"),
    "uq_user_email": _twice(factories.user, email="lin@example.org"),
    "uq_grant_user_id_role_id_cinema_id": _grants(cinema=True),
    "uq_grant_user_id_role_id_all": _grants(cinema=False),
    "uq_poster_film_id_position": _posters,
    "uq_login_token_hash": _logins,
    "uq_account_link_token_hash": _twice(factories.account_link, token_hash="0" * 64),
    "uq_recovery_code_code_hash": _recovery_codes,
    "uq_film_external_id_source_value": _external(FilmExternalId, factories.film, "film_id", same_value=True),
    "uq_film_external_id_film_id_source": _external(
        FilmExternalId, factories.film, "film_id", same_value=False
    ),
    "uq_cinema_external_id_source_value": _external(
        CinemaExternalId, factories.cinema, "cinema_id", same_value=True
    ),
    "uq_cinema_external_id_cinema_id_source": _external(
        CinemaExternalId, factories.cinema, "cinema_id", same_value=False
    ),
}
# A key of its own for the foreign key of screenings; `id` alone is unique already.
IMPLIED = {"uq_hall_id_cinema_id"}


def _declared(prefix: str) -> set[str]:
    names = set()
    for table in db.metadata.tables.values():
        names |= {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        names |= {str(rule.name) for rule in table.constraints if isinstance(rule, UniqueConstraint)}
        names |= {str(index.name) for index in table.indexes if isinstance(index, Index) and index.unique}
    return {name for name in names if name.startswith(prefix)}


def test_every_rule_of_the_models_is_tried_here() -> None:
    assert set(CHECKS) - {SPAN_AT_MOST_A_DAY} == _declared("ck_")
    assert set(UNIQUE) | IMPLIED == _declared("uq_")


def test_every_rule_with_words_of_its_own_exists() -> None:
    foreign = {
        str(rule.name) for table in db.metadata.tables.values() for rule in table.foreign_key_constraints
    }
    assert set(MEANINGS) <= _declared("uq_") | foreign | {OVERLAP, SPAN_AT_MOST_A_DAY}


def _past_enums(kind: Any) -> Any:
    """The type to send a value as; an Enum would refuse it before the database is asked."""
    return String() if isinstance(kind, Enum) else kind


@pytest.mark.parametrize("name", CHECKS)
def test_a_value_that_makes_no_sense_is_refused(session: Any, name: str) -> None:
    make, values = CHECKS[name]
    record = make()
    table = type(record).__table__
    new = {column: literal(value, _past_enums(table.c[column].type)) for column, value in values.items()}
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        session.execute(update(table).where(table.c.id == record.id).values(new))
    assert records._constraint(refused.value) == name


@pytest.mark.parametrize("name", UNIQUE)
def test_what_must_be_one_of_its_kind_is_refused_twice(session: Any, name: str) -> None:
    with pytest.raises(IntegrityError) as refused, session.begin_nested():
        UNIQUE[name]()
    assert records._constraint(refused.value) == name
    if name in MEANINGS:
        kind, message, field = MEANINGS[name]
        error = records.explain(refused.value)
        assert (type(error), error.message, error.field) == (kind, message, field)
