"""The real files, where they are at hand; they are never copied into this repository."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Cinema, City, Film, Precision
from services import imports
from services.errors import Invalid
from services.imports.detect import recognise

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "taopiaopiao"
FILES = {
    "city.json": ("cities", 339),
    "movies.sql": ("films", 375),
    "bj_hot.json": ("films", 41),
    "coming.json": ("films", 100),
    "cc_info.json": ("films", 1),
    "cinemas.sql": ("cinemas", 110),
    "bj_cinema.json": ("cinemas", 157),
}
FILMS = [name for name, (kind, _) in FILES.items() if kind == "films"]
PLACES = [name for name, (kind, _) in FILES.items() if kind != "films"]
Importing = Callable[..., imports.Report]

if not DATA.is_dir():

    @pytest.mark.skip(reason="the real files are not beside this repository (../shared/data/taopiaopiao)")
    def test_the_real_files() -> None:
        """Stands for all tests below."""

else:

    def test_every_file_is_recognised_and_every_row_is_usable() -> None:
        for name, (kind, rows) in FILES.items():
            found = recognise((DATA / name).read_text(encoding="utf-8"))
            assert (found.kind, len(found.rows)) == (kind, rows)
            assert all(raw.problem is None for raw in found.rows)
        with pytest.raises(Invalid, match="list of reviews"):
            recognise((DATA / "cc_evaluation.json").read_text(encoding="utf-8"))

    def imported(importing: Importing, name: str, **options: Any) -> tuple[int, int, int]:
        """(created, updated, unchanged); nothing may be refused, and it must be quick."""
        start = time.monotonic()
        report = importing((DATA / name).read_bytes(), **options)
        assert time.monotonic() - start < 10, "each should take less than 3 s on an idle machine"
        assert (report.kind, report.rows, report.refused) == (*FILES[name], 0)
        return report.created, report.updated, report.unchanged

    @pytest.mark.parametrize("name", FILES)
    def test_twice_and_dry(session: Any, importing: Importing, name: str) -> None:
        rows = FILES[name][1]
        assert imported(importing, name, dry_run=True) == (rows, 0, 0)
        assert imported(importing, name) == (rows, 0, 0)
        assert imported(importing, name, dry_run=True) == (0, 0, rows)
        assert imported(importing, name) == (0, 0, rows)

    def test_all_together(session: Any, importing: Importing) -> None:
        assert [imported(importing, name) for name in FILES] == [
            (339, 0, 0),
            (375, 0, 0),
            (41, 0, 0),
            (77, 0, 23),  # 13 are showing already, 10 are in movies.sql
            (0, 1, 0),
            (110, 0, 0),
            (147, 10, 0),  # 8 by name and address, 2 by address
        ]
        for name in FILES:
            assert imported(importing, name) == (0, 0, FILES[name][1])
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Film, Cinema, City)]
        assert counts == [493, 257, 339]

    @pytest.mark.parametrize("order", [FILMS[::-1], PLACES[::-1]], ids=["films", "places"])
    def test_in_another_order(session: Any, importing: Importing, order: list[str]) -> None:
        for name in order:
            imported(importing, name)
        for name in (*order, *order):
            assert imported(importing, name) == (0, 0, FILES[name][1])
        model, total = (Film, 493) if order[0] in FILMS else (Cinema, 257)
        assert session.scalar(select(func.count()).select_from(model)) == total

    def test_no_nonsense_is_stored(session: Any, importing: Importing) -> None:
        for name in FILES:
            imported(importing, name)
        nothings = {"None", "暂无", "佚名", "NULL", "0", ""}
        for film in session.scalars(select(Film)):
            assert film.runtime_min is None or 40 <= film.runtime_min <= 250
            assert not nothings & {film.title, *film.cast, *film.genres, *film.countries, *film.languages}
            assert not (nothings - {""}) & {film.original_title, film.director}
            assert all(len(code) == 2 for code in film.countries)
            assert not any(" " in word and not word.isascii() for word in film.genres)
            if film.release_precision == Precision.DAY:
                assert str(film.release_date) not in ("2018-12-31", "2019-12-31", "2020-12-31")
        for cinema in session.scalars(select(Cinema)):
            assert "&" not in cinema.name
            assert cinema.district[-1] in "区县"
            assert cinema.service_fee in (0, 100, 110, 120, 200)
            assert cinema.city.code in ("110100", "440300")
            assert cinema.latitude is None or 39 < cinema.latitude < 41.2
