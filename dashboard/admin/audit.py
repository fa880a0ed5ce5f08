"""The trail, to read."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column, Filter
from models import AuditEntry
from models.text import N_
from services.permissions import RESOURCES


def _fields(row: Row[Any]) -> str:
    return ", ".join(row.changes)


class AuditView(SafeModelView):
    noun, plural, icon = N_("Entry"), N_("Audit trail"), "clock-history"
    handlers = frozenset({"index_view", "details_view"})
    columns = (
        Column(
            "at",
            N_("When"),
            (AuditEntry.at, AuditEntry.action),
            cells.when_link("audit", "at"),
            (AuditEntry.id,),
            "cell-main",
        ),
        Column(
            "actor_name",
            N_("Who"),
            (AuditEntry.actor_name, AuditEntry.actor_id),
            cells.who,
            (AuditEntry.actor_name,),
        ),
        Column("action", N_("What"), (), cells.action, (AuditEntry.action,)),
        Column(
            "record_label",
            N_("Record"),
            (AuditEntry.record_label,),
            cells.text("record_label"),
            (AuditEntry.record_label,),
        ),
        Column("changes", N_("Fields"), (AuditEntry.changes,), _fields),
        Column("via", N_("Way in"), (AuditEntry.via,), cells.way_in),
    )
    filters = (
        Filter(
            "resource",
            N_("Kind"),
            lambda name: AuditEntry.resource == name,
            lambda typed: typed if typed in RESOURCES else _unknown(typed),
            choices=lambda: RESOURCES.items(),
            describe=lambda name: cells.translate(RESOURCES[name]),
        ),
    )
    search = (AuditEntry.record_label, AuditEntry.actor_name, AuditEntry.action)
    search_hint = N_("Record, person, action")
    order = (AuditEntry.id.desc(),)

    def owner(self) -> Any:
        return AuditEntry.cinema_id

    def title(self, record: AuditEntry) -> str:
        return f"{cells.action(record)} · {record.record_label}"

    def extras(self, record: AuditEntry) -> dict[str, Any]:
        rows = [(name, _text(old), _text(new)) for name, (old, new) in record.changes.items()]
        words = {"who": cells.who(record), "way_in": cells.way_in(record)}
        return {"related": [], "entry": record, "changes": rows, **words}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _unknown(typed: str) -> str:
    raise ValueError(typed)
