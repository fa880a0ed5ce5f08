"""SQL text as tokens: words, quoted names, strings, numbers and signs; comments and white space are skipped."""

import re
from typing import NamedTuple

from models.text import N_
from services.errors import Invalid, TooLarge

MAX_TOKENS = 3_000_000  # some seconds of reading; the rows allowed in one file need a tenth of it

_TOKEN = re.compile(
    r"""
      (?P<space>[\s\ufeff]++)
    | (?P<comment>--[^\n]*+|\#[^\n]*+|/\*.*?\*/)
    | (?P<string>"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"|'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+')
    | (?P<name>`[^`]*+(?:``[^`]*+)*+`)
    | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    | (?P<word>[^\W\d][\w$]*+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = {
    '"': re.compile(r'\\(.)|""', re.DOTALL),
    "'": re.compile(r"\\(.)|''", re.DOTALL),
}
_ESCAPED = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


class Token(NamedTuple):
    """One token: its kind (word, name, string, number, sign, end), its text, and where it begins."""

    kind: str
    text: str
    at: int


def unquote(literal: str) -> str:
    """The text that a quoted SQL string stands for."""
    return _ESCAPE[literal[0]].sub(_unescape, literal[1:-1])


def _unescape(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0][0]
    return _ESCAPED.get(found[1], found[1])


class Tokens:
    """A text read token by token, the next one always in `token`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = self._counted = self._count = 0
        self._line = 1
        self.token = self._next()

    def line_of(self, token: Token) -> int:
        """The line number of a token; tokens are asked for in order."""
        self._line += self._text.count("\n", self._counted, token.at)
        self._counted = max(self._counted, token.at)
        return self._line

    def _next(self) -> Token:
        while self._position < len(self._text):
            found = _TOKEN.match(self._text, self._position)
            assert found is not None  # noqa: S101 (the last branch takes any character)
            token = Token(str(found.lastgroup), found[0], self._position)
            self._refuse_open_end(token)
            self._position = found.end()
            self._count += 1
            if self._count > MAX_TOKENS:
                raise TooLarge(N_("The file holds too many values to be read at once."))
            if token.kind not in ("space", "comment"):
                return token
        return Token("end", "", len(self._text))

    def _refuse_open_end(self, token: Token) -> None:
        """A lone quote or comment mark means that its other end is missing."""
        if token.kind != "sign" or not (token.text in "\"'`" or self._text.startswith("/*", token.at)):
            return
        raise Invalid(
            N_(
                "The file is cut off or damaged: what is opened with %(mark)s on line %(line)d is never closed."
            ),
            mark="/*" if token.text == "/" else token.text,
            line=self.line_of(token),
        )

    def advance(self) -> Token:
        token, self.token = self.token, self._next()
        return token

    def take(self, sign: str) -> bool:
        """Step over `sign` if it stands here."""
        if self.token.kind == "sign" and self.token.text == sign:
            self.advance()
            return True
        return False

    def take_word(self, *words: str) -> str | None:
        if self.token.kind == "word" and self.token.text.upper() in words:
            return self.advance().text
        return None
