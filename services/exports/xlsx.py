"""XLSX with typed cells, ready to filter and to print, written row by row at constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, time
from decimal import Decimal
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook

from models import clock
from models.text import N_
from services.errors import TooLarge
from services.exports.cells import Cell, text

# The rows of a sheet, its header included.
ROWS_MAX = 1_048_576
A4 = 9
_INERT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOKS = {
    Decimal: {"num_format": "¥#,##0.00"},
    datetime: {"num_format": "yyyy-mm-dd hh:mm"},
    date: {"num_format": "yyyy-mm-dd", "align": "left"},
    time: {"num_format": "hh:mm", "align": "left"},
}


def write(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int], title: str, sheet: str
) -> IO[bytes]:
    """The workbook as an open temporary file that has no name: closed in whatever way, it is gone.

    `widths` in characters, one for each of `header`; `title` is the document's property, `sheet` names the
    only sheet (at most 31 characters, none of []:*?/\\). Raises TooLarge for more rows than a sheet holds.
    """
    with ExitStack() as failing:
        file: IO[bytes] = failing.enter_context(TemporaryFile(prefix="marquee-"))
        # XlsxWriter collects the rows in files of its own, and leaves them behind when it fails.
        with TemporaryDirectory(prefix="marquee-") as scratch:
            options = {"constant_memory": True, "tmpdir": scratch, **_INERT}
            with Workbook(file, options) as book:
                # XlsxWriter wants a naive time.
                created = clock.now().astimezone(UTC).replace(tzinfo=None)
                book.set_properties({"title": text(title), "created": created})
                _fill(book, book.add_worksheet(sheet), header, rows, widths)
        file.seek(0)
        failing.pop_all()
    return file


def _fill(
    book: Workbook, page: Any, header: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> None:
    looks = {kind: book.add_format(look) for kind, look in _LOOKS.items()}
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, (label, width) in enumerate(zip(header, widths, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, text(label), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        if last >= ROWS_MAX:
            raise TooLarge(
                N_("A sheet holds %(limit)s rows at most; CSV has no such limit."), limit=ROWS_MAX - 1
            )
        for column, value in enumerate(row):
            _put(page, last, column, value, looks)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, last, len(header) - 1)
    _prepare_print(page)


def _put(page: Any, row: int, column: int, value: Cell, looks: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, text(value))
    elif isinstance(value, date | time):
        page.write_datetime(row, column, value, looks[type(value)])
    else:
        page.write_number(row, column, value, looks.get(type(value)))


def _prepare_print(page: Any) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&C&P / &N")
