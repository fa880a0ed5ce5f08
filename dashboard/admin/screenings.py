"""Screenings."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import contains_eager

from dashboard import templating
from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column, Filter, number
from models import Cinema, Film, Hall, Poster, Screening, ScreeningStatus, clock
from models.text import N_
from services import screenings
from services.screenings import HOUSE_ZONE
from views.forms.records import ScreeningForm

PERIODS = {"upcoming": N_("From now on"), "today": N_("Today"), "past": N_("Past")}


def _period(typed: str) -> str:
    if typed not in PERIODS:
        raise ValueError(typed)
    return typed


def _when(period: str) -> ColumnElement[bool]:
    now = clock.now()
    if period == "today":
        return Screening.business_date == now.astimezone(HOUSE_ZONE).date()
    return Screening.ends_at > now if period == "upcoming" else Screening.ends_at <= now


class ScreeningView(SafeModelView):
    noun, plural, icon = N_("Screening"), N_("Screenings"), "ticket-perforated"
    service, form = screenings, ScreeningForm
    columns = (
        Column(
            "film",
            N_("Film"),
            (Film.title, Film.original_title, Poster.sha256.label("poster")),
            cells.film("screening"),
            (Film.title,),
            "cell-main",
        ),
        Column(
            "cinema",
            N_("Cinema"),
            (Cinema.name.label("cinema"), Cinema.timezone),
            cells.text("cinema"),
            (Cinema.name,),
        ),
        Column("hall", N_("Hall"), (Hall.name.label("hall"),), cells.text("hall"), (Hall.name,)),
        Column(
            "starts_at",
            N_("Time"),
            (Screening.starts_at, Screening.ends_at),
            cells.span,
            (Screening.starts_at,),
        ),
        Column("format", N_("Format"), (Screening.format,), cells.one_format("format"), (Screening.format,)),
        Column("status", N_("Status"), (Screening.status,), cells.status, (Screening.status,)),
        Column("price", N_("Price"), (Screening.price,), cells.money("price"), (Screening.price,), "num"),
    )
    filters = (
        Filter(
            "when",
            N_("Time"),
            _when,
            _period,
            choices=PERIODS.items,
            describe=lambda period: _(PERIODS[period]),
            default="upcoming",
        ),
        Filter("cinema", N_("Cinema"), lambda n: Screening.cinema_id == n, number, lookup=Cinema),
        Filter("hall", N_("Hall"), lambda n: Screening.hall_id == n, number, lookup=Hall),
        Filter("film", N_("Film"), lambda n: Screening.film_id == n, number, lookup=Film),
        Filter(
            "day",
            N_("Business day"),
            lambda day: Screening.business_date == day,
            date.fromisoformat,
            describe=templating.fmt_date,
        ),
        Filter(
            "status",
            N_("Status"),
            lambda status: Screening.status == status,
            ScreeningStatus,
            choices=lambda: [(status.value, status.label) for status in ScreeningStatus],
            describe=templating.label,
        ),
    )
    search = (Film.title, Film.original_title, Cinema.name, Hall.name)
    search_hint = N_("Film, cinema, hall")
    order = (Screening.starts_at,)

    def query(self) -> Select[Any]:
        return (
            super()
            .query()
            .join(Film, Film.id == Screening.film_id)
            .join(Hall, Hall.id == Screening.hall_id)
            .join(Cinema, Cinema.id == Screening.cinema_id)
            .outerjoin(Poster, (Poster.film_id == Film.id) & (Poster.position == 0))
        )

    def owner(self) -> Any:
        return Screening.cinema_id

    def lookup_columns(self) -> tuple[Any, ...]:
        return (Film.title, Hall.name)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        joined = query.join(Screening.film).join(Screening.hall).join(Screening.cinema)
        eager = (
            contains_eager(Screening.film),
            contains_eager(Screening.hall),
            contains_eager(Screening.cinema),
        )
        return joined.options(*eager).order_by(Screening.starts_at.desc(), Screening.id)

    def extras(self, record: Screening) -> dict[str, Any]:
        """The four times by the cinema's clock."""
        zone = record.cinema.zone
        times = [
            (_("Pre-show"), record.preshow_at),
            (_("Feature"), record.starts_at),
            (_("End of the feature"), record.ends_at),
            (_("Hall is clear"), record.cleared_at),
        ]
        local = [(name, templating.fmt_instant(moment, zone)) for name, moment in times]
        day = (_("Business day"), templating.fmt_date(record.business_date))
        return {"related": [], "times": [*local, day]}
