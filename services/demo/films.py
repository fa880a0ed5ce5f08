"""The demo repertoire: sixty classic films in the public domain, as typed records.

The facts live in films.json, so that they can be corrected without touching code.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("films.json")


@dataclass(frozen=True, slots=True)
class DemoFilm:
    """One film of the demo.

    `runtime_min` is in minutes, of a common restoration; `release_date` is the original premiere.
    `title_lines` is `title_zh` broken for a poster; `palette` is (ground, mid, accent) as #rrggbb;
    `motif` and `layout` name what services.demo.poster_art draws.
    """

    slug: str
    title_zh: str
    title_lines: tuple[str, ...]
    original_title: str
    title_en: str
    short_title: str
    director_zh: tuple[str, ...]
    director_original: tuple[str, ...]
    director_en: tuple[str, ...]
    cast: tuple[str, ...]
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    runtime_min: int
    year: int
    release_date: date
    distributor: str
    rating: str
    synopsis_zh: str
    synopsis_en: str
    formats: tuple[str, ...]
    palette: tuple[str, str, str]
    motif: str
    layout: str


def _film(row: dict[str, Any]) -> DemoFilm:
    """One record from its JSON object; a missing or unknown key raises TypeError."""
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    values["release_date"] = date.fromisoformat(row["release_date"])
    return DemoFilm(**values)


@cache
def load() -> tuple[DemoFilm, ...]:
    """All demo films, oldest first."""
    return tuple(_film(row) for row in json.loads(SOURCE.read_text(encoding="utf-8")))


def poster_text(film: DemoFilm) -> tuple[str, str]:
    """What the poster sets in the Chinese face and in the Latin face, for subsetting fonts."""
    return film.title_zh, f"{film.title_en}{film.year}{''.join(film.director_en)}"
