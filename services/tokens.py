"""Tokens that only a browser or a link holds: what is kept of one tells nobody what it was."""

from __future__ import annotations

import hashlib
import secrets


def new() -> str:
    """A token that nobody guesses: 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """What is kept of a token, of a code, and of what was typed as a name: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
