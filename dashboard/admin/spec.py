"""What a list declares: its columns and its filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from dashboard.admin.cells import Cell


@dataclass(frozen=True)
class Column:
    """A column: what it selects (labelled), how a row's cell looks, what it sorts by, and its CSS class."""

    name: str
    label: str
    select: tuple[Any, ...]
    cell: Cell
    sort: tuple[Any, ...] = ()
    css: str = ""


@dataclass(frozen=True)
class Filter:
    """A filter by one value from the address bar.

    `parse` raises ValueError for a value that makes no sense. `choices` gives (value, message id) pairs for a
    select; `lookup` names the model to look up by typing instead; neither: an <input> of the type `input`.
    `default` holds when the address bar says nothing; the choice “all” lifts it.
    """

    name: str
    label: str
    where: Callable[[Any], ColumnElement[bool]]
    parse: Callable[[str], Any]
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None
    lookup: type[Any] | None = None
    input: str = "date"
    describe: Callable[[Any], str] = field(default=str)
    default: str = ""


def number(typed: str) -> int:
    """A record's number from the address bar. Raises ValueError."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise ValueError(typed)
    return int(typed)
