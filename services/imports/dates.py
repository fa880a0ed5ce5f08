"""Dates as sources write them: a day, or a month or year of which the last day stands in."""

import datetime as dt
import re

from models.text import N_

from .clean import Drop, text
from .report import shown

FIRST_YEAR, LAST_YEAR = 1895, 2100
_DAY = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]([0-9]{1,2}:[0-9]{2})(?::[0-9.]+)?Z?)?"
)
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_YEAR = re.compile(r"([0-9]{4})年?")


def date(value: object) -> tuple[dt.date, str, str | None] | None:
    """(day, precision, time of day) of a written date; precision is "day", "month" or "year".

    A month or year is the *last* day of that span, the way the sources themselves write it. The time of day is
    returned only when it is not midnight.
    """
    written = text(value, 40)
    if written is None or set(written) <= set("0-: /"):
        return None
    if found := _DAY.fullmatch(written):
        clock = found[4] if found[4] and found[4].strip("0:") else None
        return _calendar(written, int(found[1]), int(found[2]), int(found[3])), "day", clock
    if found := _MONTH.fullmatch(written):
        return month_end(_calendar(written, int(found[1]), int(found[2]), 1)), "month", None
    if found := _YEAR.fullmatch(written):
        return _calendar(written, int(found[1]), 12, 31), "year", None
    raise Drop(N_("“%(value)s” is not a date"), value=shown(written))


def _calendar(written: str, year: int, month: int, day: int) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError as error:
        raise Drop(N_("“%(value)s” is not a day of the calendar"), value=shown(written)) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Drop(N_("the year %(year)d is out of range"), year=year)
    return found


def month_end(day: dt.date) -> dt.date:
    """The last day of the month `day` lies in."""
    following = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def stand_in(day: dt.date) -> str:
    """The precision of a bare date from a source that writes "some time in 2018" as 2018-12-31 and "in March" as
    March 31: "year", "month", else "day"."""
    if (day.month, day.day) == (12, 31):
        return "year"
    return "month" if day == month_end(day) else "day"
