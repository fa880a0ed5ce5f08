"""INSERT statements read as data. Nothing is ever executed: a tokenizer, and a parser that knows one statement.

Understood: quoted strings with "" '' and backslash escapes (the MySQL way), numbers, NULL, TRUE/FALSE, function
calls, several rows per VALUES, columns in any order, quoted and dotted names, comments. Other statements are passed
over and named. A row that makes no sense is handed on with its problem; a file that ends inside a string, a comment
or a statement was cut off and is refused as a whole (`Invalid`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from models.text import N_
from services.errors import Invalid

from .clean import decimal
from .report import Note, shown
from .tokens import Token, Tokens, unquote

DEEPEST_CALL = 8
LONGEST_NUMBER = 40
LONGEST_TEXT = 200_000

_LITERALS = {"NULL": None, "DEFAULT": None, "TRUE": True, "FALSE": False}


class Call(NamedTuple):
    """A function call standing where a value stands: date("2018-01-30") -> Call("date", ("2018-01-30",))."""

    name: str
    args: tuple["Value", ...]

    def __str__(self) -> str:
        return f"{self.name}({'…' if self.args else ''})"


Value = str | int | Decimal | bool | None | Call


@dataclass(frozen=True, slots=True)
class SqlRow:
    """One row of an INSERT: the line it begins on, its table and columns (lower case), its values or its problem."""

    line: int
    table: str
    columns: tuple[str, ...]
    values: tuple[Value, ...]
    problem: Note | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """A statement that is no INSERT … VALUES, or a clause after one: passed over, only named."""

    line: int
    word: str


class _Problem(Exception):
    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid)
        self.note = Note(msgid, params)


def statements(text: str) -> Iterator[SqlRow | Passed]:
    """Yield every row of every INSERT in `text`, and every statement passed over, in order."""
    parser = _Parser(text)
    while parser.token.kind != "end":
        if parser.take(";"):
            continue
        if parser.token.text.upper() in ("INSERT", "REPLACE") and parser.token.kind == "word":
            yield from parser.insert()
        else:
            yield parser.pass_over()


class _Parser(Tokens):
    """The one statement that is understood."""

    _depth = 0  # of brackets

    def pass_over(self) -> Passed:
        """Step behind the next semicolon."""
        first = self.token
        line = self.line_of(first)
        while not self.take(";"):
            self._still_going()  # a file cut off after "inser" must not pass for a whole one
            self.advance()
        return Passed(line, shown(first.text).upper())

    def insert(self) -> Iterator[SqlRow | Passed]:
        line = self.line_of(self.advance())
        while self.take_word(
            "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "OR", "REPLACE", "ROLLBACK", "ABORT"
        ):
            pass
        self.take_word("INTO")
        table = self._dotted_name()
        columns = self._columns()
        if table is None or columns is None or not self.take_word("VALUES", "VALUE"):
            self.pass_over()
            yield Passed(line, "INSERT")
            return
        while True:
            yield self._row(table, columns)
            if not self.take(","):
                break
        if (
            self.token.kind != "end"
            and not self.take(";")
            and self.token.text.upper() not in ("INSERT", "REPLACE")
        ):
            yield self.pass_over()

    def _still_going(self) -> None:
        if self.token.kind == "end":
            raise Invalid(N_("The file is cut off: it ends in the middle of a statement."))

    def _name(self) -> str | None:
        if self.token.kind == "word":
            return self.advance().text.lower()
        if self.token.kind == "name":
            return self.advance().text[1:-1].replace("``", "`").lower()
        if self.token.kind == "string" and self.token.text[0] == '"':
            return unquote(self.advance().text).lower()
        return None

    def _dotted_name(self) -> str | None:
        name = self._name()
        while name is not None and self.take("."):
            name = self._name()
        return name

    def _columns(self) -> tuple[str, ...] | None:
        """The column list; () when the statement names none; None when it is not understood."""
        if not self.take("("):
            return ()
        found = []
        while True:
            name = self._name()
            if name is None:
                return None
            found.append(name)
            if self.take(")"):
                return tuple(found)
            if not self.take(","):
                return None

    def _row(self, table: str, columns: tuple[str, ...]) -> SqlRow:
        line = self.line_of(self.token)
        values: list[Value] = []
        self._depth = 0
        try:
            self._expect("(")
            while True:
                values.append(self._value(DEEPEST_CALL))
                if self.take(")"):
                    break
                self._expect(",")
            problem = _shape_problem(columns, values)
        except _Problem as found:
            self._skip_row()
            problem = found.note
        return SqlRow(line, table, columns, tuple(values) if problem is None else (), problem)

    def advance(self) -> Token:
        if self.token.kind == "sign":
            self._depth += {"(": 1, ")": -1}.get(self.token.text, 0)
        return super().advance()

    def _expect(self, sign: str) -> None:
        self._still_going()
        if not self.take(sign):
            raise _Problem(
                N_("“%(found)s” stands where “%(expected)s” was expected"),
                found=shown(self.token.text),
                expected=sign,
            )

    def _skip_row(self) -> None:
        """Step behind the bracket that closes the row, or in front of the semicolon that ends its statement."""
        while not (self.token.kind == "sign" and self.token.text == ";"):
            self._still_going()
            if self.advance().text == ")" and self._depth <= 0:
                return

    def _value(self, depth: int) -> Value:
        self._still_going()
        if self.token.kind == "string":
            if len(self.token.text) > LONGEST_TEXT:
                raise _Problem(N_("a text of more than %(longest)d characters"), longest=LONGEST_TEXT)
            return unquote(self.advance().text)
        if self.token.kind == "word":
            return self._word_value(depth)
        minus = self.take("-")
        if not minus:
            self.take("+")
        if self.token.kind != "number":
            raise _Problem(N_("“%(found)s” stands where a value was expected"), found=shown(self.token.text))
        return _number(("-" if minus else "") + self.advance().text)

    def _word_value(self, depth: int) -> Value:
        word = self.advance().text
        if not self.take("("):
            if word.upper() in _LITERALS:
                return _LITERALS[word.upper()]
            raise _Problem(N_("“%(found)s” stands where a value was expected"), found=shown(word))
        if depth == 0:
            raise _Problem(N_("function calls stand too deep in each other"))
        args: list[Value] = []
        while not self.take(")"):
            if args:
                self._expect(",")
            args.append(self._value(depth - 1))
        return Call(word.lower(), tuple(args))


def _number(digits: str) -> int | Decimal:
    if len(digits) > LONGEST_NUMBER:
        raise _Problem(N_("%(value)s is too long for a number"), value=shown(digits))
    return int(digits) if digits.lstrip("-").isdigit() else decimal(digits)


def _shape_problem(columns: tuple[str, ...], values: list[Value]) -> Note | None:
    if not columns:
        return Note(N_("the statement does not name its columns"))
    if len(set(columns)) != len(columns):
        return Note(N_("the statement names a column twice"))
    if len(columns) != len(values):
        return Note(
            N_("%(values)d values for %(columns)d columns"), {"values": len(values), "columns": len(columns)}
        )
    return None
