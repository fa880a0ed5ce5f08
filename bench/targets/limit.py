"""The limit: plain Flask views that do no more than they must. No log-in, no total, no filters to choose from."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, abort, request
from sqlalchemy import Select, create_engine, select

from models import Cinema, Film, Hall, Screening

PAGE = """<!doctype html><title>Screenings</title><table>
{% for row in rows %}<tr><td><a href="/edit?id={{ row.id }}">{{ row.title }}</a><br>{{ row.original_title }}</td>
<td>{{ row.cinema }}</td><td>{{ row.hall }}</td><td>{{ row.starts_at }}</td><td>{{ row.ends_at }}</td>
<td>{{ row.format }}</td><td>{{ row.status }}</td><td>{{ row.price }}</td></tr>
{% endfor %}</table>"""
FORM = """<!doctype html><title>Screening</title><form method="post">{% for name, value in row.items() %}
<label>{{ name }} <input name="{{ name }}" value="{{ value }}"></label>{% endfor %}<button>Save</button></form>"""

app = Flask(__name__)
engine = create_engine(os.environ["BENCH_DATABASE"])
page, form = app.jinja_env.from_string(PAGE), app.jinja_env.from_string(FORM)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Screening.id,
            Film.title,
            Film.original_title,
            Cinema.name.label("cinema"),
            Hall.name.label("hall"),
            Screening.starts_at,
            Screening.ends_at,
            Screening.format,
            Screening.status,
            Screening.price,
        )
        .join(Film, Film.id == Screening.film_id)
        .join(Hall, Hall.id == Screening.hall_id)
        .join(Cinema, Cinema.id == Screening.cinema_id)
    )


@app.get("/ping")
def ping() -> str:
    """The floor of server and client."""
    return "ok"


@app.get("/")
def rows() -> str:
    """Fifty screenings."""
    query = _rows().order_by(Screening.starts_at, Screening.id).limit(50)
    if typed := request.args.get("search"):
        query = query.where(Film.title.contains(typed))
    if cinema := request.args.get("cinema"):
        query = query.where(Screening.cinema_id == int(cinema))
    if status := request.args.get("status"):
        query = query.where(Screening.status == status)
    if offset := request.args.get("offset"):
        query = query.offset(int(offset))
    with engine.connect() as connection:
        return page.render(rows=connection.execute(query).all())


@app.get("/edit")
def edit() -> str:
    """The form of one screening."""
    with engine.connect() as connection:
        row = connection.execute(_rows().where(Screening.id == int(request.args["id"]))).mappings().first()
    return form.render(row=row) if row else abort(404)


@app.get("/lookup")
def lookup() -> list[list[Any]]:
    """Twenty films by a part of their title."""
    query = select(Film.id, Film.title).where(Film.title.contains(request.args["query"])).order_by(Film.id)
    with engine.connect() as connection:
        return [list(row) for row in connection.execute(query.limit(20))]
