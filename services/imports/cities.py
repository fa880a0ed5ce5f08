"""Cities: found by their administrative code, else by name where the stored city has no code yet."""

from sqlalchemy import select

from models import City, db
from models.text import N_
from services import cities
from services.access import Actor

from .places import city_key
from .plan import Ambiguous, Index, Plan, Target, refuse, settle, snapshot
from .report import Line, Note
from .rows import Row
from .taopiaopiao import SOURCE

COLUMNS = ("name", "pinyin", "code")


def plan(actor: Actor, rows: list[Row], overwrite: bool) -> Plan:
    """The lines of all rows and the cities they touch. Writes nothing, so it asks nothing of `actor`."""
    del actor
    index, found = _stored(), Plan()
    for row in rows:
        found.lines.append(_place(index, found, row, overwrite))
    return found


def write(actor: Actor, target: Target) -> None:
    """Make or change the city of `target`. Raises what services.cities raises."""
    target.save(actor, cities, SOURCE)


def _place(index: Index, plan: Plan, row: Row, overwrite: bool) -> Line:
    if row.reason is not None:
        return refuse(row, row.reason)
    try:
        target = _find(index, row) or Target(None, {})
    except Ambiguous:
        return refuse(row, Note(N_("several cities without a code have this name")))
    line = settle(row, target, row.values, overwrite)
    line.key = str(row.values["code"])
    _enter(index, target)
    plan.touch(target)
    return line


def _find(index: Index, row: Row) -> Target | None:
    found = index.one(("code", row.values["code"]))
    return found or index.one(("name", city_key(row.title)), lambda target: not target.current.get("code"))


def _enter(index: Index, target: Target) -> None:
    if target.current.get("code"):
        index.add(("code", target.current["code"]), target)
    index.add(("name", city_key(str(target.current.get("name", "")))), target)


def _stored() -> Index:
    index = Index()
    for city in db.session.scalars(select(City)):
        _enter(index, Target(city, snapshot(city, COLUMNS)))
    return index
