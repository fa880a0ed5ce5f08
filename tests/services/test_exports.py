"""Exported files: inert in every cell, typed, readable by others, and made in little memory."""

from __future__ import annotations

import csv as reader
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import insert

from models import Format, Screening, ScreeningStatus
from services import exports, schedule
from services.access import SYSTEM
from services.errors import TooLarge
from services.exports import cells, csv, xlsx
from services.schedule import Row
from tests.services.test_schedule import make_cinema, make_film, show, week_rows

# A wall-clock time from its text.
at = datetime.fromisoformat
RAW_XML = '<r><t>x</t></r></is></c><c r="ZZ9"><f>1+1</f></c><c r="AAA9" t="inlineStr"><is><r><t>y</t></r>'

openings = st.sampled_from(
    [
        "",
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\0",
        "＝",
        "＋",
        "－",
        "＠",
        "﹦",
        " =",
        "\u3000＝",
        "\u200b=",
        "\x01=",
        '"=',
        "<r>",
    ]
)
# Lone surrogates and all that is no character included.
texts = st.builds(
    lambda opening, rest: opening + rest, openings, st.text(st.characters(exclude_categories=()))
)
plain_times = st.datetimes(at("2000-01-02"), at("2099-12-01"))
rows = st.builds(
    Row,
    screening_id=st.integers(1, 2**31),
    business_date=st.dates(date(2000, 1, 2), date(2099, 12, 31)),
    hall_id=st.integers(1, 2**31),
    hall_name=texts,
    film_id=st.integers(1, 2**31),
    film_title=texts,
    original_title=texts,
    format=st.sampled_from(Format),
    audio_language=texts,
    subtitle_language=texts,
    preshow_at=plain_times,
    starts_at=plain_times,
    ends_at=plain_times,
    cleared_at=plain_times,
    starts_utc=plain_times.map(lambda at: at.replace(tzinfo=UTC)),
    runtime_min=st.integers(1, 900),
    price=st.integers(0, 1_000_000),
    status=st.sampled_from(ScreeningStatus),
    seats=st.integers(0, 2000),
)


def same(text: str) -> str:
    """A translation that leaves everything as it is."""
    return text


def read_csv(content: bytes) -> list[list[str]]:
    return list(reader.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def write_xlsx(header: list[str], lines: Any, **names: str) -> bytes:
    widths = [10] * len(header)
    with xlsx.write(header, lines, widths=widths, title=names.get("title", "t"), sheet="2026-W47") as file:
        return file.read()


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def is_inert(text: str) -> bool:
    """Whether no spreadsheet calculates the text, told without the code under test."""
    return text[:1] not in ("\t", "\r", "\n", "\0") and not text.strip().startswith(tuple("=+-@＝＋－＠"))


# ── Cells ──


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "  =", "\u3000＝", "\xa0@"]
)
def test_a_formula_becomes_text(start: str) -> None:
    assert cells.text(f"{start}1+1").startswith("'")


@pytest.mark.parametrize(
    "text", ["大都会", "1+1", "a=b", "A-B", "me@example.org", "", " 神女", "'=1", "💺", "５号厅", "<b>"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert cells.text(text) == text


def test_what_is_no_text_is_cleaned() -> None:
    assert cells.text("a\0b\x1bc\x7f\x85d") == "abcd"
    assert cells.text("a\ud800b\uffff") == "a\ufffdb\ufffd"
    assert cells.text("a\r\nb\rc\td") == "a\nb\nc\td"
    assert cells.text("\0=1") == "'=1"


def test_a_text_ends_where_a_cell_does() -> None:
    assert len(cells.text("x" * 40_000)) == cells.LONGEST
    seats = cells.text("a" + "💺" * 20_000)
    assert len(seats.encode("utf-16-le")) // 2 <= cells.LONGEST
    assert seats.endswith("💺")


@given(texts)
def test_every_text_is_inert_and_can_be_encoded(text: str) -> None:
    cleaned = cells.text(text)
    cleaned.encode()
    assert is_inert(cleaned)
    assert cells.text(cleaned) == cleaned


# ── Files ──


@given(st.lists(rows, max_size=3))
def test_no_cell_of_a_csv_is_a_formula(given_rows: list[Row]) -> None:
    content = b"".join(csv.stream(exports.header(same), exports.lines(given_rows, same)))
    read = read_csv(content)
    assert [len(line) for line in read] == [len(exports.COLUMNS)] * (len(given_rows) + 1)
    assert all(is_inert(cell) for line in read for cell in line)


@settings(deadline=None, max_examples=60)
@given(st.lists(rows, max_size=2), texts)
@example([], RAW_XML)
def test_no_cell_of_an_xlsx_is_a_formula(given_rows: list[Row], title: str) -> None:
    lines = list(exports.lines(given_rows, same))
    header = [title, *exports.header(same)[1:]]
    content = write_xlsx(header, [*lines, [title] * len(header)], title=title)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    page = sheet_of(content)
    assert (page.max_row, page.max_column) == (len(given_rows) + 2, len(header))
    for cell in (cell for line in page.rows for cell in line):
        assert cell.data_type != "f"
        assert not isinstance(cell.value, str) or is_inert(cell.value)


def test_a_csv_opens_in_excel_as_it_is() -> None:
    lines = [[date(2026, 11, 20), time(9, 5), 'a"b,c', 7, Decimal("39.90"), None, at("2026-01-02 03:04")]]
    content = b"".join(csv.stream(list("abcdefg"), lines))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\xef\xbb\xbf") == 1
    line = '"2026-11-20","09:05","a""b,c","7","39.90","","2026-01-02 03:04"'
    assert content.decode("utf-8-sig").split("\r\n") == ['"a","b","c","d","e","f","g"', line, ""]


def test_the_first_piece_of_a_csv_comes_before_the_first_row() -> None:
    def failing() -> Iterator[list[cells.Cell]]:
        raise AssertionError("asked for")
        yield []

    assert next(csv.stream(["影厅"], failing())) == '\ufeff"影厅"\r\n'.encode()


def test_an_xlsx_is_typed_and_ready_to_print() -> None:
    line = [date(2026, 11, 20), time(9, 5), "007", 7, Decimal("39.90"), None, at("2026-01-02 03:04")]
    with xlsx.write(
        list("abcdefg"), [line], widths=range(10, 17), title="人民广场店 2026-W47", sheet="2026-W47"
    ) as file:
        book = load_workbook(file)
    page = book.active
    read = [cell.value for cell in page[2]]
    assert read == [at("2026-11-20"), time(9, 5), "007", 7, 39.9, None, at("2026-01-02 03:04")]
    assert [page.cell(2, column).is_date for column in (1, 2, 7)] == [True] * 3
    assert "¥" in page.cell(2, 5).number_format
    assert page.cell(1, 1).font.bold
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:G2")
    assert page.column_dimensions["A"].width == pytest.approx(10, abs=1)
    assert (page.page_setup.orientation, page.print_title_rows) == ("landscape", "$1:$1")
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToHeight == 0
    assert (book.properties.title, page.title) == ("人民广场店 2026-W47", "2026-W47")


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = xlsx.write(["a"], [["b"]], widths=[5], title="t", sheet="s")
    file.read(10)
    assert list(tmp_path.iterdir()) == []
    file.close()

    def failing() -> Iterator[list[cells.Cell]]:
        yield ["b"]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        xlsx.write(["a"], failing(), widths=[5], title="t", sheet="s")
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_MAX", 3)
    assert sheet_of(write_xlsx(["a"], [["b"], ["c"]])).max_row == 3
    with pytest.raises(TooLarge):
        write_xlsx(["a"], [["b"], ["c"], ["d"]])


# ── From the database ──


def test_both_files_say_what_the_rows_say(session: Any) -> None:
    cinema, film = make_cinema(session, halls=3), make_film(session, '=HYPERLINK("http://x","大都会")')
    show(film, cinema.halls[0], "2026-11-20 19:30", subtitle_language="en", status="on_sale")
    show(film, cinema.halls[1], "2026-11-21 00:30", format="IMAX2D", price=12_345)
    show(
        make_film(session, "神女", original_title=""),
        cinema.halls[2],
        "2026-11-16 06:00",
        audio_language="zxx",
    )
    expected = [
        [
            row.business_date,
            schedule.WEEKDAYS[row.business_date.weekday()],
            row.hall_name,
            row.starts_at.time(),
            row.ends_at.time(),
            row.cleared_at.time(),
            ("'" if row.film_title[0] == "=" else "") + row.film_title,
            row.original_title,
            row.format.label,
            {"zh": "Chinese (Mandarin)", "zxx": "Silent"}[row.audio_language],
            {"en": "English", "": ""}[row.subtitle_language],
            row.runtime_min,
            row.price / 100,
            row.status.label,
            row.seats,
        ]
        for row in week_rows(cinema)
    ]
    assert len(expected) == 3
    header = exports.header(same)
    text = read_csv(b"".join(csv.stream(header, exports.lines(week_rows(cinema), same))))
    assert text[0] == header
    assert text[1:] == [[as_text(value) for value in line] for line in expected]
    page = sheet_of(write_xlsx(header, exports.lines(week_rows(cinema), same)))
    sheet = [[as_cell(cell.value) for cell in line] for line in page.rows]
    assert sheet == [header, *expected]


def as_text(value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def as_cell(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else "" if value is None else value


def test_words_are_translated_once_and_blank_ones_never() -> None:
    asked: list[str] = []

    def translate(text: str) -> str:
        asked.append(text)
        return text.upper()

    now = at("2026-11-20 19:30")
    row = Row(
        1, now.date(), 1, "hall", 1, "film", "", Format.TWO_D, "zh", "", now, now, now, now,
        now.replace(tzinfo=UTC), 90, 0, ScreeningStatus.ON_SALE, 1,
    )  # fmt: skip
    first, second = exports.lines([row, row], translate)
    assert first == second
    assert first[1] == "FRI"
    assert first[2] == "hall"
    assert "ON SALE" in first
    assert sorted(asked) == sorted({*asked})
    assert "" not in asked


def test_memory_does_not_grow_with_the_rows(session: Any) -> None:
    cinema, film = make_cinema(session, halls=100), make_film(session)
    start = datetime(2026, 11, 15, 22, tzinfo=UTC)
    values = [
        {
            "film_id": film.id,
            "hall_id": hall.id,
            "cinema_id": cinema.id,
            "preshow_at": start + timedelta(minutes=50 * number),
            "starts_at": start + timedelta(minutes=50 * number),
            "ends_at": start + timedelta(minutes=50 * number + 45),
            "cleared_at": start + timedelta(minutes=50 * number + 50),
            "business_date": date(2026, 11, 16) + timedelta(minutes=50 * number),
            "price": 4500,
        }
        for hall in cinema.halls
        for number in range(200)
    ]
    session.execute(insert(Screening), values)
    del values
    found = schedule.rows(SYSTEM, cinema, date(2026, 11, 16), date(2026, 11, 22))
    pieces = csv.stream(exports.header(same), exports.lines(found, same))
    next(pieces)
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in pieces)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 2_000_000
    assert peak < 2_000_000
