"""Passwords: argon2id, length alone (8 to 128 characters) and no composition rules; what everybody tries first is
refused (ASVS 5.0 6.2)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.text import N_
from services.errors import Invalid

LENGTH_MIN, LENGTH_MAX = 8, 128
# Letters and digits that cannot be mistaken for each other when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# One password a line, in lower case; scripts/common_passwords.py brings it.
COMMON: Final = Path(__file__).parent / "data" / "common_passwords.txt"
PRODUCT: Final = "marquee"
# So much around a word of one's own (a year, a date, a sign of exclamation) makes no new password of it.
AROUND: Final = 8
# Halves of pairs that stand alone: a terminal may send them, and they are no text.
HALVES: Final = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=4)
def _hasher(parameters: tuple[tuple[str, Any], ...]) -> tuple[PasswordHasher, str]:
    hasher = PasswordHasher(**dict(parameters))
    # Verified against when there is no such account, so that both failures take the same time.
    return hasher, hasher.hash(secrets.token_urlsafe(16))


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The most common passwords of 8 characters and more, in lower case; read when first asked for."""
    return frozenset(COMMON.read_text(encoding="utf-8").splitlines())


def normal(password: str) -> str:
    """The password in Unicode's composed form: keyboards differ in how they send one and the same character."""
    return unicodedata.normalize("NFC", password)


def _checked(password: str) -> str:
    """The password in its normal form. Raises Invalid if it is too short, too long, or no Unicode."""
    password = normal(password)
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise Invalid(
            N_("A password has %(low)s to %(high)s characters."), "password", low=LENGTH_MIN, high=LENGTH_MAX
        )
    if HALVES.search(password):
        raise Invalid(N_("This text holds characters that cannot be kept."), "password")
    return password


def _is_own(password: str, own: Iterable[str | None]) -> bool:
    """Whether the password is one of the words, or one with a few digits and signs around it."""
    typed = "".join(password.casefold().split())
    for word in ("".join(normal(word).casefold().split()) for word in own if word):
        rest = typed.replace(word, "", 1)
        if len(rest) < len(typed) and len(rest) <= AROUND and not any(char.isalpha() for char in rest):
            return True
    return False


class Passwords:
    """Hashing with the installation's parameters (keywords of argon2.PasswordHasher)."""

    def __init__(self, parameters: Mapping[str, int] | None = None) -> None:
        self._hasher, self._nobody = _hasher(tuple(sorted((parameters or {}).items())))

    def hash(self, password: str) -> str:
        """The hash to keep. Raises Invalid for a password that is too short or too long."""
        return self._hasher.hash(_checked(password))

    def hash_chosen(self, password: str, own: Iterable[str | None] = ()) -> str:
        """The hash of a password that somebody has thought of. `own`: the names and addresses of the account.

        Raises Invalid as `hash`, and for what is tried first: a common password, one's own name, the product's.
        """
        password = _checked(password)
        if password.lower() in common():
            raise Invalid(
                N_(
                    "This is one of the most common passwords, so it is among the first to be tried. "
                    "Take three or four words that have nothing to do with each other."
                ),
                "password",
            )
        if _is_own(password, [*own, PRODUCT]):
            raise Invalid(
                N_(
                    "This is your own name or address, or the product's name, so it is among the first to be tried. "
                    "Take three or four words that have nothing to do with each other."
                ),
                "password",
            )
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; takes as long when there is none."""
        try:
            self._hasher.verify(stored or self._nobody, normal(password)[: LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
        return bool(stored)

    def stale(self, stored: str) -> bool:
        """Whether the stored hash was made with other parameters and should be made again."""
        return self._hasher.check_needs_rehash(stored)


def generate() -> str:
    """A random password of 16 characters (about 92 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
