"""From a stream of bytes to text: bounded in size, and refused in words when it is not UTF-8 text."""

import codecs
from typing import IO

from models.text import N_
from services.errors import Invalid, TooLarge

MAX_BYTES = 32 * 1024 * 1024
MAX_MARKS = 4_000_000  # commas, colons and opening brackets: bounds the memory a hostile file can take
_BLOCK = 1024 * 1024
SAMPLE = 64 * 1024  # bytes looked at to guess an encoding
_BINARIES = (
    (b"PK\x03\x04", N_("The file is a ZIP or Office file, not a text file.")),
    (b"\x89PNG", N_("The file is a PNG picture, not a text file.")),
    (b"\xff\xd8\xff", N_("The file is a JPEG picture, not a text file.")),
    (b"GIF8", N_("The file is a GIF picture, not a text file.")),
    (b"%PDF", N_("The file is a PDF document, not a text file.")),
    (b"\x1f\x8b", N_("The file is a gzip archive, not a text file.")),
    (b"7z\xbc\xaf", N_("The file is a 7z archive, not a text file.")),
    (b"Rar!", N_("The file is a RAR archive, not a text file.")),
    (b"SQLite format 3", N_("The file is an SQLite database, not a text file.")),
)


def read(stream: IO[bytes]) -> bytes:
    """At most `MAX_BYTES` bytes of `stream`; a longer one raises `TooLarge` without being read to its end."""
    blocks: list[bytes] = []
    size = 0
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > MAX_BYTES:
            raise TooLarge(N_("The file is larger than %(limit)d MiB."), limit=MAX_BYTES // 1024 // 1024)
        blocks.append(block)
    return b"".join(blocks)


def decode(data: bytes) -> str:
    """The text of `data`, which must be UTF-8 (a byte order mark is allowed)."""
    _refuse_known_binaries(data)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Invalid(N_("The file is not UTF-8; it looks like UTF-16. Save it as UTF-8 and try again."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start) from error
    if not text.strip("\ufeff\0 \t\r\n"):
        raise Invalid(N_("The file is empty."))
    if text.count("\0") > len(text) // 1000:
        raise Invalid(N_("The file is not a text file."))
    if sum(data.count(mark) for mark in (b",", b":", b"[", b"{", b"(")) > MAX_MARKS:
        raise TooLarge(N_("The file holds too many values to be read at once."))
    return text


def _refuse_known_binaries(data: bytes) -> None:
    for magic, message in _BINARIES:
        if data.startswith(magic):
            raise Invalid(message)


def _not_utf8(data: bytes, position: int) -> Invalid:
    line = data.count(b"\n", 0, position) + 1
    if _cut_at_the_end(data, position):
        return Invalid(
            N_("The file is cut off: it ends in the middle of a character (line %(line)d)."), line=line
        )
    if b"\0" in data[:4096]:
        return Invalid(N_("The file is not a text file."))
    if _looks_like_gbk(data[:SAMPLE]):
        return Invalid(
            N_("The file is not UTF-8; it looks like GBK (line %(line)d). Save it as UTF-8 and try again."),
            line=line,
        )
    return Invalid(N_("The file is not UTF-8 text (line %(line)d)."), line=line)


def _cut_at_the_end(data: bytes, position: int) -> bool:
    if len(data) - position > 3:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[position:])
    except UnicodeDecodeError:
        return False
    return True


def _looks_like_gbk(sample: bytes) -> bool:
    """Chinese text in GBK decodes as such into mostly common characters, and as UTF-8 into mostly rubbish."""
    rubbish = sample.decode("utf-8", "replace")
    wrong = rubbish.count("\N{REPLACEMENT CHARACTER}")
    if sum(c > "\x7f" for c in rubbish) > 2 * wrong:
        return False
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return False
    foreign = [c for c in text if c > "\x7f"]
    return sum("\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\uffef" for c in foreign) > len(foreign) * 0.8
