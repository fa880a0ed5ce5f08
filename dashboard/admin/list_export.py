"""What a list is narrowed down to, as a file: the same query as the list's, read in parts and never all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy import Row, Select

from dashboard.admin.lists import ListPage
from models import clock, db
from models.text import N_
from services import access, audit, listing, records
from services.errors import TooLarge
from services.exports import xlsx
from services.exports.cells import Cell
from services.screenings import HOUSE_ZONE
from views import downloads
from views.base import current_actor, tell_trail
from views.language import current_language

# Rows read, and put into words, at a time.
PART: Final = 500
KINDS: Final = ("csv", "xlsx")


@dataclass(frozen=True)
class ListExport:
    """A list as a file: the columns to read, the file's own columns (message id, width in characters), and how a part
    of the rows becomes lines."""

    wanted: Sequence[Any]
    columns: Sequence[tuple[str, int]]
    lines: Callable[[Sequence[Row[Any]]], Iterable[Sequence[Cell]]]

    def answer(self, view: Any, kind: str) -> Response:
        """All that the list of this request is narrowed down to. Raises TooLarge for more than a sheet holds."""
        page = ListPage(view)
        # The right to take along may reach less far than the right to see.
        query = access.scope(
            page.selected(*self.wanted), current_actor(), view.permission("export"), view.model
        )
        if kind == "xlsx":
            _refuse_too_long(query)
        day = f"{clock.now().astimezone(HOUSE_ZONE):%Y-%m-%d}"
        response = downloads.table(
            kind,
            [_(label) for label, _width in self.columns],
            self.lines_of(query.order_by(*page.order())),
            widths=[width for _label, width in self.columns],
            title=f"{_(view.plural)} {day}",
            sheet=day,
            disposition=downloads.disposition(
                _(view.plural), view.resource, f"_{day}_{current_language()}.{kind}"
            ),
        )
        if request.method == "GET":
            # HEAD takes nothing along.
            _note(view, page, kind)
        return response

    def lines_of(self, query: Select[Any]) -> Iterator[Sequence[Cell]]:
        """The lines of the file, read part by part."""
        # A cursor of the server's on PostgreSQL: the rows wait there.
        for part in db.session.execute(query.execution_options(yield_per=PART)).partitions():
            yield from self.lines(part)


def _refuse_too_long(query: Select[Any]) -> None:
    most = xlsx.ROWS_MAX - 1
    if listing.count(query, most)[1]:
        raise TooLarge(N_("A sheet holds %(limit)s rows at most; CSV has no such limit."), limit=most)


def _note(view: Any, page: ListPage, kind: str) -> None:
    """Write who took what along. Last: from here on nobody else writes until the commit."""
    asked = {item.name: request.args.get(item.name, "") for item, _value in page.filters}
    asked["search"] = "".join(char for char in page.typed if char.isprintable())
    told = {name: value for name, value in {**asked, "file": kind}.items() if value}
    records.begin_writing()
    tell_trail()
    changes = {name: [None, value] for name, value in told.items()}
    audit.note(db.session(), view.permission("export"), label=_(view.plural), changes=changes)
