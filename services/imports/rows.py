"""One row of a file on its way to a record: clean values under the names of the record's columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from models.text import N_

from .clean import Drop
from .jsontext import Repeated
from .report import Note, shown

Result = TypeVar("Result")


@dataclass(slots=True)
class Row:
    """What a reader made of one row; `reason` says why it is refused, if it is.

    `values` holds only what the row knows, under column names. A cinema's city is its name, under "city".
    """

    number: int
    line: int | None
    title: str = ""
    external_id: str | None = None
    values: dict[str, object] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    reason: Note | None = None


@dataclass(slots=True)
class RawRow:
    """A row as the file holds it: cells by lower-case column name, or the problem that makes it unreadable."""

    number: int
    line: int | None
    cells: Mapping[str, object]
    problem: Note | None = None


class Refused(Exception):
    """The row cannot be used at all."""

    def __init__(self, note: Note) -> None:
        super().__init__(note.msgid)
        self.note = note


class Cells:
    """Takes cells out of a raw row, cleans them into `row`, and remembers what was dropped."""

    def __init__(self, raw: RawRow) -> None:
        self.row = Row(raw.number, raw.line)
        self._cells = raw.cells

    def get(self, *names: str) -> object:
        """The first of the named cells that is there and not null."""
        return next((self._cells[name] for name in names if self._cells.get(name) is not None), None)

    def put(self, column: str, clean: Callable[..., Result | None], *values: object) -> Result | None:
        """Clean into `column` unless nothing is known; a senseless value is dropped with a note."""
        try:
            found = clean(*values)
        except Drop as drop:
            self.note(column, drop.note)
            return None
        if found is not None and found != [] and found != "":
            self.row.values[column] = found
        return found

    def need(self, column: str, clean: Callable[..., Result | None], *values: object) -> Result:
        """Clean into `column`; without a usable value the row is refused."""
        try:
            found = clean(*values)
        except Drop as drop:
            raise Refused(Note(drop.note.msgid, drop.note.params, column)) from drop
        if found is None:
            raise Refused(Note(N_("is missing"), field=column))
        self.row.values[column] = found
        return found

    def put_words(self, column: str, found: tuple[list[str], list[Note]], limit: int = 100) -> None:
        """Put a cleaned list and its notes; more than `limit` words are cut with a note."""
        words, notes = found
        for note in notes:
            self.note(column, note)
        if len(words) > limit:
            self.note(
                column,
                Note(
                    N_("only the first %(limit)d of %(count)d are kept"),
                    {"limit": limit, "count": len(words)},
                ),
            )
        if words:
            self.row.values[column] = words[:limit]

    def note(self, column: str | None, note: Note) -> None:
        self.row.notes.append(Note(note.msgid, note.params, column))


def from_raw(raw: RawRow, read: Callable[[Cells], None]) -> Row:
    """The row that `read` makes of `raw`, or a refused one with the reason."""
    cells = Cells(raw)
    row = cells.row
    try:
        if raw.problem is not None:
            raise Refused(raw.problem)
        read(cells)
    except Refused as refused:
        row.reason = refused.note
        if not row.title:
            row.title = _some_title(raw.cells)
    return row


def raw_object(number: int, found: object, extra: Mapping[str, object] | None = None) -> RawRow:
    """A raw row from an item of a JSON list."""
    if not isinstance(found, dict):
        return RawRow(number, None, {}, Note(N_("“%(value)s” is not an object"), {"value": shown(found)}))
    cells = {**(extra or {}), **{key.lower(): value for key, value in found.items()}}
    problem = Note(N_("a key stands twice in this object")) if isinstance(found, Repeated) else None
    return RawRow(number, None, cells, problem)


def _some_title(cells: Mapping[str, object]) -> str:
    """Something to recognise a refused row by."""
    for name in ("showname", "cinemaname", "regionname", "name"):
        if isinstance(cells.get(name), str):
            return shown(cells[name])
    return ""
