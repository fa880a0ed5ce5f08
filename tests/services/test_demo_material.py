"""The raw material of the demo: sixty films, their posters and the faces the posters are set in."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from services.demo import poster_art
from services.demo.canvas import Colour, rgb
from services.demo.films import DemoFilm, load, poster_text
from services.demo.motifs import MOTIFS

FILMS = load()
GENRES = set(
    "剧情 喜剧 爱情 动作 科幻 恐怖 悬疑 冒险 奇幻 战争 历史 传记 纪录 犯罪 西部 歌舞 动画 短片".split()
)
COUNTRIES = set("美国 德国 法国 苏联 中国 英国 丹麦 瑞典 意大利 日本".split())
LANGUAGES = set("默片 国语 德语 英语".split())
MANIFEST = json.loads((poster_art.FONTS / "manifest.json").read_text(encoding="utf-8"))
SMALL = (200, 300)

each_film = pytest.mark.parametrize("film", FILMS, ids=lambda film: film.slug)


def luminance(colour: Colour) -> float:
    """Relative luminance after WCAG 2."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio after WCAG 2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_there_are_sixty_films_and_none_twice() -> None:
    assert len(FILMS) == 60
    for name in ("slug", "title_zh", "title_en", "short_title"):
        assert len({getattr(film, name) for film in FILMS}) == 60, name


@each_film
def test_a_film_has_sane_facts(film: DemoFilm) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", film.slug)
    assert "".join(film.title_lines) == film.title_zh
    assert 0 < len(film.short_title) <= 12
    assert film.original_title
    assert film.title_en
    assert film.distributor
    assert isinstance(film.release_date, date)
    assert film.release_date.year == film.year
    assert 1895 <= film.year <= 1937
    assert film.year <= 1930 or film.countries == ("中国",)
    assert 10 <= film.runtime_min <= 400
    assert film.rating in {"ALL", "12+", "16+"}
    assert film.formats in {("2D",), ("2D", "IMAX")}


@each_film
def test_a_film_speaks_the_trades_words(film: DemoFilm) -> None:
    for words, known in ((film.genres, GENRES), (film.countries, COUNTRIES), (film.languages, LANGUAGES)):
        assert words
        assert set(words) <= known
        assert len(set(words)) == len(words)
    # Features of the first years ran for little more than half an hour.
    assert ("短片" in film.genres) == (film.runtime_min < 30)


@each_film
def test_a_film_names_its_people_and_tells_its_story(film: DemoFilm) -> None:
    assert len(film.director_zh) == len(film.director_original) == len(film.director_en) > 0
    assert len(film.cast) <= 5
    assert film.cast or {"纪录", "动画"} & set(film.genres)
    assert len(film.synopsis_zh) >= 40
    assert film.synopsis_zh.endswith("。")
    assert 2 <= film.synopsis_en.count(".") <= 6
    assert len(film.synopsis_en) >= 100


@each_film
def test_a_palette_is_dark_and_its_title_legible(film: DemoFilm) -> None:
    assert all(re.fullmatch(r"#[0-9a-f]{6}", value) for value in film.palette)
    ground, mid, accent = map(rgb, film.palette)
    assert luminance(ground) < luminance(mid) < luminance(accent)
    assert contrast(ground, accent) >= 4.5
    assert film.motif in MOTIFS
    assert film.layout in poster_art.LAYOUTS


def test_every_motif_is_used() -> None:
    assert {film.motif for film in FILMS} == set(MOTIFS)


def test_every_glyph_of_the_posters_is_in_the_faces() -> None:
    chinese = TTFont(poster_art.CHINESE).getBestCmap()
    latin = TTFont(poster_art.LATIN).getBestCmap()
    for film in FILMS:
        zh, en = poster_text(film)
        assert {char for char in zh if ord(char) not in chinese} == set(), film.slug
        assert {char for char in en + "&·" if ord(char) not in latin} == set(), film.slug


def test_the_faces_are_the_ones_the_manifest_names() -> None:
    assert {face["output"] for face in MANIFEST} == {poster_art.CHINESE.name, poster_art.LATIN.name}
    for face in MANIFEST:
        content = (poster_art.FONTS / face["output"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == face["output_sha256"]
        assert re.fullmatch(r"[0-9a-f]{64}", face["tarball_sha256"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", face["version"])
        assert face["licence"] == "OFL-1.1"
        assert "SIL Open Font License" in (poster_art.FONTS / face["licence_file"]).read_text(
            encoding="utf-8"
        )


def test_the_faces_are_small() -> None:
    assert sum(path.stat().st_size for path in poster_art.FONTS.iterdir()) < 400_000


@each_film
def test_a_poster_is_the_same_each_time(film: DemoFilm) -> None:
    first, second = poster_art.draw(film, SMALL), poster_art.draw(film, SMALL)
    assert first.mode == "RGB"
    assert first.size == SMALL
    assert first.tobytes() == second.tobytes()


def test_posters_differ_from_film_to_film() -> None:
    assert len({poster_art.draw(film, SMALL).tobytes() for film in FILMS}) == 60


def test_a_poster_has_the_size_the_demo_stores() -> None:
    assert poster_art.draw(FILMS[0]).size == poster_art.SIZE == (800, 1200)


@each_film
def test_no_title_runs_into_the_margin(film: DemoFilm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text alone, set on an empty sheet, stays within the margins."""
    monkeypatch.setitem(MOTIFS, film.motif, lambda canvas, rng: None)
    for name in ("glow", "veil"):
        monkeypatch.setattr(poster_art.Canvas, name, lambda *args: None)
    sheet = poster_art.draw(film, (400, 600))
    # Grain moves a tone by at most three either way.
    difference = ImageChops.difference(sheet, Image.new("RGB", sheet.size, film.palette[0]))
    box = difference.convert("L").point([0] * 16 + [255] * 240).getbbox()
    assert box is not None
    # Ink may overhang its advance by a hair; half the margin is the limit.
    assert box[0] >= 16
    assert box[1] >= 16
    assert box[2] <= 384
    assert box[3] <= 584


def test_long_titles_break_where_they_should() -> None:
    width = poster_art.SIZE[0] * (1 - 2 * poster_art.MARGIN)
    assert poster_art.balance("Wings", width, 40) == ["Wings"]
    assert poster_art.balance("Berlin: Symphony of a Great City", width, 40)[0] == "Berlin:"
    lines = poster_art.balance("The Adventures of Prince Achmed", width, 40)
    assert len(lines) == 2
    assert " ".join(lines) == "The Adventures of Prince Achmed"
