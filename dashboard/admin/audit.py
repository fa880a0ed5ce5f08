"""The trail, to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam

from dashboard import templating
from dashboard.admin import cells, history
from dashboard.admin.base import SafeModelView
from dashboard.admin.list_export import ListExport
from dashboard.admin.spec import Column, Filter, number
from models import AuditEntry, Cinema, User, db
from models.text import N_
from services.exports.cells import Cell
from services.permissions import RESOURCES
from services.screenings import HOUSE_ZONE
from views.base import current_actor
from views.language import labelled

# What entries speak of; the first word of an action may be the name of a page as well.
SUBJECTS: Final = tuple({**cells.NOUNS, "admin": "", "imports": "", "posters": "", "exports": ""})


# So many entries a search reads, in some hundredths of a second.
SEARCHED: Final = 10_000


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


def _told(change: history.Change) -> str:
    """A change in a line of a file."""
    if not change.is_list:
        return labelled(change.label, f"{change.before or '–'} → {change.after or '–'}")
    parts = (f"{sign} {words}" for sign, words in (("−", change.before), ("+", change.after)) if words)
    return labelled(change.label, " ".join(parts))


def _lines(rows: Sequence[Row[Any]]) -> Iterator[list[Cell]]:
    places = history.names_in({"cinema_id": [row.cinema_id]} for row in rows)
    for row, told in zip(rows, history.told(rows, templating.DEFAULT_ZONE), strict=True):
        yield [
            row.at.astimezone(templating.DEFAULT_ZONE).isoformat(" ", "seconds"),
            told.who,
            told.way_in,
            row.address,
            told.what,
            row.record_label,
            row.record_id,
            places.get(("cinema_id", row.cinema_id)),
            "\n".join(map(_told, told.changes)),
            told.reason,
            row.request_id,
            row.id,
        ]


FILE = ListExport(
    wanted=[getattr(AuditEntry, column.key) for column in AuditEntry.__table__.columns],
    columns=(
        (N_("When"), 26),
        (N_("Who"), 18),
        (N_("Way in"), 12),
        (N_("Address"), 16),
        (N_("What"), 24),
        (N_("Record"), 32),
        (N_("Record number"), 10),
        (N_("Cinema"), 20),
        (N_("Changes"), 60),
        (N_("Reason"), 24),
        (N_("Request"), 18),
        (N_("Entry"), 10),
    ),
    lines=_lines,
)


class AuditView(SafeModelView):
    ACTIONS = {**SafeModelView.ACTIONS, "export_view": "export"}
    ALSO = {"export_view": "audit.view"}

    noun, plural, icon = N_("Entry"), N_("Audit trail"), "clock-history"
    handlers = frozenset({"index_view", "details_view", "export_view"})
    columns = (
        Column(
            "at",
            N_("When"),
            (AuditEntry.at, AuditEntry.action, AuditEntry.resource),
            cells.when_link("audit", "at"),
            (AuditEntry.at,),
            "cell-main",
        ),
        Column(
            "actor_name",
            N_("Who"),
            (AuditEntry.actor_name, AuditEntry.actor_id),
            cells.who,
        ),
        Column("action", N_("What"), (), cells.action),
        Column("record_label", N_("Record"), (AuditEntry.record_label,), cells.text("record_label")),
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
            lambda verb: AuditEntry.verb == verb,
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
    order = (AuditEntry.at.desc(),)

    def owner(self) -> Any:
        return AuditEntry.cinema_id

    def bounded(self, query: Select[Any]) -> tuple[Select[Any], str]:
        """The newest of what the filters leave: words may stand anywhere in a text, so no index finds them."""
        edge = query.with_only_columns(AuditEntry.at).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        at = db.session.scalar(edge.offset(SEARCHED - 1).limit(1))
        if at is None:
            return query, ""
        words = _(
            "The search looked through the newest %(count)s entries, back to %(day)s. Narrow the list by day, person "
            "or kind to search further back.",
            count=f"{SEARCHED:,}",
            day=templating.fmt_date(at.astimezone(HOUSE_ZONE).date()),
        )
        # Written out: PostgreSQL plans a prepared statement without its values, and would read the whole table.
        return query.where(AuditEntry.at >= bindparam("edge", at, literal_execute=True)), words

    @expose("/export.<any(csv, xlsx):kind>")
    def export_view(self, kind: str) -> ResponseReturnValue:
        """All entries that the list is narrowed down to, as a file."""
        return FILE.answer(self, kind)

    def title(self, record: AuditEntry) -> str:
        return f"{cells.action(record)} · {record.record_label}"

    def extras(self, record: AuditEntry) -> dict[str, Any]:
        cinema = db.session.get(Cinema, record.cinema_id) if record.cinema_id else None
        (told,) = history.told([record], cinema.zone if cinema else templating.DEFAULT_ZONE)
        return {"related": [], "entry": record, "told": told}


def _unknown(typed: str) -> str:
    raise ValueError(typed)
