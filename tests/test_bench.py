"""The benchmark: its data is such as the product itself would make, and its harness measures and judges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from bench import facts, generate, items, measure, report, rows, stage, titles
from bench.client import Answer, Failed
from models import AuditEntry, Cinema, Film, Hall, Screening, ScreeningStatus, User, db
from services import access, doctor, screenings
from services.access import Actor
from tests.support import databases
from tests.support.application import close

SCALE = rows.Scale(
    screenings=3000, audit_entries=300, films=400, halls=28, cinemas=4, cities=3, distributors=5
)


@pytest.fixture
def uri(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small generated database of its own."""
    monkeypatch.setattr(generate, "DATA", tmp_path)
    address = databases.empty(database)
    generate.fill(address, SCALE)
    return address


@pytest.fixture
def filled(uri: str) -> Iterator[Flask]:
    app = generate.application(uri)
    with app.app_context():
        yield app
    close(app)


def _count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_generated_data_is_complete_and_keeps_the_rules(filled: Flask) -> None:
    assert doctor.missing_rules() == []
    counted = {model: _count(model) for model in (Screening, Film, Hall, Cinema, AuditEntry)}
    assert counted[Screening] == 3000
    assert (counted[Film], counted[Hall], counted[Cinema]) == (400, 28, 4)
    # The account tells the trail, too.
    assert counted[AuditEntry] >= 300
    other = aliased(Screening)
    overlap = exists().where(
        other.hall_id == Screening.hall_id,
        other.id != Screening.id,
        other.preshow_at < Screening.cleared_at,
        other.cleared_at > Screening.preshow_at,
    )
    assert _count(Screening, overlap) == 0


def test_generated_screenings_are_such_as_the_service_would_have_planned(filled: Flask) -> None:
    for screening in db.session.scalars(select(Screening).where(Screening.id % 50 == 7)):
        expected = screenings.times(screening.film, screening.hall, screening.starts_at)
        assert screenings._standing(screening) == expected
        assert screening.cinema_id == screening.hall.cinema_id
        assert screening.format in screening.hall.formats
        assert screening.format in screening.film.formats


def test_the_service_plans_on_and_refuses_what_overlaps(filled: Flask) -> None:
    administrator = access.actor_for(db.session.scalars(select(User)).one())
    last = db.session.scalars(
        select(Screening).where(Screening.status == ScreeningStatus.ON_SALE).order_by(Screening.id.desc())
    ).first()
    assert last is not None
    with pytest.raises(screenings.Conflict):
        _again(administrator, last, last.starts_at)
    assert _again(administrator, last, last.starts_at.replace(year=2030)).id == 3001


def _again(actor: Actor, screening: Screening, starts_at: Any) -> Screening:
    values = {"film": screening.film, "hall": screening.hall, "starts_at": starts_at}
    return screenings.schedule(actor, {**values, "format": screening.format})


def test_titles_for_the_searches_stand_where_they_should(filled: Flask) -> None:
    films = {row.title: row.id for row in db.session.execute(select(Film.title, Film.id))}
    assert len(films) == 400
    assert sum(titles.FREQUENT[0] in title for title in films) == pytest.approx(20, abs=1)
    assert _count(Screening, Screening.film_id == films[titles.FIVE_SCREENINGS[0]]) == 5
    assert titles.ONE_FILM[0] in films
    assert not [title for title in films if titles.NOWHERE in title]


def test_the_same_scale_gives_the_same_rows() -> None:
    for table in rows.TABLES:
        assert list(table.rows(SCALE)) == list(table.rows(SCALE))


def test_the_harness_measures_marquee_beside_the_others(database: str, uri: str) -> None:
    # The others stand in the ring with SQLite only: starting them takes longer than all the rest.
    others = ("limit", "stock") if database == "sqlite" else ()
    with stage.staged(uri, "small", "marquee", "counted", *others) as one:
        found = {key: stage.measured(one, items.BY_KEY[key], 1, 1) for key in ("list", "five", "date")}
    first = found["list"]
    assert first.failures == {}
    assert set(first.p50) == {"marquee", *others}
    assert first.statements is not None
    assert 0 < first.statements < 20
    assert [judged.what for judged in first.judged] == [*(f"x {other}" for other in others), "SQL", "kB"]
    assert found["five"].failures == {}
    assert "first page of 50" in report.table(found.values())
    assert report.all_met([row.json() for row in found.values()]) in (True, False)


def test_a_page_that_shows_other_rows_is_a_failure(uri: str) -> None:
    known = facts.facts(uri)
    answer = Answer(200, b'<a href="/admin/screening/details/?id=1">x</a>', 1.0, {})
    with pytest.raises(Failed, match="1 rows instead of 5"):
        items.BY_KEY["five"].check(answer, known)


def test_a_bar_that_is_missed_or_not_measured_is_not_met() -> None:
    fast, slow = measure.Series([1.0, 2.0, 3.0]), measure.Series([2.0, 4.0, 6.0])
    assert measure.ratio(slow, fast) == 2
    assert not report.Judged("x list", 2.0, 1.5).met
    assert not report.Judged("x list", None, 1.5).met
    assert report.Judged("x list", 1.5, 1.5).met
    assert not report.all_met({"sqlite": {"1m": [{"judged": [{"met": False}]}]}})
