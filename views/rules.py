"""The installation's rules for log-ins and passwords, as its configuration has them."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from services import logins
from services.passwords import Passwords


def policy() -> logins.Policy:
    """The installation's rules for log-ins."""
    config = current_app.config
    return logins.Policy(
        idle=timedelta(minutes=config["LOGIN_IDLE_MINUTES"]),
        longest=timedelta(hours=config["LOGIN_HOURS"]),
        remember=timedelta(days=config["REMEMBER_DAYS"]),
        prove=timedelta(minutes=config["PROVE_MINUTES"]),
        tries=config["LOGIN_TRIES"],
        tries_address=config["LOGIN_TRIES_ADDRESS"],
        window=timedelta(minutes=config["LOGIN_WINDOW_MINUTES"]),
    )


def hashing() -> Passwords:
    """Password hashing with the installation's parameters."""
    return Passwords(current_app.config["ARGON2"])
