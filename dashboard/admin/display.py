"""A record to read: the fields of its form, each as text in the reader's language."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    FieldList,
    SelectField,
    SelectMultipleField,
    TimeField,
)

from dashboard import templating
from models.hall import COUPLE, GAP, SEAT, WHEELCHAIR
from views.base import current_actor
from views.forms.base import RecordForm
from views.forms.fields import EnumField, EnumsField, LayoutField, LookupField, MoneyField, TagsField

ROW = Markup("<br>")
PLACES = {SEAT: "plain", WHEELCHAIR: "wheelchair", COUPLE: "couple", GAP: "gap"}
LINK = Markup('<a href="{}">{}</a>')


SEAT_MAP = Markup(
    '<div class="seat-map"><div role="img" aria-label="{}"><div class="seat-screen">{}</div>{}</div>'
    '<p class="text-quiet mb-0">{}</p></div>'
)
SEAT_ROW = Markup('<div class="seat-row">{}</div>')
SEATS = {place: Markup('<i class="seat seat-{}"></i>').format(name) for place, name in PLACES.items()}


@singledispatch
def value(field: Field) -> Any:
    """What a field holds, for reading."""
    return "" if field.data is None else field.data


@value.register
def _lookup(field: LookupField) -> Any:
    if field.data is None:
        return ""
    if not current_actor().can(f"{field.noun}.view", field.data):
        return field.text(field.data)
    return LINK.format(url_for(f"{field.noun}.details_view", id=field.data.id), field.text(field.data))


@value.register
def _tags(field: TagsField) -> Any:
    words = field.data or []
    known = field.vocabulary.names if field.vocabulary else {}
    return templating.join([_(known[word]) if word in known else word for word in words])


@value.register
def _enum(field: EnumField) -> Any:
    return templating.label(field.data)


@value.register
def _enums(field: EnumsField) -> Any:
    return templating.join(templating.label(field.enum(word)) for word in field.data or [])


@value.register
def _many(field: SelectMultipleField) -> Any:
    return ROW.join(str(choice.label) for choice in field.iter_choices() if choice.selected)


@value.register
def _select(field: SelectField) -> Any:
    chosen = (choice.label for choice in field.iter_choices() if choice.selected and choice.value)
    return next(chosen, field.data or "")


@value.register
def _money(field: MoneyField) -> Any:
    return templating.money(field.data)


@value.register
def _time(field: TimeField) -> Any:
    return "" if field.data is None else f"{field.data:%H:%M}"


@value.register
def _moment(field: DateTimeLocalField) -> Any:
    return "" if field.data is None else f"{field.data:%Y-%m-%d %H:%M}"


@value.register
def _boolean(field: BooleanField) -> Any:
    return _("Yes") if field.data else _("No")


def plan_words(plan: list[str]) -> str:
    """A seat plan in a sentence."""
    counts = {place: sum(row.count(place) for row in plan) for place in SEATS}
    return _(
        "%(rows)s rows: %(seats)s seats, %(couples)s of them couple seats, %(wheelchairs)s wheelchair places",
        rows=len(plan),
        seats=counts[SEAT] + counts[COUPLE],
        couples=counts[COUPLE],
        wheelchairs=counts[WHEELCHAIR],
    )


@value.register
def _layout(field: LayoutField) -> Any:
    """The plan as one sees it from above, the screen at the top; said in words for who cannot see it."""
    if not field.data:
        return ""
    rows = Markup("").join(
        SEAT_ROW.format(Markup("").join(SEATS[place] for place in row)) for row in field.data
    )
    words = plan_words(field.data)
    return SEAT_MAP.format(words, _("Screen"), rows, words)


@value.register
def _list(field: FieldList) -> Any:
    return ROW.join(Markup(" · ").join(value(sub) for sub in entry.form if sub.data) for entry in field)


def shown(form: RecordForm) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The form's cards as (title, [(label, text)])."""
    return [
        (_(title), [(f.label.text, value(f)) for f in fields if f.short_name not in form.helpers])
        for title, fields in form.shown()
    ]
