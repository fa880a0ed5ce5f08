"""Cities and distributors: the small lists that others refer to."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select

from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column
from models import City, Distributor
from models.text import N_
from services import cities, distributors
from views.forms.records import CityForm, DistributorForm


class CityView(SafeModelView):
    noun, plural, icon = N_("City"), N_("Cities"), "geo-alt"
    service, form = cities, CityForm
    columns = (
        Column(
            "name",
            N_("Name"),
            (City.name,),
            cells.link("city", "name"),
            (City.pinyin, City.name),
            "cell-main",
        ),
        Column("pinyin", N_("Pinyin"), (City.pinyin,), cells.text("pinyin"), (City.pinyin,)),
        Column("code", N_("Code"), (City.code,), cells.text("code"), (City.code,), "num"),
    )
    search = (City.name, City.pinyin, City.code)
    search_hint = N_("Name, pinyin, code")
    order = (City.pinyin, City.name)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(City.pinyin, City.name)

    def extras(self, record: City) -> dict[str, Any]:
        return {
            "related": [
                (_("Cinemas in this city"), url_for("cinema.index_view", city=record.id), "cinema.view")
            ]
        }


class DistributorView(SafeModelView):
    noun, plural, icon = N_("Distributor"), N_("Distributors"), "truck"
    service, form = distributors, DistributorForm
    columns = (
        Column(
            "name",
            N_("Name"),
            (Distributor.name,),
            cells.link("distributor", "name"),
            (Distributor.name,),
            "cell-main",
        ),
        Column(
            "contact",
            N_("Contact person"),
            (Distributor.contact,),
            cells.text("contact"),
            (Distributor.contact,),
        ),
        Column("phone", N_("Phone"), (Distributor.phone,), cells.text("phone")),
        Column("email", N_("E-mail"), (Distributor.email,), cells.text("email")),
    )
    search = (Distributor.name, Distributor.contact, Distributor.phone, Distributor.email)
    search_hint = N_("Name, person, phone")
    order = (Distributor.name,)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Distributor.name)

    def extras(self, record: Distributor) -> dict[str, Any]:
        return {
            "related": [
                (
                    _("Films of this distributor"),
                    url_for("film.index_view", distributor=record.id),
                    "film.view",
                )
            ]
        }
