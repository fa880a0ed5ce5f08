"""Films: finding the record a row speaks of, and writing it.

A row finds its film by the source's number, else by title and year of release, else by title among the films
without a date (films entered by hand, sources without numbers). A film that has another number of the same
source is another film.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from models import Film, FilmExternalId, db
from models.text import N_
from services import films
from services.access import Actor

from . import clean
from .plan import Ambiguous, Index, Plan, Target, blocks, refuse, settle, snapshot
from .report import Line, Note
from .rows import Row
from .taopiaopiao import SOURCE

COLUMNS = (
    "title",
    "original_title",
    "director",
    "cast",
    "genres",
    "countries",
    "languages",
    "runtime_min",
    "formats",
    "release_date",
    "release_precision",
    "synopsis",
)


def plan(actor: Actor, rows: list[Row], overwrite: bool) -> Plan:
    """The lines of all rows and the films they touch. Writes nothing, so it asks nothing of `actor`."""
    del actor
    index, found = _stored(rows), Plan()
    for row in rows:
        found.lines.append(_place(index, found, row, overwrite))
    return found


def write(actor: Actor, target: Target) -> None:
    """Make or change the film of `target`. Raises what services.films raises."""
    target.save(actor, films, SOURCE, FilmExternalId)


def _place(index: Index, plan: Plan, row: Row, overwrite: bool) -> Line:
    if row.reason is not None:
        return refuse(row, row.reason)
    try:
        target = _find(index, row) or Target(None, {})
    except Ambiguous:
        return refuse(row, Note(N_("several films have this title and year")))
    line = settle(row, target, row.values, overwrite)
    _enter(index, target)
    plan.touch(target)
    return line


def _find(index: Index, row: Row) -> Target | None:
    found = index.one(("number", row.external_id)) if row.external_id else None
    year = getattr(row.values.get("release_date"), "year", None)
    for known in (year, None):
        found = found or index.one(
            ("title", clean.key(row.title), known), lambda target: _may_be(row, target)
        )
    return found


def _may_be(row: Row, target: Target) -> bool:
    return None in (target.external_id, row.external_id) or target.external_id == row.external_id


def _enter(index: Index, target: Target) -> None:
    if target.external_id:
        index.add(("number", target.external_id), target)
    year = getattr(target.current.get("release_date"), "year", None)
    index.add(("title", clean.key(str(target.current.get("title", ""))), year), target)


def _stored(rows: list[Row]) -> Index:
    """Every stored film that one of `rows` may mean."""
    index = Index()
    usable = [row for row in rows if row.reason is None]
    numbers = {row.external_id for row in usable if row.external_id}
    titles = {clean.key(row.title) for row in usable}
    own = Film.external_ids.any(FilmExternalId.source == SOURCE)
    # A row with a number cannot be a film with another one, so those need no look at their titles.
    rest = None if any(row.external_id is None for row in usable) else ~own
    found = {target.record.id: target for target in (*_numbered(numbers), *_titled(titles, rest))}
    for target in found.values():
        _enter(index, target)
    return index


def _numbered(numbers: set[str]) -> Iterable[Target]:
    for block in blocks(sorted(numbers)):
        own = FilmExternalId
        ids = select(own.film_id).where(own.source == SOURCE, own.value.in_(block))
        yield from _targets(Film.id.in_(ids))


def _titled(keys: set[str], condition: ColumnElement[bool] | None) -> Iterable[Target]:
    """Films whose title is one of `keys`: the titles are read first, records only of those that fit."""
    query = select(Film.id, Film.title)
    titles = db.session.execute(query if condition is None else query.where(condition))
    for block in blocks(film_id for film_id, title in titles if clean.key(title) in keys):
        yield from _targets(Film.id.in_(block))


def _targets(condition: ColumnElement[bool]) -> Iterable[Target]:
    query = select(Film).where(condition).options(selectinload(Film.external_ids))
    for film in db.session.scalars(query):
        number = next((own.value for own in film.external_ids if own.source == SOURCE), None)
        yield Target(film, snapshot(film, COLUMNS), number)
