"""The trail, to read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_

from dashboard import templating
from dashboard.admin import cells, history
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column, Filter, number
from models import AuditEntry, Cinema, User, db
from models.text import N_
from services.permissions import RESOURCES
from services.screenings import HOUSE_ZONE
from views.base import current_actor

# What entries speak of; the first word of an action may be the name of a page as well.
SUBJECTS: Final = tuple({**cells.NOUNS, "admin": "", "imports": "", "posters": "", "exports": ""})


def _fields(row: Row[Any]) -> str:
    return templating.join(history.label(row.resource, name) for name in row.changes)


def _day(typed: str) -> date:
    """A day from the address bar whose neighbours exist, too. Raises ValueError."""
    day = date.fromisoformat(typed)
    if not 1900 <= day.year <= 9000:
        raise ValueError(typed)
    return day


def _midnight(day: date) -> datetime:
    """When a day begins by the clock of the house."""
    return datetime.combine(day, time(), HOUSE_ZONE)


def _of_record(record_id: int) -> ColumnElement[bool]:
    """With all the kinds there are, so that the index by kind and number serves."""
    return and_(AuditEntry.resource.in_(SUBJECTS), AuditEntry.record_id == record_id)


def _verb(typed: str) -> str:
    if typed not in cells.VERBS:
        raise ValueError(typed)
    return typed


def _person(user_id: int) -> str:
    """A person's name; only their number to those who may not see them."""
    user = db.session.get(User, user_id)
    return str(user) if user is not None and current_actor().can("user.view", user) else f"#{user_id}"


class AuditView(SafeModelView):
    noun, plural, icon = N_("Entry"), N_("Audit trail"), "clock-history"
    handlers = frozenset({"index_view", "details_view"})
    columns = (
        Column(
            "at",
            N_("When"),
            (AuditEntry.at, AuditEntry.action, AuditEntry.resource),
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
        Filter(
            "action",
            N_("What"),
            lambda verb: AuditEntry.action.in_([f"{subject}.{verb}" for subject in SUBJECTS]),
            _verb,
            choices=cells.VERBS.items,
            describe=lambda verb: cells.translate(cells.VERBS[verb]),
        ),
        Filter(
            "person", N_("Who"), lambda n: AuditEntry.actor_id == n, number, lookup=User, describe=_person
        ),
        Filter("record", N_("Record number"), _of_record, number, input="number"),
        Filter(
            "from",
            N_("From day"),
            lambda day: AuditEntry.at >= _midnight(day),
            _day,
            describe=templating.fmt_date,
        ),
        Filter(
            "to",
            N_("To day"),
            lambda day: AuditEntry.at < _midnight(day + timedelta(days=1)),
            _day,
            describe=templating.fmt_date,
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
        cinema = db.session.get(Cinema, record.cinema_id) if record.cinema_id else None
        (told,) = history.told([record], cinema.zone if cinema else templating.DEFAULT_ZONE)
        return {"related": [], "entry": record, "told": told}


def _unknown(typed: str) -> str:
    raise ValueError(typed)
