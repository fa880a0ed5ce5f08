"""The schedule as a file."""

from __future__ import annotations

import os
from typing import IO, ClassVar, Final
from urllib.parse import quote

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename
from werkzeug.wsgi import FileWrapper

from models import Cinema, db
from services import audit, exports, records, schedule
from services.exports import cells, csv, xlsx
from services.schedule import Week
from views.base import DashboardView, current_actor, tell_trail
from views.language import current_language
from views.schedule import asked_cinema, asked_week

blueprint = Blueprint("exports", __name__)

MIME_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK: Final = 64 * 1024
NAME_MAX: Final = 80


class ScheduleExportView(DashboardView):
    """A cinema's week as CSV or XLSX."""

    permissions: ClassVar = {"get": "schedule.export"}

    def get(self, kind: str) -> ResponseReturnValue:
        cinema = asked_cinema("schedule.export")
        week = asked_week(cinema)
        # Worked out here: after the commit the cinema is no longer at hand.
        found = schedule.rows(current_actor(), cinema, week.first_day, week.last_day)
        header, lines = exports.header(_), exports.lines(found, _)
        if kind == "csv":
            # Sends its statement when the first row is asked for, in the stream's own session.
            response = Response(stream_with_context(csv.stream(header, lines)))
        else:
            widths = [column.width for column in exports.COLUMNS]
            title = f"{cinema.name} {week.label}"
            response = _sent(xlsx.write(header, lines, widths=widths, title=title, sheet=week.label))
        response.headers["Content-Type"] = MIME_TYPES[kind]
        response.headers["Content-Disposition"] = disposition(cinema, week, kind)
        response.headers["Cache-Control"] = "no-store"
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


def _sent(file: IO[bytes]) -> Response:
    """The file in chunks; closing the response closes it, also when the reader goes away."""
    response = Response(FileWrapper(file, CHUNK), direct_passthrough=True)
    response.content_length = os.fstat(file.fileno()).st_size
    return response


def disposition(cinema: Cinema, week: Week, kind: str) -> str:
    """The Content-Disposition: the cinema's name in UTF-8 (RFC 5987), its number for old clients."""
    ending = f"_{week.label}_{current_language()}.{kind}"
    # Letters and digits of every script stay: nothing that a header or a file system could misread.
    words = "".join(char if char.isalnum() else " " for char in cells.text(cinema.name)).split()
    name = "-".join(words)[:NAME_MAX] or f"cinema-{cinema.id}"
    plain = secure_filename(f"cinema-{cinema.id}{ending}")
    utf8 = f"UTF-8''{quote(name + ending, safe='')}"
    return dump_options_header("attachment", {"filename": plain, "filename*": utf8})


blueprint.add_url_rule(
    "/schedule/export.<any(csv, xlsx):kind>", view_func=ScheduleExportView.as_view("schedule")
)
