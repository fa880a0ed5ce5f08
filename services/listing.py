"""Lists: one select of what a page shows, searched, sorted, counted up to a cap, one page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal_column, or_, select, true

from models import db

COUNT_CAP = 10_000
SEARCH_MAX = 100
OFFSET_MAX = 1_000_000


@dataclass(frozen=True)
class Page:
    """One page of a list. `total` is exact unless `capped`; `number` counts from 1."""

    rows: Sequence[Row[Any]]
    total: int
    capped: bool
    number: int
    size: int
    more: bool

    @property
    def first(self) -> int:
        """The position of the first row shown, from 1; 0 for an empty page."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The position of the last row shown."""
        return (self.number - 1) * self.size + len(self.rows)


def matching(columns: Sequence[ColumnElement[Any]], typed: str) -> ColumnElement[bool]:
    """The condition that every typed word stands in one of the columns, wherever, in either case.

    Only the first 100 characters count. Wildcards are ordinary characters.
    """
    typed = "".join(char for char in typed[:SEARCH_MAX] if char.isprintable())
    words = typed.split()
    if not words:
        return true()
    return and_(*(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words))


def count(query: Select[Any], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows a select has, and whether there are more than the cap says."""
    rows: Select[Any] = (
        query.with_only_columns(literal_column("1"), maintain_column_froms=True).order_by(None).limit(cap + 1)
    )
    total = db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return (cap, True) if total > cap else (total, False)


def page_number(typed: str | None) -> int:
    """The page asked for; the first for anything that is no number, the last possible for one too large."""
    if not typed or not typed.isascii() or not typed.isdigit():
        return 1
    return max(1, int(typed)) if len(typed) < 10 else OFFSET_MAX


def fetch(query: Select[Any], number: int, size: int) -> Page:
    """Page `number` of a sorted select, or the last one there is."""
    total, capped = count(query)
    # Beyond the cap the last page is not known; the offset is bounded, not the reader.
    last = OFFSET_MAX // size if capped else max(1, -(-total // size))
    number = min(number, last)
    rows = db.session.execute(query.limit(size + 1).offset((number - 1) * size)).all()
    return Page(rows[:size], total, capped, number, size, len(rows) > size)
