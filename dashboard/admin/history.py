"""Entries of the trail as people read them: what a field is called, and what its values meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from sqlalchemy import Boolean, Date, Enum, Row, Time, func, literal, null, or_, select, union_all
from wtforms.fields.core import UnboundField

from dashboard import templating
from dashboard.admin import cells
from dashboard.admin.display import plan_words
from models import AuditEntry, Cinema, City, Distributor, Film, Format, Hall, Role, Screening, User, db
from models.base import UTCDateTime
from models.text import N_
from services import access, listing
from services.audit import AUDITED, GRANTS
from services.history import revertible
from services.permissions import PERMISSIONS
from views.base import current_actor
from views.forms.base import RecordForm
from views.forms.people import RoleForm, UserForm
from views.forms.records import (
    WEEKDAYS,
    CinemaForm,
    CityForm,
    DistributorForm,
    FilmForm,
    HallForm,
    ScreeningForm,
)

PAGE: Final = 50
Text = Callable[[Any], str]
Names = dict[tuple[str, int], str]

MODELS: Final = {model.__tablename__: model for model in AUDITED}
FORMS: Final[dict[str, type[RecordForm]]] = {
    "film": FilmForm,
    "screening": ScreeningForm,
    "cinema": CinemaForm,
    "hall": HallForm,
    "city": CityForm,
    "distributor": DistributorForm,
    "user": UserForm,
    "role": RoleForm,
}
# What stands in the trail and in no form.
LABELS: Final = {
    "deleted_at": N_("In the trash since"),
    "seats": N_("Seats"),
    "preshow_at": N_("Pre-show"),
    "ends_at": N_("End of the feature"),
    "cleared_at": N_("Hall is clear"),
    "business_date": N_("Business day"),
    "cinema_id": N_("Cinema"),
    "film_id": N_("Film"),
    "user_id": N_("Member of staff"),
    "role_id": N_("Role"),
    "password_hash": N_("Password"),
    "original_name": N_("File"),
    "everywhere": N_("For all cinemas"),
    "permission": N_("Permission"),
    "first_day": N_("First day"),
    "last_day": N_("Last day"),
    "language": N_("Language"),
    "file": N_("File"),
    "search": N_("Search"),
    "person": N_("Who"),
    "resource": N_("Kind"),
    "action": N_("What"),
    "record": N_("Record number"),
    "from": N_("From day"),
    "to": N_("To day"),
    "entries": N_("Entries"),
    "before": N_("Before the day"),
    "status": N_("Status"),
    "codes_left": N_("Recovery codes left"),
}
# A column that refers -> the model, what its records are called, and the key of those that come with the product.
REFERENCES: Final[dict[str, tuple[Any, Any, Any]]] = {
    "film_id": (Film, Film.title, null()),
    "cinema_id": (Cinema, Cinema.name, null()),
    "hall_id": (Hall, Hall.name, null()),
    "city_id": (City, City.name, null()),
    "distributor_id": (Distributor, Distributor.name, null()),
    "user_id": (User, User.display_name, null()),
    "role_id": (Role, Role.name, Role.key),
}


@dataclass(frozen=True)
class Change:
    """A field that changed. For a list, `before` says what was taken out and `after` what came in."""

    label: str
    before: str
    after: str
    is_list: bool = False
    note: str = ""


@dataclass(frozen=True)
class Told:
    """An entry in words."""

    id: int
    at: str
    who: str
    what: str
    way_in: str
    reason: str
    changes: list[Change]
    revertible: bool


def context(record: Any) -> dict[str, Any]:
    """What templates/admin/history.html needs: a page of what happened to the record."""
    query = entries(record).order_by(AuditEntry.id.desc())
    page = listing.fetch(query, listing.page_number(request.args.get("page")), PAGE)
    return {"page": page, "told": told(page.rows, zone_of(record))}


def zone_of(record: Any) -> ZoneInfo:
    """The clock by which a record's instants are told: its cinema's, else the house's."""
    cinema = getattr(record, "cinema", None) or record
    return cinema.zone if isinstance(cinema, Cinema) else templating.DEFAULT_ZONE


def entries(record: Any) -> Any:
    """The record's entries. The database gives freed numbers out again, so they begin with its own creation."""
    about = (AuditEntry.resource == record.__tablename__, AuditEntry.record_id == record.id)
    added = AuditEntry.action == f"{record.__tablename__}.create"
    first = select(func.coalesce(func.max(AuditEntry.id), 0)).where(*about, added).scalar_subquery()
    columns = (getattr(AuditEntry, name) for name in AuditEntry.__table__.columns.keys())  # noqa: SIM118 - ordered
    query = select(*columns).where(*about, AuditEntry.id >= first)
    mine = access.allowed(current_actor(), "audit.view", AuditEntry)
    if isinstance(record, Cinema | Hall | Screening):
        # What came from another cinema brings its past along, which stays where it was.
        return query.where(mine)
    if isinstance(record, User):
        # A role names the cinema for which it is granted.
        return query.where(or_(AuditEntry.action.not_in(GRANTS), mine))
    return query


def told(entries: Iterable[Row[Any] | AuditEntry], zone: ZoneInfo) -> list[Told]:
    """Entries in the reader's words, instants by the clock of `zone`. One statement names all that they refer to."""
    rows = list(entries)
    names = names_in(row.changes for row in rows)
    # Words come again row after row, and a file has many rows.
    what = {row.action: cells.action(row) for row in rows}
    return [
        Told(
            row.id,
            templating.fmt_instant(row.at, zone),
            cells.who(row),
            what[row.action],
            cells.way_in(row),
            cells.reason(row),
            [change(row.resource, name, pair, names, zone) for name, pair in row.changes.items()],
            revertible(row.resource, row.action, row.changes),
        )
        for row in rows
    ]


def names_in(changes: Iterable[dict[str, Any]]) -> Names:
    """What the records are called that changes refer to; only those that the reader may see."""
    wanted: dict[str, set[int]] = {}
    for fields in changes:
        for name, pair in fields.items():
            if name in REFERENCES:
                wanted.setdefault(name, set()).update(number for number in pair if isinstance(number, int))
    queries = [_naming(name, numbers) for name, numbers in wanted.items() if numbers]
    if not queries:
        return {}
    found = db.session.execute(union_all(*queries))
    return {(name, number): _(text) if key else text for name, number, text, key in found}


def _naming(name: str, numbers: set[int]) -> Any:
    model, text, key = REFERENCES[name]
    query = select(literal(name), model.id, text, key).where(model.id.in_(numbers))
    return access.scope(query, current_actor(), f"{model.__tablename__}.view", model)


def label(resource: str, name: str) -> str:
    """What a field is called: as in the form of its record, else in the words above, else by its own name."""
    form = FORMS.get(resource)
    for field in (name, name.removesuffix("_id")):
        unbound = getattr(form, field, None)
        if isinstance(unbound, UnboundField):
            labels = [arg for arg in unbound.args if not isinstance(arg, UnboundField | type | list)]
            return str(unbound.kwargs.get("label", labels[0] if labels else field))
    return _(LABELS[name]) if name in LABELS else name


def change(resource: str, name: str, pair: Any, names: Names, zone: ZoneInfo) -> Change:
    """A field with its values in words."""
    old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    called, text = label(resource, name), _reader(resource, name, names, zone)
    lists = [item for item in (old, new) if item is not None]
    if name == "layout" or not lists or not all(isinstance(item, list) for item in lists):
        return Change(called, _safely(text, old), _safely(text, new))
    old, new = old or [], new or []
    out, came = [item for item in old if item not in new], [item for item in new if item not in old]
    if not out and not came:
        # The same words in another order.
        return Change(called, _words(text, old), _words(text, new))
    return Change(called, _words(text, out), _words(text, came), is_list=True)


def _words(text: Text, items: list[Any]) -> str:
    return templating.join(_safely(text, item) for item in items)


def _safely(text: Text, value: Any) -> str:
    """A value in words. What the product no longer knows (an old enum's member) stays as it was written."""
    if value is None:
        return ""
    try:
        return text(value)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return str(value)


def _reader(resource: str, name: str, names: Names, zone: ZoneInfo) -> Text:
    """How the values of a field are read."""
    if name in REFERENCES:
        return lambda number: names.get((name, number), f"#{number}")
    if name == "grants":
        return lambda pair: _grant(pair, names)
    if name in SPECIAL:
        return SPECIAL[name]
    column = MODELS[resource].__table__.columns.get(name) if resource in MODELS else None
    kind = None if column is None else column.type
    if isinstance(kind, Enum) and kind.enum_class:
        return lambda value: templating.label(kind.enum_class(value))  # type: ignore[misc]
    if isinstance(kind, UTCDateTime):
        return lambda value: templating.fmt_instant(datetime.fromisoformat(value), zone)
    if isinstance(kind, Date):
        return lambda value: templating.fmt_date(date.fromisoformat(value))
    if isinstance(kind, Time):
        return lambda value: value[:5]
    if isinstance(kind, Boolean):
        return lambda value: _("Yes") if value else _("No")
    return str


def _grant(pair: list[int], names: Names) -> str:
    """A role, and for which cinema."""
    role_id, cinema_id = pair
    place = names.get(("cinema_id", cinema_id), f"#{cinema_id}") if cinema_id else _("all cinemas")
    return f"{names.get(('role_id', role_id), f'#{role_id}')} · {place}"


def _word(kind: str) -> Text:
    return lambda code: templating.term(kind, code)


def _day(value: str) -> str:
    return templating.fmt_date(date.fromisoformat(value))


# By name, where the column's type says too little.
SPECIAL: Final[dict[str, Text]] = {
    "price": templating.money,
    "service_fee": templating.money,
    "genres": _word("genre"),
    "countries": _word("country"),
    "languages": _word("language"),
    "audio_language": _word("language"),
    "subtitle_language": _word("language"),
    "formats": lambda value: templating.label(Format(value)),
    "layout": plan_words,
    "film_week_start": lambda number: _(WEEKDAYS[number]),
    "everywhere": lambda value: _("Yes") if value else _("No"),
    "permissions": lambda name: _(PERMISSIONS[name]),
    "permission": lambda name: _(PERMISSIONS[name]),
    "first_day": _day,
    "last_day": _day,
}
