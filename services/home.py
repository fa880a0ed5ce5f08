"""The home page's figures, in the cinemas of the one who looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, case, func, select

from models import Cinema, Film, Hall, Poster, Screening, ScreeningStatus, clock, db
from services import access, screenings
from services.access import Actor

NEXT_ROWS = 8


@dataclass(frozen=True)
class Figures:
    """Counts of today's live screenings (24 hours back and forth around now, by business date of each cinema)."""

    screenings: int = 0
    films: int = 0
    halls: int = 0
    seats: int = 0
    on_sale: int = 0


@dataclass(frozen=True)
class Today:
    """What the home page shows. `figures` None: the reader may not see screenings."""

    figures: Figures | None = None
    drafts: int = 0
    upcoming: list[Row[Any]] = field(default_factory=list)
    without_poster: int | None = None
    without_runtime: int | None = None


def _scoped(query: Any, actor: Actor) -> Any:
    return access.scope(query, actor, "screening.view", Screening).where(screenings.live())


def _figures(actor: Actor) -> Figures:
    now = clock.now()
    query = (
        select(
            func.count(),
            func.count(Screening.film_id.distinct()),
            func.count(Screening.hall_id.distinct()),
            func.coalesce(func.sum(Hall.seats), 0),
            func.count(case((Screening.status == ScreeningStatus.ON_SALE, 1))),
        )
        .join(Hall, Hall.id == Screening.hall_id)
        .where(Screening.business_date == now.astimezone(screenings.HOUSE_ZONE).date())
    )
    return Figures(*db.session.execute(_scoped(query, actor)).one())


def _drafts(actor: Actor) -> int:
    now = clock.now()
    query = select(func.count()).where(
        Screening.status == ScreeningStatus.DRAFT, Screening.starts_at.between(now, now + timedelta(days=7))
    )
    return db.session.scalar(_scoped(query, actor)) or 0


def _upcoming(actor: Actor) -> list[Row[Any]]:
    query = (
        select(
            Screening.id,
            Screening.starts_at,
            Screening.ends_at,
            Screening.status,
            Screening.format,
            Film.title,
            Film.original_title,
            Poster.sha256.label("poster"),
            Hall.name.label("hall"),
            Cinema.name.label("cinema"),
            Cinema.timezone,
        )
        .join(Film, Film.id == Screening.film_id)
        .join(Hall, Hall.id == Screening.hall_id)
        .join(Cinema, Cinema.id == Screening.cinema_id)
        .outerjoin(Poster, (Poster.film_id == Film.id) & (Poster.position == 0))
        .where(Screening.starts_at > clock.now())
        .order_by(Screening.starts_at, Screening.id)
        .limit(NEXT_ROWS)
    )
    return list(db.session.execute(_scoped(query, actor)))


def _films_lacking() -> tuple[int, int]:
    query = (
        select(func.count(case((Poster.id.is_(None), 1))), func.count(case((Film.runtime_min.is_(None), 1))))
        .select_from(Film)
        .outerjoin(Poster, (Poster.film_id == Film.id) & (Poster.position == 0))
        .where(Film.deleted_at.is_(None))
    )
    row = db.session.execute(query).one()
    return int(row[0]), int(row[1])


def today(actor: Actor) -> Today:
    """Everything the home page shows, in four statements."""
    sees = actor.can("screening.view")
    lacking = _films_lacking() if actor.can("film.view") else (None, None)
    return Today(
        _figures(actor) if sees else None,
        _drafts(actor) if sees else 0,
        _upcoming(actor) if sees else [],
        *lacking,
    )
