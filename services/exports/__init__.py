"""Schedules as files: one table of columns; csv.py and xlsx.py write what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from models.text import N_
from models.vocabulary import LANGUAGES
from services.exports.cells import Cell
from services.schedule import WEEKDAYS, Row

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """A column of a schedule. `label` is a message id, `width` is in characters.

    The type of a value decides how it is written: text, int, Decimal (yuan), date, time.
    `worded` says that the value is a message id in need of translation.
    """

    label: str
    width: int
    value: Callable[[Row], Cell]
    worded: bool = False


COLUMNS = (
    Column(N_("Business day"), 12, lambda row: row.business_date),
    Column(N_("Weekday"), 9, lambda row: WEEKDAYS[row.business_date.weekday()], worded=True),
    Column(N_("Hall"), 14, lambda row: row.hall_name),
    Column(N_("Start"), 8, lambda row: row.starts_at.time()),
    Column(N_("End of feature"), 14, lambda row: row.ends_at.time()),
    Column(N_("End of cleaning"), 14, lambda row: row.cleared_at.time()),
    Column(N_("Film"), 30, lambda row: row.film_title),
    Column(N_("Original title"), 30, lambda row: row.original_title),
    Column(N_("Format"), 12, lambda row: row.format.label, worded=True),
    Column(N_("Spoken language"), 18, lambda row: LANGUAGES.name(row.audio_language), worded=True),
    Column(N_("Subtitles"), 18, lambda row: LANGUAGES.name(row.subtitle_language), worded=True),
    Column(N_("Minutes"), 9, lambda row: row.runtime_min),
    Column(N_("Price (yuan)"), 12, lambda row: Decimal(row.price).scaleb(-2)),
    Column(N_("Status"), 12, lambda row: row.status.label, worded=True),
    Column(N_("Seats"), 8, lambda row: row.seats),
)


def header(translate: Translate) -> list[str]:
    """The labels of COLUMNS in the reader's language."""
    return [translate(column.label) for column in COLUMNS]


def lines(rows: Iterable[Row], translate: Translate) -> Iterator[list[Cell]]:
    """The values of COLUMNS for each row, words in the reader's language."""
    words: dict[str, str] = {"": ""}  # gettext("") would be the catalogue's own header.
    for row in rows:
        line: list[Cell] = []
        for column in COLUMNS:
            value = column.value(row)
            if column.worded and isinstance(value, str):
                if value not in words:
                    words[value] = translate(value)
                value = words[value]
            line.append(value)
        yield line
