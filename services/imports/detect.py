"""What a file is, judged by its content alone: the kind of its rows, and the rows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from models.text import N_
from services.errors import Invalid, TooLarge

from . import jsontext, sql
from .report import Note, shown
from .rows import RawRow, raw_object

MAX_ROWS = 10_000  # some fifteen seconds of writing
_JSON = re.compile(r"""[\[{"]|-?[0-9]|null\b|true\b|false\b|NaN\b|-?Infinity\b""")
_INSERT = re.compile(r"\b(?:insert|replace)\b", re.IGNORECASE)
_CONSTANT_CALLS = ("date", "datetime", "timestamp", "str_to_date", "to_date")


@dataclass(slots=True)
class Found:
    """The kind of a file ("cities", "films" or "cinemas"), its raw rows, and notes about the whole of it."""

    kind: str
    rows: list[RawRow]
    notes: list[Note] = field(default_factory=list)


def recognise(text: str) -> Found:
    """Recognise and take apart `text`; raises `Invalid` for a file that is nothing of ours."""
    text = text.strip("\ufeff \t\r\n")
    if _JSON.match(text):
        found = _from_json(text)
    elif _INSERT.search(text):
        found = _from_sql(text)
    else:
        raise Invalid(N_("The file is neither JSON nor SQL with INSERT statements."))
    if not found.rows:
        raise Invalid(N_("The file holds no rows to import."))
    if len(found.rows) > MAX_ROWS:
        raise TooLarge(N_("The file holds more than %(limit)d rows; split it."), limit=MAX_ROWS)
    return found


def _unknown() -> Invalid:
    return Invalid(N_("The file is not a list of cities, films or cinemas."))


def _from_json(text: str) -> Found:
    payload = _payload(jsontext.loads(text))
    if isinstance(payload, list):
        return _from_list(payload)
    if not isinstance(payload, dict):
        raise _unknown()
    if isinstance(payload.get("regionCinemas"), dict):
        return Found("cinemas", list(_grouped(payload["regionCinemas"], "region")))
    if "showName" in payload:
        return Found("films", [raw_object(1, payload)])
    groups = [group for group in payload.values() if isinstance(group, list)]
    if groups and _any_has(groups, "regionName"):
        return Found("cities", list(_grouped(payload, "letter")))
    raise _unknown()


def _payload(document: object) -> object:
    """What the service's answer carries, out of its envelope."""
    if isinstance(document, jsontext.Repeated):
        raise Invalid(N_("The JSON holds a key twice at its top, so what it means is not known."))
    if not isinstance(document, dict):
        return document
    answer = document.get("ret")
    if isinstance(answer, list) and answer and not str(answer[0]).startswith("SUCCESS"):
        raise Invalid(N_("The file holds a refusal of the source: %(answer)s"), answer=shown(answer[0]))
    inner = document.get("data", document)
    if isinstance(inner, jsontext.Repeated):
        return _payload(inner)
    return inner.get("returnValue", inner) if isinstance(inner, dict) else inner


def _from_list(items: list[object]) -> Found:
    """A list whose objects are films; the list of a film's reviews also names the film, so it is told apart first."""
    if _any_has([items], "commentTime", "nickName"):
        raise Invalid(N_("The file is a list of reviews. Marquee imports cities, films and cinemas."))
    for key, kind in (("showName", "films"), ("cinemaName", "cinemas"), ("cityCode", "cities")):
        if _any_has([items], key):
            return Found(kind, [raw_object(number, item) for number, item in enumerate(items, 1)])
    if not items:
        raise Invalid(N_("The file holds no rows to import."))
    raise _unknown()


def _any_has(groups: Iterable[list[object]], *keys: str) -> bool:
    return any(
        isinstance(item, dict) and any(key in item for key in keys) for group in groups for item in group
    )


def _grouped(groups: dict[str, object], name: str) -> Iterator[RawRow]:
    """The rows of an object of lists, numbered through, each knowing the key of its list as cell `name`."""
    if isinstance(groups, jsontext.Repeated):
        raise Invalid(N_("The JSON names a group of rows twice, so what it means is not known."))
    number = 0
    for key, group in groups.items():
        for item in group if isinstance(group, list) else [group]:
            number += 1
            yield raw_object(number, item, {name: key})


def _from_sql(text: str) -> Found:
    """The rows of the INSERTs; the kind of the first recognised statement is the kind of the file."""
    kind: str | None = None
    rows: list[RawRow] = []
    passed: dict[str, sql.Passed] = {}
    for item in sql.statements(text):
        if isinstance(item, sql.Passed):
            passed.setdefault(item.word, item)
            continue
        if len(rows) >= MAX_ROWS:
            raise TooLarge(N_("The file holds more than %(limit)d rows; split it."), limit=MAX_ROWS)
        own = _sql_kind(item.columns)
        kind = kind or own
        problem = item.problem
        if problem is None and own != kind:
            problem = Note(
                N_("the table %(table)s has other columns than the rest of the file"),
                {"table": shown(item.table)},
            )
        cells = dict(zip(item.columns, map(_constant, item.values), strict=False))
        rows.append(RawRow(len(rows) + 1, item.line, cells, problem))
    if kind is None and rows and not any(row.cells for row in rows):
        raise Invalid(N_("The INSERT statements hold no row that can be read, or do not name their columns."))
    if kind is None:
        raise _unknown()
    notes = [
        Note(
            N_("Passed over, nothing is executed: %(word)s on line %(line)d"),
            {"word": one.word, "line": one.line},
        )
        for one in passed.values()
    ]
    return Found(kind, rows, notes)


def _sql_kind(columns: tuple[str, ...]) -> str | None:
    names = set(columns)
    if "showname" in names:
        return "films"
    if {"name", "city"} <= names or "cinemaname" in names:
        return "cinemas"
    return "cities" if {"regionname", "citycode"} <= names else None


def _constant(value: sql.Value) -> object:
    """A call that only wraps a constant, such as date("2018-01-30"), is that constant."""
    if (
        isinstance(value, sql.Call)
        and value.name in _CONSTANT_CALLS
        and value.args
        and isinstance(value.args[0], str)
    ):
        return value.args[0]
    return value
