"""Taopiaopiao's files: what their cells mean.

Films (movies.sql, the lists of films now showing and coming, the page of one film), cinemas (cinemas.sql, the list of
a city's cinemas) and cities use the same words for the same things, so one reader per noun serves all formats.
Not kept, because a record has no place for it: scores, numbers of wishes, prices and campaigns, pictures and trailers
(posters are uploaded), one-line slogans, closing and refund times, card support, hall marks, the number of halls.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from models import Format, Precision
from models.text import N_
from models.vocabulary import COUNTRIES, GENRES, LANGUAGES, Vocabulary

from . import clean, dates
from .report import Note, shown
from .rows import Cells, Refused

SOURCE: Final = "taopiaopiao"

_FORMAT_PARTS = re.compile(r"[,，、;；/／|+]+")
_FORMAT = re.compile(r"IMAX|DOLBY|杜比|CGS|中国巨幕|巨幕|MX4D|4DX|2D|3D|4D", re.IGNORECASE)
_SCREENS = {
    "DOLBY": Format.DOLBY,
    "杜比": Format.DOLBY,
    "CGS": Format.CGS,
    "中国巨幕": Format.CGS,
    "巨幕": Format.CGS,
}
_PLAIN = {
    "2D": Format.TWO_D,
    "3D": Format.THREE_D,
    "4D": Format.FOUR_D,
    "4DX": Format.FOUR_D,
    "MX4D": Format.FOUR_D,
}


def film(cells: Cells) -> None:
    """A film. Its number is `id` (a list of films) or `showId`."""
    row = cells.row
    row.title = cells.need("title", clean.text, cells.get("showname"), 200)
    row.external_id = _number(cells, cells.get("id", "showid"))
    _refuse_deleted(cells)
    cells.put("original_title", clean.text, cells.get("shownameen"), 200)
    cells.put("director", _people, cells, cells.get("director"))
    cells.put_words("cast", clean.words(cells.get("leadingrole")))
    _coded(cells, "genres", GENRES, cells.get("type"))
    _coded(cells, "countries", COUNTRIES, cells.get("country"))
    _coded(cells, "languages", LANGUAGES, cells.get("language"))
    cells.put("runtime_min", clean.runtime, cells.get("duration"))
    _formats(cells, cells.get("showversion", "screeningmodel", "showmark"))
    _release(cells, cells.get("opentime"), cells.get("openday"))
    cells.put("synopsis", lambda value: clean.text(value, 20_000, lines=True), cells.get("description"))


def cinema(cells: Cells) -> None:
    """A cinema. Lists of one city's cinemas do not name the city; its place in the file names the district."""
    row = cells.row
    row.title = cells.need("name", clean.text, cells.get("cinemaname", "name"), 200)
    row.external_id = _number(cells, cells.get("id"))
    _refuse_deleted(cells)
    cells.put("city", clean.text, cells.get("city"), 200)
    address = cells.put("address", clean.text, cells.get("address"), 300)
    district = cells.put("district", clean.text, cells.get("regionname", "district", "region"), 200)
    if district and address:
        row.values["district"] = _whole_district(district, address)
    cells.put("phone", clean.phone, cells.get("phone"))
    cells.put("service_fee", clean.fen_from_yuan, cells.get("servicecharge"))
    place = cells.put("place", clean.place, cells.get("latitude"), cells.get("longitude"))
    if place:
        del row.values["place"]
        row.values["latitude"], row.values["longitude"] = float(place[0]), float(place[1])


def city(cells: Cells) -> None:
    """A city with its six-digit administrative code."""
    cells.row.title = cells.need("name", clean.text, cells.get("regionname"), 200)
    code = cells.need("code", clean.whole, cells.get("citycode"), 100_000, 999_999)
    cells.row.values["code"] = str(code)
    pinyin = cells.put("pinyin", clean.text, cells.get("pinyin"), 200)
    if pinyin:
        cells.row.values["pinyin"] = pinyin.lower()


KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "films": frozenset(
        "id showid showname shownameen director leadingrole type country language duration showversion"
        " screeningmodel showmark opentime openday description isdelete".split()
    ),
    "cinemas": frozenset(
        "id cinemaname name city address regionname district region phone servicecharge latitude longitude"
        " isdelete".split()
    ),
    "cities": frozenset("regionname citycode pinyin".split()),
}


def _number(cells: Cells, value: object) -> str | None:
    try:
        return clean.identifier(value)
    except clean.Drop as drop:
        raise Refused(Note(drop.note.msgid, drop.note.params, "external_id")) from drop


def _refuse_deleted(cells: Cells) -> None:
    if str(cells.get("isdelete")).strip() not in ("None", "0", "", "False"):
        raise Refused(Note(N_("the source marks it as deleted")))


def _people(cells: Cells, value: object) -> str | None:
    names, notes = clean.words(value)
    for note in notes:
        cells.note("director", note)
    return clean.text(", ".join(names), 200)


def _coded(cells: Cells, column: str, vocabulary: Vocabulary, value: object) -> None:
    words, notes = clean.words(value)
    cells.put_words(column, (vocabulary.codes(words), notes), 20)


def _formats(cells: Cells, value: object) -> None:
    """ "3D IMAX", "IMAX3D", "2D/3D", "4D", ["IMAX3D"] -> formats; IMAX alone is IMAX 2D."""
    found: dict[str, None] = {}
    try:
        parts = value if isinstance(value, list) else _FORMAT_PARTS.split(clean.text(value, 200) or "")
        for part in filter(None, (clean.text(part, 60) for part in parts)):
            known = _formats_in(part)
            if not known:
                cells.note("formats", Note(N_("“%(value)s” is not a known format"), {"value": shown(part)}))
            found.update(dict.fromkeys(known))
    except clean.Drop as drop:
        cells.note("formats", drop.note)
    if found:
        cells.row.values["formats"] = list(found)


def _formats_in(part: str) -> list[str]:
    marks = [mark.upper() for mark in _FORMAT.findall(part)]
    if "IMAX" in marks:
        return [(Format.IMAX_3D if "3D" in marks else Format.IMAX_2D).value]
    screens = [_SCREENS[mark].value for mark in marks if mark in _SCREENS]
    return screens or [_PLAIN[mark].value for mark in marks]


def _release(cells: Cells, open_time: object, open_day: object) -> None:
    """When the film opens, and how much of that is known.

    `openTime` says it ("2017", "2017-01", "2017-01-28"). `openDay` alone writes "some time in 2018" as 2018-12-31 and
    "in March" as March 31; such ends of a month or year are taken for what they stand for.
    """
    said = _date(cells, open_time)
    written = _date(cells, open_day)
    if said is None and written is None:
        return
    if said is not None:
        day, precision = said
        if written is not None and written[0] != day:
            cells.note(
                "release_date",
                Note(
                    N_("%(said)s is kept; %(other)s beside it is not"),
                    {"said": str(day), "other": str(written[0])},
                ),
            )
    else:
        assert written is not None  # noqa: S101 (for the type checker)
        day, precision = written
        if precision == Precision.DAY:
            precision = dates.stand_in(day)
    cells.row.values["release_date"] = day
    cells.row.values["release_precision"] = Precision(precision)


def _date(cells: Cells, value: object) -> tuple[dt.date, str] | None:
    try:
        found = dates.date(value)
    except clean.Drop as drop:
        cells.note("release_date", drop.note)
        return None
    if found is None:
        return None
    day, precision, clock = found
    if clock:
        cells.note("release_date", Note(N_("the time of day %(time)s is not kept"), {"time": clock}))
    return day, precision


def _whole_district(district: str, address: str) -> str:
    """ "宝安" with an address that begins 宝安区… is 宝安区; "大鹏新" is 大鹏新区."""
    for end in ("区", "县", "市"):
        if not district.endswith(end) and address.startswith(district + end):
            return district + end
    return district
