"""CSV that Excel opens as it is: UTF-8 with a byte order mark, CRLF, every cell quoted, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from services.exports.cells import Cell, plain

BOM = "\ufeff"
# Characters gathered before they are sent on.
CHUNK = 32 * 1024


def stream(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The file in pieces. The header comes at once, before the first of `rows` is asked for."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([plain(label) for label in header])
    yield _taken(buffer)
    for row in rows:
        writer.writerow([plain(value) for value in row])
        if buffer.tell() >= CHUNK:
            yield _taken(buffer)
    if buffer.tell():
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    """What the buffer holds, which is empty afterwards."""
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content
