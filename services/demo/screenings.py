"""The demo's programme: what runs where and when, from two weeks ago to two weeks ahead.

Drawn at random from seeds that name the house and the day, so that a day's programme is the same whenever it
is worked out. Four films open each film week and stay for two to five weeks; what pleases plays in large halls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from models import Cinema, Film, Format, Hall, Screening, ScreeningStatus
from models.hall import COUPLE, GAP
from services import screenings

DAYS = 14
GRID = 5  # Minutes between possible starts.
SPARE = 30  # Minutes of a hall's day kept back, so that a start can move out of another's way.
SHORT = 40  # A film of fewer minutes plays in the morning only.
RUNS = (5, 4, 3, 2)  # Weeks that the strongest film of an opening week stays, the next, and so on.
HOLDOVER = 0.7  # What is left of a film's draw after a week.
OWN_SHARE = 0.6  # Of a plain hall's screenings, how many show its own films of the week.
CANCELLED_SHARE = 0.006
SUBTITLES = "zh"
# On top of the house's evening price, in fen.
SURCHARGE = {Format.IMAX_2D: 3000, Format.CGS: 1500}
COUPLE_HALL, WEEKEND, MORNING = 5000, 500, -1000
TUESDAY, TUESDAY_SHARE = 1, 0.6


@dataclass(frozen=True)
class Site:
    """A cinema to fill: its halls, and its 2D evening price in fen."""

    cinema: Cinema
    halls: Sequence[Hall]
    price: int


@dataclass(frozen=True)
class Running:
    """A film in one of its weeks, with its draw (1 is a strong film's first week)."""

    film: Film
    draw: float


class Repertoire:
    """Which films run in which film week. A cycle goes through all films, then begins again."""

    def __init__(self, films: Sequence[Film]) -> None:
        ranked = sorted(films, key=_rank)
        self._cycle = -(-len(ranked) // len(RUNS))
        self._tiers = [ranked[at : at + self._cycle] for at in range(0, len(ranked), self._cycle)]

    def week(self, number: int) -> list[Running]:
        """The films of a film week, the strongest first."""
        running = []
        for tier, films in enumerate(self._tiers):
            for opening, film in enumerate(films):
                age = (number - opening) % self._cycle
                if age < RUNS[tier]:
                    running.append(Running(film, (1 - tier / len(RUNS)) * HOLDOVER**age))
        return sorted(running, key=lambda item: (-item.draw, item.film.title))


def _rank(film: Film) -> tuple[bool, bool, float]:
    """Films for giant screens first, shorts last, otherwise in an order drawn by lot."""
    return _is_short(film), Format.IMAX_2D.value not in film.formats, Random(film.title).random()


def _is_short(film: Film) -> bool:
    return (film.runtime_min or 0) < SHORT


def film_week(cinema: Cinema, day: date) -> int:
    """The number of the film week that `day` lies in; weeks begin on the cinema's own weekday."""
    return (day.toordinal() - 1 - cinema.film_week_start) // 7


def best_format(film: Film, hall: Hall) -> Format:
    """The most that the hall can make of the film."""
    return next(
        (item for item in SURCHARGE if item.value in film.formats and item.value in hall.formats),
        Format.TWO_D,
    )


def _is_couple_hall(hall: Hall) -> bool:
    return set("".join(hall.layout)) <= {COUPLE, GAP}


def own_films(halls: Sequence[Hall], running: Sequence[Running]) -> dict[int, list[Film]]:
    """Each hall's own films of the week, by hall id: the strongest for giant screens and couples, the rest by size."""
    features = [item.film for item in running if not _is_short(item.film)]
    own: dict[int, list[Film]] = {}
    plain = []
    for hall in sorted(halls, key=lambda hall: (-hall.seats, hall.name)):
        fitting = [film for film in features if best_format(film, hall) is not Format.TWO_D]
        if fitting or _is_couple_hall(hall):
            own[hall.id] = (fitting or features)[:4]
        else:
            plain.append(hall)
            own[hall.id] = []
    for place, item in enumerate(running):
        own[plain[place * len(plain) // len(running)].id].append(item.film)
    return own


class Day:
    """One trading day of one site."""

    def __init__(self, site: Site, running: Sequence[Running], day: date) -> None:
        self._site, self._day = site, day
        self._random = Random(f"{site.cinema.name} {day}")
        self._own = own_films(site.halls, running)
        features = [item for item in running if not _is_short(item.film)]
        self._features, self._draws = [item.film for item in features], [item.draw for item in features]
        cinema = site.cinema
        self._opens = _minutes(cinema.opens_at)
        self._window = (_minutes(cinema.closes_at) - self._opens) % (24 * 60)
        self._taken: set[int] = set()

    def screenings(self, today: date) -> Iterator[Screening]:
        """The day's screenings as records that are in no session yet; their status as seen from `today`."""
        for hall in self._site.halls:
            films = self._films(hall)
            for film, minute in zip(films, self._starts(hall, films), strict=True):
                yield self._screening(hall, film, minute, today)

    def _films(self, hall: Hall) -> list[Film]:
        """What the hall plays, in order: as many films as the day allows, four to six."""
        own, share = self._own[hall.id], OWN_SHARE
        if _is_couple_hall(hall) or best_format(own[0], hall) is not Format.TWO_D:
            share = 1.0
        films = []
        for slot in range(self._random.choice((5, 6) if self._day.weekday() >= 5 else (4, 5))):
            film = own[(self._day.toordinal() + slot) % len(own)]
            shorts = [item for item in own if _is_short(item)]
            if slot == 0 and shorts:
                film = shorts[0]
            elif _is_short(film) or self._random.random() >= share:
                film = self._random.choices(self._features, self._draws)[0]
            films.append(film)
        while sum(self._block(hall, film) for film in films) > self._window - SPARE:
            films.pop()
        return films

    def _block(self, hall: Hall, film: Film) -> int:
        """The minutes that a screening occupies the hall, rounded up to the grid."""
        cinema = self._site.cinema
        cleaning = cinema.cleaning_min if hall.cleaning_min is None else hall.cleaning_min
        return -(-(cinema.preshow_min + (film.runtime_min or 0) + cleaning) // GRID) * GRID

    def _starts(self, hall: Hall, films: Sequence[Film]) -> list[int]:
        """When each feature begins, in minutes of the local day; no two of the house in one minute if it can be."""
        blocks = [self._block(hall, film) for film in films]
        pauses = self._pauses(len(films), self._window - SPARE - sum(blocks))
        free_from, starts = 0, []
        for number, block in enumerate(blocks):
            latest = (self._window - sum(blocks[number:])) // GRID * GRID
            wanted = min(free_from + pauses[number], latest)
            later, earlier = range(wanted, latest + 1, GRID), range(wanted, free_from - 1, -GRID)
            start = next((at for at in (*later, *earlier) if at not in self._taken), wanted)
            self._taken.add(start)
            starts.append(self._opens + start + self._site.cinema.preshow_min)
            free_from = start + block
        return starts

    def _pauses(self, count: int, slack: int) -> list[int]:
        """How long the hall stands empty before each screening; what is left of `slack` falls to the evening."""
        shares = [self._random.random() for _ in range(count + 1)]
        return [int(slack * share / sum(shares)) // GRID * GRID for share in shares[:count]]

    def _screening(self, hall: Hall, film: Film, minute: int, today: date) -> Screening:
        cinema, format = self._site.cinema, best_format(film, hall)
        local = datetime.combine(self._day, time()) + timedelta(minutes=minute)
        span = screenings.times(film, hall, screenings.wall_clock(cinema, local))
        cancelled = self._random.random() < CANCELLED_SHARE
        return Screening(
            film=film,
            hall=hall,
            cinema=cinema,
            format=format,
            audio_language=film.languages[0],
            subtitle_language=SUBTITLES,
            price=self._price(hall, format, minute),
            status=ScreeningStatus.CANCELLED if cancelled else status(self._day, today),
            **span.values(),
        )

    def _price(self, hall: Hall, format: Format, minute: int) -> int:
        price = self._site.price + SURCHARGE.get(format, 0)
        price += COUPLE_HALL if _is_couple_hall(hall) else 0
        if minute < 12 * 60:
            price += MORNING
        elif self._day.weekday() >= 5:
            price += WEEKEND
        share = TUESDAY_SHARE if self._day.weekday() == TUESDAY else 1
        return round(price * share / 100) * 100


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def status(day: date, today: date) -> ScreeningStatus:
    """How far the planning of `day` has come: sold three days ahead, fixed for a week, sketched beyond."""
    ahead = (day - today).days
    if ahead < 0:
        return ScreeningStatus.CLOSED
    if ahead <= 3:
        return ScreeningStatus.ON_SALE
    return ScreeningStatus.PLANNED if ahead <= 7 else ScreeningStatus.DRAFT


def programme(site: Site, repertoire: Repertoire, today: date) -> Iterator[Screening]:
    """All screenings of a site from DAYS before `today` (a trading day) to DAYS after, as records in no session."""
    for offset in range(-DAYS, DAYS + 1):
        day = today + timedelta(days=offset)
        yield from Day(site, repertoire.week(film_week(site.cinema, day)), day).screenings(today)
