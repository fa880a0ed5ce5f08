"""From rows to the changes they mean, before a record is written.

A `Target` is one record, stored or to be made, with all rows of the file that speak of it in their order. Finding the
records takes a fixed number of SELECTs however many rows there are (ids are asked for in blocks of `BLOCK`).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar

from models import Cinema, City, Film
from models.text import N_
from services.access import Actor

from .merge import merge
from .report import Line, Note, Outcome
from .rows import Row

BLOCK = 5_000  # parameters of one IN list; PostgreSQL and SQLite take more
Item = TypeVar("Item")


@dataclass(slots=True, eq=False)
class Target:
    """A record and what the file wants of it. `record` is None until it is made."""

    record: Any
    current: dict[str, object]
    external_id: str | None = None  # the source's number the record has, or gets
    number_is_new: bool = False
    changes: dict[str, object] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def trashed(self) -> bool:
        return getattr(self.record, "deleted_at", None) is not None

    def save(self, actor: Actor, service: ModuleType, source: str, number: type[Any] | None = None) -> None:
        """Make or change the record by its service; `number` is the class of its numbers in other systems."""
        values = dict(self.changes)
        if self.number_is_new and number is not None:
            own = number(source=source, value=self.external_id)
            values["external_ids"] = [*(self.record.external_ids if self.record else ()), own]
        if self.record is None:
            self.record = service.create(actor, values)
        elif values:
            service.update(actor, self.record, values)


@dataclass(slots=True)
class Plan:
    """What a file comes to: a line per row, in the rows' order; the records it touches; notes on the whole."""

    lines: list[Line] = field(default_factory=list)
    targets: dict[int, Target] = field(default_factory=dict)  # by id(target), in the order of the rows
    notes: list[Note] = field(default_factory=list)

    def touch(self, target: Target) -> None:
        self.targets.setdefault(id(target), target)


class Ambiguous(Exception):
    """Several records fit a row."""


class Index:
    """Targets by every key they can be found under."""

    def __init__(self) -> None:
        self._found: dict[Hashable, list[Target]] = {}

    def add(self, key: Hashable, target: Target) -> None:
        targets = self._found.setdefault(key, [])
        if target not in targets:
            targets.append(target)

    def one(self, key: Hashable, fits: Callable[[Target], bool] = lambda target: True) -> Target | None:
        """The target under `key` that fits; one in the trash only if no live one does. Raises `Ambiguous`."""
        found = [target for target in self._found.get(key, ()) if fits(target)]
        found = [target for target in found if not target.trashed] or found
        if len(found) > 1 and not found[0].trashed:
            raise Ambiguous
        return found[0] if found else None


def blocks(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """`items` without repetition, in blocks that fit one statement."""
    source = iter(dict.fromkeys(items))
    while block := list(islice(source, BLOCK)):
        yield block


def snapshot(record: Film | Cinema | City, columns: Iterable[str]) -> dict[str, object]:
    """The present values of a stored record; lists are copied."""
    values = {column: getattr(record, column) for column in columns}
    return {column: list(value) if isinstance(value, list) else value for column, value in values.items()}


def refuse(row: Row, reason: Note) -> Line:
    """The line of a row that is not used."""
    return Line(
        row.number, row.line, row.title, Outcome.REFUSED, row.external_id, notes=row.notes, reason=reason
    )


def settle(row: Row, target: Target, values: dict[str, object], overwrite: bool) -> Line:
    """Add a row to its target; returns the row's line."""
    if target.trashed:
        return refuse(row, Note(N_("is in the trash; restore it there to import it")))
    outcome = Outcome.CREATED if target.record is None and not target.lines else Outcome.UNCHANGED
    line = Line(row.number, row.line, row.title, outcome, row.external_id, notes=row.notes)
    if target.lines:
        line.notes.append(Note(N_("the same as in row %(row)d"), {"row": target.lines[0].row}))
    wanted, notes = merge(target.current, values, overwrite)
    line.notes += notes
    for column, value in wanted.items():
        line.changes[column] = (target.current.get(column), value)
    if row.external_id and target.external_id is None:
        target.external_id, target.number_is_new = row.external_id, True
        line.changes["external_id"] = (None, row.external_id)
    if line.changes and outcome is Outcome.UNCHANGED:
        line.outcome = Outcome.UPDATED
    target.current |= wanted
    target.changes |= wanted
    target.lines.append(line)
    return line
