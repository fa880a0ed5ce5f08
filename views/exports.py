"""The schedule as a file."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models import Cinema, db
from services import audit, exports, records, schedule
from services.schedule import Week
from views import downloads
from views.base import DashboardView, current_actor, tell_trail
from views.language import current_language
from views.schedule import asked_cinema, asked_week

blueprint = Blueprint("exports", __name__)


class ScheduleExportView(DashboardView):
    """A cinema's week as CSV or XLSX."""

    permissions: ClassVar = {"get": "schedule.export"}

    def get(self, kind: str) -> ResponseReturnValue:
        cinema = asked_cinema("schedule.export")
        week = asked_week(cinema)
        # Worked out here: after the commit the cinema is no longer at hand. The statement is sent when the first row
        # is asked for, in the stream's own session.
        found = schedule.rows(current_actor(), cinema, week.first_day, week.last_day)
        response = downloads.table(
            kind,
            exports.header(_),
            exports.lines(found, _),
            widths=[column.width for column in exports.COLUMNS],
            title=f"{cinema.name} {week.label}",
            sheet=week.label,
            disposition=disposition(cinema, week, kind),
        )
        if request.method == "GET":
            # HEAD takes nothing along.
            _note(cinema, week, kind)
        return response


def _note(cinema: Cinema, week: Week, kind: str) -> None:
    """Write who took what along. Last: from here on nobody else writes until the commit."""
    told = {"first_day": week.first_day, "last_day": week.last_day, "file": kind}
    records.begin_writing()
    tell_trail()
    changes = {name: [None, str(value)] for name, value in told.items()}
    audit.note(db.session(), "schedule.export", cinema, changes=changes)


def disposition(cinema: Cinema, week: Week, kind: str) -> str:
    """The Content-Disposition with the cinema's name, and its number for old clients."""
    ending = f"_{week.label}_{current_language()}.{kind}"
    return downloads.disposition(cinema.name, f"cinema-{cinema.id}", ending)


blueprint.add_url_rule(
    "/schedule/export.<any(csv, xlsx):kind>", view_func=ScheduleExportView.as_view("schedule")
)
