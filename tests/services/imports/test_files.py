"""Files as a whole: what is recognised, and the words for what is not."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile

import pytest

from services.errors import Invalid, TooLarge
from services.imports import detect, source, tokens
from services.imports.detect import recognise
from tests.services.imports.conftest import cinema_list, city_list, film_list

FILM = {"id": "1", "showName": "长城"}
SQL = 'insert into movies(id, showname) values(1, "长城");\n'


def found(data: bytes | str) -> tuple[str, int]:
    """(kind, number of rows) of a file."""
    answer = recognise(
        source.decode(source.read(io.BytesIO(data if isinstance(data, bytes) else data.encode())))
    )
    return answer.kind, len(answer.rows)


def refusal(data: bytes | str) -> str:
    with pytest.raises(Invalid) as error:
        found(data)
    return str(error.value)


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("movies.sql", SQL)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "rows"),
    [
        (film_list(FILM, FILM), "films", 2),
        ({"data": {"returnValue": FILM}}, "films", 1),
        (FILM, "films", 1),
        ([FILM], "films", 1),
        (cinema_list(东城区=[{"cinemaName": "a"}], 西城区=[{"cinemaName": "b"}, 5]), "cinemas", 3),
        (city_list({"regionName": "北京", "cityCode": 110100}), "cities", 1),
        ([{"regionName": "北京", "cityCode": 110100}], "cities", 1),
    ],
    ids=["films", "film-page", "bare-film", "bare-list", "cinemas", "cities", "bare-cities"],
)
def test_json_is_recognised_by_its_content(content: object, kind: str, rows: int) -> None:
    text = json.dumps(content, ensure_ascii=False)
    assert found(text) == (kind, rows)
    assert found("\ufeff\n " + text) == (kind, rows)


def test_sql_is_recognised_by_its_columns() -> None:
    assert found("/* x */\r\nINSERT INTO T(Country, SHOWNAME) VALUES ('a', 'b'), ('c', 'd')") == ("films", 2)
    assert found("insert into x(city, name) values('a', 'b')") == ("cinemas", 1)
    assert found("insert into x(cityCode, regionName) values(110100, 'b')") == ("cities", 1)


def test_rows_of_another_table_are_refused_one_by_one() -> None:
    answer = recognise(SQL + "insert into users(login) values('x');" + "DROP TABLE users;" + SQL)
    assert [row.problem is None for row in answer.rows] == [True, False, True]
    assert [str(note) for note in answer.notes] == ["Passed over, nothing is executed: DROP on line 2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (SQL.encode("gbk"), "is not UTF-8; it looks like GBK (line 1)"),
        (
            b"\n\n" + json.dumps(film_list(FILM), ensure_ascii=False).encode("gb18030"),
            "looks like GBK (line 3)",
        ),
        (SQL.encode("utf-16"), "looks like UTF-16"),
        (SQL.encode("utf-16-le"), "not a text file"),
        (SQL.encode()[: SQL.encode().index("长".encode()) + 2], "ends in the middle of a character (line 1)"),
        (b"\xc0\xc1\xfe" + SQL.encode() * 3, "is not UTF-8 text (line 1)"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture"),
        (zipped(), "a ZIP or Office file"),
        (gzip.compress(SQL.encode()), "a gzip archive"),
        (bytes(range(256)) * 10, "not"),
        (bytes(1000), "is empty"),
        (b"MZ" + bytes(1000), "not a text file"),
    ],
    # Not the bytes: archives hold the second they were made in, and workers must collect the same tests.
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes, {value[:4].hex()}",
)
def test_bytes_that_are_no_utf8_text(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello, it's a letter", "neither JSON nor SQL"),
        ("<html><title>502</title></html>", "neither JSON nor SQL"),
        ("id,showname\n1,x\n", "neither JSON nor SQL"),
        ("null", "not a list of cities"),
        ("123", "not a list of cities"),
        ('"text"', "not a list of cities"),
        ("{}", "not a list of cities"),
        ("[]", "no rows"),
        ("[1, 2]", "not a list of cities"),
        ('{"data": null}', "not a list of cities"),
        ('{"data": {"returnValue": []}}', "no rows"),
        ('{"data": {"returnValue": {"regionCinemas": {}}}}', "no rows"),
        ('{"data": {"returnValue": {"regionCinemas": []}}}', "not a list of cities"),
        ('{"ret": ["FAIL_SYS_TOKEN::令牌过期"], "data": {}}', "a refusal of the source: FAIL_SYS_TOKEN"),
        ('{"data": 1, "data": 2}', "a key twice at its top"),
        ('{"data": {"returnValue": [], "returnValue": []}}', "a key twice at its top"),
        ('{"data": {"returnValue": {"regionCinemas": {"a": [], "a": []}}}}', "a group of rows twice"),
        ('{"data": {"returnValue": [{"showName": NaN}]}}', "NaN"),
        ("[-Infinity]", "-Infinity"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"data": {"returnValue": [{"showName": "长', "cut off: the JSON ends in the middle, on line 1"),
        ('{"data": {"returnValue": [\n{"showName": ', "on line 2"),
        ('{"data": \n{"returnValue": [}', "broken on line 2, column 18"),
        ('{"data": 1} x', "goes on after its end"),
        ('{"a": "b\nc"}', "broken on line 1"),
        ("insert into movies values(1, 'x')", "do not name their columns"),
        ("insert into other(a, b) values(1, 'x')", "not a list of cities"),
        ("insert into movies select * from other;", "not a list of cities"),
        (SQL + SQL[:-4], "cut off"),
    ],
    ids=lambda value: value[:40],
)
def test_texts_that_are_nothing_of_ours(text: str, words: str) -> None:
    assert words in refusal(text)


def test_reviews_are_told_from_films() -> None:
    review = {"commentTime": "1", "nickName": "x", "showName": "长城", "showId": "163027", "id": "1"}
    assert "list of reviews" in refusal(json.dumps(film_list(review)))


def test_numbers_beyond_all_bounds_are_read_without_harm() -> None:
    text = f'[{{"showName": "a", "id": 1{"0" * 400}, "duration": 1e{"9" * 30}, "x": 0.{"1" * 5000}}}]'
    assert found(text) == ("films", 1)
    assert found(f'[{{"showName": "a", "id": {"9" * 100_000}}}]') == ("films", 1)


class Endless(io.RawIOBase):
    """A hundred megabytes that nobody should read to the end."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole stream was asked for"
        self.given += size
        return b" " * size if self.given < 100 * 1024 * 1024 else b""


def test_a_huge_file_is_not_read_to_its_end() -> None:
    stream = Endless()
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="larger than 32 MiB"):
            source.read(stream)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert stream.given <= source.MAX_BYTES + 2 * 1024 * 1024
    assert peak < 2 * source.MAX_BYTES


def test_a_file_of_too_many_values_or_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_MARKS", 1000)
    monkeypatch.setattr(tokens, "MAX_TOKENS", 1000)
    for text in ("[" + "[]," * 500 + "[]]", "insert " + "a " * 1000):
        with pytest.raises(TooLarge, match="too many values"):
            found(text)
    monkeypatch.setattr(detect, "MAX_ROWS", 10)
    for text in (json.dumps([FILM] * 11), "insert into m(showname) values" + "('a')," * 10 + "('a')"):
        with pytest.raises(TooLarge, match="more than 10 rows"):
            found(text)
