"""What may stand in a cell of an exported file: the one place that makes text harmless, for every writer."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

# Decimal stands for money in yuan; datetimes are naive wall clock.
Cell = str | int | Decimal | datetime | date | time | None

# The longest text that a spreadsheet cell holds, in UTF-16 code units.
LONGEST = 32_767
# Excel reads the full-width forms as operators too; NFKC folds them, the small and the raised ones.
_OPERATORS = frozenset("=+-@")
_BREAKS = frozenset("\t\r\n")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


# Halls, films and words come again row after row.
@lru_cache(maxsize=256)
def text(value: str) -> str:
    """`value` as inert text: never a formula, no control characters, valid Unicode, at most LONGEST units.

    A value that a spreadsheet might calculate gets an apostrophe in front (OWASP ASVS 1.2.10).
    """
    value = _NO_CHARACTER.sub("\ufffd", _UNFIT.sub("", value))
    if _dangerous(value):
        value = f"'{value}"
    value = _LINE_END.sub("\n", value)
    if len(value) * 2 > LONGEST:
        value = value.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", "ignore")
    return value


def _dangerous(value: str) -> bool:
    # XlsxWriter puts text that begins with <r> into the sheet as XML, unescaped: it could carry a formula.
    if value[:1] in _BREAKS or value.startswith("<r>"):
        return True
    first = next((char for char in value if not _invisible(char)), "")
    return bool(first) and unicodedata.normalize("NFKC", first) in _OPERATORS


def _invisible(char: str) -> bool:
    """Spaces of every width, and characters without any width (byte order mark, joiners, directions)."""
    return char.isspace() or unicodedata.category(char) == "Cf"


def plain(value: Cell) -> str:
    """A value as text for formats without types: ISO dates, HH:MM, money with two places."""
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
