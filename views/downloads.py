"""Tables as files to take along: CSV in a stream, XLSX from a temporary file, under a name in any script."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import IO, Final
from urllib.parse import quote

from flask import Response, stream_with_context
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename
from werkzeug.wsgi import FileWrapper

from services.exports import cells, csv, xlsx
from services.exports.cells import Cell

MIME_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK: Final = 64 * 1024
NAME_MAX: Final = 80


def table(
    kind: str,
    header: Sequence[str],
    lines: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int],
    title: str,
    sheet: str,
    disposition: str,
) -> Response:
    """The table as a file of a kind. The lines of a CSV are asked for when the answer is sent."""
    if kind == "csv":
        response = Response(stream_with_context(csv.stream(header, lines)))
    else:
        response = _sent(xlsx.write(header, lines, widths=widths, title=title, sheet=sheet))
    response.headers["Content-Type"] = MIME_TYPES[kind]
    response.headers["Content-Disposition"] = disposition
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(file: IO[bytes]) -> Response:
    """The file in chunks; closing the response closes it, also when the reader goes away."""
    response = Response(FileWrapper(file, CHUNK), direct_passthrough=True)
    response.content_length = os.fstat(file.fileno()).st_size
    return response


def disposition(name: str, plain: str, ending: str) -> str:
    """The Content-Disposition: the name in UTF-8 (RFC 5987), and a plain one for old clients."""
    # Letters and digits of every script stay: nothing that a header or a file system could misread.
    words = "".join(char if char.isalnum() else " " for char in cells.text(name)).split()
    utf8 = f"UTF-8''{quote(('-'.join(words)[:NAME_MAX] or plain) + ending, safe='')}"
    return dump_options_header("attachment", {"filename": secure_filename(plain + ending), "filename*": utf8})
