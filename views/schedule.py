"""The week of a cinema: halls across, days down."""

from __future__ import annotations

from typing import ClassVar, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from models import Cinema, clock
from models.text import N_
from services import access, schedule, screenings
from services.errors import NotFound
from services.schedule import Week
from views.base import DashboardView, current_actor

blueprint = Blueprint("schedule", __name__)

# With more cinemas than this the picker asks the server instead of listing all.
PICKER_MAX: Final = 50
# The dot beside a status; its word says the same.
DOTS: Final = {"draft": "hollow", "planned": "blue", "on_sale": "green", "closed": "mute", "cancelled": "red"}


def asked_cinema(permission: str, default: int | None = None) -> Cinema:
    """The cinema of ?cinema=, else the one with the id `default`.

    Raises NotFound for what is outside the reader's cinemas or no number, Forbidden without the permission.
    """
    text = request.args.get("cinema") or str(default or "")
    # Longer numbers than this no database would take.
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFound(N_("There is no such cinema."))
    cinema: Cinema = access.get(current_actor(), permission, Cinema, int(text))
    return cinema


def asked_week(cinema: Cinema) -> Week:
    """The week of ?week=, else the present one. Raises Invalid."""
    if label := request.args.get("week"):
        return Week.parse(label, cinema.film_week_start)
    return Week.of(cinema, clock.now())


class WeekView(DashboardView):
    """The week's grid, with the ways to other weeks, other cinemas and the files."""

    permissions: ClassVar = {"get": "schedule.view"}

    def get(self) -> ResponseReturnValue:
        actor = current_actor()
        choices = schedule.cinemas(actor, PICKER_MAX + 1)
        if not choices and not request.args.get("cinema"):
            return render_template("schedule/nothing.html")
        cinema = asked_cinema("schedule.view", choices[0].id if choices else None)
        week = asked_week(cinema)
        return render_template(
            "schedule/week.html",
            cinema=cinema,
            choices=choices[:PICKER_MAX],
            many=len(choices) > PICKER_MAX,
            week=week,
            this_week=Week.of(cinema, clock.now()),
            today=screenings.business_date(cinema, clock.now()),
            grid=schedule.grid(actor, cinema, week),
            dots=DOTS,
        )


blueprint.add_url_rule("/schedule", view_func=WeekView.as_view("week"))
