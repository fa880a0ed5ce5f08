"""What is generated: a short list of tables, each with a maker of its rows.

A maker yields what differs from row to row, as text and numbers that both databases take as they are; bench.load
fills the other columns with the defaults of the models. The same scale gives the same rows, always.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bench import titles

Row = tuple[str | int | None, ...]

# Screenings of three years.
FIRST_DAY, DAYS = date(2024, 7, 1), 1095
MADE_AT = "2024-06-01 00:00:00.000000"
# A hall's day: six places of three hours from 09:00 in Shanghai, which is 01:00 UTC and knows no summer time; the last
# place lies after midnight there, but not in UTC. The longest film fits into one.
SLOTS, SLOT_MIN, FIRST_SLOT_MIN, JITTER = 6, 180, 60, (0, 5, 10, 15)
CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}:00.000000" for minute in range(24 * 60))
PRESHOW_MIN, CINEMA_CLEANING_MIN = 10, 15
RUNTIMES = (80, 130)
CLEANINGS = (None, 5, 20)
FORMATS = (["2D"], ["2D", "3D"], ["2D", "IMAX2D"], ["2D", "3D", "DOLBY"])
STATUSES = ("on_sale",) * 12 + ("closed",) * 4 + ("planned",) * 2 + ("cancelled", "draft")
DISTRICTS = ("滨江区", "锦江区", "武侯区", "雁塔区", "未央区", "静安区", "海淀区", "天河区")


@dataclass(frozen=True)
class Scale:
    """How much there is. Only the screenings grow from size to size."""

    screenings: int
    audit_entries: int = 1_000_000
    films: int = 50_000
    halls: int = 14_000
    cinemas: int = 2_000
    cities: int = 40
    distributors: int = 200

    def cinema_of(self, hall: int) -> int:
        """The cinema of a hall."""
        return (hall - 1) % self.cinemas + 1


def _json(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _runtime(film: int) -> int:
    low, high = RUNTIMES
    return low + film * 7 % (high - low + 1)


def _cleaning(hall: int) -> int | None:
    return CLEANINGS[hall % len(CLEANINGS)]


def _formats(number: int) -> list[str]:
    return FORMATS[number % len(FORMATS)]


def cities(scale: Scale) -> Iterator[Row]:
    """Cities."""
    for number in range(1, scale.cities + 1):
        yield number, f"城市{number:02}", f"chengshi{number:02}"


def distributors(scale: Scale) -> Iterator[Row]:
    """Distributors."""
    for number in range(1, scale.distributors + 1):
        yield number, f"第{number}发行公司"


def cinemas(scale: Scale) -> Iterator[Row]:
    """Cinemas."""
    for number in range(1, scale.cinemas + 1):
        district = DISTRICTS[number % len(DISTRICTS)]
        address, phone = f"{district}望星路{number}号", f"0571-{number:08}"
        city = number % scale.cities + 1
        yield (
            number, f"星光影城（{number:04}店）", city, district, address, phone, PRESHOW_MIN, CINEMA_CLEANING_MIN
        )  # fmt: skip


def halls(scale: Scale) -> Iterator[Row]:
    """Halls, the same number in every cinema."""
    layout = _json(["ssss_ssssss_ssss"] * 10)
    for number in range(1, scale.halls + 1):
        cinema, name = scale.cinema_of(number), f"{(number - 1) // scale.cinemas + 1}号厅"
        formats = _json(_formats(number))
        yield number, cinema, name, formats, layout, 140, _cleaning(number)


def films(scale: Scale) -> Iterator[Row]:
    """Films."""
    if scale.films > titles.MOST:
        raise ValueError(f"there are titles for {titles.MOST} films only")
    for number in range(1, scale.films + 1):
        chinese, english = titles.title(number, scale.films)
        released = FIRST_DAY + timedelta(days=number * 11 % DAYS)
        formats = _json(_formats(number * 3))
        distributor = number % scale.distributors + 1
        yield number, chinese, english, _runtime(number), formats, released.isoformat(), distributor


def _spread(total: int, parts: int) -> Iterator[int]:
    """`total` in `parts` whole parts that differ by one at most."""
    done = 0
    for part in range(1, parts + 1):
        upto = total * part // parts
        yield upto - done
        done = upto


def screenings(scale: Scale) -> Iterator[Row]:
    """Screenings: planned day by day, so that numbers follow days; within a day in no order. Films are not equally
    popular; the last one runs five times."""
    draw = random.Random(4)
    fives = {scale.screenings * part // 6 + 1 for part in range(1, 6)}
    number = 0
    for passed, count in enumerate(_spread(scale.screenings, DAYS)):
        day = (FIRST_DAY + timedelta(days=passed)).isoformat()
        for place in draw.sample(range(scale.halls * SLOTS), count):
            number += 1
            popularity = draw.random()
            film = scale.films if number in fives else 1 + int((scale.films - 1) * popularity * popularity)
            yield number, film, *_screening(scale, day, film, place), STATUSES[int(popularity * 1e6) % 20]


def _screening(scale: Scale, day: str, film: int, place: int) -> Row:
    hall, slot = place // SLOTS + 1, place % SLOTS
    preshow = FIRST_SLOT_MIN + slot * SLOT_MIN + JITTER[place % len(JITTER)]
    end = preshow + PRESHOW_MIN + _runtime(film)
    times = preshow, preshow + PRESHOW_MIN, end, end + (_cleaning(hall) or CINEMA_CLEANING_MIN)
    best = _formats(hall)[-1]
    version = best if best in _formats(film * 3) else "2D"
    instants = [f"{day} {CLOCK[minute]}" for minute in times]
    return hall, scale.cinema_of(hall), version, "zh", *instants, day, 3000 + place % 60 * 100


AUDITED = (("film", "films"), ("screening", "screenings"), ("hall", "halls"))


def audit_entries(scale: Scale) -> Iterator[Row]:
    """The trail: changes of films, screenings and halls, spread over the three years."""
    step = timedelta(days=DAYS) / max(1, scale.audit_entries)
    begin = datetime.combine(FIRST_DAY, datetime.min.time())
    for number in range(1, scale.audit_entries + 1):
        resource, plural = AUDITED[number % len(AUDITED)]
        record = number * 7919 % getattr(scale, plural) + 1
        cinema = None if resource == "film" else scale.cinema_of(record % scale.halls + 1)
        changes = f'{{"price": [{3000 + number % 50 * 10}, {3500 + number % 50 * 10}]}}'
        yield (
            number, (begin + step * number).isoformat(" ", "microseconds"), f"员工{number % 300}", "web",
            f"{resource}.update", "update", resource, record, f"{resource} {record}", cinema, changes
        )  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A table to fill: its name, the columns a maker gives, the maker."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Scale], Iterable[Row]]


TABLES = tuple(
    Table(name, tuple(columns.split()), rows)
    for name, columns, rows in (
        ("city", "id name pinyin", cities),
        ("distributor", "id name", distributors),
        ("cinema", "id name city_id district address phone preshow_min cleaning_min", cinemas),
        ("hall", "id cinema_id name formats layout seats cleaning_min", halls),
        ("film", "id title original_title runtime_min formats release_date distributor_id", films),
        (
            "screening",
            "id film_id hall_id cinema_id format audio_language preshow_at starts_at ends_at cleared_at "
            "business_date price status",
            screenings,
        ),
        (
            "audit_entry",
            "id at actor_name via action verb resource record_id record_label cinema_id changes",
            audit_entries,
        ),
    )
)
