"""Single values brought to sense: each function takes what a file held and returns a clean value or None.

None means "nothing known" (an empty cell, "None", "暂无", a runtime of 0). A value that is there but makes no
sense raises `Drop` with the reason in words; the caller decides whether that costs the field or the row.
Nothing here knows a file format or a table.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from models.text import N_

from .report import Note, shown

EMPTY = frozenset({"", "none", "null", "undefined", "n/a", "暂无", "暂无数据", "-", "--", "—", "——"})
NOBODY = EMPTY | {"佚名", "未知", "无", "不详", "待定", "未定"}
BIGGEST_ID = 2**63 - 1
LONGEST_LIST = 500
LONGEST_RUNTIME = 900  # minutes; the longest film ever shown in cinemas on one ticket is shorter
DEAREST_FEE = 10_000  # fen per ticket

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDE_SIGN = re.compile("(?<=[0-9A-Za-z])[－／＋＆＃％＠＿．]|[－／＋＆＃％＠＿．](?=[0-9A-Za-z])")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{0,18})?")
_LIST = re.compile(r"[,，、;；/／|\n]+")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_GAP = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_PHONE = re.compile(r"[0-9+() \-,，、;；/转×xX#*.—－（）A-Za-z]{5,}")


class Drop(Exception):
    """A value that cannot be taken, with the reason as a `Note`."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid)
        self.note = Note(msgid, params)


def text(
    value: object, longest: int = 255, *, empty: frozenset[str] = EMPTY, lines: bool = False
) -> str | None:
    """Text as people would type it: no control or invisible characters, half-width letters and digits, single
    spaces, HTML entities resolved; Chinese full-width punctuation stays. `lines` keeps line breaks."""
    if value is None or isinstance(value, bool):
        return None if value is None else _not_text(value)
    if isinstance(value, int | Decimal):
        value = _printed(value)
    if not isinstance(value, str):
        return _not_text(value)
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Drop(N_("“%(value)s” has characters that are not text"), value=shown(value))
    value = _tidy(value, lines)
    if value.casefold() in empty:
        return None
    if len(value) > longest:
        raise Drop(
            N_("“%(value)s” is longer than %(longest)d characters"), value=shown(value), longest=longest
        )
    return value


def _not_text(value: object) -> str:
    raise Drop(N_("“%(value)s” is not a text"), value=shown(value))


def _printed(value: int | Decimal) -> str:
    if isinstance(value, int):
        fits = abs(value) < 10**20
    else:
        fits = value.is_finite() and -20 < value.adjusted() < 20
    if not fits:
        raise Drop(N_("a number out of all bounds"))
    return str(value) if isinstance(value, int) else format(value, "f")


def decimal(digits: str) -> Decimal:
    """The number that `digits` write; one too big for a Decimal becomes infinite, which no field takes."""
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("Infinity")


def _tidy(value: str, lines: bool) -> str:
    value = _ENTITY.sub(lambda found: html.unescape(found[0]), value)
    value = _INVISIBLE.sub("", value)
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = _CONTROL.sub("", value)
    value = _WIDE_SIGN.sub(lambda sign: chr(ord(sign[0]) - 0xFEE0), value.translate(_WIDE))
    if not lines:
        return " ".join(value.split())
    kept = [" ".join(line.split()) for line in value.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def number(value: object, low: Decimal | int, high: Decimal | int) -> Decimal | None:
    """A decimal number between `low` and `high`, from a number or its digits; None for an empty value."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = _printed(value)
    digits = text(value, 60)
    if digits is None:
        return None
    if not _NUMBER.fullmatch(digits):
        raise Drop(N_("“%(value)s” is not a number"), value=shown(digits))
    found = Decimal(digits)
    if not low <= found <= high:
        raise Drop(
            N_("%(value)s is not between %(low)s and %(high)s"), value=digits, low=str(low), high=str(high)
        )
    return found


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number between `low` and `high`."""
    found = number(value, low, high)
    if found is not None and found != found.to_integral_value():
        raise Drop(N_("%(value)s is not a whole number"), value=shown(found))
    return None if found is None else int(found)


def identifier(value: object) -> str | None:
    """A source's own number for a thing, as text: digits only, positive and within 64 bit."""
    digits = text(value, 60)
    if digits is None:
        return None
    if not re.fullmatch(r"[0-9]{1,19}", digits) or not 0 < int(digits) <= BIGGEST_ID:
        raise Drop(N_("“%(value)s” is not a usable number for a record"), value=shown(digits))
    return str(int(digits))


def runtime(value: object) -> int | None:
    """Minutes; 0 stands for "not known yet" in every source seen."""
    minutes = value[:-2] if isinstance(value, str) and value.endswith("分钟") else value
    return whole(minutes, 0, LONGEST_RUNTIME) or None


def fen_from_yuan(value: object) -> int | None:
    """Yuan with at most two decimals, as whole fen: 1.2 -> 120."""
    yuan = number(value, 0, Decimal(DEAREST_FEE) / 100)
    if yuan is None:
        return None
    if (yuan * 100) % 1:
        raise Drop(N_("%(value)s yuan has parts smaller than a fen"), value=shown(yuan))
    return int(yuan * 100)


def place(latitude: object, longitude: object) -> tuple[Decimal, Decimal] | None:
    """(latitude, longitude) in degrees to seven decimals, or None when neither is given."""
    north = number(latitude, -90, 90)
    east = number(longitude, -180, 180)
    if north is None and east is None:
        return None
    if north is None or east is None:
        raise Drop(N_("only one of latitude and longitude is given"))
    if not north and not east:
        raise Drop(N_("0, 0 is a place in the sea"))
    step = Decimal("0.0000001")
    return north.quantize(step), east.quantize(step)


def phone(value: object) -> str | None:
    """Telephone numbers as typed, several allowed, trimmed."""
    found = text(value, 60)
    if found is None:
        return None
    if not _PHONE.fullmatch(found) or sum(c.isdigit() for c in found) < 5:
        raise Drop(N_("“%(value)s” is not a telephone number"), value=shown(found))
    return found


def words(
    value: object, longest: int = 60, *, empty: frozenset[str] = NOBODY
) -> tuple[list[str], list[Note]]:
    """A written list as its parts, in order, each once, and notes on the parts left out.

    Separators: , ， 、 ; / | and line breaks; a space separates only two Chinese words ("中国 美国"), so that
    "Nacho La Casa" stays one name. A part without a single letter or digit is left out with a note.
    """
    if isinstance(value, list):
        kept, notes = _parts(value[:LONGEST_LIST], longest, empty)
        if len(value) > LONGEST_LIST:
            notes.append(
                Note(
                    N_("only the first %(limit)d of %(count)d are looked at"),
                    {"limit": LONGEST_LIST, "count": len(value)},
                )
            )
        return kept, notes
    try:
        whole_text = text(value, 4000, empty=empty, lines=True)
    except Drop as drop:
        return [], [drop.note]
    return _parts(_LIST.split(whole_text or ""), longest, empty)


def _parts(parts: Iterable[object], longest: int, empty: frozenset[str]) -> tuple[list[str], list[Note]]:
    kept: dict[str, str] = {}
    notes: list[Note] = []
    for part in parts:
        try:
            for word in _HAN_GAP.split(text(part, 4000, empty=empty) or ""):
                clean = text(word, longest, empty=empty)
                if clean is None:
                    continue
                if not any(c.isalnum() for c in clean):
                    raise Drop(N_("“%(value)s” is not a word"), value=shown(clean))
                kept.setdefault(clean.casefold(), clean)
        except Drop as drop:
            notes.append(drop.note)
    return list(kept.values()), notes


def key(name: str) -> str:
    """A name reduced to what distinguishes it: width, case, spaces, brackets, dashes and dots do not.

    A name of signs only keeps them.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    letters = "".join(c for c in folded if unicodedata.category(c)[0] in "LNM")
    return unicodedata.normalize("NFKC", letters or "".join(folded.split()))


def branch_key(name: str) -> str:
    """The key of a cinema's name: a closing 店 ("branch") does not distinguish either, so that
    首都电影院（昌平店） and 首都电影院(昌平) are one."""
    letters = key(name)
    return letters.removesuffix("店") if len(letters) > 2 else letters
