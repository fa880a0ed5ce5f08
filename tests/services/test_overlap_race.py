"""Several processes plan screenings in the same hall at once: whatever is accepted never overlaps.

One test takes the database's own rule away and must see overlaps; without it the others could pass by luck.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from models import Film, Hall, Screening, db
from models.screening import OVERLAP
from services import records, screenings
from services.access import SYSTEM
from services.errors import Conflict
from tests import factories
from tests.support.race import Race

PROCESSES = 4
TRIES = 12
START = datetime(2026, 11, 20, tzinfo=UTC)
# Long enough for every process to look before one of them writes.
GAP = 0.3  # seconds


def _slots(seed: int) -> list[datetime]:
    """Starts within a day, on a grid that makes most of them overlap."""
    draw = random.Random(seed)
    return [START + timedelta(minutes=15 * draw.randrange(90)) for _ in range(TRIES)]


def plan_by_service(seed: int) -> tuple[int, int]:
    """Plan at random times through the service; how many were accepted, and how many refused by the film's name."""
    accepted = refused = 0
    for start in _slots(seed):
        records.begin_writing()
        hall, film = db.session.scalars(select(Hall)).one(), db.session.scalars(select(Film)).one()
        try:
            screenings.schedule(SYSTEM, {"hall": hall, "film": film, "starts_at": start})
            db.session.commit()
            accepted += 1
        except Conflict as refusal:
            db.session.rollback()
            refused += refusal.params.get("film") == "神女"
    return accepted, refused


def _row(start: datetime) -> dict[str, Any]:
    hall, film = db.session.scalars(select(Hall)).one(), db.session.scalars(select(Film)).one()
    end = start + timedelta(minutes=90)
    return {
        "film_id": film.id,
        "hall_id": hall.id,
        "cinema_id": hall.cinema_id,
        **dict.fromkeys(("preshow_at", "starts_at"), start),
        **dict.fromkeys(("ends_at", "cleared_at"), end),
        "business_date": start.date(),
    }


def look_then_insert(_seed: int) -> None:
    """What a check before the write is worth: look, wait, insert. IntegrityError where the rule stands."""
    row = _row(START)
    taken = db.session.scalar(select(func.count()).select_from(Screening))
    db.session.rollback()
    time.sleep(GAP)
    if not taken:
        records.begin_writing()
        db.session.execute(insert(Screening).values(row))
        db.session.commit()


def look_then_insert_or_be_refused(seed: int) -> bool:
    """The same where the rule stands; whether the database took it."""
    try:
        look_then_insert(seed)
    except IntegrityError as error:
        return OVERLAP not in str(error.orig)
    return True


def _prepare(race: Race) -> None:
    with race.app.app_context():
        factories.hall()
        factories.film()
        db.session.commit()


def _spans(race: Race) -> list[tuple[datetime, datetime]]:
    with race.app.app_context():
        query = select(Screening.preshow_at, Screening.cleared_at).order_by(Screening.preshow_at)
        return [(row[0], row[1]) for row in db.session.execute(query)]


def test_what_several_processes_plan_at_once_never_overlaps(race: Race) -> None:
    _prepare(race)
    answers = race.run(plan_by_service, list(range(PROCESSES)))
    spans = _spans(race)
    assert all(cleared <= preshow for (_, cleared), (preshow, _) in pairwise(spans))
    assert sum(accepted for accepted, _refused in answers) == len(spans) > 1
    assert sum(map(sum, answers)) == PROCESSES * TRIES


@pytest.mark.parametrize("rule", ["stands", "is gone"])
def test_only_the_rule_in_the_database_keeps_those_apart_who_looked_at_the_same_time(
    race: Race, rule: str
) -> None:
    _prepare(race)
    if rule == "stands":
        taken = race.run(look_then_insert_or_be_refused, list(range(PROCESSES)))
        assert (sum(taken), len(_spans(race))) == (1, 1)
        return
    sqlite = race.uri.startswith("sqlite")
    drop = f"DROP TRIGGER {OVERLAP}_insert" if sqlite else f"ALTER TABLE screening DROP CONSTRAINT {OVERLAP}"
    with race.app.app_context():
        db.session.execute(text(drop))
        db.session.commit()
    race.run(look_then_insert, list(range(PROCESSES)))
    assert len(_spans(race)) == PROCESSES


def test_the_refusal_of_the_database_is_told_in_words(session: Any) -> None:
    screening = factories.screening()
    row = {c.name: getattr(screening, c.name) for c in Screening.__table__.columns if not c.primary_key}
    with pytest.raises(Conflict) as refused, records.saving():
        session.execute(insert(Screening).values(row))
    assert (refused.value.field, "taken" in str(refused.value)) == ("starts_at", True)
