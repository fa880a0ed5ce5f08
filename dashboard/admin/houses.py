"""Cinemas and their halls."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import contains_eager

from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column, Filter, number
from models import Cinema, City, Hall, db
from models.text import N_
from services import cinemas, halls
from views.base import current_actor
from views.forms.records import CinemaForm, HallForm


class CinemaView(SafeModelView):
    noun, plural, icon = N_("Cinema"), N_("Cinemas"), "building"
    service, form = cinemas, CinemaForm
    columns = (
        Column(
            "name",
            N_("Cinema"),
            (Cinema.name, Cinema.address),
            cells.link("cinema", "name", "address"),
            (Cinema.name,),
            "cell-main",
        ),
        Column("city", N_("City"), (City.name.label("city"),), cells.text("city"), (City.pinyin, City.name)),
        Column("district", N_("District"), (Cinema.district,), cells.text("district"), (Cinema.district,)),
        Column("phone", N_("Phone"), (Cinema.phone,), cells.text("phone")),
        Column(
            "service_fee",
            N_("Service fee"),
            (Cinema.service_fee,),
            cells.money("service_fee"),
            (Cinema.service_fee,),
            "num",
        ),
    )
    filters = (Filter("city", N_("City"), lambda n: Cinema.city_id == n, number, lookup=City),)
    search = (Cinema.name, City.name, Cinema.district, Cinema.address, Cinema.phone)
    search_hint = N_("Name, city, district, phone")
    order = (City.pinyin, Cinema.name)

    def query(self) -> Select[Any]:
        return super().query().join(City, City.id == Cinema.city_id)

    def owner(self) -> Any:
        return Cinema.id

    def lookup_columns(self) -> tuple[Any, ...]:
        return (Cinema.name, Cinema.district)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Cinema.name, Cinema.id)

    def defaults(self) -> dict[str, Any]:
        return {
            "opens_at": time(9),
            "closes_at": time(2),
            "business_day_start": time(6),
            "film_week_start": 0,
            "preshow_min": 10,
            "cleaning_min": 15,
            "service_fee": 0,
        }

    def extras(self, record: Cinema) -> dict[str, Any]:
        return {
            "related": [
                (_("The week"), url_for("schedule.week", cinema=record.id), "schedule.view"),
                (_("Halls"), url_for("hall.index_view", cinema=record.id), "hall.view"),
                (_("Screenings"), url_for("screening.index_view", cinema=record.id), "screening.view"),
            ]
        }


class HallView(SafeModelView):
    noun, plural, icon = N_("Hall"), N_("Halls"), "grid-3x3-gap"
    service, form = halls, HallForm
    columns = (
        Column("name", N_("Hall"), (Hall.name,), cells.link("hall", "name"), (Hall.name,), "cell-main"),
        Column(
            "cinema",
            N_("Cinema"),
            (Cinema.name.label("cinema"),),
            cells.text("cinema"),
            (Cinema.name, Hall.name),
        ),
        Column("formats", N_("Formats"), (Hall.formats,), cells.formats("formats")),
        Column("seats", N_("Seats"), (Hall.seats,), cells.text("seats"), (Hall.seats,), "num"),
        Column(
            "cleaning_min",
            N_("Cleaning"),
            (Hall.cleaning_min,),
            cells.minutes("cleaning_min"),
            (Hall.cleaning_min,),
            "num",
        ),
    )
    filters = (Filter("cinema", N_("Cinema"), lambda n: Hall.cinema_id == n, number, lookup=Cinema),)
    search = (Hall.name, Cinema.name)
    search_hint = N_("Hall, cinema")
    order = (Cinema.name, Hall.name)

    def query(self) -> Select[Any]:
        return super().query().join(Cinema, Cinema.id == Hall.cinema_id)

    def owner(self) -> Any:
        return Hall.cinema_id

    def lookup_columns(self) -> tuple[Any, ...]:
        return (Hall.name, Cinema.name)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        query = (
            query.join(Hall.cinema).options(contains_eager(Hall.cinema)).where(Cinema.deleted_at.is_(None))
        )
        return query.order_by(Cinema.name, Hall.name, Hall.id)

    def lookup_text(self, record: Hall) -> str:
        return f"{record.cinema.name} · {record.name}"

    def defaults(self) -> dict[str, Any]:
        """A new hall begins in the cinema whose halls were looked at."""
        typed = request.args.get("cinema", "")
        cinema = (
            db.session.get(Cinema, int(typed))
            if typed.isascii() and typed.isdigit() and len(typed) < 10
            else None
        )
        return (
            {"cinema": cinema}
            if cinema is not None and current_actor().can("hall.create", Hall(cinema_id=cinema.id))
            else {}
        )

    def extras(self, record: Hall) -> dict[str, Any]:
        url = url_for("screening.index_view", hall=record.id)
        return {"related": [(_("Screenings in this hall"), url, "screening.view")]}
