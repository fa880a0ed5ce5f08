"""What a row may change on a record.

The rule: an import fills what is empty and never replaces what is there. A value that differs is left and named in a
note. So what staff typed stays, the first of two sources that disagree stays, and files imported again, in whatever
order and together with others, change nothing. With `overwrite` a value that is there and differs is replaced (never
by an empty one): that is for the newer edition of a file, and whoever imports asks for it.
Two spellings of one value (width, spaces, 北京市/北京, another order of the same words) are no difference.
"""

from collections.abc import Mapping

from models import Precision
from models.text import N_

from . import clean
from .report import Note, shown

NEUTRAL: Mapping[str, object] = {"service_fee": 0}
CLOSE_DEGREES = 0.00001  # about a metre
Change = tuple[object, object]


def merge(
    current: Mapping[str, object], found: Mapping[str, object], overwrite: bool
) -> tuple[dict[str, object], list[Note]]:
    """(the values to write, notes on values left as they are) for a record that now holds `current`."""
    values: dict[str, object] = {}
    notes: list[Note] = []
    rest = dict(found)
    _release(current, rest, values, notes, overwrite)
    _place(current, rest, values, notes, overwrite)
    for column, value in rest.items():
        old = current.get(column)
        if _empty(column, old) or (overwrite and not _same(column, old, value)):
            if old != value:
                values[column] = value
        elif not _same(column, old, value):
            notes.append(kept(column, old, value))
    return values, notes


def kept(column: str, old: object, value: object) -> Note:
    """The note that a differing value was not taken."""
    return Note(
        N_("“%(kept)s” is kept; the file says “%(found)s”"),
        {"kept": _show(old), "found": _show(value)},
        column,
    )


def _empty(column: str, value: object) -> bool:
    return value in (None, "", [], NEUTRAL.get(column, ""))


def _same(column: str, old: object, value: object) -> bool:
    if isinstance(old, list) and isinstance(value, list):
        return {_fold(word) for word in old} == {_fold(word) for word in value}
    if column == "director" and isinstance(old, str) and isinstance(value, str):
        return {_fold(word) for word in clean.words(old)[0]} == {
            _fold(word) for word in clean.words(value)[0]
        }
    return _fold(old) == _fold(value)


def _fold(value: object) -> object:
    return clean.key(value) if isinstance(value, str) else value


def _release(
    current: Mapping[str, object],
    rest: dict[str, object],
    values: dict[str, object],
    notes: list[Note],
    over: bool,
) -> None:
    """Day and precision go together. A day within the month or year known so far makes it more precise."""
    day, precision = rest.pop("release_date", None), rest.pop("release_precision", None)
    if day is None:
        return
    old, old_precision = current.get("release_date"), current.get("release_precision")
    if (old, old_precision) == (day, precision) or _within(old, old_precision, day, precision):
        return
    if old is None or over or _within(day, precision, old, old_precision):
        values |= {"release_date": day, "release_precision": precision}
    else:
        notes.append(kept("release_date", _span(old, old_precision), _span(day, precision)))


def _within(day: object, precision: object, span: object, span_precision: object) -> bool:
    """Whether a date lies within a coarser one."""
    order = [Precision.DAY, Precision.MONTH, Precision.YEAR]
    if (
        day is None
        or span is None
        or order.index(_precision(precision)) >= order.index(_precision(span_precision))
    ):
        return False
    return _span(day, span_precision) == _span(span, span_precision)


def _span(day: object, precision: object) -> str:
    return str(day)[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(_precision(precision), 10)]


def _precision(value: object) -> Precision:
    return value if isinstance(value, Precision) else Precision.DAY


def _place(
    current: Mapping[str, object],
    rest: dict[str, object],
    values: dict[str, object],
    notes: list[Note],
    over: bool,
) -> None:
    """Latitude and longitude go together; a metre is no difference."""
    found = rest.pop("latitude", None), rest.pop("longitude", None)
    if not (isinstance(found[0], float) and isinstance(found[1], float)):
        return
    old = current.get("latitude"), current.get("longitude")
    if isinstance(old[0], float) and isinstance(old[1], float):
        if abs(old[0] - found[0]) <= CLOSE_DEGREES and abs(old[1] - found[1]) <= CLOSE_DEGREES:
            return
        if not over:
            notes.append(kept("latitude", f"{old[0]}, {old[1]}", f"{found[0]}, {found[1]}"))
            return
    values |= {"latitude": found[0], "longitude": found[1]}


def _show(value: object) -> str:
    return shown(", ".join(map(str, value)) if isinstance(value, list) else value)
