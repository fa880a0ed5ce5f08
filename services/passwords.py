"""Passwords: argon2id, length alone (8 to 128 characters) and no composition rules (ASVS 5.0 6.2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.text import N_
from services.errors import Invalid

LENGTH_MIN, LENGTH_MAX = 8, 128
# Letters and digits that cannot be mistaken for each other when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@lru_cache(maxsize=4)
def _hasher(parameters: tuple[tuple[str, Any], ...]) -> tuple[PasswordHasher, str]:
    hasher = PasswordHasher(**dict(parameters))
    # Verified against when there is no such account, so that both failures take the same time.
    return hasher, hasher.hash(secrets.token_urlsafe(16))


class Passwords:
    """Hashing with the installation's parameters (keywords of argon2.PasswordHasher)."""

    def __init__(self, parameters: Mapping[str, int] | None = None) -> None:
        self._hasher, self._nobody = _hasher(tuple(sorted((parameters or {}).items())))

    def hash(self, password: str) -> str:
        """The hash to keep. Raises Invalid for a password that is too short or too long."""
        if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
            raise Invalid(
                N_("A password has %(low)s to %(high)s characters."),
                "password",
                low=LENGTH_MIN,
                high=LENGTH_MAX,
            )
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; takes as long when there is no account (None)."""
        try:
            self._hasher.verify(stored or self._nobody, password[: LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def stale(self, stored: str) -> bool:
        """Whether the stored hash was made with other parameters and should be made again."""
        return self._hasher.check_needs_rehash(stored)


def generate() -> str:
    """A random password of 16 characters (about 92 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(16))
