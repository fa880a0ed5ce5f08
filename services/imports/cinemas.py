"""Cinemas: finding the record a row speaks of, and writing it.

A row finds its cinema by the source's number, else by city and name (width, spaces, brackets, dashes and a
closing 店 do not count), else by city and the very same street address with a house number: a house that was
renamed. One found by address keeps its name, and a note tells the other one. A cinema that has another number
of the same source is another cinema, and so is one that another row of the file already is.
"""

import re
from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from models import Cinema, CinemaExternalId, City, db
from models.text import N_
from services import cinemas, cities
from services.access import Actor

from . import clean
from .merge import kept
from .places import city_key, name_city
from .plan import Ambiguous, Index, Plan, Target, blocks, refuse, settle, snapshot
from .report import Line, Note
from .rows import Row
from .taopiaopiao import SOURCE

COLUMNS = ("name", "city_id", "district", "address", "phone", "latitude", "longitude", "service_fee")
_HOUSE = re.compile(r"[0-9]+(?:号|楼|层|F|f)|[一二三四五六七八九十]+(?:层|楼)")


def plan(actor: Actor, rows: list[Row], overwrite: bool) -> Plan:
    """The lines of all rows and the cinemas they touch.

    A city that is not on record is made here, by its name only; the import of cities fills in the rest.
    """
    return _Planner(actor, rows, overwrite).plan


def write(actor: Actor, target: Target) -> None:
    """Make or change the cinema of `target`. Raises what services.cinemas raises."""
    target.save(actor, cinemas, SOURCE, CinemaExternalId)


class _Planner:
    """Goes through the rows twice: first those that know their cinema by number or name, then the others, so
    that none of the first loses its record to a neighbour in the same house."""

    def __init__(self, actor: Actor, rows: list[Row], overwrite: bool) -> None:
        self.plan = Plan()
        self._overwrite = overwrite
        self._usable = [row for row in rows if row.reason is None]
        self._cities: dict[int, str] = {}
        self._settle_in_cities(actor)
        self._index = _stored(self._usable)
        lines = {row.number: refuse(row, row.reason) for row in rows if row.reason is not None}
        for find in (self._known, self._renamed_or_new):
            for row in self._usable:
                if row.number not in lines and (line := self._line(find, row)):
                    lines[row.number] = line
        self.plan.lines = [lines[row.number] for row in rows]

    def _settle_in_cities(self, actor: Actor) -> None:
        """Give every row its `city_id`; where two cities have one name, that of the one with a code."""
        query = select(City.name, City.id).order_by(City.code.is_(None), City.id)
        stored = list(db.session.execute(query))
        if told := name_city(self._usable, (name for name, _ in stored)):
            self.plan.notes.append(told)
        found: dict[str, int] = {}
        for name, city_id in stored:
            found.setdefault(city_key(name), city_id)
            self._cities[city_id] = name
        for row in self._usable:
            name = str(row.values.pop("city"))
            if city_key(name) not in found:
                found[city_key(name)] = city_id = cities.create(actor, {"name": name}).id
                self._cities[city_id] = name
                told = Note(N_("The city “%(city)s” was not known and is added by its name."), {"city": name})
                self.plan.notes.append(told)
            row.values["city_id"] = found[city_key(name)]

    def _line(self, find: Callable[[Row], Target | None], row: Row) -> Line | None:
        try:
            target = find(row)
        except Ambiguous:
            return refuse(row, Note(N_("several cinemas of this city have this name")))
        if target is None:
            return None
        values = self._without_other_city(row, target)
        line = settle(row, target, values, self._overwrite)
        if "city_id" in line.changes:
            old, new = line.changes.pop("city_id")
            line.changes["city"] = self._cities.get(old), self._cities[new]  # type: ignore[call-overload, index]
        _enter(self._index, target)
        self.plan.touch(target)
        return line

    def _without_other_city(self, row: Row, target: Target) -> dict[str, object]:
        """A cinema found by its number in another city stays there, with a note, unless overwritten."""
        old, new = target.current.get("city_id"), row.values["city_id"]
        if old in (None, new) or self._overwrite:
            return row.values
        row.notes.append(kept("city", self._cities.get(old), self._cities.get(new)))  # type: ignore[call-overload]
        return {column: value for column, value in row.values.items() if column != "city_id"}

    def _known(self, row: Row) -> Target | None:
        """The cinema of the row's number, or of its name."""
        found = self._index.one(("number", row.external_id)) if row.external_id else None
        name = ("name", row.values["city_id"], clean.branch_key(row.title))
        return found or self._index.one(name, lambda target: _may_be(row, target))

    def _renamed_or_new(self, row: Row) -> Target:
        """A row before this one may have become the cinema of this name; else the stored one of this address,
        unless two stand there or another row of the file is it; else a new one."""
        address = str(row.values.get("address", ""))
        found = self._known(row)
        if found is None and _HOUSE.search(address):
            key = ("address", row.values["city_id"], clean.key(address))
            try:
                found = self._index.one(key, lambda target: self._is_free(target) and _may_be(row, target))
            except Ambiguous:
                found = None
        return found or Target(None, {})

    def _is_free(self, target: Target) -> bool:
        return target.record is not None and id(target) not in self.plan.targets


def _may_be(row: Row, target: Target) -> bool:
    return None in (row.external_id, target.external_id) or row.external_id == target.external_id


def _enter(index: Index, target: Target) -> None:
    city_id = target.current.get("city_id")
    if target.external_id:
        index.add(("number", target.external_id), target)
    index.add(("name", city_id, clean.branch_key(str(target.current.get("name", "")))), target)
    if target.current.get("address"):
        index.add(("address", city_id, clean.key(str(target.current["address"]))), target)


def _stored(rows: list[Row]) -> Index:
    """Every stored cinema that one of `rows` may mean: those with its number, and all of the cities named."""
    index = Index()
    seen: set[int] = set()
    numbers = {row.external_id for row in rows if row.external_id}
    city_ids = {row.values["city_id"] for row in rows}
    for found in (*_numbered(numbers), *_in_cities(city_ids)):
        if found.record.id not in seen:
            seen.add(found.record.id)
            _enter(index, found)
    return index


def _numbered(numbers: set[str]) -> Iterable[Target]:
    for block in blocks(sorted(numbers)):
        own = CinemaExternalId
        ids = select(own.cinema_id).where(own.source == SOURCE, own.value.in_(block))
        yield from _targets(Cinema.id.in_(ids))


def _in_cities(city_ids: set[object]) -> Iterable[Target]:
    for block in blocks(city_ids):
        yield from _targets(Cinema.city_id.in_(block))


def _targets(condition: ColumnElement[bool]) -> Iterable[Target]:
    query = select(Cinema).where(condition).options(selectinload(Cinema.external_ids))
    for cinema in db.session.scalars(query):
        number = next((own.value for own in cinema.external_ids if own.source == SOURCE), None)
        yield Target(cinema, snapshot(cinema, COLUMNS), number)
