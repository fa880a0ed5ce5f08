"""A page of a list: from the address bar to rows of cells."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import current_app, request
from flask_babel import gettext as _
from markupsafe import escape

from dashboard.admin.spec import Column, Filter
from models import db
from services import access, listing
from views.base import current_actor

SHOWN = "trash"
ALL = "all"


class ListPage:
    """One request for a list. Whatever the address bar holds, the nearest sensible page comes of it."""

    def __init__(self, view: Any) -> None:
        self.view = view
        self.notices: list[str] = []
        self.typed = request.args.get("search", "")[: listing.SEARCH_MAX]
        self.trash = view.trashable and request.args.get(SHOWN) == "1"
        self.sort, self.descending = self._sorting()
        self.filters = [(item, value) for item in view.filters if (value := self._value(item)) is not None]

    def _sorting(self) -> tuple[Column | None, bool]:
        asked = request.args.get("sort", "")
        column = next((c for c in self.view.columns if c.sort and c.name == asked.removeprefix("-")), None)
        if asked and column is None:
            self.notices.append(_("This list cannot be sorted by “%(name)s”.", name=asked[:40]))
        return column, asked.startswith("-")

    def _value(self, item: Filter) -> Any:
        typed = request.args.get(item.name) or item.default
        if not typed or typed == ALL:
            return None
        try:
            return item.parse(typed)
        except (ValueError, KeyError, OverflowError):
            self.notices.append(_("The filter “%(name)s” does not know that value.", name=_(item.label)))
            return None

    def url(self, **changes: Any) -> str:
        """This list with other arguments; None takes one away. A change of anything leads to the first page."""
        kept = {name: value for name, value in request.args.items() if name != "page"}
        kept |= changes
        # A filter with a default is taken away by saying so.
        kept |= {f.name: ALL for f in self.view.filters if f.default and changes.get(f.name, "") is None}
        pairs = [(name, value) for name, value in kept.items() if value not in (None, "")]
        base = self.view.get_url(".index_view")
        return f"{base}?{urlencode(pairs)}" if pairs else base

    def export_url(self, kind: str) -> str:
        """All that this list is narrowed down to, as a file."""
        _path, _mark, query = self.url().partition("?")
        return self.view.get_url(".export_view", kind=kind) + (f"?{query}" if query else "")

    def selected(self, *columns: Any) -> Any:
        """What the list is narrowed down to, of these columns, unsorted: only what the reader may see."""
        view = self.view
        query = access.scope(
            view.query().add_columns(*columns), current_actor(), view.permission("view"), view.model
        )
        if view.trashable:
            query = query.where(
                view.model.deleted_at.is_not(None) if self.trash else view.model.deleted_at.is_(None)
            )
        for item, value in self.filters:
            query = query.where(item.where(value))
        if self.typed:
            query, notice = view.bounded(query)
            self.notices += [notice] if notice else []
        return query.where(listing.matching(view.search, self.typed))

    def _query(self) -> Any:
        view = self.view
        columns = [
            view.model.id.label("id"),
            *(expression for column in view.columns for expression in column.select),
        ]
        if view.owner() is not None:
            columns.append(view.owner().label("owner"))
        return self.selected(*columns)

    def order(self) -> list[Any]:
        """By what the list is sorted."""
        if self.sort is None:
            return [*self.view.order, self.view.model.id.desc()]
        keys = [key.desc() if self.descending else key.asc() for key in self.sort.sort]
        return [*keys, self.view.model.id.asc()]

    def context(self) -> dict[str, Any]:
        """What templates/admin/list.html needs."""
        number = listing.page_number(request.args.get("page"))
        page = listing.fetch(self._query().order_by(*self.order()), number, current_app.config["PAGE_SIZE"])
        may_edit, may_delete = self._allowed("edit"), self._allowed("delete")
        cells = [column.cell for column in self.view.columns]
        rows = [
            (row.id, may_edit(row), may_delete(row), [cell(row) for cell in cells], row) for row in page.rows
        ]
        return {
            "page": page,
            "rows": rows,
            "heads": [self._head(column) for column in self.view.columns],
            "typed": self.typed,
            "trash": self.trash,
            "notices": self.notices,
            "pills": [
                (_(item.label), item.describe(value), self.url(**{item.name: None}))
                for item, value in self.filters
            ],
            "choices": [self._choice(item) for item in self.view.filters],
            "narrowed": bool(self.typed or self.filters),
            "here": request.full_path.rstrip("?"),
            "sort": request.args.get("sort", ""),
            "list_url": self.url,
            "export_url": self.export_url,
        }

    def _head(self, column: Column) -> dict[str, Any]:
        sorted_by = self.sort is column
        return {
            "label": _(column.label),
            "css": column.css,
            "url": self.url(sort=f"-{column.name}" if sorted_by and not self.descending else column.name)
            if column.sort
            else None,
            "direction": ("descending" if self.descending else "ascending") if sorted_by else None,
        }

    def _choice(self, item: Filter) -> dict[str, Any]:
        typed = request.args.get(item.name) or item.default
        chosen = next((value for known, value in self.filters if known is item), None)
        return {
            "name": item.name,
            "label": _(item.label),
            "value": typed if chosen is not None else ALL if item.default else "",
            "blank": ALL if item.default else "",
            "input": item.input,
            "options": [(value, _(text)) for value, text in item.choices()] if item.choices else None,
            "lookup": self._lookup(item, chosen) if item.lookup else None,
        }

    def _lookup(self, item: Filter, chosen: Any) -> dict[str, Any]:
        record: Any = db.session.get(item.lookup, chosen) if item.lookup and chosen is not None else None
        noun = item.lookup.__tablename__ if item.lookup else ""
        visible = record is not None and current_actor().can(f"{noun}.view", record)
        return {"noun": noun, "text": str(escape(record)) if visible else "", "value": chosen}

    def _allowed(self, action: str) -> Any:
        """Whether the reader may do something to a row, told from the row's owner without asking again."""
        view, actor = self.view, current_actor()
        if not view.may(action):
            return lambda row: False
        cinemas = actor.rights[view.permission(action)]
        if cinemas is access.EVERYWHERE:
            return lambda row: True
        if view.owner() is None:
            return lambda row: view.resource == "user"
        return lambda row: row.owner in cinemas
