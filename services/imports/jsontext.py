"""JSON, strictly: one document, no NaN, bounded numbers and depth, repeated keys remembered."""

import json
from decimal import Decimal
from typing import NoReturn

from models.text import N_
from services.errors import Invalid

from .clean import decimal
from .report import shown

LONGEST_INTEGER = 40  # digits kept exact; longer ones stay decimals and fail the range checks


class Repeated(dict[str, object]):
    """An object in which a key stands twice: which of the two was meant cannot be known."""


def loads(text: str) -> object:
    """The document in `text`; raises `Invalid` saying where it is broken."""
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=decimal,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise _broken(text, error) from error
    except RecursionError as error:
        raise Invalid(N_("The JSON is nested too deeply.")) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Repeated(found)


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= LONGEST_INTEGER else decimal(digits)


def _constant(name: str) -> NoReturn:
    raise Invalid(N_("The JSON holds %(name)s, which is not a JSON value."), name=shown(name))


def _broken(text: str, error: json.JSONDecodeError) -> Invalid:
    rest = text[error.pos :].strip()
    if not rest or error.msg.startswith("Unterminated string"):
        return Invalid(
            N_("The file is cut off: the JSON ends in the middle, on line %(line)d."), line=_lines(text)
        )
    if error.msg == "Extra data":
        return Invalid(
            N_("The JSON goes on after its end (line %(line)d, column %(column)d)."),
            line=error.lineno,
            column=error.colno,
        )
    return Invalid(
        N_("The JSON is broken on line %(line)d, column %(column)d."), line=error.lineno, column=error.colno
    )


def _lines(text: str) -> int:
    return text.rstrip("\n").count("\n") + 1
