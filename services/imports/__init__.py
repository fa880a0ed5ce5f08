"""Imports of cities, films and cinemas from files as they are: recognised, read, planned, written, accounted for.

    stream -> source (bytes, text) -> detect (kind, raw rows) -> taopiaopiao (clean rows) -> plan -> write -> Report

Nothing of a file is executed or trusted; see the modules for what each promises. What a row may change is decided in
`merge`: by default an import only fills what is empty, so importing a file again, or several that disagree in any
order, changes nothing.
"""

from collections import Counter
from collections.abc import Callable
from typing import IO, Final, NamedTuple

from models import db
from models.text import N_, Term
from services import audit
from services.access import Actor
from services.errors import Forbidden, Invalid, ServiceError
from services.permissions import PERMISSIONS as PERMISSIONS_IN_WORDS

from . import cinemas, cities, films, taopiaopiao
from .detect import Found, recognise
from .plan import Plan, Target
from .report import LABELS, Line, Note, Outcome, Report, shown
from .rows import Cells, Row, from_raw
from .source import MAX_BYTES, decode, read

__all__ = ["KINDS", "LABELS", "MAX_BYTES", "PERMISSIONS", "Line", "Note", "Outcome", "Report", "run"]


class _Kind(NamedTuple):
    permission: str
    read: Callable[[Cells], None]
    plan: Callable[[Actor, list[Row], bool], Plan]
    write: Callable[[Actor, Target], None]


_KINDS: Final = {
    "cities": _Kind("city.import", taopiaopiao.city, cities.plan, cities.write),
    "films": _Kind("film.import", taopiaopiao.film, films.plan, films.write),
    "cinemas": _Kind("cinema.import", taopiaopiao.cinema, cinemas.plan, cinemas.write),
}
KINDS: Final = tuple(_KINDS)
PERMISSIONS: Final = {name: kind.permission for name, kind in _KINDS.items()}

_MISTAKEN: Final = {
    ("cities", "films"): N_("The file holds films; cities were asked for."),
    ("cities", "cinemas"): N_("The file holds cinemas; cities were asked for."),
    ("films", "cities"): N_("The file holds cities; films were asked for."),
    ("films", "cinemas"): N_("The file holds cinemas; films were asked for."),
    ("cinemas", "cities"): N_("The file holds cities; cinemas were asked for."),
    ("cinemas", "films"): N_("The file holds films; cinemas were asked for."),
}


def run(
    actor: Actor,
    kind: str | None,
    stream: IO[bytes],
    filename: str,
    *,
    dry_run: bool = False,
    overwrite: bool = False,
) -> Report:
    """Import one file: all of it or, after an error, nothing. The caller commits.

    kind       one of KINDS, or None: whatever the content is
    stream     binary; read to at most MAX_BYTES
    filename   only for the report and the audit trail
    dry_run    everything is done in a savepoint and undone; the report is the one the import would give
    overwrite  also replace stored values that differ (never by empty ones)

    Raises Forbidden without `<noun>.import` for the whole chain (and `.create`/`.edit` for what has to be made or
    changed); Invalid or TooLarge with the reason when the file cannot be used. Single rows are refused in the report.
    """
    if kind is not None and kind not in _KINDS:
        raise Invalid(N_("There is no such kind of import."))
    _check_rights(actor, KINDS if kind is None else (kind,))
    found = recognise(decode(read(stream)))
    if kind is not None and kind != found.kind:
        raise Invalid(_MISTAKEN[kind, found.kind])
    _check_rights(actor, (found.kind,))
    report = Report(found.kind, shown(filename), dry_run, notes=[*found.notes, *_left_out(found)])
    with audit.because(db.session(), f"import: {report.filename}"), db.session.begin_nested() as savepoint:
        _import(actor, found, report, overwrite)
        if dry_run:
            savepoint.rollback()
    return report


def _check_rights(actor: Actor, kinds: tuple[str, ...]) -> None:
    """What is imported belongs to the whole chain, so the right must be held for all of it."""
    permissions = [PERMISSIONS[kind] for kind in kinds]
    if not any(actor.everywhere(permission) for permission in permissions):
        raise Forbidden(
            N_("You may not do this: it needs the permission “%(what)s” (%(permission)s)."),
            what=Term(PERMISSIONS_IN_WORDS[permissions[0]]),
            permission=" / ".join(permissions),
        )


def _import(actor: Actor, found: Found, report: Report, overwrite: bool) -> None:
    kind = _KINDS[found.kind]
    rows = [from_raw(raw, kind.read) for raw in found.rows]
    plan = kind.plan(actor, rows, overwrite)
    for target in plan.targets.values():
        try:
            kind.write(actor, target)
        except Forbidden:
            raise
        except ServiceError as error:
            _refuse(target, error)
    report.lines = plan.lines
    report.notes += [*plan.notes, *_stand_ins(rows)]


def _refuse(target: Target, error: ServiceError) -> None:
    """A record the services or the database refuse: the rows that wanted the change are refused, with the reason."""
    for line in target.lines:
        if line.changes or target.record is None:
            line.outcome = Outcome.REFUSED
            line.changes = {}
            line.reason = Note(error.message, error.params, error.field)


def _left_out(found: Found) -> list[Note]:
    """One note that names the columns of a table which have no place in a record."""
    if all(raw.line is None for raw in found.rows):
        return []  # the JSON of an app is full of what only the app needs
    columns = dict.fromkeys(name for raw in found.rows for name in raw.cells)
    unknown = [name for name in columns if name not in taopiaopiao.KNOWN[found.kind]]
    return (
        [Note(N_("Columns that are not kept: %(columns)s"), {"columns": shown(", ".join(unknown))})]
        if unknown
        else []
    )


def _stand_ins(rows: list[Row]) -> list[Note]:
    """One note on release dates of which only the month or the year is known."""
    counts = Counter(str(row.values.get("release_precision")) for row in rows if row.reason is None)
    texts = {
        "month": N_("Release dates kept as a month, their day only stands in for it: %(count)d"),
        "year": N_("Release dates kept as a year, their day only stands in for it: %(count)d"),
    }
    return [
        Note(text, {"count": counts[precision]}) for precision, text in texts.items() if counts[precision]
    ]
