"""Films."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select, String, type_coerce

from dashboard.admin import cells
from dashboard.admin.base import SafeModelView
from dashboard.admin.spec import Column, Filter, number
from models import Distributor, Film, Poster
from models.text import N_
from models.vocabulary import GENRES
from services import films
from views.forms.records import FilmForm


def _has_poster(value: str) -> Any:
    return Poster.id.is_not(None) if value == "yes" else Poster.id.is_(None)


def _one_of(*values: str) -> Any:
    def parse(typed: str) -> str:
        if typed not in values:
            raise ValueError(typed)
        return typed

    return parse


class FilmView(SafeModelView):
    noun, plural, icon = N_("Film"), N_("Films"), "film"
    service, form = films, FilmForm
    columns = (
        Column(
            "title",
            N_("Film"),
            (Film.title, Film.original_title, Poster.sha256.label("poster")),
            cells.film("film"),
            (Film.title,),
            "cell-main",
        ),
        Column("director", N_("Director"), (Film.director,), cells.text("director"), (Film.director,)),
        Column("genres", N_("Genres"), (Film.genres,), cells.terms("genre", "genres")),
        Column(
            "runtime_min",
            N_("Minutes"),
            (Film.runtime_min,),
            cells.minutes("runtime_min"),
            (Film.runtime_min,),
            "num",
        ),
        Column("formats", N_("Formats"), (Film.formats,), cells.formats("formats")),
        Column(
            "release_date",
            N_("Release"),
            (Film.release_date, Film.release_precision),
            cells.release,
            (Film.release_date,),
        ),
    )
    filters = (
        Filter(
            "genre",
            N_("Genre"),
            # Kept as one text; compared as the list that it stands for, nothing would be found.
            lambda code: type_coerce(Film.genres, String).contains(f'"{code}"', autoescape=True),
            _one_of(*GENRES.names),
            choices=lambda: GENRES.names.items(),
            describe=lambda code: _(GENRES.name(code)),
        ),
        Filter(
            "poster",
            N_("Poster"),
            _has_poster,
            _one_of("yes", "no"),
            choices=lambda: [("yes", N_("With poster")), ("no", N_("Without poster"))],
            describe=lambda value: _("Yes") if value == "yes" else _("No"),
        ),
        Filter(
            "distributor", N_("Distributor"), lambda n: Film.distributor_id == n, number, lookup=Distributor
        ),
    )
    search = (Film.title, Film.original_title, Film.short_title, Film.director)
    search_hint = N_("Title, director")
    order = (Film.release_date.desc().nulls_last(), Film.title)

    def query(self) -> Select[Any]:
        return super().query().outerjoin(Poster, (Poster.film_id == Film.id) & (Poster.position == 0))

    def lookup_columns(self) -> tuple[Any, ...]:
        return (Film.title, Film.original_title, Film.short_title)

    def lookup_order(self, query: Select[Any]) -> Select[Any]:
        return query.order_by(Film.title, Film.id)

    def lookup_text(self, record: Film) -> str:
        minutes = f" · {record.runtime_min}′" if record.runtime_min else ""
        return f"{record.title}{f' / {record.original_title}' if record.original_title else ''}{minutes}"

    def extras(self, record: Film) -> dict[str, Any]:
        related = [
            (_("Screenings of this film"), url_for("screening.index_view", film=record.id), "screening.view")
        ]
        return {"related": related, "film": record, "poster": record.posters[0] if record.posters else None}
